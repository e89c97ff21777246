"""The CRM records on a card: each with its link and push, under the record that it was fetched from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from customers.model import Level, PushState
from customers.views import ChildPage, PushView, RecordView
from storage.request_views import Handling
from storage.rows import Row
from storage.view_settings import ViewSettings


class Record(NamedTuple):
    """A CRM record, whether its CRM told of it, a search found it, or nothing but its link is left."""

    crm: str
    type: str
    record_id: str
    type_label: str
    title: str
    subtitle: str
    level: str
    url: str = ""
    match: str = ""
    has_children: bool = True
    parent: str = ""
    dated: str = ""
    goes_on: bool = False
    """The CRM has more of those under its parent."""
    ref: str = ""
    """Its full name, `crm:type:id`."""

    @classmethod
    def of(cls, described: Row) -> Record:
        """A record as a link or `desk_views.found` describes it."""
        ref = f"{described['crm']}:{described['type']}:{described['record_id']}"
        return cls(**{name: described[name] for name in _DESCRIBED if name in described}, ref=ref)


_DESCRIBED = frozenset(Record._fields) - {"ref"}
_LEVELS = {level.value: level for level in Level}
_ORDER = {Level.PERSON.value: 0, Level.COMPANY.value: 1, Level.RELATED.value: 2}


def each_once(told: Iterable[Record]) -> list[Record]:
    """Of a record that was told to several cards, the one that says why it is suggested; else the root's."""
    best: dict[tuple[str, str], Record] = {}
    for record in told:
        place = (record.parent, record.ref)
        if place not in best or (record.match and not best[place].match):
            best[place] = record
    return [*best.values()]


