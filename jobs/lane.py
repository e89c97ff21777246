"""A lane: jobs that share a handler, a pace and a fate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from jobs.queue import Leased
from jobs.rate import Rate
from storage.engine import Tx

Handler = Callable[[Leased], None]
OnDead = Callable[[Tx, Leased, str], None]


@dataclass(frozen=True, slots=True)
class Lane:
    """How jobs of one lane are run. One lane that hangs takes nothing from another."""

    name: str
    handler: Handler
    """Does the job. It settles it in its own transaction (`queue.settle_or_raise`), or returns and the runner does.

    It may raise `jobs.errors.Later`; any other exception is a failed attempt.
    """
    concurrency: int = 4
    rate_per_second: float | None = None
    """How many are started per second at most."""
    lease_seconds: float = 60.0
    """How long after a crash another may take over; renewed while a handler runs."""
    max_attempts: int = 12
    """After so many failed attempts the job is dead."""
    max_takeovers: int = 50
    """After so many leases that ran out in a row the job is dead: it takes the process with it. Few would do for that,
    but whatever else kills a process again and again leaves innocent jobs in its hands too."""
    on_dead: OnDead | None = None
    """Called with the reason in the transaction that gives the job up."""


@dataclass(slots=True)
class _Held:
    leased: Leased
    renewed_at: float


class RunningLane:
    """A lane at work: its threads, its pace, and the jobs in its hands. Times are monotonic seconds."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._rate = Rate(lane.rate_per_second, time.monotonic())
        self._threads = ThreadPoolExecutor(lane.concurrency, thread_name_prefix=f"jobs-{lane.name}")
        self._lock = threading.Lock()
        self._held: dict[Future[None], _Held] = {}

    def budget(self, now: float) -> int:
        """How many jobs it can start now."""
        with self._lock:
            free = self.lane.concurrency - len(self._held)
        return self._rate.available(now, free)

    def seconds_until_pace(self, now: float) -> float | None:
        """When its pace lets it start one; None when something else holds it back."""
        with self._lock:
            is_full = len(self._held) >= self.lane.concurrency
        wait = self._rate.next_at(now) - now
        return None if is_full or wait <= 0 else wait

    def start(self, leased: Leased, work: Callable[[Lane, Leased], None], ended: Callable[[], None]) -> None:
        """Run `work` in a thread of the lane; `ended` afterwards, in that thread."""
        self._rate.take(1)
        with self._lock:
            future = self._threads.submit(work, self.lane, leased)
            self._held[future] = _Held(leased, time.monotonic())

        def forget(done: Future[None]) -> None:
            with self._lock:
                self._held.pop(done, None)
            ended()

        future.add_done_callback(forget)

    def to_renew(self, now: float) -> list[Leased]:
        """Jobs whose lease is a third over; they count as renewed now."""
        with self._lock:
            held = [one for one in self._held.values() if self._is_old(one, now) and not one.leased.is_settled]
            for one in held:
                one.renewed_at = now
        return [one.leased for one in held]

    def seconds_until_renewal(self, now: float) -> float | None:
        """When the next lease has to be renewed; None when there is none."""
        with self._lock:
            held = [one.renewed_at for one in self._held.values() if not one.leased.is_settled]
        oldest = min(held, default=None)
        return None if oldest is None else max(0.0, oldest + self.lane.lease_seconds / 3 - now)

    def is_idle(self) -> bool:
        """True when nothing is in its hands."""
        with self._lock:
            return not self._held

    def recall(self) -> list[Leased]:
        """Jobs that no thread has begun; none will."""
        with self._lock:
            held = list(self._held.items())
        return [one.leased for future, one in held if future.cancel()]

    def close(self) -> None:
        """Begin nothing more. Does not wait."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _is_old(self, one: _Held, now: float) -> bool:
        return now - one.renewed_at >= self.lane.lease_seconds / 3
