"""CRM records on the card: where they stand, whether they are linked, what became of what was written to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from cards import elements as e
from cards import icons, memory, shared, texts
from cards.actions import ON_CARD, ON_RECORD, Verb, button, execute, open_url
from cards.drawing import SPOKEN_LENGTH, Drawing, spoken
from cards.elements import Element
from cards.escape import BLOCK_STARTS, NOTHING, markdown, safe_url, unchanged
from cards.push_state import push_lines
from cards.sections import and_more
from cards.shapes import Json, Shape, Text, joined, part, slot, text
from customers.views import ChildPage, RecordView

_MATCHES: Final = frozenset({"phone", "email", "name", "hint"})

_BAR: Final = text("¦")
_PARTS: Final = 3


class Rows:
    """The rows of one place: `record` (Current interaction), `related` or `found`. It begins their element ids.

    A record that stands there twice, for example under two parents, gets ids of its own the second time.
    """

    __slots__ = ("_d", "_expands", "_kept", "_place", "_places", "_seen", "_short", "_skip_push")

    def __init__(self, d: Drawing, place: str, skip_push: frozenset[str] = frozenset()) -> None:
        self._d = d
        self._place = place.encode()
        self._expands = place == "related"
        self._seen: dict[str, int] = {}
        self._short = min(d.budget.text, SPOKEN_LENGTH)
        self._skip_push = skip_push
        self._places = place, f"{place}, no push"
        self._kept = d.kept

    def draw(self, records: Sequence[RecordView], limit: int) -> list[Json]:
        """Rows of the first `limit` records with what is expanded below them, and how many more there are."""
        rows: list[Json] = []
        for record in records[:limit]:
            rows += self._remembered(record)
        return rows + and_more(self._d, len(records) - limit)

    def _remembered(self, record: RecordView) -> Sequence[Json]:
        """`_record` as it was drawn before: but what has rows below it, or stands there again, is drawn afresh."""
        ref = record.record
        if record.is_expanded or ref in self._seen:
            return self._record(record)
        place = self._places[ref in self._skip_push], ref
        drawn = memory.recall(self._kept, place, record)
        if drawn is None:
            return memory.keep(self._kept, place, record, self._record(record))
        self._seen[ref] = 1
        return drawn

    def _record(self, record: RecordView) -> list[Json]:
        d = self._d
        title, name, below, ref = self._texts(record)
        element = self._element(record.record, ref)
        url = safe_url(record.url)
        arrow = "" if not (self._expands and record.has_children) else "collapse" if record.is_expanded else "expand"
        match = record.match if record.match in _MATCHES and not record.is_linked else ""
        row = _row(d.language, url != "", arrow, (record.is_linked, d.may_change), match)
        rows = [row.fill(title, name, below, url.encode(), element, ref)]
        if record.push is not None and record.record not in self._skip_push:
            rows.append(_PUSH.fill(joined(push_lines(d, record, record.push, element)), element))
        if arrow == "collapse":
            rows.append(_CHILDREN.fill(joined(self._children(record, element))))
        return rows

    def _element(self, record: str, ref: Text) -> Text:
        """What the element ids of a row begin with; where the record stands here again, its number is in it."""
        count = self._seen[record] = self._seen.get(record, 0) + 1
        return b"%b.%b" % (self._place, ref) if count == 1 else b"%b.%d.%b" % (self._place, count, ref)

    def _texts(self, record: RecordView) -> tuple[Text, Text, Text, Text]:
        """The record's title, what it is called in titles of actions, the line below, and its id."""
        ref = record.record
        said = record.title or ref
        below = f"{record.type_label} · {record.crm_label}"
        if record.subtitle:
            below = f"{below} · {record.subtitle}"
        if record.dated:
            below = f"{below} · {self._d.writer.dated(record.dated)}"
        room = self._d.budget.text
        # Most records need no change at all; then one look serves all of it.
        if 0 < len(said) <= self._short and len(below) <= room and BLOCK_STARTS.isdisjoint((said[0], below[0])):
            same = unchanged(f"{said}¦{below}¦{ref}")
            if same is not None and len(parts := same.split(_BAR)) == _PARTS:
                return parts[0], parts[0], parts[1], parts[2]
        return markdown(said, room) or text(NOTHING), text(spoken(said)), markdown(below, room), text(ref)

    def _children(self, record: RecordView, element: Text) -> list[Json]:
        d, page = self._d, record.page or ChildPage(0, len(record.children), goes_on=False, is_asked=False)
        if not page.known:
            return [self._note("crm.loading" if page.is_asked else "record.no_children", record)]
        count = min(len(record.children), d.budget.children)
        rows = self.draw(record.children[:count], count)
        if not record.children:  # they are on their way, or their CRM has not answered
            rows.append(self._note("crm.loading" if page.is_asked else "record.no_answer", record))
        end = page.start + count
        is_last = end >= page.known and not page.goes_on
        if d.budget.children and (page.start or not is_last):
            rows.append(self._pages(record, page, end, element, is_last=is_last))
        return rows

    def _note(self, key: str, record: RecordView) -> Json:
        return shared.line(self._d.language, key, e.note, "crm").fill(self._d.shown(record.crm_label))

    def _pages(self, record: RecordView, page: ChildPage, end: int, element: Text, *, is_last: bool) -> Json:
        """Which of them stand here, where there are any, and what leads to the others (A-20)."""
        d = self._d
        write = d.writer.number
        whole = f"{write(page.known)}+" if page.goes_on else write(page.known)
        ends = write(page.start + 1), write(end), whole
        before = max(0, page.start - d.budget.children)
        ways = tuple(way for way, is_there in (("before", page.start > 0), ("more", not is_last)) if is_there)
        shape = _pages(d.language, ways, is_empty=end == page.start)
        name = text(spoken(record.title or record.record))
        return shape.fill(*map(text, ends), str(before).encode(), str(end).encode(), element, text(record.record), name)


