"""CRM records on the card: where they stand, whether they are linked, what became of what was written to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from cards import elements as e
from cards import icons, texts
from cards.actions import Verb, open_url, press, record_ids
from cards.drawing import SPOKEN_LENGTH, Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, escape, safe_url
from cards.limits import CHILDREN_UNITS, RECORD_NAMES, RECORD_UNITS
from cards.push_state import push_lines, push_units
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


_is_simple: Final = re.compile(r"[\w:.-]*\Z", re.ASCII).match
"""True of ids that JSON writes as they are."""
_EXPAND: Final[str] = Verb.RELATED_EXPAND.value
_MATCHES: Final = {match: f"match.{match}" for match in ("phone", "email", "name", "hint")}


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
        self._fixed = _fixed(d.language)

    def draw(self, records: Sequence[RecordView], limit: int) -> list[Element]:
        """Rows of the first `limit` records with what is expanded below them, and how many more there are."""
        rows: list[Element] = []
        for record in records[:limit]:
            self._record(record, rows)
        return rows + and_more(self._d, len(records) - limit)

    def _record(self, record: RecordView, rows: list[Element]) -> None:
        d, fixed, ref = self._d, self._fixed, record.record
        element_id = self._element_id(ref) if ref in self._seen else f"{self._place}.{ref}"
        self._seen.setdefault(ref, 1)
        said = record.title or ref
        title = escape(said, d.budget.text) or NOTHING
        # Most names need no change at all; then one check serves the text and the titles of the actions.
        name = said if title is said and len(said) <= SPOKEN_LENGTH else spoken(said)
        below = self._below(record)
        url = safe_url(record.url)
        expands = record.has_children and self._place == "related"
        row = e.record_row(
            title,
            below,
            open_url(url, f"{fixed.open[0]}{name}{fixed.open[1]}") if url else None,
            self._arrow(record, name, element_id) if expands else None,
            self._control(record, name, f"{element_id}.link"),
        )
        rows.append(row)
        repeated = RECORD_NAMES * len(ref) * (1 if _is_simple(ref) else 6)
        d.row_units += RECORD_UNITS + 2 * (len(title) + len(below) + 3 * len(name)) + repeated + len(url)
        if record.push is not None and ref not in self._skip_push:
            rows.append(e.group(push_lines(d, record, record.push, element_id), f"{element_id}.push"))
            d.row_units += push_units(record.push, len(record.crm_label)) + 2 * repeated
        if expands and record.is_expanded:
            rows.append(e.row(e.narrow([e.note("↳")]), e.rest(self._children(record))))
            d.row_units += CHILDREN_UNITS + 4 * d.budget.text

    def _element_id(self, record: str) -> str:
        """The id of a record that stands here again."""
        self._seen[record] += 1
        return f"{self._place}.{self._seen[record]}.{record}"

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
            return f"{below} · {self._d.words[_MATCHES[record.match]]}"
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

    def _control(self, record: RecordView, name: str, element_id: str) -> Element | None:
        """Link, a chain on blue (A-13), or Linked, a tick on green (A-14); pressing Linked unlinks (A-15)."""
        fixed, d = self._fixed, self._d
        if not d.may_change:
            return e.sign(fixed.tick, "good", element_id) if record.is_linked else None
        if record.is_linked:
            before, after = fixed.unlink
            data = record_ids(Verb.LINK_REMOVE, d.link, record.record)
            return e.control(fixed.tick, "good", element_id, press(data, f"{before}{name}{after}"))
        before, after = fixed.link
        data = record_ids(Verb.LINK_ADD, d.link, record.record)
        return e.control(fixed.chain, "accent", element_id, press(data, f"{before}{name}{after}"))
