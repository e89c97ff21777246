"""The customer journey, page by page: a page costs what it shows, however long the journey is (B-32)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from customers.fields import FieldView
from customers.ids import CardId, InteractionId, MoveId, RequestId
from customers.journey import Cursor, JourneyRow, JourneyView, Look, matches
from customers.model import Channel, Direction
from customers.requests import RequestState
from customers.wrap_up import WrapUp
from storage import groups
from storage.many import is_among
from storage.request_views import LAST_MOVE, effective_of_group, places_in_request
from storage.rows import Row, every, first
from storage.tables import INTERACTION_AT, LEG_AT, activity_moves, agents, interactions, legs, requests
from storage.types import UtcTime

PAGE_ROWS = 10
COUNTED = 5
"""So many others are counted while the journey is closed."""
_BATCH = 200
"""Rows that are looked at in one go where not each of them is shown."""
_BATCHES = 5
"""So many times for one page; then the agent says whether to search further back."""

_CARD = sa.bindparam("card", type_=sa.String)
_AT = sa.bindparam("at", type_=UtcTime())
_BEFORE = sa.and_(
    INTERACTION_AT <= _AT, sa.or_(INTERACTION_AT < _AT, interactions.c.id < sa.bindparam("before", type_=sa.String))
)
_ROWS = sa.bindparam("rows", type_=sa.Integer)


def _places(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The newest places on the time line that are older than the cursor."""
    return (
        sa.select(interactions.c.id, INTERACTION_AT.label("at"))
        .where(*where, _BEFORE)
        .order_by(INTERACTION_AT.desc(), interactions.c.id.desc())
        .limit(_ROWS)
    )


