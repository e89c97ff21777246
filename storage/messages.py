"""Chat messages that show a leg's card, and everything that is needed to bring one up to date."""

from __future__ import annotations

import sqlalchemy as sa

from customers.ids import LegId, UserId
from storage.engine import Tx
from storage.rows import Row, first
from storage.tables import agents, card_messages, interactions, legs, users
from storage.upsert import upsert


def addressee(connection: sa.Connection, leg_id: LegId) -> Row | None:
    """The leg with its card, the Teams user of its agent, and the message that shows it; None: nobody to show it to."""
    mine = sa.and_(card_messages.c.leg_id == legs.c.id, card_messages.c.user_id == agents.c.user_id)
    query = (
        sa.select(
            users, legs.c.state, legs.c.accepted_at, interactions.c.card_id, card_messages.c.digest,
            card_messages.c.activity_id, card_messages.c.conversation_id.label("message_conversation_id"),
        )
        .select_from(
            legs.join(interactions, interactions.c.id == legs.c.interaction_id)
            .join(agents, agents.c.id == legs.c.agent_id)
            .join(users, users.c.user_id == agents.c.user_id)
            .outerjoin(card_messages, mine)
        )
        .where(legs.c.id == leg_id)
    )  # fmt: skip
    return first(connection.execute(query))


def save(tx: Tx, leg_id: LegId, user_id: UserId, *, conversation_id: str, activity_id: str, digest: str) -> None:
    """The leg's card stands in this message, and shows what has this digest."""
    values = {
        "leg_id": leg_id, "user_id": user_id, "conversation_id": conversation_id, "activity_id": activity_id,
        "digest": digest, "updated_at": tx.now,
    }  # fmt: skip
    upsert(tx, card_messages, values, ["leg_id", "user_id"])


def forget(tx: Tx, leg_id: LegId, user_id: UserId) -> None:
    """The message is gone; a new one is sent."""
    where = sa.and_(card_messages.c.leg_id == leg_id, card_messages.c.user_id == user_id)
    tx.execute(sa.delete(card_messages).where(where))
