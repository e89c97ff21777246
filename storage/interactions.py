"""Interactions, what happened to them, and their legs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.events import InteractionEvent
from customers.ids import AgentId, CardId, InteractionId, LegId, UserId, new_id
from customers.model import Channel
from storage import groups
from storage.conditions import same
from storage.engine import Tx
from storage.groups import ROOT
from storage.profiles import profiles
from storage.rows import Row, every, first, only
from storage.tables import LEG_IS_OPEN, agents, card_messages, cards, customers, interactions, legs, life_events
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
    home_id: CardId | None = None
    """The card that its identities lead to, where an agent has moved it to another customer (B-42)."""
    replied_at: datetime | None = None


_INTERACTION = [interactions.c[one.name] for one in fields(InteractionRow)]
_LOCATE = sa.select(*_INTERACTION).where(same(interactions.c.intake, interactions.c.source, interactions.c.ref))
_NEW = sa.insert(interactions)
_LOAD = sa.select(*_INTERACTION).where(same(interactions.c.id))
_UPDATE = sa.update(interactions).where(same(interactions.c.id)).values(version=interactions.c.version + 1)
_FOLLOW = sa.update(legs).where(same(legs.c.interaction_id))
_VALUES = sa.select(interactions).where(same(interactions.c.id))
_ADD_EVENT = insert_ignoring(life_events, ["interaction_id", "source", "event_id"], returning=[life_events.c.id])
_LIFE = sa.select(life_events.c.body).where(same(life_events.c.interaction_id))


def locate(tx: Tx, intake: str, event: InteractionEvent) -> InteractionRow:
    """The interaction that `event` is about, made where there is none; nobody else changes it in this moment."""
    hold(tx, {"intake": intake, "source": event.source, "ref": event.interaction_ref})
    where = {"the_intake": intake, "the_source": event.source, "the_ref": event.interaction_ref}
    found = tx.execute(_LOCATE, where).first()
    return _row(found) if found else _new(tx, intake, event)


def hold(tx: Tx, named: Mapping[str, Any]) -> bool:
    """Until the end of `tx` nobody else changes the interaction of this `intake`, `source` and `ref`.

    Whoever changes one takes it before all else: events, actions and pushes of one interaction come one by one.
    True where what was read of it before must be read again.
    """
    return hold_all(tx, [named])


def hold_all(tx: Tx, many: Iterable[Mapping[str, Any]]) -> bool:
    """`hold` of each, in an order that is everybody's."""
    return tx.lock(*(f"interaction:{named['intake']}:{named['source']}:{named['ref']}" for named in many))


def _new(tx: Tx, intake: str, event: InteractionEvent) -> InteractionRow:
    row = InteractionRow(
        InteractionId(new_id()), intake, event.source, event.interaction_ref, card_id=None, channel=event.channel
    )
    values = {
        "id": row.id, "intake": intake, "source": row.source, "ref": row.ref, "channel": row.channel, "hints": [],
        "created_at": tx.now,
    }  # fmt: skip
    tx.execute(_NEW, values)
    return row


def load(tx: Tx, interaction_id: InteractionId) -> InteractionRow | None:
    """One interaction by our id."""
    row = tx.execute(_LOAD, {"the_id": interaction_id}).first()
    return _row(row) if row else None


def _row(row: sa.Row[Any]) -> InteractionRow:
    channel = Channel(row.channel)
    return InteractionRow(row.id, row.intake, row.source, row.ref, row.card_id, channel, row.home_id, row.replied_at)


def update(tx: Tx, interaction_id: InteractionId, **values: Any) -> None:
    """The interaction is as `values` say, and its legs are on the same card; its version has risen."""
    tx.execute(_UPDATE, values | {"the_id": interaction_id})
    if "card_id" in values:
        tx.execute(_FOLLOW, {"the_interaction_id": interaction_id, "card_id": values["card_id"]})


def values(tx: Tx, interaction_id: InteractionId) -> Row:
    """Every column of the interaction."""
    return only(tx.execute(_VALUES, {"the_id": interaction_id}))


