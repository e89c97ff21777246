"""`intake.ports.Inbox`: an event and the job that understands it are stored in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.operating import EVENTS_LANE
from intake.ports import InboxUnavailable, StoredEvent
from jobs.queue import enqueue
from service.crossing import Crossing
from storage import inbox
from storage.engine import Database
from storage.errors import StorageUnavailable


@dataclass(frozen=True, slots=True)
class ServiceInbox:
    """Events are durable when `put` returns."""

    database: Database
    crossing: Crossing

    async def put(self, intake: str, events: Sequence[StoredEvent]) -> None:
        """As the protocol says."""
        try:
            await self.crossing.run(store, self.database, intake, events)
        except StorageUnavailable as error:
            raise InboxUnavailable from error


def store(database: Database, intake: str, events: Sequence[StoredEvent]) -> int:
    """The events are stored, each once, with a job for each new one. How many were new."""
    rows = [
        {
            "intake": intake,
            "source": event.source,
            "event_id": event.id,
            "type": event.type,
            "subject": event.subject,
            "at": event.time,
            "body": event.body,
            "correlation_id": event.correlation_id,
        }
        for event in events
    ]
    with database.write() as tx:
        new = inbox.put(tx, rows)
        for event_id, correlation_id in new:
            enqueue(
                tx,
                lane=EVENTS_LANE,
                kind="event",
                payload={"event": str(event_id)},
                key=f"event:{event_id}",
                correlation_id=correlation_id,
            )
    return len(new)
