"""A lane: jobs that share a handler, a pace and a fate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from jobs.queue import Leased
from jobs.rate import Rate
from storage.engine import Tx

Handler = Callable[[Leased], None]
HandlerOfMany = Callable[[Sequence[Leased]], Mapping[int, Exception]]
OnDead = Callable[[Tx, Leased, str], None]


@dataclass(frozen=True, slots=True)
class Lane:
    """How jobs of one lane are run. One lane that hangs takes nothing from another."""

    name: str
    handler: Handler
    """Does the job. It settles it in its own transaction (`queue.settle_or_raise`), or returns and the runner does.

    It may raise `jobs.errors.Later`; any other exception is a failed attempt.
    """
    handle_many: HandlerOfMany | None = None
    """Does several jobs at once, and says of those that it has not done, by id, what `handler` would have raised.

    Where it raises itself, each is run by `handler` alone.
    """
    together: int = 1
    """How many jobs a thread is given at once at most, where there is `handle_many`."""
    concurrency: int = 4
    """How many threads."""
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
    jobs: Sequence[Leased]
    renewed_at: float


def groups(many: Sequence[Leased], together: int) -> list[list[Leased]]:
    """As few groups as may be, in their order, of `together` jobs at most; of half as many with each failed attempt.

    So one that takes too long with others, or that they do not get on with, is alone before long; and one whose lease
    ran out, which may have taken the process with it, is at once.
    """
    found: list[list[Leased]] = []
    room = 0
    for leased in many:
        most = 1 if leased.takeovers else max(1, together >> max(0, leased.attempts - 1))
        if not found or len(found[-1]) >= min(room, most):
            found.append([])
            room = most
        found[-1].append(leased)
        room = min(room, most)
    return found


class RunningLane:
    """A lane at work: its threads, its pace, and the jobs in its hands. Times are monotonic seconds."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._rate = Rate(lane.rate_per_second, time.monotonic())
        self._threads = ThreadPoolExecutor(lane.concurrency, thread_name_prefix=f"jobs-{lane.name}")
        self._together = lane.together if lane.handle_many else 1
        self._lock = threading.Lock()
        self._held: dict[Future[None], _Held] = {}

    def budget(self, now: float) -> int:
        """How many jobs it can start now."""
        with self._lock:
            free = max(0, self.lane.concurrency - len(self._held))
        return self._rate.available(now, free * self._together)

    def seconds_until_pace(self, now: float) -> float | None:
        """When its pace lets it start one; None when something else holds it back."""
        with self._lock:
            is_full = len(self._held) >= self.lane.concurrency
        wait = self._rate.next_at(now) - now
        return None if is_full or wait <= 0 else wait

    def start(
        self, many: Sequence[Leased], work: Callable[[Lane, Sequence[Leased]], None], ended: Callable[[], None]
    ) -> None:
        """Run `work` in threads of the lane, a group in each; `ended` after each, in its thread."""
        self._rate.take(len(many))
        for group in groups(many, self._together):
            self._start(group, work, ended)

    def _start(
        self, group: Sequence[Leased], work: Callable[[Lane, Sequence[Leased]], None], ended: Callable[[], None]
    ) -> None:
        with self._lock:
            future = self._threads.submit(work, self.lane, group)
            self._held[future] = _Held(group, time.monotonic())

        def forget(done: Future[None]) -> None:
            with self._lock:
                self._held.pop(done, None)
            ended()

        future.add_done_callback(forget)

    def to_renew(self, now: float) -> list[Leased]:
        """Jobs whose lease is a third over; they count as renewed now."""
        with self._lock:
            held = [one for one in self._held.values() if self._is_old(one, now)]
            for one in held:
                one.renewed_at = now
        return [leased for one in held for leased in one.jobs if not leased.is_settled]

    def seconds_until_renewal(self, now: float) -> float | None:
        """When the next lease has to be renewed; None when there is none."""
        with self._lock:
            held = [one.renewed_at for one in self._held.values() if not all(job.is_settled for job in one.jobs)]
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
        return [leased for future, one in held if future.cancel() for leased in one.jobs]

    def close(self) -> None:
        """Begin nothing more. Does not wait."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _is_old(self, one: _Held, now: float) -> bool:
        return now - one.renewed_at >= self.lane.lease_seconds / 3
