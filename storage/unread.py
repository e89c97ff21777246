"""What an agent has not had open yet of their interactions (E-08): a mark on each of their legs.

It changes nothing of the interaction itself: no version rises, and no request closes later for it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from customers.ids import InteractionId, LegId, UserId
from storage.conditions import same
from storage.engine import Tx
from storage.tables import LEG_AT, LEG_IS_OPEN, LEG_IS_UNREAD, agents, legs

MOST = 100
"""So many are counted: more says no agent more."""

_USER = sa.bindparam("user", type_=sa.String)
_MINE = legs.c.agent_id.in_(sa.select(agents.c.id).where(agents.c.user_id == _USER))
_CONCERNED = (
    sa.select(legs.c.id, legs.c.unread_at, agents.c.user_id, sa.case((LEG_IS_OPEN, 1), else_=0).label("is_open"))
    .select_from(legs.join(agents))
    .where(same(legs.c.interaction_id), sa.or_(LEG_IS_OPEN, legs.c.accepted_at.isnot(None)))
    .order_by(LEG_AT.desc(), legs.c.id.desc())
)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_MARK = sa.update(legs).where(legs.c.id.in_(_IDS)).values(unread_at=sa.bindparam("at", type_=legs.c.unread_at.type))
_READ = sa.update(legs).where(same(legs.c.interaction_id), _MINE, LEG_IS_UNREAD).values(unread_at=None)
ALL = (
    sa.select(legs.c.id, legs.c.unread_at)
    .where(_MINE, LEG_IS_UNREAD, legs.c.card_id.isnot(None))
    .order_by(legs.c.unread_at.desc(), legs.c.id)
    .limit(MOST)
)
"""A user's legs with something new, the newest first. Parameter user."""


def customer_wrote(tx: Tx, interaction_id: InteractionId) -> set[UserId]:
    """It is unread for those who have it, else for whoever had it last; those for whom it was not are returned."""
    concerned = tx.execute(_CONCERNED, {"the_interaction_id": interaction_id}).all()
    theirs = [row for row in concerned if row.is_open] or concerned[:1]
    news = [row for row in theirs if row.unread_at is None]
    mark(tx, *(LegId(row.id) for row in news))
    return {UserId(row.user_id) for row in news if row.user_id}


def mark(tx: Tx, *leg_ids: LegId) -> None:
    """There is something new in them."""
    if leg_ids:
        tx.execute(_MARK, {"ids": [*leg_ids], "at": tx.now})


def let_go(tx: Tx, leg_id: LegId) -> None:
    """There is nothing new in it for its agent any more."""
    tx.execute(_MARK, {"ids": [leg_id], "at": None})


def read(tx: Tx, user_id: UserId, interaction_id: InteractionId) -> bool:
    """The user has had the interaction open; True where there was something new in it."""
    return tx.execute(_READ, {"the_interaction_id": interaction_id, "user": user_id}).rowcount > 0


def legs_of(connection: sa.Connection, user_id: UserId) -> tuple[LegId, ...]:
    """The user's legs with something new, the newest first; at most MOST of them."""
    return tuple(LegId(found) for found in connection.execute(ALL, {"user": user_id}).scalars())