class Shelf:
    """The records of a card, each with its link and push; of a CRM that is no longer connected, only linked ones."""

    def __init__(
        self,
        told: Iterable[Record],
        card: Row,
        settings: ViewSettings,
        linked: Sequence[Row],
        language: str,
        *,
        leg: Row | None,
        loading: Iterable[str] = (),
    ) -> None:
        self._channel = leg["channel"] if leg else ""
        self._asking = _asked(card, leg)
        self._settings, self.language = settings, language
        self._labels = settings.crm_labels
        self._tied = {record.ref: (record, link) for link in linked for record in (Record.of(link),)}
        self._expanded = dict(map(opened, card["expanded"] or ()))
        self._asked_crms = frozenset(loading)
        self._found = [row for row in card["found"] or () if row["crm"] in settings.crm_labels]
        self._drawn: dict[Record, RecordView] = {}
        self._children: dict[str, list[Record]] = {}
        for record in told:
            if record.crm in settings.crm_labels:
                self._children.setdefault(record.parent, []).append(record)

    def current(self) -> tuple[RecordView, ...]:
        """Linked ones, then those suggested by the contact's identities (A-16)."""
        known = {record.ref: record for records in self._children.values() for record in records}
        shown = [known.get(ref, record) for ref, (record, link) in self._tied.items() if _is_shown(link)]
        linked = {record.ref for record in shown}
        suggested = [one for one in self._children.get("", ()) if one.match and one.level != Level.RELATED]
        return tuple(map(self._once, [*shown, *(one for one in suggested if one.ref not in linked)]))

    def related(self) -> tuple[RecordView, ...]:
        """Of persons first, then companies, then what was fetched from them; each with its own when it is expanded."""
        records = [*self._children.get("", ()), *self._children.get("*", ())]
        records.sort(key=lambda record: _ORDER[record.level])
        first: dict[str, Record] = {}
        for record in records:
            first.setdefault(record.ref, record)
        return tuple(map(self._once, first.values()))

    def found(self) -> tuple[RecordView, ...]:
        """What the last text search found (P-07)."""
        return self.those(self._found)

    def those(self, described: Iterable[Row]) -> tuple[RecordView, ...]:
        """Records that are described elsewhere, as the card knows them."""
        return tuple(self._view(Record.of(row)) for row in described)

    def _once(self, record: Record) -> RecordView:
        """Most records stand in two sections."""
        view = self._drawn.get(record)
        if view is None:
            view = self._drawn[record] = self._view(record)
        return view

    def _view(self, record: Record, above: tuple[str, ...] = ()) -> RecordView:
        """`above`: the records that it stands below; of those none stands below it again."""
        ref = record.ref
        _, link = self._tied.get(ref, (None, None))
        is_expanded = ref in self._expanded and ref not in above
        below, page = self._page(ref, record.crm) if is_expanded else ((), None)
        return RecordView(
            record=ref,
            crm_name=record.crm,
            crm_label=self._labels.get(record.crm, record.crm),
            is_connected=record.crm in self._labels,
            type=record.type,
            type_label=self._settings.type_label(record.crm, record.type, self.language) or record.type_label,
            level=_LEVELS[record.level],
            title=record.title,
            subtitle=record.subtitle,
            url=record.url or "",
            is_linked=link is not None and link["unlinked_at"] is None,
            is_suggested=bool(record.match),
            match=record.match or "",
            is_expanded=is_expanded,
            has_children=bool(record.has_children),
            children=tuple(self._view(child, (*above, ref)) for child in below),
            page=page,
            dated=record.dated,
            push=self._push(ref, link) if link else None,
        )

    def _page(self, ref: str, crm: str) -> tuple[Sequence[Record], ChildPage]:
        """Those below a record that stand on the page where the viewer is; of fewer, those on the last one."""
        known = self._children.get(ref, ())
        goes_on = any(child.goes_on for child in known)
        start = self._expanded[ref]
        if start >= len(known) and not goes_on:
            start = max(0, (len(known) - 1) // PAGE * PAGE)
        shown = known[start : start + PAGE]
        return shown, ChildPage(start, len(known), goes_on, crm in self._asked_crms)

    def _push(self, ref: str, link: Row) -> PushView | None:
        push = _push(link)
        if push is None or push.state is not PushState.KEPT:
            return push
        may_withdraw = self._channel in self._settings.withdrawable.get(link["crm"], ())
        return push._replace(may_withdraw=may_withdraw, is_asking=may_withdraw and ref == self._asking)


_WAITING = PushView(PushState.WAITING)
PAGE = 10
"""Records below one that a card shows at once."""


def opened(entry: str) -> tuple[str, int]:
    """A record of `desk_views.expanded`, and how many of those below it stand before the page that is shown."""
    ref, _, start = entry.partition("#")
    return ref, int(start) if start.isdigit() else 0


def _is_shown(link: Row) -> bool:
    states = (PushState.SENT, PushState.KEPT)
    return link["unlinked_at"] is None or link["push_state"] in states or link["is_withdrawal"]


def _asked(card: Row, leg: Row | None) -> str:
    """The record at whose push the agent is asked whether to take the activity out of the CRM; mostly none."""
    asked = Handling.of(card["handling"]).withdrawing if card["handling"] else ""
    leg_id, _, ref = asked.partition(" ")
    return ref if leg and leg_id == leg["id"] else ""


def _push(link: Row) -> PushView | None:
    if link["is_withdrawal"] and link["push_state"] == "cancelled" and link["unlinked_at"] is not None:
        return PushView(PushState.WITHDRAWN)
    if link["push_state"] is None or link["push_state"] == "cancelled":
        return _WAITING if link["unlinked_at"] is None else None
    return PushView(
        state=PushState(link["push_state"]),
        reason=link["reason"],
        detail=link["detail"],
        activity_url=link["activity_url"],
        attempts=link["attempts"],
        next_attempt_at=link["next_attempt_at"],
        sent_at=link["sent_at"],
        owner_is_integration=link["owner_is_integration"],
        is_withdrawal=link["is_withdrawal"],
    )
