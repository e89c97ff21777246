"""What a card shows of its customer's requests, read in three statements at most, whatever their number."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.fields import FieldView
from customers.ids import CardId, InteractionId, LegId, MoveId, RequestId, UserId
from customers.model import Channel, Direction
from customers.requests import ActivityView, MoveTarget, MoveView, RequestState, RequestsView, RequestView
from customers.wrap_up import WrapUp
from storage import groups, lists, request_pages
from storage.request_rows import NEWEST, listed, request_of
from storage.rows import Row, every
from storage.tables import INTERACTION_AT, activity_moves, agents, cards, interactions, legs, requests

OPEN_ROWS = 10
CLOSED_ROWS = 5
ACTIVITY_ROWS = 5
TARGET_ROWS = 8

_CARD = sa.bindparam("card", type_=sa.String)
_SHOWN = sa.bindparam("shown", type_=sa.String)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
Statement = sa.Select[*tuple[Any, ...]]


def open_count(card: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """How many requests of the root `card` are open."""
    return (
        sa.select(sa.func.count())
        .select_from(requests)
        .where(groups.in_group(requests.c.card_id, card), _in_state(RequestState.OPEN))
        .scalar_subquery()
    )


def effective_of_group(card: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The request that an interaction of the root `card` is in: the one of its own card where the other one is on a
    card that is not one with it (any more)."""
    there, its_card = requests.alias("there"), cards.alias("its_card")
    root = sa.func.coalesce(its_card.c.survivor_id, its_card.c.id)
    found = sa.select(there.c.id).select_from(there.join(its_card, its_card.c.id == there.c.card_id))
    is_here = found.where(there.c.id == interactions.c.request_id, root == card).exists()
    return sa.case((is_here, interactions.c.request_id), else_=interactions.c.own_request_id)


def _in_state(state: RequestState) -> sa.ColumnElement[bool]:
    return requests.c.state == sa.literal(state.value)


def _requests(slots: int) -> Statement:
    """The named ones, the newest open ones and the newest closed ones. Parameters members, card, ids."""

    def some(state: RequestState, rows: int) -> sa.Select[Any]:
        def of_card(card: sa.BindParameter[str]) -> sa.Select[Any]:
            ours = sa.select(requests.c.id).where(requests.c.card_id == card, _in_state(state))
            return ours.order_by(*NEWEST).limit(rows + 1)

        return sa.select(groups.spread(of_card, slots).c.id)

    named = sa.select(requests.c.id).where(requests.c.id.in_(_IDS), _in_group(requests.c.card_id))
    ids = sa.union(named, some(RequestState.OPEN, OPEN_ROWS), some(RequestState.CLOSED, CLOSED_ROWS))
    return listed(requests.c.id.in_(ids)).order_by(
        sa.case((requests.c.state == RequestState.OPEN.value, 0), else_=1), *NEWEST
    )