def add_event(tx: Tx, interaction_id: InteractionId, event: InteractionEvent) -> bool:
    """`event` is part of the interaction's life; False where it was already."""
    row = {"interaction_id": interaction_id, "source": event.source, "event_id": event.id, "body": event.to_json()}
    return tx.execute(_ADD_EVENT[tx.dialect], row).scalar() is not None


def life(tx: Tx, interaction_id: InteractionId) -> list[InteractionEvent]:
    """Everything that happened to the interaction, in no order."""
    bodies = tx.execute(_LIFE, {"the_interaction_id": interaction_id}).scalars()
    return [InteractionEvent.from_json(body) for body in bodies]


# --- legs -------------------------------------------------------------------------------------------------------

_LEGS_OF = (
    sa.select(legs, agents.c.key.label("agent_key"), agents.c.user_id)
    .join(agents, agents.c.id == legs.c.agent_id)
    .where(same(legs.c.interaction_id))
)
_ITS_CARD = sa.select(interactions.c.card_id).where(interactions.c.id == sa.bindparam("its_interaction"))
_NEW_LEG = sa.insert(legs).values(card_id=_ITS_CARD.scalar_subquery())
_CARD_OF_LEG = sa.select(interactions.c.card_id).where(interactions.c.id == legs.c.interaction_id)
_UPDATE_LEG = sa.update(legs).where(same(legs.c.id)).values(card_id=_CARD_OF_LEG.scalar_subquery())
_OWN = [column for column in legs.c if column is not legs.c.card_id]
_LEGS = (
    sa.select(
        *_OWN, interactions.c.intake, interactions.c.source, interactions.c.ref, ROOT.label("card_id"),
        interactions.c.channel, interactions.c.field_values, agents.c.user_id, agents.c.key.label("agent_key"),
    )
    .join(interactions, interactions.c.id == legs.c.interaction_id)
    .join(agents, agents.c.id == legs.c.agent_id)
    .outerjoin(cards, cards.c.id == interactions.c.card_id)
)  # fmt: skip
_LEG = _LEGS.where(same(legs.c.id))
_PUSHED_LEGS = _LEGS.where(same(legs.c.interaction_id), legs.c.pushed_at.isnot(None)).order_by(legs.c.id)


_AT_WORK = (
    sa.select(legs.c.card_id)
    .select_from(legs.join(agents))
    .where(
        groups.in_group(legs.c.card_id, sa.bindparam("root", type_=sa.String)),
        LEG_IS_OPEN,
        legs.c.accepted_at.isnot(None),
        same(agents.c.user_id),
    )
    .distinct()
)


def legs_of(tx: Tx, interaction_id: InteractionId) -> list[Row]:
    """Every leg, with its agent's key and Teams user."""
    return every(tx.execute(_LEGS_OF, {"the_interaction_id": interaction_id}))


def add_leg(tx: Tx, interaction_id: InteractionId, agent_id: AgentId, number: int, columns: Mapping[str, Any]) -> LegId:
    """A new leg."""
    leg_id = LegId(new_id())
    fixed = {
        "id": leg_id, "interaction_id": interaction_id, "its_interaction": interaction_id, "agent_id": agent_id,
        "number": number, "edits": {}, "created_at": tx.now, "changed_at": tx.now,
    }  # fmt: skip
    tx.execute(_NEW_LEG, {**fixed, **columns})
    return leg_id


def update_leg(tx: Tx, leg_id: LegId, **columns: Any) -> None:
    """The leg is as `columns` say; its request closes later for that (B-36)."""
    tx.execute(_UPDATE_LEG, columns | {"the_id": leg_id, "changed_at": tx.now})


def leg(tx: Tx, leg_id: LegId) -> Row | None:
    """The leg with its interaction, agent and the root of its card: what use cases decide on."""
    return first(tx.execute(_LEG, {"the_id": leg_id}))


def pushed_legs(tx: Tx, interaction_id: InteractionId) -> list[Row]:
    """Legs, as of `leg`, whose time of the push has come: a record linked from now on is written at once (C-12)."""
    return every(tx.execute(_PUSHED_LEGS, {"the_interaction_id": interaction_id}))


