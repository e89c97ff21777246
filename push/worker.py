"""Pushes: read what is true now, tell the CRM under each push's key, write down what became of it.

The CRM is called between two transactions. A crash before the second one only means that the call is repeated, and the
key makes the repetition harmless. Both transactions serve all who come at one time, and where several activities are
due a CRM is told of them in one call; each has its own key, its own outcome and its own job all the same.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import structlog

from connectors.errors import CrmError, CrmForbidden, CrmSchemaDrift
from connectors.http import correlated
from connectors.interface import CrmConnector, LoggedActivity
from customers.ids import CardId, LegId, PushId
from customers.model import PushState
from desk import withdrawing
from desk.changes import card_changed
from desk.work import DeskSettings, Work
from jobs.errors import LeaseLost
from jobs.queue import Leased, settle_or_raise
from push import tasks
from push.facts import differing
from push.fitness import LEAST_SECONDS, Fitness
from push.outcomes import Outcome, Outcomes, Refusal
from push.policy import RetryDecision, decide
from push.tasks import Task, is_given_up
from push.waiting import explain
from storage import interactions, links
from storage.engine import Database, Tx
from storage.errors import StorageUnavailable
from storage.together import Together

_log = structlog.get_logger()


@dataclass(frozen=True)
class PushWorker:
    """Handles jobs of the lanes `push:<crm>`."""

    database: Database
    connectors: Mapping[str, CrmConnector]
    settings: DeskSettings
    jitter: random.Random = field(default_factory=random.SystemRandom)
    fitness: Fitness | None = None
    """Says whether the mapping is to blame for a refusal; without it, each stands for itself."""

    def handle(self, leased: Leased) -> None:
        """Afterwards the push is sent, or says why it is not and when it is tried again."""
        (begun,) = self._begin([leased])
        if isinstance(begun, LeaseLost):
            raise begun
        if begun is None:
            return
        outcome = self._attempted(begun)
        (lost,) = self._outcomes.write([outcome]) if outcome else [None]
        if lost is not None:
            raise lost
        if outcome:
            self._ended(outcome)

    def handle_many(self, many: Sequence[Leased]) -> Mapping[int, Exception]:
        """`handle` of each, first attempts in one call of the CRM; what `handle` would raise, by the job's id."""
        begun = self._begin_together(many)
        failed: dict[int, Exception] = {
            leased.id: one for leased, one in zip(many, begun, strict=True) if isinstance(one, LeaseLost)
        }
        found = [task for task in begun if isinstance(task, Task)]
        self._end(self._logged([task for task in found if task.is_first]), failed)
        for task in found:
            if not task.is_first:
                try:
                    outcome = self._attempted(task)
                except LeaseLost as lost:
                    failed[task.leased.id] = lost
                else:
                    self._end([outcome] if outcome else [], failed)
        return failed

    def give_up(self, tx: Tx, leased: Leased, _reason: str) -> None:
        """The job is dead: the card says so and offers Retry (P-09), and is not left sending for ever."""
        push = links.push(tx, PushId(leased.payload["push"]))
        if push is not None and not is_given_up(push):
            links.set_push(tx, PushId(push["id"]), state=PushState.FAILED, reason="unknown", next_attempt_at=None)
            card_changed(Work(tx, self.settings, leased.correlation_id), CardId(push["card_id"]), [push["leg_id"]])

    # --- the transaction before, and the one behind the call ------------------------------------------------------

    @cached_property
    def _outcomes(self) -> Outcomes:
        return Outcomes(self.database, self.settings)

    @cached_property
    def _begin_together(self) -> Together[Leased, Task | LeaseLost | None]:
        return Together(self._begin)

    @cached_property
    def _write_together(self) -> Together[Outcome, LeaseLost | None]:
        return Together(self._outcomes.write)

    def _begin(self, many: Sequence[Leased]) -> list[Task | LeaseLost | None]:
        with self.database.write() as tx:
            return tasks.begin(tx, self.settings, self.connectors.keys(), many)

    def _end(self, outcomes: Sequence[Outcome], failed: dict[int, Exception]) -> None:
        """They are written down, with those of other threads; `failed` says of which that was not possible."""
        if not outcomes:
            return
        try:
            ends = list(self._write_together(outcomes))
        except StorageUnavailable:
            raise
        except Exception:  # noqa: BLE001 - whose fault it is shows when each is written alone
            ends = []
            for outcome in outcomes:
                try:
                    ends += self._outcomes.write([outcome])
                except Exception as error:  # noqa: BLE001
                    failed[outcome.task.leased.id] = error
                    ends.append(None)
        for outcome, lost in zip(outcomes, ends, strict=True):
            if lost is not None:
                failed[outcome.task.leased.id] = lost
            elif outcome.task.leased.id not in failed:
                self._ended(outcome)

    def _ended(self, outcome: Outcome) -> None:
        _tell_log(outcome)
        refusal = outcome.result
        if not isinstance(refusal, Refusal) or outcome.task.leased.trial_until is None:
            return
        if refusal.decision.pauses_crm and refusal.decision.again_in_seconds is not None:
            again = refusal.decision.again_in_seconds
            explain(self.database, self.settings, outcome.task.crm, refusal.error, again)

    # --- the call -------------------------------------------------------------------------------------------------

    def _logged(self, first: Sequence[Task]) -> list[Outcome]:
        """What became of first attempts: all of them in one call, where there are several."""
        if len(first) < 2:
            return [outcome for task in first if (outcome := self._attempted(task))]
        with correlated(first[0].leased.correlation_id):
            try:
                answers = self.connectors[first[0].crm].log_activities([task.draft for task in first])
            except CrmError as error:
                answers = [error] * len(first)
            results = [self._complete(task, answer) for task, answer in zip(first, answers, strict=True)]
        since = time.monotonic()
        return [self._outcome(task, result, since) for task, result in zip(first, results, strict=True)]

    def _complete(self, task: Task, answer: LoggedActivity | CrmError) -> LoggedActivity | CrmError:
        """An earlier attempt whose answer was lost may have told less than is known now."""
        news = differing(task.first_facts, task.facts)
        if isinstance(answer, CrmError) or answer.created or not news:
            return answer
        try:
            return self.connectors[task.crm].amend_activity(answer.ref, task.draft, news)
        except CrmError as error:
            return error

    def _attempted(self, task: Task) -> Outcome | None:
        """What became of one attempt; None for a withdrawal that is done and written down."""
        connector = self.connectors[task.crm]
        result: LoggedActivity | CrmError
        try:
            with correlated(task.leased.correlation_id):
                if task.push["is_withdrawal"]:
                    if task.leaves_others:
                        connector.leave_activity(task.activity, task.draft.record)
                    else:
                        connector.withdraw_activity(task.activity)
                    self._withdrawn(task)
                    return None
                if task.push["activity_id"]:
                    news = differing(task.push["facts"], task.facts)
                    result = connector.amend_activity(task.activity, task.draft, news)
                else:
                    result = self._complete(task, connector.log_activity(task.draft))
        except CrmError as error:
            result = error
        return self._outcome(task, result, time.monotonic())

    def _withdrawn(self, task: Task) -> None:
        with self.database.write() as tx:
            interactions.hold(tx, task.push)
            now = links.push(tx, task.id)
            assert now is not None
            work = Work(tx, self.settings, task.leased.correlation_id)
            withdrawing.withdrawn(work, now)
            card_changed(work, CardId(task.push["card_id"]), [LegId(task.push["leg_id"])])
            settle_or_raise(tx, task.leased)
        _log.info("push.withdrawn", push=task.id, crm=task.crm)

    def _outcome(self, task: Task, result: LoggedActivity | CrmError, since: float) -> Outcome:
        return Outcome(task, self._refusal(task, result, since) if isinstance(result, CrmError) else result)

    def _refusal(self, task: Task, error: CrmError, since: float) -> Refusal:
        is_fit = self._is_fit(task.crm, error, since)
        reason = error.reason if is_fit is not None else "unavailable"
        decision = decide(reason, task.push["attempts"], error.retry_after, self.jitter.random())
        if is_fit is False:
            decision = RetryDecision(0.0)  # the lane is paused until the mapping is mended
        elif is_fit is None:
            decision = RetryDecision(max(LEAST_SECONDS, decision.again_in_seconds or 0.0))
        return Refusal(error, decision, is_held=is_fit is False)

    def _is_fit(self, crm: str, error: CrmError, since: float) -> bool | None:
        """True where `error` is about this push alone; None where nobody can say yet."""
        if self.fitness is None or not isinstance(error, CrmSchemaDrift | CrmForbidden):
            return True
        return self.fitness.fits(crm, since=since)


def _tell_log(outcome: Outcome) -> None:
    task, result = outcome.task, outcome.result
    names = {"push": task.id, "correlation_id": task.leased.correlation_id}
    if isinstance(result, LoggedActivity):
        _log.info("push.sent", crm=task.crm, created=result.created, warnings=list(result.warnings), **names)
    else:
        _log.warning("push.failed", error=str(result.error), again_in=result.decision.again_in_seconds, **names)