def _in_group(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return groups.in_group(column, _CARD)


_later = legs.alias("later")
_LEG = (
    sa.select(_later.c.id)
    .where(_later.c.interaction_id == interactions.c.id)
    .order_by(_later.c.accepted_at.is_(None), _later.c.created_at.desc(), _later.c.id)
    .limit(1)
    .correlate(interactions)
    .scalar_subquery()
)
_earlier = activity_moves.alias("earlier")
LAST_MOVE = (
    sa.select(_earlier.c.id)
    .where(_earlier.c.interaction_id == interactions.c.id, _earlier.c.undone_at.is_(None))
    .order_by(_earlier.c.moved_at.desc(), _earlier.c.id)
    .limit(1)
    .correlate(interactions)
    .scalar_subquery()
)
"""The move that an interaction stands where it does since."""
_ACTIVITY = sa.select(
    interactions.c.id, interactions.c.channel, interactions.c.direction, interactions.c.subject,
    interactions.c.request_id, interactions.c.own_request_id,
    INTERACTION_AT.label("at"),
    interactions.c.field_values,
    legs.c.id.label("leg_id"), legs.c.wrapup, legs.c.edits, agents.c.name.label("agent_name"),
    activity_moves.c.id.label("move_id"), activity_moves.c.moved_at,
).select_from(
    interactions.join(legs, legs.c.id == _LEG)
    .join(agents, agents.c.id == legs.c.agent_id)
    .outerjoin(
        activity_moves,
        sa.and_(activity_moves.c.id == LAST_MOVE, activity_moves.c.request_id == interactions.c.request_id),
    )
)  # fmt: skip


def _activities(effective: sa.ColumnElement[Any]) -> Statement:
    """Activities of the shown request, newest first. Parameters card, shown."""
    places = places_in_request(_SHOWN, effective, ACTIVITY_ROWS + 1).subquery()
    return (
        _ACTIVITY.where(interactions.c.id.in_(sa.select(places.c.id)))
        .order_by(INTERACTION_AT.desc(), interactions.c.id.desc())
        .limit(ACTIVITY_ROWS + 1)
    )


def places_in_request(
    request: sa.ColumnElement[Any], effective: sa.ColumnElement[Any], rows: Any, *where: sa.ColumnElement[bool]
) -> sa.CompoundSelect[Any]:
    """Ids and times of the newest `rows` interactions of the root `card` in `request`, and a few more. Parameter card.

    The index has them in this order: none is read that is not among the newest.
    """
    columns = {interactions.c.request_id: [], interactions.c.own_request_id: [effective == request]}
    if effective is interactions.c.request_id:
        columns.pop(interactions.c.own_request_id)
    else:
        columns[interactions.c.request_id] = [effective == request]
    found = (
        sa.select(interactions.c.id, INTERACTION_AT.label("at"))
        .where(column == request, *is_in, _in_group(interactions.c.card_id), *where)
        .order_by(INTERACTION_AT.desc(), interactions.c.id.desc())
        .limit(rows)
        .subquery()
        for column, is_in in columns.items()
    )
    return sa.union(*(sa.select(one) for one in found))


_REQUESTS = {False: _requests(1), True: _requests(groups.SLOTS)}
_ACTIVITIES = {False: _activities(interactions.c.request_id), True: _activities(effective_of_group(_CARD))}
"""By whether the card was ever merged."""
_MOVING = _ACTIVITY.add_columns(effective_of_group(_CARD).label("effective")).where(
    interactions.c.id == sa.bindparam("interaction", type_=sa.String), _in_group(interactions.c.card_id)
)


@dataclass(frozen=True, slots=True)
class Handling:
    """What an agent looks at, and works on, in a card."""

    request: RequestId | None = None
    """None: the current interaction's."""
    moving: InteractionId | None = None
    query: str = ""
    is_editing: bool = False
    """True while the form of the profile is written in."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What stands in it on a card in the chat, by input."""
    correcting: str | None = None
    """The comment that the next one corrects."""
    comment: str = ""
    """What stands in the field for one on a card in the chat."""
    withdrawing: str = ""
    """The leg and the record whose activity may be taken out of the CRM, while that is asked."""
    journey: Mapping[str, Any] = field(default_factory=dict)
    """Which part of the journey is looked at: `customers.journey.Look`."""
    creating: str = ""
    """The id of the record that is about to be created, or `creating.CHOOSING`; empty: none."""
    reading: Mapping[str, Any] = field(default_factory=dict)
    """What they read of the messages, as `storage.threads.Reading` writes it."""
    listing: Sequence[str] = ()
    """Where the pages of all requests begin that they have turned, the first with an empty place; empty: the open and
    the newest ones are listed."""

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> Handling:
        """As `to_json` wrote it."""
        return cls(**stored) if stored else cls()

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "request": self.request,
            "moving": self.moving,
            "query": self.query,
            "is_editing": self.is_editing,
            "typed": dict(self.typed),
            "correcting": self.correcting,
            "comment": self.comment,
            "withdrawing": self.withdrawing,
            "journey": dict(self.journey),
            "creating": self.creating,
            "reading": dict(self.reading),
            "listing": list(self.listing),
        }


