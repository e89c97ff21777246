"""Understanding: a stored event becomes what it means, in one transaction with the job that asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from customers.events import ContactMerged, IdentityClaim
from customers.identities import normalise
from customers.model import IdentityKind
from desk import interactions
from desk.work import DeskSettings, Work
from intake.errors import EventRejected
from intake.settings import IntakeSettings
from intake.sources.generic.read import UnknownVerb, read
from jobs.queue import Leased, settle_or_raise
from storage import inbox, merges
from storage.engine import Database, Tx
from storage.inbox import EventRow

_log = structlog.get_logger("intake")


@dataclass(frozen=True, slots=True)
class EventWorker:
    """Handles jobs of the lane `events`."""

    database: Database
    intakes: Mapping[str, IntakeSettings]
    settings: DeskSettings

    def handle(self, leased: Leased) -> None:
        """Afterwards the event is done, or known to be one that we do not understand."""
        with self.database.write() as tx:
            row = inbox.load(tx.connection, int(leased.payload["event"]))
            if row is not None and row.state == "new":
                state, reason = self._understand(tx, row)
                inbox.mark(tx, row.id, state, reason)
            settle_or_raise(tx, leased)

    def _understand(self, tx: Tx, row: EventRow) -> tuple[str, str]:
        try:
            event = read(row.body, row.received_at)
        except EventRejected as error:
            # It passed the border once: a later version of the schema is stricter. Kept, and listed as failed.
            return "failed", error.pointer
        if isinstance(event, UnknownVerb):
            return "unknown", event.type
        if isinstance(event, ContactMerged):
            _propose(tx, event)
            return "done", ""
        interactions.apply(Work(tx, self.settings, row.correlation_id), row.intake, event)
        return "done", ""


def _propose(tx: Tx, event: ContactMerged) -> None:
    """Two contacts of the platform are one: a proposal for the agent, never a merge by itself (P-04)."""
    survivor, absorbed = (
        normalise(IdentityClaim(IdentityKind.EXTERNAL, contact), event.source)
        for contact in (event.survivor, event.absorbed)
    )
    if survivor and absorbed and survivor != absorbed:
        merges.propose(tx, survivor.key, absorbed.key)


def give_up(tx: Tx, leased: Leased, reason: str) -> None:
    """The event cannot be understood: it is listed as failed, and can be replayed from the command line."""
    inbox.mark(tx, int(leased.payload["event"]), "failed", reason)
    _log.error("intake.event_failed", event=leased.payload["event"], correlation_id=leased.correlation_id)
