"""What `storage.views` asks the database, built once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa

from storage import groups, newest
from storage.comments import count_of
from storage.request_views import effective_of_group, open_count
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
    requests,
)

_CARD = sa.bindparam("card", type_=sa.String)
_USER = sa.bindparam("user", type_=sa.String)
_LEG = sa.bindparam("leg", type_=sa.String)
_INTERACTION = sa.bindparam("interaction", type_=sa.String)

CARD = (
    sa.select(
        cards.c.version, cards.c.channel, cards.c.survivor_id, cards.c.locked_at, customers.c.name, customers.c.company,
        desk_views.c.sections, desk_views.c.expanded, desk_views.c.search_text, desk_views.c.found,
        desk_views.c.closed_at, desk_views.c.merging, desk_views.c.handling, groups.WAS_MERGED.label("was_merged"),
        open_count(_CARD).label("open_requests"),
    )
    .select_from(
        cards.join(customers).outerjoin(
            desk_views, sa.and_(desk_views.c.card_id == cards.c.id, desk_views.c.user_id == _USER)
        )
    )
    .where(cards.c.id == _CARD)
)  # fmt: skip
"""Parameters card, user."""

LINKED = (
    sa.select(
        links.c.crm, links.c.type, links.c.record_id, links.c.type_label, links.c.title, links.c.subtitle,
        links.c.level, links.c.unlinked_at,
        pushes.c.state.label("push_state"), pushes.c.reason, pushes.c.detail, pushes.c.attempts,
        pushes.c.activity_url, pushes.c.next_attempt_at, pushes.c.sent_at, pushes.c.owner_is_integration,
        pushes.c.is_withdrawal,
    )
    .select_from(links.outerjoin(pushes, sa.and_(pushes.c.link_id == links.c.id, pushes.c.leg_id == _LEG)))
    .where(links.c.interaction_id == _INTERACTION)
    .order_by(links.c.linked_at, links.c.id)
)  # fmt: skip
"""Ties that stand and those taken back. Parameters interaction, leg."""

Belongs = Callable[[sa.Column[Any]], sa.ColumnElement[bool]]
Statement = sa.Select[*tuple[Any, ...]]


class OfCard(NamedTuple):
    """What belongs to a card. Parameter of all: card, a root."""

    leg: Statement
    """Parameter leg."""
    newest_leg: Statement
    """Mine before others', open before closed, new before old. Parameter user."""
    records: Statement
    """Those of the root first."""
    identities: Statement
    """Those of the root first."""
    lookups: Statement


def _of_card(belongs: Belongs, effective: sa.ColumnElement[Any], *, was_merged: bool) -> OfCard:
    return OfCard(
        leg=_legs(effective).where(belongs(interactions.c.card_id), legs.c.id == _LEG),
        newest_leg=_newest_leg(effective, was_merged=was_merged),
        records=_records(belongs),
        identities=_identities(belongs),
        lookups=sa.select(lookups.c.crm, lookups.c.state, lookups.c.reason, lookups.c.fetched_at).where(
            belongs(lookups.c.card_id)
        ),
    )


_LEGS = sa.select(
    legs.c.id, legs.c.interaction_id, legs.c.state, legs.c.offered_at, legs.c.accepted_at, legs.c.ended_at,
    legs.c.pushed_at, legs.c.wrapup, legs.c.edits, legs.c.version,
    interactions.c.intake, interactions.c.channel, interactions.c.direction, interactions.c.subject,
    interactions.c.queue, interactions.c.business_address, interactions.c.started_at,
    interactions.c.recording_url, interactions.c.field_values,
    agents.c.name.label("agent_name"), agents.c.user_id,
)  # fmt: skip


def _legs(effective: sa.ColumnElement[Any]) -> Statement:
    """With the request that the interaction is in: `effective` says which."""
    named = (requests.c.id.label("request_id"), requests.c.name.label("request_name"))
    return _LEGS.add_columns(*named, count_of(interactions.c.id).label("comment_count")).select_from(
        legs.join(interactions).join(agents).outerjoin(requests, requests.c.id == effective)
    )


def _root_first(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    return sa.case((column == _CARD, 0), else_=1)


def _newest_leg(effective: sa.ColumnElement[Any], *, was_merged: bool) -> Statement:
    found = newest.candidates(_CARD, _USER, was_merged=was_merged)
    return _legs(effective).where(legs.c.id.in_(found)).order_by(*newest.mine_first(_USER)).limit(1)


def _records(belongs: Belongs) -> Statement:
    return (
        sa.select(
            records.c.crm, records.c.type, records.c.record_id, records.c.type_label, records.c.title,
            records.c.subtitle, records.c.level, records.c.url, records.c.match, records.c.has_children,
            records.c.parent, records.c.dated, (records.c.more != "").label("goes_on"),
        )
        .where(belongs(records.c.card_id))
        .order_by(_root_first(records.c.card_id), records.c.position, records.c.crm)
    )  # fmt: skip


def _identities(belongs: Belongs) -> Statement:
    columns = identities.c
    return (
        sa.select(
            columns.kind,
            columns.value,
            columns.provider,
            columns.display_name,
            columns.channel,
            columns.id,
            columns.blocked_at,
        )
        .where(belongs(columns.card_id))
        .order_by(_root_first(columns.card_id), columns.created_at, columns.id)
    )


ALONE = _of_card(lambda column: column == _CARD, interactions.c.request_id, was_merged=False)
"""Of a card that was never merged, which is nearly every one."""
MERGED = _of_card(lambda column: groups.in_group(column, _CARD), effective_of_group(_CARD), was_merged=True)