Own = Callable[[Row], tuple[FieldView, ...]]


def _none(_row: Row) -> tuple[FieldView, ...]:
    return ()


def requests_view(
    connection: sa.Connection,
    user_id: UserId,
    card_id: CardId,
    handling: Handling,
    *,
    current: RequestId | None,
    members: Sequence[CardId],
    was_merged: bool,
    own: Own = _none,
) -> RequestsView:
    """The requests of the root `card_id`. `current`: the one that the viewer's interaction is in. `own`: the company's
    own fields of an activity, by its row."""
    ids = [one for one in (handling.request, current) if one]
    asked = groups.spread_over(members, groups.SLOTS if was_merged else 1)
    found = [every(connection.execute(_REQUESTS[was_merged], {"card": card_id, "ids": ids, **some})) for some in asked]
    rows = sorted(itertools.chain(*found), key=_place, reverse=True)
    known = {RequestId(row["id"]): row for row in rows}
    chosen = next((one for one in ids if one in known), None)
    shown = _shown(connection, card_id, known[chosen], current, own, was_merged=was_merged) if chosen else None
    move = _move(connection, user_id, card_id, handling) if handling.moving else None
    if handling.listing:
        page = request_pages.page(connection, members, handling.listing[-1], was_merged=was_merged)
        on_it = tuple(request_of(row, current) for row in page[: request_pages.PAGE_ROWS])
        has_more = len(page) > request_pages.PAGE_ROWS
        return RequestsView(shown, on_it, has_more=has_more, turned=len(handling.listing), move=move)
    rest = [row for one, row in known.items() if one != chosen and (row["state"] != "cancelled" or one == current)]
    opened = [request_of(row, current) for row in rest if row["state"] == RequestState.OPEN]
    closed = [request_of(row, current) for row in rest if row["state"] != RequestState.OPEN]
    return RequestsView(
        shown=shown,
        others=(*opened[:OPEN_ROWS], *closed[:CLOSED_ROWS]),
        has_more=len(opened) > OPEN_ROWS or len(closed) > CLOSED_ROWS,
        move=move,
    )


def _place(row: Row) -> tuple[bool, datetime, str]:
    return row["state"] == RequestState.OPEN, row["created_at"], row["id"]


def _shown(
    connection: sa.Connection, card_id: CardId, row: Row, current: RequestId | None, own: Own, *, was_merged: bool
) -> RequestView:
    rows = every(connection.execute(_ACTIVITIES[was_merged], {"card": card_id, "shown": row["id"]}))
    return replace(
        request_of(row, current),
        activities=tuple(_activity(one, own) for one in rows[:ACTIVITY_ROWS]),
        has_more_activities=len(rows) > ACTIVITY_ROWS,
    )


def _activity(row: Row, own: Own) -> ActivityView:
    wrap_up = WrapUp.combine(row["wrapup"], row["edits"])
    return ActivityView(
        interaction_id=InteractionId(row["id"]),
        leg_id=LegId(row["leg_id"]),
        channel=Channel(row["channel"]),
        at=row["at"],
        direction=Direction(row["direction"]) if row["direction"] else None,
        agent_name=row["agent_name"],
        subject=row["subject"],
        disposition=wrap_up.disposition_label or wrap_up.disposition,
        tags=wrap_up.tags,
        fields=own(row),
        moved_at=row["moved_at"],
        move_id=MoveId(row["move_id"]) if row["move_id"] else None,
    )


def _move(connection: sa.Connection, user_id: UserId, card_id: CardId, handling: Handling) -> MoveView | None:
    rows = every(connection.execute(_MOVING, {"card": card_id, "interaction": handling.moving}))
    if not rows:
        return None
    found = lists.search_list(connection, user_id, handling.query).rows if handling.query else ()
    targets = [MoveTarget(line.card_id, line.customer_name, line.identity) for line in found if line.card_id != card_id]
    source = RequestId(rows[0]["effective"]) if rows[0]["effective"] else None
    return MoveView(_activity(rows[0], _none), source, handling.query, tuple(targets[:TARGET_ROWS]))
