"""An edit of a profile reaches the CRM's record: read, compared, written on condition that nobody was quicker.

What the CRM has and the agent did not know of is never overwritten: it is shown, and the agent decides.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from connectors.errors import CrmError
from connectors.http import correlated
from connectors.interface import CrmConnector, FieldChange, RecordRef
from customers.ids import CardId
from customers.writing_back import UpdateState
from desk.changes import card_changed
from desk.work import DeskSettings, Work
from jobs.errors import Later
from jobs.queue import Leased, settle_or_raise
from push.policy import decide
from storage import groups, record_updates
from storage.engine import Database, Tx

_log = structlog.get_logger()
_WAITING = (UpdateState.SENDING, UpdateState.RETRYING)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UpdateWorker:
    """Handles jobs of the lanes `update:<crm>`."""

    database: Database
    connectors: Mapping[str, CrmConnector]
    settings: DeskSettings
    jitter: random.Random = field(default_factory=random.SystemRandom)

    def handle(self, leased: Leased) -> None:
        """Afterwards the record says what the profile says, or the card why it does not."""
        row = self._begin(leased)
        if row is None:
            return
        try:
            with correlated(leased.correlation_id):
                conflicts = self._tell(self.connectors[row["crm"]], row)
        except CrmError as error:
            self._failed(leased, row, error)
        else:
            state = UpdateState.CONFLICT if conflicts else UpdateState.SENT
            news = {"differences": [_told(one) for one in conflicts], "reason": "", "detail": "", "attempts": 0}
            with self.database.write() as tx:
                self._show(tx, leased, row, {"state": state.value, **news})
                settle_or_raise(tx, leased)

    def give_up(self, tx: Tx, leased: Leased, _reason: str) -> None:
        """The job is dead: the card says so and offers another try."""
        row = record_updates.hold(tx, leased.payload["update"])
        if row is not None and row["state"] in _WAITING:
            self._show(tx, leased, row, {"state": UpdateState.FAILED.value, "reason": "unknown"})

    def _begin(self, leased: Leased) -> Row | None:
        with self.database.write() as tx:
            row = record_updates.hold(tx, leased.payload["update"])
            if row is None or row["state"] not in _WAITING or row["crm"] not in self.connectors:
                settle_or_raise(tx, leased)
                return None
            attempts = max(1, row["attempts"] + (leased.takeovers == 0))
            record_updates.change(tx, row["id"], attempts=attempts)
            return {**row, "attempts": attempts}

    def _tell(self, connector: CrmConnector, row: Row) -> list[FieldChange]:
        """What may be written is; what the agent must decide comes back."""
        ref = RecordRef(row["crm"], row["type"], row["record_id"])
        found = connector.compare_record(ref, row["facts"], row["before"])
        free = [one for one in found.changes if one.is_expected or row["accepted"].get(one.field) == one.theirs]
        connector.update_record(replace(found, changes=free))
        return [one for one in found.changes if one not in free]

    def _failed(self, leased: Leased, row: Row, error: CrmError) -> None:
        decision = decide(error.reason, row["attempts"], error.retry_after, self.jitter.random())
        again = decision.again_in_seconds
        state = UpdateState.FAILED if again is None else UpdateState.RETRYING
        news = {"state": state.value, "reason": error.reason, "detail": error.detail[:500]}
        with self.database.write() as tx:
            self._show(tx, leased, row, news)
            if again is None:
                settle_or_raise(tx, leased)
        _log.warning("update.failed", crm=row["crm"], error=str(error), again_in=again)
        if again is not None:
            raise Later(delay_seconds=again, reason=str(error))

    def _show(self, tx: Tx, leased: Leased, row: Row, news: Mapping[str, Any]) -> None:
        """Where another edit has joined meanwhile, its own job says what became of both."""
        card_id = groups.hold(tx, CardId(row["card_id"]))
        now = record_updates.hold(tx, row["id"])
        if card_id is None or now is None or now["facts"] != row["facts"]:
            return
        record_updates.change(tx, row["id"], **news)
        card_changed(Work(tx, self.settings, leased.correlation_id), card_id)


def _told(change: FieldChange) -> dict[str, str]:
    mine = "" if change.mine is None else str(change.mine)
    return {
        "source": change.source,
        "field": change.field,
        "theirs": change.theirs,
        "told": change.told,
        "mine": mine,
    }