@dataclass(frozen=True, slots=True)
class ActivitySource:
    """Everything that a CRM activity about one leg can say."""

    leg: Mapping[str, Any]
    interaction: Mapping[str, Any]
    customer: Mapping[str, Any]
    agent: Mapping[str, Any]


_PARTS = {"leg": legs, "interaction": interactions, "customer": customers, "agent": agents}
_ACTIVITY_SOURCE = (
    sa.select(
        *(column.label(f"{part}__{column.name}") for part, table in _PARTS.items() for column in table.c),
        ROOT,
        groups.WAS_MERGED,
    )
    .select_from(
        legs.join(interactions, interactions.c.id == legs.c.interaction_id)
        .join(agents, agents.c.id == legs.c.agent_id)
        .outerjoin(cards, cards.c.id == interactions.c.card_id)
        .outerjoin(customers, customers.c.id == cards.c.customer_id)
    )
    .where(legs.c.id.in_(sa.bindparam("ids", expanding=True)))
)


def activity_source(tx: Tx, leg_id: LegId) -> ActivitySource | None:
    """The leg with all that it stands in, read now; the customer as the card shows them."""
    return activity_sources(tx, [leg_id]).get(leg_id)


def activity_sources(tx: Tx, leg_ids: Iterable[LegId]) -> dict[LegId, ActivitySource]:
    """`activity_source` of each leg that there is."""
    found: dict[LegId, ActivitySource] = {}
    merged: dict[CardId, list[dict[str, Any]]] = defaultdict(list)
    for row in tx.execute(_ACTIVITY_SOURCE, {"ids": list(leg_ids)}):
        values = iter(row)
        parts = {part: {column.name: next(values) for column in table.c} for part, table in _PARTS.items()}
        root_id, was_merged = values
        if was_merged:
            merged[root_id].append(parts["customer"])
        found[parts["leg"]["id"]] = ActivitySource(**parts)
    for root_id, profile in profiles(tx.connection, merged).items() if merged else ():
        for customer in merged[root_id]:
            customer.update(profile.values)
    return found


def all_legs_of_agent(tx: Tx, agent_id: AgentId) -> list[Row]:
    """Every leg of the agent, as of `leg`."""
    return every(tx.execute(_LEGS.where(legs.c.agent_id == agent_id)))


def drop_leg(tx: Tx, leg_id: LegId, survivor: LegId) -> None:
    """The leg, which nothing was ever pushed of, is gone; `survivor` has its chat message where it has none."""
    messages = card_messages.c
    has_one = tx.execute(sa.select(messages.leg_id).where(messages.leg_id == survivor).limit(1)).first()
    if not has_one:
        tx.execute(sa.update(card_messages).where(messages.leg_id == leg_id).values(leg_id=survivor))
    tx.execute(sa.delete(card_messages).where(messages.leg_id == leg_id))
    tx.execute(sa.delete(legs).where(legs.c.id == leg_id))


def legs_of_agent(tx: Tx, agent_id: AgentId, open_states: list[str]) -> list[tuple[LegId, CardId]]:
    """Legs that the agent still works on, each with its card."""
    query = (
        sa.select(legs.c.id, interactions.c.card_id)
        .join(interactions, interactions.c.id == legs.c.interaction_id)
        .where(legs.c.agent_id == agent_id, legs.c.state.in_(open_states), interactions.c.card_id.isnot(None))
    )
    return [(LegId(leg_id), CardId(card_id)) for leg_id, card_id in tx.execute(query)]


def cards_at_work(tx: Tx, root_id: CardId, user_id: UserId) -> list[CardId]:
    """Those of the root's cards of which the Teams user has accepted an interaction and still works on it."""
    return [CardId(found) for found in tx.execute(_AT_WORK, {"root": root_id, "the_user_id": user_id}).scalars()]


def open_leg_ids(connection: sa.Connection, user_id: UserId, open_states: list[str]) -> list[LegId]:
    """Legs that the Teams user still works on."""
    query = sa.select(legs.c.id).join(agents).where(agents.c.user_id == user_id, legs.c.state.in_(open_states))
    return [LegId(found) for found in connection.execute(query).scalars()]
