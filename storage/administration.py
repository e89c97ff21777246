"""What the pages of the administration show, and no list of the command line has: counts, what waits, suggestions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.model import LegState
from storage.rows import Row, every
from storage.tables import agents, audit, cards, customers, events, interactions, legs, links, users

MATCHED = "agents.link"
"""What the audit log calls a match by hand."""
_LOOKED_THROUGH = 2000
"""Newest events, for the interactions that a preview can be made of."""
_OPEN = [state.value for state in LegState if state.is_open]


def unmatched(connection: sa.Connection, limit: int) -> list[Row]:
    """Agents without a Teams user, those first for whom most waits: open legs, all legs, since when (P-17)."""
    is_open = sa.case((legs.c.state.in_(_OPEN), 1), else_=0)
    waiting = sa.func.coalesce(sa.func.sum(is_open), 0).label("open_legs")
    query = (
        sa.select(
            agents.c.id, agents.c.intake, agents.c.key, agents.c.name, agents.c.email, waiting,
            sa.func.count(legs.c.id).label("legs"),
            sa.func.min(legs.c.created_at, type_=legs.c.created_at.type).label("since"),
        )
        .select_from(agents.outerjoin(legs, legs.c.agent_id == agents.c.id))
        .where(agents.c.user_id.is_(None))
        .group_by(agents.c.id, agents.c.intake, agents.c.key, agents.c.name, agents.c.email)
        .order_by(waiting.desc(), sa.func.count(legs.c.id).desc(), agents.c.intake, agents.c.key)
        .limit(limit)
    )  # fmt: skip
    return every(connection.execute(query))


def agents_unmatched(connection: sa.Connection) -> tuple[int, int]:
    """How many agents have no Teams user, and how many open legs wait for them."""
    nobody = agents.c.user_id.is_(None)
    count = connection.execute(sa.select(sa.func.count()).select_from(agents).where(nobody)).scalar_one()
    if not count:
        return 0, 0
    waiting = sa.select(sa.func.count()).select_from(legs.join(agents, legs.c.agent_id == agents.c.id))
    return count, connection.execute(waiting.where(nobody, legs.c.state.in_(_OPEN))).scalar_one()


def people_called(connection: sa.Connection, names: Collection[str], addresses: Collection[str]) -> list[Row]:
    """Teams users with one of these names (in lower case) or addresses."""
    lowered = sa.func.lower(users.c.name)
    asked = [users.c.email.in_(addresses), users.c.upn.in_(addresses), lowered.in_(names)]
    query = sa.select(users.c.user_id, users.c.name, users.c.email, users.c.upn).where(sa.or_(*asked))
    return every(connection.execute(query.order_by(users.c.name, users.c.user_id).limit(200)))


def matched_by_hand(connection: sa.Connection, limit: int) -> list[Row]:
    """Agents who were matched by hand and still are, the newest match first."""
    at = sa.func.max(audit.c.at, type_=audit.c.at.type)
    columns: list[sa.ColumnElement[Any]] = [
        agents.c.id, agents.c.intake, agents.c.key, agents.c.name, agents.c.user_id, users.c.conversation_id,
        users.c.name.label("user_name"), users.c.email.label("user_email"),
    ]  # fmt: skip
    query = (
        sa.select(*columns, at.label("at"))
        .select_from(
            agents.join(audit, audit.c.subject == agents.c.id).outerjoin(users, users.c.user_id == agents.c.user_id)
        )
        .where(agents.c.user_id.is_not(None), audit.c.action == MATCHED)
        .group_by(*columns)
        .order_by(at.desc())
        .limit(limit)
    )
    return every(connection.execute(query))


def installed(connection: sa.Connection) -> int:
    """Teams users who have the app."""
    query = sa.select(sa.func.count()).select_from(users).where(sa.func.coalesce(users.c.conversation_id, "") != "")
    return int(connection.execute(query).scalar_one())


def event_counts(connection: sa.Connection, since: datetime) -> list[Row]:
    """Events received since then, by contact centre, type and state."""
    query = sa.select(events.c.intake, events.c.type, events.c.state, sa.func.count().label("count"))
    grouped = query.where(events.c.received_at >= since).group_by(events.c.intake, events.c.type, events.c.state)
    return every(connection.execute(grouped.order_by(events.c.intake, events.c.type)))


def linked_lately(connection: sa.Connection, crm: str, limit: int) -> list[Row]:
    """The interactions last heard of that are linked to a record of `crm`, with their customer and an agent."""
    newest = sa.select(events.c.id, events.c.intake, events.c.source, events.c.subject)
    heard = newest.order_by(events.c.id.desc()).limit(_LOOKED_THROUGH).subquery()
    is_linked = sa.exists().where(
        links.c.interaction_id == interactions.c.id, links.c.crm == crm, links.c.unlinked_at.is_(None)
    )
    agent = sa.select(sa.func.min(agents.c.name)).select_from(legs.join(agents, agents.c.id == legs.c.agent_id))
    columns: list[sa.ColumnElement[Any]] = [
        interactions.c.id,
        interactions.c.ref,
        interactions.c.channel,
        interactions.c.created_at,
    ]
    columns += [interactions.c.customer_address, customers.c.name.label("customer")]
    query = (
        sa.select(*columns, agent.where(legs.c.interaction_id == interactions.c.id).scalar_subquery().label("agent"))
        .select_from(
            heard.join(
                interactions,
                sa.and_(
                    interactions.c.intake == heard.c.intake,
                    interactions.c.source == heard.c.source,
                    interactions.c.ref == heard.c.subject,
                ),
            )
            .join(cards, cards.c.id == interactions.c.card_id)
            .join(customers, customers.c.id == cards.c.customer_id)
        )
        .where(is_linked)
        .group_by(*columns)
        .order_by(sa.func.max(heard.c.id).desc())
        .limit(limit)
    )
    return every(connection.execute(query))


def suggested(rows: Sequence[Row], name: str, address: str) -> list[Row]:
    """Those of `people_called` who may be the agent with this name or address."""
    wanted = name.strip().lower()
    return [
        row
        for row in rows
        if (wanted and str(row["name"]).strip().lower() == wanted)
        or (address and address in (row["email"], row["upn"]))
    ]
