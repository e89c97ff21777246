"""How long after the commit a job is done, in a service that is otherwise idle."""

from __future__ import annotations

import random
import threading
import time

from jobs.lane import Lane
from jobs.queue import Leased, enqueue, settle_or_raise
from jobs.runner import Runner
from storage.engine import Database

_LANE = "bench"
_PATIENCE_SECONDS = 10.0


class Stopwatch:
    """One job after the other: from the return of the commit that wants it to the commit that settles it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._done = threading.Event()
        self._done_at = 0.0

    def measure(self, count: int) -> list[float]:
        """Milliseconds of `count` jobs, sorted. Raises TimeoutError where one is not done in ten seconds."""
        runner = Runner(self._db, [Lane(_LANE, self._handle, concurrency=1)])
        runner.start()
        try:
            self._once()  # the runner is awake and its statements are compiled
            return sorted(self._once() for _ in range(count))
        finally:
            runner.stop()

    def _once(self) -> float:
        self._done.clear()
        time.sleep(random.uniform(0.01, 0.04))  # idle, and in step with nothing
        with self._db.write() as tx:
            enqueue(tx, lane=_LANE, kind="bench", payload={})
        committed = time.perf_counter()
        if not self._done.wait(_PATIENCE_SECONDS):
            raise TimeoutError("a job was not done in time")
        return (self._done_at - committed) * 1000

    def _handle(self, leased: Leased) -> None:
        with self._db.write() as tx:
            settle_or_raise(tx, leased)
            tx.on_commit(self._stop)

    def _stop(self) -> None:
        self._done_at = time.perf_counter()
        self._done.set()
