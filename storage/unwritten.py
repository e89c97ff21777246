"""Everything that was to be written into the CRMs, by what became of it: activities, records that agents create, edits
of profiles. The states are those of pushes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from customers.administration import Doing
from customers.creating import CreationState
from customers.writing_back import UpdateState
from storage import links
from storage.rows import Row, every
from storage.tables import agents, cards, creations, interactions, legs, record_updates, users

_CREATIONS = {
    "sending": CreationState.SENDING, "retrying": CreationState.RETRYING, "failed": CreationState.REFUSED,
    "sent": CreationState.DONE,
}  # fmt: skip
_UPDATES = {
    "sending": UpdateState.SENDING, "retrying": UpdateState.RETRYING, "failed": UpdateState.FAILED,
    "sent": UpdateState.SENT,
}  # fmt: skip
_WAITING = ("sending", "retrying", "failed")
_NEW_RECORDS = (
    sa.select(
        creations.c.id, creations.c.crm, creations.c.state, creations.c.reason, creations.c.detail,
        creations.c.attempts, creations.c.created_at, creations.c.type, creations.c.record_id,
        interactions.c.card_id, interactions.c.ref.label("interaction"), agents.c.name.label("agent"),
    )
    .join(interactions, interactions.c.id == creations.c.interaction_id)
    .outerjoin(legs, legs.c.id == creations.c.leg_id)
    .outerjoin(agents, agents.c.id == legs.c.agent_id)
    .order_by(creations.c.created_at)
)  # fmt: skip
_EDITS = (
    sa.select(
        record_updates.c.id, record_updates.c.crm, record_updates.c.state, record_updates.c.reason,
        record_updates.c.detail, record_updates.c.attempts, record_updates.c.changed_at.label("created_at"),
        record_updates.c.type, record_updates.c.record_id, record_updates.c.title,
        sa.func.coalesce(cards.c.survivor_id, cards.c.id).label("card_id"), users.c.name.label("agent"),
    )
    .join(cards, cards.c.id == record_updates.c.card_id)
    .outerjoin(users, users.c.user_id == record_updates.c.edited_by)
    .order_by(record_updates.c.changed_at)
)  # fmt: skip
_NAMES = (
    "id", "crm", "does", "state", "reason", "detail", "attempts", "next_attempt_at", "created_at", "type", "record_id",
    "card_id", "interaction", "title", "agent",
)  # fmt: skip


def listing(connection: sa.Connection, states: Sequence[str], limit: int = 200, crm: str = "") -> list[Row]:
    """What is in one of `states`, of `crm` or of all, oldest first; `does` says what would be done. Of an edit,
    `created_at` is when something last happened to it."""
    rows = [
        _row(row, Doing.WITHDRAW if row["is_withdrawal"] else Doing.WRITE)
        for row in links.listing(connection, states, limit, crm)
    ]
    for doing, query, table, known in (
        (Doing.CREATE, _NEW_RECORDS, creations, _CREATIONS),
        (Doing.UPDATE, _EDITS, record_updates, _UPDATES),
    ):
        wanted = query.where(table.c.state.in_([known[state] for state in states])).limit(limit)
        named: dict[str, str] = {own: state for state, own in known.items()}
        found = every(connection.execute(wanted.where(table.c.crm == crm) if crm else wanted))
        rows += [_row({**row, "state": named[row["state"]]}, doing) for row in found]
    return sorted(rows, key=lambda row: (row["created_at"], row["id"]))[:limit]


def counts(connection: sa.Connection) -> list[tuple[str, str, str, int]]:
    """CRM, state, reason and number of what is not through."""
    found: dict[tuple[str, str, str], int] = {}
    for crm, state, reason, count in links.counts(connection):
        found[crm, state, reason] = count
    for table, known in ((creations, _CREATIONS), (record_updates, _UPDATES)):
        named: dict[str, str] = {known[state]: state for state in _WAITING}
        query = sa.select(table.c.crm, table.c.state, table.c.reason, sa.func.count()).where(table.c.state.in_(named))
        for crm, own, reason, count in connection.execute(query.group_by(table.c.crm, table.c.state, table.c.reason)):
            key = crm, named[own], reason
            found[key] = found.get(key, 0) + count
    return [(*key, count) for key, count in found.items()]


def _row(row: Mapping[str, object], doing: Doing) -> Row:
    blank = {"next_attempt_at": None, "interaction": "", "title": "", "agent": ""}
    given = {name: value for name, value in row.items() if value is not None}
    whole = {**blank, **given, "does": doing.value}
    return {name: whole.get(name) for name in _NAMES}