_PUSH: Final = Shape("lines element", e.group([part("lines")], f"{slot('element')}.push"))
_CHILDREN: Final = Shape("rows", e.row(e.narrow([e.note("↳")]), e.rest([part("rows")])))


@cache
def _pages(language: str, ways: tuple[str, ...], *, is_empty: bool) -> Shape:
    words, element = texts.of(language), slot("element")
    lines = [] if is_empty else [e.note(shared.sentence(language, "record.pages", "first last all"))]
    buttons = []
    for name in ways:
        data = {**ON_CARD, "record": slot("record"), "at": slot(name)}
        said, caption = shared.sentence(language, f"record.{name}.do", "name"), words[f"record.{name}"]
        buttons.append(button(Verb.RELATED_MORE, data, caption, f"{element}.{name}", tooltip=said))
    return Shape(
        "first last all before more element record name",
        e.group([*lines, e.actions(buttons, f"{element}.turn")], f"{element}.pages"),
    )


@cache
def _row(language: str, has_url: bool, arrow: str, linking: tuple[bool, bool], match: str) -> Shape:
    """A record's line. `arrow`: `expand`, `collapse` or empty; `linking`: is linked, may be changed."""
    words = texts.of(language)
    below = slot("below") + (f" · {words[f'match.{match}']}" if match else "")
    opens = open_url(slot("url"), shared.sentence(language, "record.open", "name")) if has_url else None
    control = _control(language, *linking)
    expands = _arrow(language, arrow) if arrow else None
    return Shape("title name below url element record", e.record_row(slot("title"), below, opens, expands, control))


def _arrow(language: str, name: str) -> Element:
    """Opens and closes what is related to the record (A-20)."""
    data = {**ON_CARD, "record": slot("record")}
    action = execute(Verb.RELATED_EXPAND, data, shared.sentence(language, f"record.{name}", "name"))
    return e.button([e.strong("▸" if name == "expand" else "▾")], action, f"{slot('element')}.expand")


def _control(language: str, is_linked: bool, may_change: bool) -> Element | None:
    """Link, a chain on blue (A-13), or Linked, a tick on green (A-14); pressing Linked unlinks (A-15)."""
    words, element_id = texts.of(language), f"{slot('element')}.link"
    tick = e.icon_over_word(icons.TICK, words["record.linked"])
    if not may_change:
        return e.sign(tick, "good", element_id) if is_linked else None
    if is_linked:
        unlink = execute(Verb.LINK_REMOVE, ON_RECORD, shared.sentence(language, "record.unlink.do", "name"))
        return e.control(tick, "good", element_id, unlink)
    chain = e.icon_over_word(icons.CHAIN, words["record.link"])
    return e.control(
        chain,
        "accent",
        element_id,
        execute(Verb.LINK_ADD, ON_RECORD, shared.sentence(language, "record.link.do", "name")),
    )
