"""What the intake needs of the rest: a place where an event is safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that was verified and fits the schema, as it is kept until a worker has understood it."""

    source: str
    id: str
    """(`source`, `id`) names the event within its intake; a second one under the same name is the same event."""
    type: str
    subject: str
    time: datetime
    """When it happened, as the sender says; aware UTC. Not to be trusted: `read` mends wrong clocks."""
    received_at: datetime
    body: bytes
    """The event's JSON, UTF-8."""
    correlation_id: str
    """Ours and random; follows the event to the CRM call."""


class InboxUnavailable(Exception):
    """Nothing was stored; the sender is told to try again."""


class Inbox(Protocol):
    """Where events are safe once `put` has returned."""

    async def put(self, intake: str, events: Sequence[StoredEvent]) -> None:
        """All of `events` are durable, in one transaction; those known before, or twice among them, change nothing.

        Raises InboxUnavailable when none of them was stored.
        """
        ...