def _page(places: sa.Subquery, effective: sa.ColumnElement[Any]) -> sa.Select[Any]:
    move = sa.and_(activity_moves.c.id == LAST_MOVE, activity_moves.c.request_id == interactions.c.request_id)
    return (
        sa.select(
            interactions.c.id, interactions.c.channel, interactions.c.direction, interactions.c.subject,
            interactions.c.started_at, interactions.c.ended_at, interactions.c.field_values, places.c.at,
            requests.c.id.label("request_id"), requests.c.name.label("request_name"),
            requests.c.created_at.label("request_created_at"), requests.c.state.label("request_state"),
            activity_moves.c.id.label("move_id"), activity_moves.c.moved_at,
        )
        .select_from(
            places.join(interactions, interactions.c.id == places.c.id)
            .outerjoin(requests, requests.c.id == effective)
            .outerjoin(activity_moves, move)
        )
        .order_by(places.c.at.desc(), interactions.c.id.desc())
        .limit(_ROWS)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Statements:
    """Parameters of all: members, card, at, before, rows."""

    all: sa.Select[Any]
    of_channel: sa.Select[Any]
    """Parameter channel."""
    of_request: sa.Select[Any]
    """Parameter request."""
    slots: int


def _statements(slots: int, effective: sa.ColumnElement[Any]) -> _Statements:
    channel = interactions.c.channel == sa.bindparam("channel", type_=sa.String)
    asked = sa.bindparam("request", type_=sa.String)
    of_request = places_in_request(asked, effective, _ROWS, _BEFORE).subquery()
    return _Statements(
        _page(groups.spread(lambda card: _places(interactions.c.card_id == card), slots), effective),
        _page(groups.spread(lambda card: _places(interactions.c.card_id == card, channel), slots), effective),
        _page(of_request, effective),
        slots,
    )


_ALONE = _statements(1, interactions.c.request_id)
_MERGED = _statements(groups.SLOTS, effective_of_group(_CARD))
_LEGS = (
    sa.select(
        legs.c.interaction_id, legs.c.accepted_at, legs.c.ended_at, legs.c.wrapup, legs.c.edits, agents.c.name
    )
    .select_from(legs.join(agents))
    .where(is_among(legs.c.interaction_id, "ids"))
    .order_by(legs.c.interaction_id, LEG_AT, legs.c.id)
)  # fmt: skip
_REQUEST = sa.select(requests.c.name, requests.c.created_at).where(requests.c.id == sa.bindparam("request"))


def _counted(slots: int) -> sa.Select[Any]:
    """Ids of the newest, one more than is counted beside the current one. Parameter members."""

    def of_card(card: sa.BindParameter[str]) -> sa.Select[Any]:
        # In order, so that PostgreSQL takes the index: a limit alone makes it look through the table.
        newest = (INTERACTION_AT.desc(), interactions.c.id.desc())
        return sa.select(interactions.c.id).where(interactions.c.card_id == card).order_by(*newest).limit(COUNTED + 2)

    return sa.select(groups.spread(of_card, slots).c.id)


_COUNTED = {1: _counted(1), groups.SLOTS: _counted(groups.SLOTS)}


Own = Callable[[Row], tuple[FieldView, ...]]


def nothing_own(_row: Row) -> tuple[FieldView, ...]:
    """No field of the company's own."""
    return ()


@dataclass(frozen=True, slots=True)
class Journey:
    """The journey of the root `card_id`, whose cards are `members`."""

    connection: sa.Connection
    card_id: CardId
    members: Sequence[CardId]
    current: InteractionId | None
    was_merged: bool
    own: Own = nothing_own
    """The company's own fields of an activity, from its row (B-38)."""

    def closed(self) -> JourneyView:
        """How many others there are, as far as a closed section says it."""
        slots = groups.SLOTS if self.was_merged else 1
        found = [
            one
            for cards in groups.spread_over(self.members, slots)
            for one in self.connection.execute(_COUNTED[slots], cards).scalars()
            if one != self.current
        ]
        return JourneyView(min(len(found), COUNTED), has_more=len(found) > COUNTED)

    def opened(self, look: Look) -> JourneyView:
        """The page that the agent looks at."""
        rows: list[JourneyRow] = []
        searched = None
        for row, older in self._search(look):
            if row is not None:
                rows.append(row)
            searched = older
            if len(rows) > PAGE_ROWS:
                break
        is_full = len(rows) > PAGE_ROWS
        page = tuple(rows[:PAGE_ROWS])
        named = self._named(look, page)
        return JourneyView(
            rows=page,
            older=page[-1].cursor if is_full else searched,
            look=look,
            searched_to=searched.at if searched and not is_full else None,
            request_name=named["name"] if named else "",
            request_created_at=named["created_at"] if named else None,
        )

    def _named(self, look: Look, page: Sequence[JourneyRow]) -> Row | None:
        return first(self.connection.execute(_REQUEST, {"request": look.request})) if look.request else None

    def _search(self, look: Look) -> Iterator[tuple[JourneyRow | None, Cursor | None]]:
        """Each row that is to be shown; at the end None with the place where a further search would begin."""
        is_sifted = bool(look.query or (look.request and look.channel))
        cursor, wanted = look.start, _BATCH if is_sifted else PAGE_ROWS + 1
        for _ in range(_BATCHES if is_sifted else 1):
            found = self._batch(look, cursor, wanted)
            for row in self._rows(found):
                if not is_sifted or _is_wanted(look, row):
                    yield row, None
            if len(found) < wanted:
                return
            cursor = Cursor(found[-1]["at"], found[-1]["id"])
        if is_sifted:
            yield None, cursor

    def _batch(self, look: Look, cursor: Cursor, wanted: int) -> list[Row]:
        ask = _MERGED if self.was_merged else _ALONE
        values: dict[str, Any] = {"card": self.card_id, "at": cursor.at, "before": cursor.id, "rows": wanted}
        if look.request:
            return every(self.connection.execute(ask.of_request, values | {"request": look.request}))
        statement = ask.all
        if look.channel:
            statement, values = ask.of_channel, values | {"channel": look.channel}
        found = [
            row
            for cards in groups.spread_over(self.members, ask.slots)
            for row in every(self.connection.execute(statement, values | cards))
        ]
        return sorted(found, key=_place, reverse=True)[:wanted]

    def _rows(self, found: Sequence[Row]) -> Iterator[JourneyRow]:
        ids = [row["id"] for row in found]
        of_all = every(self.connection.execute(_LEGS, {"ids": ids})) if ids else []
        by_id = {key: [*some] for key, some in groupby(of_all, key=lambda leg: leg["interaction_id"])}
        for row in found:
            its_legs = by_id.get(row["id"], [])
            yield _row(row, its_legs, self.own(row), is_current=row["id"] == self.current)


def _place(row: Row) -> tuple[datetime, str]:
    return row["at"], row["id"]


def _is_wanted(look: Look, row: JourneyRow) -> bool:
    if look.channel and row.channel != look.channel:
        return False
    own = (text for one in row.fields for text in (one.value, *one.field.choice_labels(one.value)))
    said = (row.subject, row.notes, row.disposition, row.request_name, *row.agents, *row.tags, *own)
    return not look.query or matches(look.query, *said)


def _row(row: Row, its_legs: Sequence[Row], own: tuple[FieldView, ...], *, is_current: bool) -> JourneyRow:
    taken = [leg for leg in its_legs if leg["accepted_at"]]
    wrap_ups = [WrapUp.combine(leg["wrapup"], leg["edits"]) for leg in taken]
    said = [one.disposition_label or one.disposition for one in wrap_ups]
    return JourneyRow(
        id=InteractionId(row["id"]),
        channel=Channel(row["channel"]),
        at=row["at"],
        direction=Direction(row["direction"]) if row["direction"] else None,
        duration=_duration(row, taken),
        agents=tuple(dict.fromkeys(leg["name"] for leg in taken if leg["name"])),
        is_answered=bool(taken),
        is_current=is_current,
        subject=row["subject"],
        disposition=next(filter(None, reversed(said)), ""),
        notes="\n".join(one.notes for one in wrap_ups if one.notes),
        tags=tuple(dict.fromkeys(tag for one in wrap_ups for tag in one.tags)),
        request_id=RequestId(row["request_id"]) if row["request_id"] else None,
        request_name=row["request_name"] or "",
        request_created_at=row["request_created_at"],
        request_state=RequestState(row["request_state"]) if row["request_state"] else None,
        moved_at=row["moved_at"],
        move_id=MoveId(row["move_id"]) if row["move_id"] else None,
        fields=own,
    )


def _duration(row: Row, taken: Sequence[Mapping[str, Any]]) -> Any:
    """From the first agent's taking it to its end, as far as both are known."""
    begun = min((leg["accepted_at"] for leg in taken), default=None)
    ends = [row["ended_at"]] if row["ended_at"] else [leg["ended_at"] for leg in taken]
    if begun is None or not ends or None in ends:
        return None
    lasted = max(ends) - begun
    return lasted if lasted.total_seconds() >= 0 else None
