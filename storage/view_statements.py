"""What `storage.views` asks the database, built once."""

from __future__ import annotations

import sqlalchemy as sa

from customers.model import LegState
from storage.cards import OPEN_STATES
from storage.conditions import one_of
from storage.tables import (
    agents,
    cards,
    customers,
    desk_views,
    identities,
    interactions,
    legs,
    links,
    lookups,
    pushes,
    records,
)

_CARD = sa.bindparam("card", type_=sa.String)
_USER = sa.bindparam("user", type_=sa.String)
_LEG = sa.bindparam("leg", type_=sa.String)
_INTERACTION = sa.bindparam("interaction", type_=sa.String)
_LEG_AT = sa.func.coalesce(legs.c.accepted_at, legs.c.offered_at, legs.c.created_at)

CARD = (
    sa.select(
        cards.c.version, cards.c.channel, cards.c.customer_id, customers.c.name, customers.c.company,
        desk_views.c.sections, desk_views.c.expanded, desk_views.c.search_text, desk_views.c.found,
        desk_views.c.closed_at,
    )
    .select_from(
        cards.join(customers).outerjoin(
            desk_views, sa.and_(desk_views.c.card_id == cards.c.id, desk_views.c.user_id == _USER)
        )
    )
    .where(cards.c.id == _CARD)
)  # fmt: skip
"""Parameters card, user."""

_LEGS = (
    sa.select(
        legs.c.id, legs.c.interaction_id, legs.c.state, legs.c.offered_at, legs.c.accepted_at, legs.c.ended_at,
        legs.c.pushed_at, legs.c.wrapup, legs.c.edits, legs.c.version,
        interactions.c.intake, interactions.c.channel, interactions.c.direction, interactions.c.subject,
        interactions.c.queue, interactions.c.business_address, interactions.c.started_at,
        interactions.c.recording_url,
        agents.c.name.label("agent_name"), agents.c.user_id,
    )
    .select_from(legs.join(interactions).join(agents))
    .where(interactions.c.card_id == _CARD)
)  # fmt: skip
LEG = _LEGS.where(legs.c.id == _LEG)
"""Parameters card, leg."""
NEWEST_LEG = _LEGS.order_by(
    sa.case((agents.c.user_id == _USER, 0), else_=1),
    sa.case((one_of(legs.c.state, OPEN_STATES), 0), else_=1),
    _LEG_AT.desc(),
    legs.c.id,
).limit(1)
"""Mine before others', open before closed, new before old. Parameters card, user."""

LINKED = (
    sa.select(
        links.c.crm, links.c.type, links.c.record_id, links.c.type_label, links.c.title, links.c.subtitle,
        links.c.level, links.c.unlinked_at,
        pushes.c.state.label("push_state"), pushes.c.reason, pushes.c.detail, pushes.c.attempts,
        pushes.c.activity_url, pushes.c.next_attempt_at, pushes.c.sent_at, pushes.c.owner_is_integration,
    )
    .select_from(links.outerjoin(pushes, sa.and_(pushes.c.link_id == links.c.id, pushes.c.leg_id == _LEG)))
    .where(links.c.interaction_id == _INTERACTION)
    .order_by(links.c.linked_at, links.c.id)
)  # fmt: skip
"""Ties that stand and those taken back. Parameters interaction, leg."""

RECORDS = (
    sa.select(
        records.c.crm, records.c.type, records.c.record_id, records.c.type_label, records.c.title, records.c.subtitle,
        records.c.level, records.c.url, records.c.match, records.c.has_children, records.c.parent,
    )
    .where(records.c.card_id == _CARD)
    .order_by(records.c.position, records.c.crm)
)  # fmt: skip
IDENTITIES = (
    sa.select(identities.c.kind, identities.c.value, identities.c.provider, identities.c.display_name)
    .where(identities.c.card_id == _CARD)
    .order_by(identities.c.created_at, identities.c.id)
)
LOOKUPS = sa.select(lookups.c.crm, lookups.c.state, lookups.c.reason, lookups.c.fetched_at).where(
    lookups.c.card_id == _CARD
)

EARLIER = (
    sa.select(
        interactions.c.id, interactions.c.channel, _LEG_AT.label("at"), agents.c.name, interactions.c.subject,
        interactions.c.direction, legs.c.wrapup, legs.c.edits,
    )
    .select_from(legs.join(interactions).join(agents))
    .where(
        interactions.c.card_id.in_(
            sa.select(cards.c.id).where(cards.c.customer_id == sa.bindparam("customer", type_=sa.String))
        ),
        interactions.c.id != _INTERACTION,
        legs.c.state != LegState.MISSED.value,
    )
    .order_by(_LEG_AT.desc(), legs.c.id)
    .limit(sa.bindparam("rows", type_=sa.Integer))
)  # fmt: skip
"""Legs of the customer's other interactions, newest first. Parameters customer, interaction, rows."""
