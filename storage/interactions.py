"""Interactions, what happened to them, and their legs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from customers.events import InteractionEvent
from customers.ids import AgentId, CardId, InteractionId, LegId, UserId, new_id
from customers.model import Channel
from storage.engine import Tx
from storage.rows import Row, every, first, only
from storage.tables import agents, cards, customers, interactions, legs, life_events
from storage.upsert import insert_ignoring


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """One interaction, without its legs."""

    id: InteractionId
    intake: str
    source: str
    ref: str
    card_id: CardId | None
    channel: Channel


_INTERACTION = [interactions.c[name] for name in InteractionRow.__slots__]


def locate(tx: Tx, intake: str, event: InteractionEvent) -> InteractionRow:
    """The interaction that `event` is about, made where there is none; nobody else changes it in this moment."""
    tx.lock(f"interaction:{intake}:{event.source}:{event.interaction_ref}")
    where = sa.and_(
        interactions.c.intake == intake,
        interactions.c.source == event.source,
        interactions.c.ref == event.interaction_ref,
    )
    row = tx.execute(sa.select(*_INTERACTION).where(where)).first()
    if row is None:
        values = {
            "id": new_id(), "intake": intake, "source": event.source, "ref": event.interaction_ref,
            "channel": event.channel, "hints": [], "created_at": tx.now,
        }  # fmt: skip
        tx.execute(sa.insert(interactions).values(**values))
        row = tx.execute(sa.select(*_INTERACTION).where(where)).one()
    return _row(row)


def load(tx: Tx, interaction_id: InteractionId) -> InteractionRow | None:
    """One interaction by our id."""
    row = tx.execute(sa.select(*_INTERACTION).where(interactions.c.id == interaction_id)).first()
    return _row(row) if row else None


def _row(row: sa.Row[Any]) -> InteractionRow:
    values = list(row)
    return InteractionRow(*values[:-1], channel=Channel(values[-1]))


def update(tx: Tx, interaction_id: InteractionId, **values: Any) -> None:
    """The interaction is as `values` say; its version has risen."""
    statement = sa.update(interactions).where(interactions.c.id == interaction_id)
    tx.execute(statement.values(version=interactions.c.version + 1, **values))


def values(tx: Tx, interaction_id: InteractionId) -> Row:
    """Every column of the interaction."""
    return only(tx.execute(sa.select(interactions).where(interactions.c.id == interaction_id)))


def add_event(tx: Tx, interaction_id: InteractionId, event: InteractionEvent) -> bool:
    """`event` is part of the interaction's life; False where it was already."""
    statement = insert_ignoring(tx, life_events, ["interaction_id", "source", "event_id"]).returning(life_events.c.id)
    row = {"interaction_id": interaction_id, "source": event.source, "event_id": event.id, "body": event.to_json()}
    return tx.execute(statement, row).scalar() is not None


def life(tx: Tx, interaction_id: InteractionId) -> list[InteractionEvent]:
    """Everything that happened to the interaction, in no order."""
    query = sa.select(life_events.c.body).where(life_events.c.interaction_id == interaction_id)
    return [InteractionEvent.from_json(body) for body in tx.execute(query).scalars()]


# --- legs -------------------------------------------------------------------------------------------------------


def legs_of(tx: Tx, interaction_id: InteractionId) -> list[Row]:
    """Every leg, with its agent's key and Teams user."""
    query = (
        sa.select(legs, agents.c.key.label("agent_key"), agents.c.user_id)
        .join(agents, agents.c.id == legs.c.agent_id)
        .where(legs.c.interaction_id == interaction_id)
    )
    return every(tx.execute(query))


def add_leg(tx: Tx, interaction_id: InteractionId, agent_id: AgentId, number: int, columns: Mapping[str, Any]) -> LegId:
    """A new leg."""
    leg_id = LegId(new_id())
    fixed = {"id": leg_id, "interaction_id": interaction_id, "agent_id": agent_id, "number": number, "edits": {}}
    tx.execute(sa.insert(legs).values(**fixed, created_at=tx.now, **columns))
    return leg_id


def update_leg(tx: Tx, leg_id: LegId, **columns: Any) -> None:
    """The leg is as `columns` say."""
    tx.execute(sa.update(legs).where(legs.c.id == leg_id).values(**columns))


def leg(tx: Tx, leg_id: LegId) -> Row | None:
    """The leg with its interaction, card and agent: what use cases decide on."""
    query = (
        sa.select(
            legs, interactions.c.intake, interactions.c.source, interactions.c.ref, interactions.c.card_id,
            interactions.c.channel, agents.c.user_id, agents.c.key.label("agent_key"),
        )
        .join(interactions, interactions.c.id == legs.c.interaction_id)
        .join(agents, agents.c.id == legs.c.agent_id)
        .where(legs.c.id == leg_id)
    )  # fmt: skip
    return first(tx.execute(query))


@dataclass(frozen=True, slots=True)
class ActivitySource:
    """Everything that a CRM activity about one leg can say."""

    leg: Mapping[str, Any]
    interaction: Mapping[str, Any]
    customer: Mapping[str, Any]
    agent: Mapping[str, Any]


def activity_source(tx: Tx, leg_id: LegId) -> ActivitySource | None:
    """The leg with all that it stands in, read now."""
    parts = {"leg": legs, "interaction": interactions, "customer": customers, "agent": agents}
    columns = [column.label(f"{part}__{column.name}") for part, table in parts.items() for column in table.c]
    query = (
        sa.select(*columns)
        .select_from(
            legs.join(interactions, interactions.c.id == legs.c.interaction_id)
            .join(agents, agents.c.id == legs.c.agent_id)
            .outerjoin(cards, cards.c.id == interactions.c.card_id)
            .outerjoin(customers, customers.c.id == cards.c.customer_id)
        )
        .where(legs.c.id == leg_id)
    )
    row = first(tx.execute(query))
    if row is None:
        return None
    split = {
        part: {name.split("__", 1)[1]: row[name] for name in row if name.startswith(f"{part}__")} for part in parts
    }
    return ActivitySource(**split)


def legs_of_agent(tx: Tx, agent_id: AgentId, open_states: list[str]) -> list[tuple[LegId, CardId]]:
    """Legs that the agent still works on, each with its card."""
    query = (
        sa.select(legs.c.id, interactions.c.card_id)
        .join(interactions, interactions.c.id == legs.c.interaction_id)
        .where(legs.c.agent_id == agent_id, legs.c.state.in_(open_states), interactions.c.card_id.isnot(None))
    )
    return [(LegId(leg_id), CardId(card_id)) for leg_id, card_id in tx.execute(query)]


def open_leg_ids(connection: sa.Connection, user_id: UserId, open_states: list[str]) -> list[LegId]:
    """Legs that the Teams user still works on."""
    query = sa.select(legs.c.id).join(agents).where(agents.c.user_id == user_id, legs.c.state.in_(open_states))
    return [LegId(found) for found in connection.execute(query).scalars()]
