"""Writing down what became of pushes, with the end of their jobs: many in one transaction.

A worker whose lease was lost changes nothing: then the transaction is taken back and made again without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors.errors import CrmError
from connectors.interface import LoggedActivity
from customers.ids import CardId, LegId, PushId
from customers.model import PushState
from desk import pushing
from desk.changes import card_changed
from desk.pushing import HELD
from desk.work import DeskSettings, Work
from jobs import queue
from jobs.errors import LeaseLost
from jobs.queue import Leased
from push.facts import to_json
from push.policy import RetryDecision
from push.tasks import Task
from storage import interactions, links
from storage.engine import Database, Tx

Values = dict[str, Any]
_Lease = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that failed, and what follows from that."""

    error: CrmError
    decision: RetryDecision
    is_held: bool = False
    """The mapping is to blame: the push waits until it is mended."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    task: Task
    result: LoggedActivity | Refusal

    @property
    def lease(self) -> _Lease:
        """Which it is of all leases of all jobs: one that ran out may end beside the one that took its job over."""
        return self.task.leased.id, self.task.leased.token


class _LostError(Exception):
    """These jobs belong to somebody else by now."""

    def __init__(self, tokens: Iterable[_Lease]) -> None:
        super().__init__()
        self.tokens = set(tokens)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Writes them down."""

    database: Database
    settings: DeskSettings

    def write(self, many: Sequence[Outcome]) -> list[LeaseLost | None]:
        """Every push says what became of it, and its job has ended; but for those whose lease was lost."""
        lost: set[_Lease] = set()
        while True:
            try:
                with self.database.write() as tx:
                    self._write(tx, [one for one in many if one.lease not in lost])
            except _LostError as error:
                lost |= error.tokens
                continue
            return [LeaseLost(one.task.leased.key) if one.lease in lost else None for one in many]

    def _write(self, tx: Tx, many: Sequence[Outcome]) -> None:
        interactions.hold_all(tx, [one.task.push for one in many])
        now = links.these(tx, [one.task.id for one in many])
        news: list[tuple[PushId, Values]] = []
        done: list[Leased] = []
        lost: list[_Lease] = []
        for one in many:
            values, again = self._understood(tx, one, now[one.task.id])
            if values:
                news.append((one.task.id, values))
            if again is None:
                done.append(one.task.leased)
            elif not self._put_off(tx, one.task.leased, again):
                lost.append(one.lease)
        links.set_pushes(tx, news)
        self._show(tx, many)
        lost += [(leased.id, leased.token) for leased in queue.settle_all(tx, done)]
        if lost:
            raise _LostError(lost)

    def _understood(self, tx: Tx, one: Outcome, now: Mapping[str, Any]) -> tuple[Values, Refusal | None]:
        """What the push says from now on, and why it is tried again, where it is."""
        if isinstance(one.result, LoggedActivity):
            return _sent(tx, one.task, one.result, now), None
        if now["unlinked_at"] is not None and not now["is_withdrawal"]:
            # Unlinked meanwhile: the record is given nothing any more, and keeps what it had (C-12).
            state = PushState.KEPT.value if now["activity_id"] else "cancelled"
            return {"state": state, "next_attempt_at": None}, None
        return self._refused(tx, one.task.leased, one.result, now)

    def _refused(
        self, tx: Tx, leased: Leased, refusal: Refusal, now: Mapping[str, Any]
    ) -> tuple[Values, Refusal | None]:
        """An amendment that fails leaves the activity as it was; that its news are not there is said all the same."""
        values: Values = {"reason": refusal.error.reason, "detail": refusal.error.detail[:500]}
        if refusal.decision.again_in_seconds is None:
            if now["is_withdrawal"] and now["unlinked_at"] is None:
                # The CRM does not let go of the activity, and the record was linked again: it is taken up as it is.
                pushing.stay(Work(tx, self.settings, leased.correlation_id), PushId(now["id"]), now["crm"])
                return {}, None
            return values | {"state": PushState.FAILED.value}, None
        again = tx.now + timedelta(seconds=refusal.decision.again_in_seconds)
        values |= {"state": PushState.RETRYING.value, "next_attempt_at": again}
        if refusal.is_held:
            values |= {"reason": HELD, "next_attempt_at": None}
        return values, refusal

    def _put_off(self, tx: Tx, leased: Leased, refusal: Refusal) -> bool:
        """The job is run again when the decision says. False where the lease was lost."""
        again = tx.now + timedelta(seconds=refusal.decision.again_in_seconds or 0.0)
        if not queue.retry(tx, leased, again, str(refusal.error)):
            return False
        if refusal.decision.pauses_crm:
            queue.pause(tx, leased.lane, again, refusal.error.reason)
        return True

    def _show(self, tx: Tx, many: Sequence[Outcome]) -> None:
        """Each card once, in one order for all."""
        by_card: dict[str, list[Task]] = {}
        for one in many:
            by_card.setdefault(one.task.push["card_id"], []).append(one.task)
        for card_id, tasks in sorted(by_card.items()):
            work = Work(tx, self.settings, tasks[0].leased.correlation_id)
            card_changed(work, CardId(card_id), [LegId(task.push["leg_id"]) for task in tasks])


def _sent(tx: Tx, task: Task, logged: LoggedActivity, now: Mapping[str, Any]) -> Values:
    return {
        "state": (PushState.SENT if now["unlinked_at"] is None else PushState.KEPT).value,
        "reason": "",
        "detail": "",
        "activity_type": logged.ref.type,
        "activity_id": logged.ref.id,
        "activity_url": logged.url,
        "owner_is_integration": logged.owner_is_integration,
        "facts": to_json(task.facts),
        "sent_at": now["sent_at"] or tx.now,
        "next_attempt_at": None,
    }
