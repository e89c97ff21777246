"""CRM records on the card: where they stand, whether they are linked, what became of what was written to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from cards import elements as e
from cards import icons, texts
from cards.actions import Verb, open_url, press, record_ids
from cards.drawing import SPOKEN_LENGTH, Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, escape, safe_url
from cards.push_state import push_lines
from cards.sections import and_more
from customers.views import RecordView


class Fixed(NamedTuple):
    """What all rows of one language share. Titles of actions are cut where the record's name stands."""

    open: tuple[str, str]
    expand: tuple[str, str]
    collapse: tuple[str, str]
    link: tuple[str, str]
    unlink: tuple[str, str]
    chain: list[Element]
    tick: list[Element]
    arrow_right: list[Element]
    arrow_down: list[Element]


@cache
def _fixed(language: str) -> Fixed:
    words = texts.of(language)

    def cut(key: str) -> tuple[str, str]:
        before, _, after = words[key].partition("{name}")
        return before, after

    return Fixed(
        open=cut("record.open"),
        expand=cut("record.expand"),
        collapse=cut("record.collapse"),
        link=cut("record.link.do"),
        unlink=cut("record.unlink.do"),
        chain=e.icon_over_word(icons.CHAIN, words["record.link"]),
        tick=e.icon_over_word(icons.TICK, words["record.linked"]),
        arrow_right=[e.strong("▸")],
        arrow_down=[e.strong("▾")],
    )


_EXPAND: Final[str] = Verb.RELATED_EXPAND.value
_MATCHES: Final = frozenset({"phone", "email", "name", "hint"})


class Rows:
    """The rows of one place: `record` (Current interaction), `related` or `found`. It begins their element ids.

    A record that stands there twice, for example under two parents, gets ids of its own the second time.
    """

    __slots__ = ("_d", "_fixed", "_place", "_seen", "_skip_push")

    def __init__(self, d: Drawing, place: str, skip_push: frozenset[str] = frozenset()) -> None:
        self._d = d
        self._place = place
        self._seen: dict[str, int] = {}
        self._skip_push = skip_push
        self._fixed = _fixed(d.words["language"])

    def draw(self, records: Sequence[RecordView], limit: int) -> list[Element]:
        """Rows of the first `limit` records with what is expanded below them, and how many more there are."""
        rows: list[Element] = []
        for record in records[:limit]:
            self._record(record, rows)
        return rows + and_more(self._d, len(records) - limit)

    def _record(self, record: RecordView, rows: list[Element]) -> None:
        d, fixed = self._d, self._fixed
        element_id = self._element_id(record.record)
        said = record.title or record.record
        title = escape(said, d.budget.text) or NOTHING
        # Most names need no change at all; then one check serves the text and the titles of the actions.
        name = said if title is said and len(said) <= SPOKEN_LENGTH else spoken(said)
        url = safe_url(record.url)
        opens = open_url(url, f"{fixed.open[0]}{name}{fixed.open[1]}") if url else None
        row, columns = e.record_row(title, self._below(record), opens)
        expands = record.has_children and self._place == "related"
        if expands:
            columns.insert(0, self._arrow(record, name, element_id))
        if d.may_change:
            columns.append(self._control(record, name, f"{element_id}.link"))
        elif record.is_linked:
            columns.append(e.sign(fixed.tick, "good", f"{element_id}.link"))
        rows.append(row)
        if record.push is not None and record.record not in self._skip_push:
            rows.append(e.group(push_lines(d, record, record.push, element_id), f"{element_id}.push"))
        if expands and record.is_expanded:
            rows.append(e.row(e.narrow([e.note("↳")]), e.rest(self._children(record))))

    def _element_id(self, record: str) -> str:
        seen = self._seen
        if record not in seen:
            seen[record] = 1
            return f"{self._place}.{record}"
        seen[record] += 1
        return f"{self._place}.{seen[record]}.{record}"

    def _children(self, record: RecordView) -> list[Element]:
        if not record.children:
            return [e.note(self._d.words["record.no_children"].format(crm=self._d.shown(record.crm_label)))]
        return self.draw(record.children, self._d.budget.children)

    def _below(self, record: RecordView) -> str:
        below = f"{record.type_label} · {record.crm_label}"
        if record.subtitle:
            below = f"{below} · {record.subtitle}"
        below = escape(below, self._d.budget.text)
        if record.match in _MATCHES and not record.is_linked:
            return f"{below} · {self._d.words[f'match.{record.match}']}"
        return below

    def _arrow(self, record: RecordView, name: str, element_id: str) -> Element:
        """Opens and closes what is related to the record (A-20)."""
        fixed = self._fixed
        if record.is_expanded:
            items, (before, after) = fixed.arrow_down, fixed.collapse
        else:
            items, (before, after) = fixed.arrow_right, fixed.expand
        data = {"verb": _EXPAND, "card": self._d.view.card_id, "record": record.record}
        return e.button(items, press(data, f"{before}{name}{after}"), f"{element_id}.expand")

    def _control(self, record: RecordView, name: str, element_id: str) -> Element:
        """Link, a chain on blue (A-13), or Linked, a tick on green (A-14); pressing Linked unlinks (A-15)."""
        fixed = self._fixed
        if record.is_linked:
            before, after = fixed.unlink
            data = record_ids(Verb.LINK_REMOVE, self._d.link, record.record)
            return e.control(fixed.tick, "good", element_id, press(data, f"{before}{name}{after}"))
        before, after = fixed.link
        data = record_ids(Verb.LINK_ADD, self._d.link, record.record)
        return e.control(fixed.chain, "accent", element_id, press(data, f"{before}{name}{after}"))
