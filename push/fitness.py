"""Does each mapping fit its CRM? Where it does not, that CRM's pushes wait; none fails, none is lost (P-11, P-19).

Asked when the service starts, once a day, ever again while one does not fit, and whenever a CRM refuses a push for what
may be the mapping's fault: then before it is decided what becomes of that push.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from prometheus_client import Gauge

from connectors.errors import CrmError
from connectors.interface import CrmConnector, MappingProblem
from customers.ids import CardId, LegId, PushId, new_id
from customers.model import PushState
from desk import pushing
from desk.changes import administration_changed, card_changed
from desk.work import DeskSettings, Work
from jobs import queue
from storage import crm_checks, interactions, links
from storage.engine import Database, Tx

FITS = Gauge("customer_card_mapping_fits", "1 where the mapping fits the CRM, 0 where its pushes wait", ["crm"])
LEAST_SECONDS = 3.0
"""Between two checks of one CRM: each costs some calls."""
PAUSE = timedelta(days=2)
"""Of the lane; said anew with every check that finds the mapping unfit."""

_log = structlog.get_logger()


@dataclass(slots=True)
class _Verdict:
    is_fit: bool | None = None
    """None: the CRM could not be asked."""
    began_at: float = float("-inf")
    """When it was asked, by the monotonic clock."""
    said: tuple[str, ...] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)


class Fitness:
    """Safe for many threads. Several processes may each have one: what they do to the database comes to the same."""

    def __init__(
        self,
        database: Database,
        connectors: Mapping[str, CrmConnector],
        settings: DeskSettings,
        *,
        least_seconds: float = LEAST_SECONDS,
    ) -> None:
        self._database = database
        self._least_seconds = least_seconds
        self._connectors = connectors
        self._settings = settings
        self._verdicts = {name: _Verdict() for name in connectors}

    def fits(self, crm: str, *, since: float) -> bool | None:
        """Whether the mapping fits, asked at `since` (monotonic) or later. Pushes are held, or released, accordingly.

        None where that is not known: the CRM cannot be asked, or was asked too short a time before.
        """
        verdict = self._verdicts[crm]
        with verdict.lock:
            if verdict.began_at >= since:
                return verdict.is_fit
            if time.monotonic() - verdict.began_at < self._least_seconds:
                return False if verdict.is_fit is False else None
            verdict.began_at = time.monotonic()
            self._ask(crm, verdict)
            return verdict.is_fit

    def known(self, crm: str) -> bool | None:
        """What the last check found; None where there was none, or it came to nothing."""
        return self._verdicts[crm].is_fit

    def forget(self, crm: str) -> None:
        """The mapping is another one: what the last check found says nothing of it."""
        verdict = self._verdicts[crm]
        with verdict.lock:
            verdict.is_fit, verdict.began_at = None, float("-inf")

    def _ask(self, crm: str, verdict: _Verdict) -> None:
        try:
            found = self._connectors[crm].check_mapping()
        except CrmError as error:
            _log.warning("mapping.not_checked", crm=crm, error=str(error))
            verdict.is_fit = None
            with self._database.write() as tx:
                crm_checks.failed(tx, crm, error.reason)
                administration_changed(Work(tx, self._settings))
            return
        stopping = [one for one in found if one.stops]
        self._tell(crm, verdict, found)
        self._write_down(crm, found, is_fit=not stopping)
        verdict.is_fit = not stopping
        FITS.labels(crm).set(verdict.is_fit)
        if stopping:
            self._hold(crm, stopping)
        else:
            self._release(crm)

    def _write_down(self, crm: str, found: Sequence[MappingProblem], *, is_fit: bool) -> None:
        """Administrators see what was found, whichever process looked."""
        rows = [{"key": one.key, "problem": one.problem, "to_do": one.to_do, "stops": one.stops} for one in found]
        with self._database.write() as tx:
            crm_checks.found(tx, crm, rows, is_fit=is_fit)
            administration_changed(Work(tx, self._settings))

    def _tell(self, crm: str, verdict: _Verdict, found: Sequence[MappingProblem]) -> None:
        """The administrator is told once of every change, not every minute."""
        said = tuple(str(one) for one in found)
        stops = any(one.stops for one in found)
        if said != verdict.said or (verdict.is_fit is False and not stops):
            log = _log.error if stops else _log.warning if found else _log.info
            log("mapping.unfit" if stops else "mapping.fits", crm=crm, problems=list(said), pushes_wait=stops)
        verdict.said = said

    def _hold(self, crm: str, problems: Sequence[MappingProblem]) -> None:
        """The lane is paused, and every push that waits says why."""
        detail = said(problems)
        with self._database.write() as tx:
            queue.pause(tx, pushing.lane(crm), tx.now + PAUSE, pushing.HELD)
            waiting = links.unfinished(tx, crm)
        for push_id, _ in [row for row in waiting if row[1] != pushing.HELD]:
            with self._database.write() as tx:
                hold(tx, self._settings, PushId(push_id), detail)

    def _release(self, crm: str) -> None:
        """What was held is written now."""
        with self._database.write() as tx:
            if pushing.is_held(tx, crm):
                queue.resume(tx, pushing.lane(crm))
            held = [push_id for push_id, reason in links.unfinished(tx, crm) if reason == pushing.HELD]
        for push_id in held:
            with self._database.write() as tx:
                self._try_again(tx, PushId(push_id))

    def _try_again(self, tx: Tx, push_id: PushId) -> None:
        push = links.push(tx, push_id)
        if push is None:
            return
        interactions.hold(tx, push)
        push = links.push(tx, push_id)
        if push is not None and push["state"] == PushState.RETRYING and push["reason"] == pushing.HELD:
            work = Work(tx, self._settings, push["correlation_id"] or new_id())
            pushing.try_again(work, push_id, push["crm"])
            card_changed(work, CardId(push["card_id"]), [LegId(push["leg_id"])])


def said(problems: Sequence[MappingProblem]) -> str:
    """The problems in one line, for `push list`."""
    return "; ".join(f"{one.key}: {one.problem}" for one in problems)[:500]


def hold(tx: Tx, settings: DeskSettings, push_id: PushId, detail: str) -> None:
    """The push waits until the mapping is mended, and its card says so. One that is over, or held, stays as it is."""
    push = links.push(tx, push_id)
    if push is None:
        return
    interactions.hold(tx, push)
    push = links.push(tx, push_id)
    waiting = (PushState.SENDING, PushState.RETRYING)
    if push is None or push["state"] not in waiting or push["reason"] == pushing.HELD:
        return
    if push["unlinked_at"] and not push["is_withdrawal"]:
        return
    values = {"state": PushState.RETRYING.value, "reason": pushing.HELD, "detail": detail, "next_attempt_at": None}
    links.set_push(tx, push_id, **values)
    work = Work(tx, settings, push["correlation_id"] or new_id())
    card_changed(work, CardId(push["card_id"]), [LegId(push["leg_id"])])
