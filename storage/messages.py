"""Chat messages that show a leg's card, and everything that is needed to bring one up to date."""

from __future__ import annotations

import sqlalchemy as sa

from customers.ids import LegId, UserId
from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, first
from storage.tables import agents, card_messages, interactions, legs, users
from storage.upsert import upsert

_MINE = sa.and_(card_messages.c.leg_id == legs.c.id, card_messages.c.user_id == agents.c.user_id)
_ADDRESSEE = (
    sa.select(
        users, legs.c.state, legs.c.accepted_at, interactions.c.card_id, card_messages.c.digest,
        card_messages.c.activity_id, card_messages.c.conversation_id.label("message_conversation_id"),
    )
    .select_from(
        legs.join(interactions, interactions.c.id == legs.c.interaction_id)
        .join(agents, agents.c.id == legs.c.agent_id)
        .join(users, users.c.user_id == agents.c.user_id)
        .outerjoin(card_messages, _MINE)
    )
    .where(same(legs.c.id))
)  # fmt: skip
_SAVE = upsert(card_messages, ["leg_id", "user_id"], ["conversation_id", "activity_id", "digest", "updated_at"])
_FORGET = sa.delete(card_messages).where(same(card_messages.c.leg_id, card_messages.c.user_id))


def addressee(connection: sa.Connection, leg_id: LegId) -> Row | None:
    """The leg with its card, the Teams user of its agent, and the message that shows it; None: nobody to show it to."""
    return first(connection.execute(_ADDRESSEE, {"the_id": leg_id}))


def save(tx: Tx, leg_id: LegId, user_id: UserId, *, conversation_id: str, activity_id: str, digest: str) -> None:
    """The leg's card stands in this message, and shows what has this digest."""
    values = {
        "leg_id": leg_id, "user_id": user_id, "conversation_id": conversation_id, "activity_id": activity_id,
        "digest": digest, "updated_at": tx.now,
    }  # fmt: skip
    tx.execute(_SAVE[tx.dialect], values)


def forget(tx: Tx, leg_id: LegId, user_id: UserId) -> None:
    """The message is gone; a new one is sent."""
    tx.execute(_FORGET, {"the_leg_id": leg_id, "the_user_id": user_id})
