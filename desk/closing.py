"""Requests that close by themselves, so many days after the last change of theirs or of their activities (B-36).

One job looks after all of them. It finds out from the rows what is due, so that it does not matter how often, when and
by which process it runs; it comes again when the next one may be due, at the latest after a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from customers.ids import CardId, RequestId
from customers.requests import RequestState
from desk.changes import card_changed
from desk.work import DeskSettings, Work
from jobs.queue import Leased, enqueue, settle_or_raise
from storage import audit, requests
from storage.engine import Database, Tx

REQUESTS_LANE = "requests"
AT_ONCE = 200
"""So many are looked at before the job gives way to others."""
LONGEST_WAIT = timedelta(days=1)
_KEY = "requests:close"


def look_for_quiet(tx: Tx, at: datetime | None = None) -> None:
    """The job runs at `at`, or now; where it is to run earlier already, it does."""
    enqueue(tx, lane=REQUESTS_LANE, kind="close", payload={}, key=_KEY, due_at=at)


@dataclass(frozen=True, slots=True)
class RequestCloser:
    """Handles jobs of the lane `requests`."""

    database: Database
    settings: DeskSettings

    def handle(self, leased: Leased) -> None:
        """Afterwards no request is open that was left alone for too long, or the job runs again at once."""
        patience = timedelta(days=self.settings.request_close_days)
        with self.database.write() as tx:
            until = tx.now - patience
            found = [RequestId(row["id"]) for row in requests.quiet(tx, until, AT_ONCE)]
        for request_id in found:  # one transaction each: whoever has a card open waits for one request only
            with self.database.write() as tx:
                self._close_if_quiet(Work(tx, self.settings, leased.correlation_id), request_id, until)
        with self.database.write() as tx:
            oldest = requests.oldest_change(tx)
            latest = tx.now + LONGEST_WAIT
            settle_or_raise(tx, leased)
            look_for_quiet(tx, min(max(oldest + patience, tx.now), latest) if oldest else latest)

    def _close_if_quiet(self, work: Work, request_id: RequestId, until: datetime) -> None:
        row = requests.load(work.tx, request_id)
        if row is None or row["state"] != RequestState.OPEN or row["changed_at"] > until:
            return
        last = requests.last_of_activities(work.tx, request_id)
        if last is not None and last > until:
            requests.touch(work.tx, request_id, last)
            return
        requests.set_state(work.tx, request_id, RequestState.CLOSED, "")
        audit.record(work.tx, "", "request.close", request_id, by_itself=True)
        card_changed(work, CardId(row["root_id"]))
