"""The list of an agent's own interactions (E-07): those they have, and those in which there is something new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, InteractionId, LegId, UserId
from customers.messages import Side
from customers.model import Channel, LegState
from customers.own_interactions import OwnInteraction, OwnInteractionsView, Wanted
from storage import lists, unread
from storage.request_views import effective_of_group
from storage.rows import Row, every
from storage.tables import (
    LEG_AT,
    LEG_IS_OPEN,
    LEG_IS_UNREAD,
    agents,
    cards,
    customers,
    identities,
    interactions,
    legs,
    messages,
    requests,
)

PAGE_ROWS = 25
WORDS = 300
"""Characters of a message that are read for its line."""

_USER = sa.bindparam("user", type_=sa.String)
_own = legs.c.agent_id.in_(sa.select(agents.c.id).where(agents.c.user_id == _USER))
_CANDIDATES = sa.union(
    sa.select(legs.c.id).where(_own, LEG_IS_OPEN),
    sa.select(legs.c.id).where(_own, LEG_IS_UNREAD),
    sa.select(legs.c.id).where(_own, legs.c.id == sa.bindparam("shown", type_=sa.String)),
)
_home = cards.alias("home")
"""The card that the interaction stands on; `cards` is its root."""
_IS_OPEN = sa.case((LEG_IS_OPEN, 1), else_=0)
_AT = sa.case((interactions.c.last_message_at > LEG_AT, interactions.c.last_message_at), else_=LEG_AT)
_IS_BLOCKED = (
    sa.exists()
    .where(identities.c.card_id == interactions.c.card_id, identities.c.blocked_at.isnot(None))
    .correlate(interactions)
)
_said = messages.alias("said")
_NEWEST = (
    sa.select(_said.c.id)
    .where(_said.c.interaction_id == interactions.c.id, ~_said.c.is_internal)
    .order_by(_said.c.at.desc(), _said.c.id)
    .limit(1)
    .correlate(interactions)
    .scalar_subquery()
)
_ROWS = (
    sa.select(
        legs.c.id, legs.c.interaction_id, legs.c.state, legs.c.unread_at, _AT.label("at"), cards.c.id.label("root"),
        interactions.c.channel, interactions.c.subject, customers.c.name, lists.FIRST_IDENTITY.label("identity"),
        lists.IS_MERGED.label("is_merged"), requests.c.name.label("request"), messages.c.side,
        sa.func.substr(messages.c.text, 1, WORDS).label("message"), _IS_BLOCKED.label("is_blocked"),
    )
    .select_from(
        legs.join(interactions, interactions.c.id == legs.c.interaction_id)
        .join(_home, _home.c.id == interactions.c.card_id)
        .join(cards, cards.c.id == sa.func.coalesce(_home.c.survivor_id, _home.c.id))
        .join(customers, customers.c.id == cards.c.customer_id)
        .outerjoin(requests, requests.c.id == effective_of_group(cards.c.id))
        .outerjoin(messages, messages.c.id == _NEWEST)
    )
    .where(legs.c.id.in_(_CANDIDATES))
    .order_by(_IS_OPEN.desc(), _AT.desc(), legs.c.id.desc())
    .limit(PAGE_ROWS + 1)
)  # fmt: skip
"""Parameters user, shown."""
_OPEN = sa.bindparam("is_open", type_=sa.Integer)
_TIME = sa.bindparam("after_at", type_=legs.c.unread_at.type)
_LEG = sa.bindparam("after_leg", type_=sa.String)
_AFTER = _ROWS.where(
    sa.or_(
        _IS_OPEN < _OPEN,
        sa.and_(_IS_OPEN == _OPEN, sa.or_(_AT < _TIME, sa.and_(_AT == _TIME, legs.c.id < _LEG))),
    )
)
"""The same, of a page. Parameters is_open, after_at, after_leg too."""


def own_interactions(connection: sa.Connection, user_id: UserId, wanted: Wanted) -> OwnInteractionsView:
    """A page of the list: in two statements, and a few more where cards were merged."""
    asked: dict[str, Any] = {"user": user_id, "shown": wanted.shown or ""}
    statement = _ROWS
    if wanted.after is not None:
        is_open, at, leg_id = wanted.after
        statement = _AFTER
        asked |= {"is_open": int(is_open), "after_at": at, "after_leg": leg_id}
    found = every(connection.execute(statement, asked))
    rows = found[:PAGE_ROWS]
    names = lists.names_of(connection, (CardId(row["root"]) for row in rows if row["is_merged"]))
    return OwnInteractionsView(
        rows=tuple(_row(row, names) for row in rows),
        unread=unread.legs_of(connection, user_id),
        has_more=len(found) > PAGE_ROWS,
        is_first=wanted.after is None,
        shown=wanted.shown,
    )


def _row(row: Row, names: Mapping[CardId, str]) -> OwnInteraction:
    card_id = CardId(row["root"])
    message = "" if row["is_blocked"] else row["message"] or ""
    return OwnInteraction(
        leg_id=LegId(row["id"]),
        interaction_id=InteractionId(row["interaction_id"]),
        card_id=card_id,
        channel=Channel(row["channel"]),
        state=LegState(row["state"]),
        at=row["at"],
        customer_name=names.get(card_id) or row["name"],
        identity=row["identity"] or "",
        is_unread=row["unread_at"] is not None,
        message=message,
        side=Side(row["side"]) if message else Side.ALL,
        request=row["request"] or "",
        subject=row["subject"],
    )
