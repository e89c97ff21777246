"""Runs jobs: leases what is due, hands it to the lanes' threads, keeps the leases alive.

One thread dispatches. It is woken when something was enqueued (a signal), when a handler has ended and when the next
job becomes due; it looks by itself every `poll_seconds`, because signals can be lost. If the process is killed at any
point, its leases run out and somebody takes the jobs over.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

import structlog

from jobs import attempt, queue
from jobs.lane import Lane, RunningLane
from jobs.queue import Leased
from storage.engine import Database
from storage.errors import StorageUnavailable

POLL_SECONDS = 10.0
_TROUBLE_SECONDS = 0.5
_LONGEST_TROUBLE_SECONDS = 15.0
_SHORTEST_WAIT = 0.02
"""Between two looks at a queue in which something is due but in other hands."""

_log = structlog.get_logger()


class Runner:
    """Works on the given lanes until it is stopped. Several runners, in several processes, share the work."""

    def __init__(self, db: Database, lanes: Sequence[Lane], *, poll_seconds: float = POLL_SECONDS) -> None:
        """Raises ValueError when two lanes have one name."""
        if len({lane.name for lane in lanes}) != len(lanes):
            raise ValueError("two lanes have one name")
        self._db = db
        self._lanes = {lane.name: RunningLane(lane) for lane in lanes}
        self._poll_seconds = poll_seconds
        self._work = partial(attempt.run_many, db)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._give_up_at = float("inf")
        self._thread = threading.Thread(target=self._run, name="jobs-dispatcher", daemon=True)
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin. Once only."""
        self._unsubscribe = self._db.listen(queue.SIGNAL, lambda _payload: self._wake.set())
        self._thread.start()

    def stop(self, timeout: float = 30.0) -> bool:
        """Lease nothing more, give back what was not begun, let handlers finish.

        True when all of them did within `timeout` seconds. What still runs then is taken over when its lease runs out,
        unless it settles before.
        """
        self._give_up_at = time.monotonic() + timeout
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._unsubscribe is not None:
            self._unsubscribe()
        for lane in self._lanes.values():
            lane.close()
        return self._is_idle()

    def _run(self) -> None:
        trouble = _TROUBLE_SECONDS
        while not self._stopping.is_set():
            try:
                self._turn()
                trouble = _TROUBLE_SECONDS
            except Exception as error:  # noqa: BLE001 - the dispatcher outlives whatever happens
                _log.warning("jobs.dispatch_failed", **attempt.describe(error))
                self._stopping.wait(trouble)
                trouble = min(trouble * 2, _LONGEST_TROUBLE_SECONDS)
        self._drain()

    def _turn(self) -> None:
        self._wake.clear()
        self._renew()
        if not self._dispatch():
            self._wake.wait(self._seconds_to_wait())

    def _dispatch(self) -> int:
        """Lease what the lanes have room for and start it. How many."""
        now = time.monotonic()
        budgets: dict[float, dict[str, int]] = defaultdict(dict)
        for name, lane in self._lanes.items():
            if budget := lane.budget(now):
                budgets[lane.lane.lease_seconds][name] = budget
        started = 0
        for seconds, lane_budgets in budgets.items():
            taken: dict[str, list[Leased]] = defaultdict(list)
            for leased in queue.lease(self._db, lane_budgets, seconds):
                taken[leased.lane].append(leased)
                started += 1
            for name, many in taken.items():
                self._lanes[name].start(many, self._work, self._wake.set)
        return started

    def _seconds_to_wait(self) -> float:
        """How long nothing will have to be done, unless something wakes the dispatcher."""
        now = time.monotonic()
        waits = [self._poll_seconds, self._seconds_until_due(now)]
        for lane in self._lanes.values():
            waits += [
                wait for wait in (lane.seconds_until_pace(now), lane.seconds_until_renewal(now)) if wait is not None
            ]
        return max(_SHORTEST_WAIT, min(waits))

    def _seconds_until_due(self, now: float) -> float:
        """Only lanes that could start something count: the others wake the dispatcher when they can."""
        able = [name for name, lane in self._lanes.items() if lane.budget(now)]
        due = queue.next_due(self._db, able)
        return (due - self._db.clock()).total_seconds() if due else self._poll_seconds

    def _renew(self) -> None:
        now = time.monotonic()
        for lane in self._lanes.values():
            if held := lane.to_renew(now):
                ours = queue.heartbeat(self._db, held, lane.lane.lease_seconds)
                lost = [leased.id for leased in held if leased.id not in ours and not leased.is_settled]
                if lost:
                    _log.warning("jobs.leases_lost", lane=lane.lane.name, jobs=lost)

    def _drain(self) -> None:
        """Give back what no thread has begun, then keep the rest alive until it ends or time is up."""
        try:
            queue.give_back_all(self._db, [leased for lane in self._lanes.values() for leased in lane.recall()])
        except StorageUnavailable:
            _log.warning("jobs.not_given_back")  # their leases run out
        while not self._is_idle() and (left := self._give_up_at - time.monotonic()) > 0:
            self._wake.clear()
            try:
                self._renew()
            except StorageUnavailable:
                _log.warning("jobs.not_renewed")
            if not self._is_idle():
                self._wake.wait(min(left, *self._renewals()))

    def _renewals(self) -> list[float]:
        now = time.monotonic()
        waits = (lane.seconds_until_renewal(now) for lane in self._lanes.values())
        return [self._poll_seconds, *(max(_SHORTEST_WAIT, wait) for wait in waits if wait is not None)]

    def _is_idle(self) -> bool:
        return all(lane.is_idle() for lane in self._lanes.values())
