"""Events as they came in: stored once under (intake, source, id), before they are acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.conditions import same
from storage.engine import Tx
from storage.tables import events
from storage.upsert import insert_ignoring


@dataclass(frozen=True, slots=True)
class EventRow:
    """One stored event."""

    id: int
    intake: str
    source: str
    event_id: str
    type: str
    subject: str
    received_at: datetime
    body: bytes
    state: str
    reason: str
    correlation_id: str


_PUT = insert_ignoring(events, ["intake", "source", "event_id"], returning=[events.c.id])


def put(tx: Tx, rows: Sequence[dict[str, Any]]) -> list[tuple[int, str]]:
    """The rows stand in the table; (id, correlation id) of those that were not there before."""
    new: list[tuple[int, str]] = []
    for row in rows:
        found = tx.execute(_PUT[tx.dialect], row | {"received_at": tx.now, "state": "new"}).scalar()
        if found is not None:
            new.append((found, row["correlation_id"]))
    return new


_COLUMNS = [events.c[name] for name in EventRow.__slots__]
_LOAD = sa.select(*_COLUMNS).where(same(events.c.id))
_UPDATE = sa.update(events).where(same(events.c.id))


def load(connection: sa.Connection, event_id: int) -> EventRow | None:
    """The event with our number `event_id`."""
    row = connection.execute(_LOAD, {"the_id": event_id}).first()
    return EventRow(*row) if row else None


def mark(tx: Tx, event_id: int, state: str, reason: str = "") -> None:
    """The event is `done`, `unknown` (a verb that we do not know) or `failed` for `reason`."""
    tx.execute(_UPDATE, {"the_id": event_id, "state": state, "reason": reason})


def listing(connection: sa.Connection, states: Sequence[str], limit: int = 100) -> list[EventRow]:
    """The newest events in one of `states`."""
    query = sa.select(*_COLUMNS).where(events.c.state.in_(states)).order_by(events.c.id.desc()).limit(limit)
    return [EventRow(*row) for row in connection.execute(query)]


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many events are in which state."""
    query = sa.select(events.c.state, sa.func.count()).group_by(events.c.state)
    return dict(tuple(row) for row in connection.execute(query))
