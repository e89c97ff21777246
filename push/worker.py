"""One push: read what is true now, tell the CRM under the push's key, write down what became of it.

The CRM is called between two transactions. A crash before the second one only means that the call is repeated, and the
key makes the repetition harmless. The second one settles the job: a worker whose lease was lost changes nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from connectors.errors import CrmError, CrmForbidden, CrmSchemaDrift
from connectors.http import correlated
from connectors.interface import ActivityDraft, CrmConnector, LoggedActivity, RecordRef
from customers.ids import CardId, LegId, PushId, UserId
from customers.model import PushState
from desk import pushing, withdrawing
from desk.changes import card_changed
from desk.pushing import HELD
from desk.work import DeskSettings, Work
from jobs import queue
from jobs.errors import LeaseLost
from jobs.queue import Leased, settle_or_raise
from push.facts import Facts, differing, draft, facts_of, to_json
from push.fitness import LEAST_SECONDS, Fitness
from push.policy import RetryDecision, decide
from storage import interactions, links, people
from storage.engine import Database, Tx

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be told, as it was when the attempt began."""

    push: Mapping[str, Any]
    draft: ActivityDraft
    facts: Facts
    first_facts: Mapping[str, Any]
    """What the first attempt under this key told, or would have."""


@dataclass(frozen=True, slots=True)
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
        task = self._begin(leased)
        if task is None:
            return
        logged: LoggedActivity | None = None
        try:
            with correlated(leased.correlation_id):
                if task.push["is_withdrawal"]:
                    self._withdraw(task)
                else:
                    logged = self._tell(task)
        except CrmError as error:
            self._failed(leased, task, error)
        else:
            self._withdrawn(leased, task) if logged is None else self._sent(leased, task, logged)

    def _begin(self, leased: Leased) -> _Task | None:
        with self.database.write() as tx:
            push = links.push(tx, PushId(leased.payload["push"]))
            source = interactions.activity_source(tx, LegId(push["leg_id"])) if push else None
            if push is None or source is None or _is_given_up(push) or push["crm"] not in self.connectors:
                settle_or_raise(tx, leased)
                return None
            facts = facts_of(source, self._time_zone(tx, source.agent["user_id"]))
            is_told = push["activity_id"] and not push["is_withdrawal"]
            if is_told and not differing(push["facts"], facts):
                self._nothing_new(tx, leased, push)
                return None
            first = push["facts"] or to_json(facts)
            # An attempt that died with its process is the same one still: it is no failure that asks for patience.
            attempts = max(1, push["attempts"] + (leased.takeovers == 0))
            values = {"attempts": attempts, "facts": first, "next_attempt_at": None}
            if not is_told:
                values["state"] = PushState.SENDING.value
            links.set_push(tx, PushId(push["id"]), **values)
            attempt = dict(push) | values
            return _Task(attempt, draft(attempt, source, facts), facts, first)

    def _nothing_new(self, tx: Tx, leased: Leased, push: Mapping[str, Any]) -> None:
        """The activity says all that there is to say, also where an amendment that failed has been taken back."""
        if push["state"] != PushState.SENT:
            news = {"state": PushState.SENT.value, "reason": "", "detail": "", "next_attempt_at": None}
            links.set_push(tx, PushId(push["id"]), **news)
            self._show(tx, leased, push)
        settle_or_raise(tx, leased)

    def _time_zone(self, tx: Tx, user_id: str | None) -> str:
        row = people.user(tx.connection, UserId(user_id)) if user_id else None
        return row["time_zone"] if row else "UTC"

    def _tell(self, task: _Task) -> LoggedActivity:
        connector, push = self.connectors[task.push["crm"]], task.push
        if push["activity_id"]:
            activity = RecordRef(push["crm"], push["activity_type"], push["activity_id"])
            return connector.amend_activity(activity, task.draft, differing(push["facts"], task.facts))
        logged = connector.log_activity(task.draft)
        # An earlier attempt whose answer was lost may have told less than is known now.
        news = differing(task.first_facts, task.facts)
        if logged.created or not news:
            return logged
        return connector.amend_activity(logged.ref, task.draft, news)

    def _withdraw(self, task: _Task) -> None:
        push = task.push
        activity = RecordRef(push["crm"], push["activity_type"], push["activity_id"])
        self.connectors[push["crm"]].withdraw_activity(activity)

    def _withdrawn(self, leased: Leased, task: _Task) -> None:
        with self.database.write() as tx:
            interactions.hold(tx, task.push)
            now = links.push(tx, PushId(task.push["id"]))
            assert now is not None
            withdrawing.withdrawn(Work(tx, self.settings, leased.correlation_id), now)
            self._show(tx, leased, task.push)
            settle_or_raise(tx, leased)
        _log.info("push.withdrawn", push=task.push["id"], crm=task.push["crm"])

    def _sent(self, leased: Leased, task: _Task, logged: LoggedActivity) -> None:
        with self.database.write() as tx:
            interactions.hold(tx, task.push)
            now = links.push(tx, PushId(task.push["id"]))
            assert now is not None
            links.set_push(
                tx,
                PushId(task.push["id"]),
                state=(PushState.SENT if now["unlinked_at"] is None else PushState.KEPT).value,
                reason="",
                detail="",
                activity_type=logged.ref.type,
                activity_id=logged.ref.id,
                activity_url=logged.url,
                owner_is_integration=logged.owner_is_integration,
                facts=to_json(task.facts),
                sent_at=now["sent_at"] or tx.now,
                next_attempt_at=None,
            )
            self._show(tx, leased, task.push)
            settle_or_raise(tx, leased)
        _log.info(
            "push.sent",
            push=task.push["id"],
            crm=task.push["crm"],
            created=logged.created,
            warnings=list(logged.warnings),
        )

    def _failed(self, leased: Leased, task: _Task, error: CrmError) -> None:
        is_fit = self._is_fit(task.push["crm"], error)
        reason = error.reason if is_fit is not None else "unavailable"
        decision = decide(reason, task.push["attempts"], error.retry_after, self.jitter.random())
        if is_fit is False:
            decision = RetryDecision(0.0)  # the lane is paused until the mapping is mended
        elif is_fit is None:
            decision = RetryDecision(max(LEAST_SECONDS, decision.again_in_seconds or 0.0))
        with self.database.write() as tx:
            interactions.hold(tx, task.push)
            now = links.push(tx, PushId(task.push["id"]))
            assert now is not None
            if now["unlinked_at"] is not None and not now["is_withdrawal"]:
                self._unlinked(tx, leased, now)
            else:
                self._wait_or_fail(tx, leased, task, error, decision)
                if is_fit is False:
                    links.set_push(tx, PushId(task.push["id"]), reason=HELD, next_attempt_at=None)
            self._show(tx, leased, task.push)
        _log.warning("push.failed", push=task.push["id"], error=str(error), again_in=decision.again_in_seconds)

    def _is_fit(self, crm: str, error: CrmError) -> bool | None:
        """True where `error` is about this push alone; None where nobody can say yet."""
        if self.fitness is None or not isinstance(error, CrmSchemaDrift | CrmForbidden):
            return True
        return self.fitness.fits(crm, since=time.monotonic())

    def _unlinked(self, tx: Tx, leased: Leased, now: Mapping[str, Any]) -> None:
        """Unlinked meanwhile: the record is given nothing any more (A-15), and keeps what it had (C-12)."""
        state = PushState.KEPT.value if now["activity_id"] else "cancelled"
        links.set_push(tx, PushId(now["id"]), state=state, next_attempt_at=None)
        settle_or_raise(tx, leased)

    def _wait_or_fail(self, tx: Tx, leased: Leased, task: _Task, error: CrmError, decision: RetryDecision) -> None:
        """An amendment that fails leaves the activity as it was; that its news are not there is said all the same."""
        values: dict[str, Any] = {"reason": error.reason, "detail": error.detail[:500]}
        if decision.again_in_seconds is None:
            values |= {"state": PushState.FAILED.value}
            if self._stays(tx, leased, task):
                return
            settle_or_raise(tx, leased)
        else:
            again = tx.now + timedelta(seconds=decision.again_in_seconds)
            values |= {"state": PushState.RETRYING.value, "next_attempt_at": again}
            if not queue.retry(tx, leased, again, str(error)):
                raise LeaseLost(leased.key)
            self._pause(tx, leased, decision, error)
        links.set_push(tx, PushId(task.push["id"]), **values)

    def _stays(self, tx: Tx, leased: Leased, task: _Task) -> bool:
        """An activity that the CRM does not let go of, and whose record was linked again, is taken up as it is."""
        now = links.push(tx, PushId(task.push["id"]))
        if now is None or not now["is_withdrawal"] or now["unlinked_at"] is not None:
            return False
        pushing.stay(Work(tx, self.settings, leased.correlation_id), PushId(now["id"]), now["crm"])
        settle_or_raise(tx, leased)
        return True

    def give_up(self, tx: Tx, leased: Leased, _reason: str) -> None:
        """The job is dead: the card says so and offers Retry (P-09), and is not left sending for ever."""
        push = links.push(tx, PushId(leased.payload["push"]))
        if push is not None and not _is_given_up(push):
            links.set_push(tx, PushId(push["id"]), state=PushState.FAILED, reason="unknown", next_attempt_at=None)
            card_changed(Work(tx, self.settings, leased.correlation_id), CardId(push["card_id"]), [push["leg_id"]])

    def _pause(self, tx: Tx, leased: Leased, decision: RetryDecision, error: CrmError) -> None:
        if decision.pauses_crm and decision.again_in_seconds is not None:
            queue.pause(tx, leased.lane, tx.now + timedelta(seconds=decision.again_in_seconds), error.reason)

    def _show(self, tx: Tx, leased: Leased, push: Mapping[str, Any]) -> None:
        work = Work(tx, self.settings, leased.correlation_id)
        card_changed(work, CardId(push["card_id"]), [LegId(push["leg_id"])])


def _is_given_up(push: Mapping[str, Any]) -> bool:
    """Unlinked before anything was told, or after everything was (C-12), or cancelled."""
    if push["state"] in ("cancelled", PushState.KEPT):
        return True
    if push["is_withdrawal"]:
        return bool(push["state"] == PushState.FAILED)
    return push["unlinked_at"] is not None and (push["attempts"] == 0 or bool(push["activity_id"]))
