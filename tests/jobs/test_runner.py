"""The runner on both databases. Handlers meet the test at events; nothing sleeps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import queue
from jobs.errors import Later
from jobs.lane import Lane
from jobs.queue import Leased
from jobs.runner import Runner
from storage.engine import Database, Tx
from storage.tables import audit, jobs

NEVER = 3600.0
"""Polling this seldom is none: what happens, happens because of a signal or a due time."""


@contextmanager
def running(database: Database, *lanes: Lane) -> Iterator[Runner]:
    runner = Runner(database, lanes, poll_seconds=NEVER)
    runner.start()
    try:
        yield runner
    finally:
        assert runner.stop(20)


def put(database: Database, key: str, *, lane: str = "crm", due: float = 0) -> None:
    with database.write() as tx:
        queue.enqueue(tx, lane=lane, kind="push", key=key, payload={}, due_at=tx.now + timedelta(seconds=due))


def job_row(database: Database, key: str) -> dict[str, object] | None:
    with database.read() as connection:
        row = connection.execute(sa.select(jobs).where(jobs.c.key == key)).mappings().first()
    return dict(row) if row else None


def eventually(is_so: Callable[[], bool]) -> bool:
    """For what has no event of its own: looks again and again, 20 seconds at most."""
    pause = threading.Event()
    return any(is_so() or pause.wait(0.01) for _ in range(2000))


class Done:
    """A handler that settles in its own transaction and can be waited for."""

    def __init__(self, database: Database, count: int) -> None:
        self.keys: list[str] = []
        self._database = database
        self._left = threading.Semaphore(0)
        self._count = count

    def __call__(self, leased: Leased) -> None:
        with self._database.write() as tx:
            tx.execute(sa.insert(audit).values(at=tx.now, action="done", subject=leased.key, details={}))
            queue.settle_or_raise(tx, leased)
        self.keys.append(leased.key)
        self._left.release()

    def all(self) -> bool:
        return all(self._left.acquire(timeout=20) for _ in range(self._count))


def test_what_was_enqueued_before_the_start_is_done(database: Database) -> None:
    done = Done(database, 3)
    for number in range(3):
        put(database, f"push:{number}")
    with running(database, Lane("crm", done)):
        assert done.all()
    assert sorted(done.keys) == ["push:0", "push:1", "push:2"]


def test_a_commit_wakes_the_runner(database: Database) -> None:
    done = Done(database, 2)
    with running(database, Lane("crm", done)):
        put(database, "push:1")
        put(database, "push:2")
        assert done.all()


def test_a_due_time_wakes_the_runner(database: Database) -> None:
    done = Done(database, 1)
    with running(database, Lane("crm", done)):
        put(database, "push:1", due=0.2)
        assert done.all()


def test_a_handler_that_just_returns_has_done_its_job(database: Database) -> None:
    returned = threading.Event()
    put(database, "push:1")
    with running(database, Lane("crm", lambda _leased: returned.set())):
        assert returned.wait(20)
    assert job_row(database, "push:1") is None


def test_never_more_at_once_than_the_lane_allows(database: Database) -> None:
    together = threading.Barrier(3, timeout=20)
    lock, active, most, left = threading.Lock(), [0], [0], threading.Semaphore(0)

    def handler(_leased: Leased) -> None:
        with lock:
            active[0] += 1
            most[0] = max(most[0], active[0])
        together.wait()  # all three places are used
        with lock:
            active[0] -= 1
        left.release()

    for number in range(9):
        put(database, f"push:{number}")
    with running(database, Lane("crm", handler, concurrency=3)):
        assert all(left.acquire(timeout=20) for _ in range(9))
    assert most == [3]


def test_a_lane_that_hangs_does_not_delay_another(database: Database) -> None:
    hangs, release = threading.Event(), threading.Event()

    def hang(_leased: Leased) -> None:
        hangs.set()
        release.wait(20)

    healthy = Done(database, 20)
    for number in range(20):
        put(database, f"slow:{number}", lane="slow")
    with running(database, Lane("slow", hang, concurrency=2), Lane("healthy", healthy, concurrency=2)):
        assert hangs.wait(20)
        for number in range(20):
            put(database, f"healthy:{number}", lane="healthy")
        assert healthy.all()
        release.set()


def test_later_puts_off_and_can_pause_the_lane(database: Database) -> None:
    asked = threading.Event()

    def handler(_leased: Leased) -> None:
        asked.set()
        raise Later(delay_seconds=600, reason="429", pause_lane=True)

    put(database, "push:1")
    with running(database, Lane("crm", handler, max_attempts=1)):
        assert asked.wait(20)
    row = job_row(database, "push:1")
    assert row is not None
    assert (row["state"], row["reason"], row["attempts"]) == ("ready", "429", 1)
    with database.read() as connection:
        assert list(queue.paused(connection, database.clock())) == ["crm"]


def test_a_failure_is_tried_again_with_a_growing_delay(database: Database) -> None:
    def handler(_leased: Leased) -> None:
        raise ValueError("private text")

    put(database, "push:1")
    with running(database, Lane("crm", handler)):
        assert eventually(lambda: (job_row(database, "push:1") or {}).get("reason") == "ValueError")


def test_the_last_failure_is_the_death_of_the_job_and_tells_the_domain(database: Database) -> None:
    told = threading.Event()

    def on_dead(tx: Tx, leased: Leased, reason: str) -> None:
        tx.execute(sa.insert(audit).values(at=tx.now, action=reason, subject=leased.key, details={}))
        tx.on_commit(told.set)

    def handler(_leased: Leased) -> None:
        raise ValueError

    put(database, "push:1")
    with running(database, Lane("crm", handler, max_attempts=1, on_dead=on_dead)):
        assert told.wait(20)
    row = job_row(database, "push:1")
    assert row is not None
    assert (row["state"], row["reason"]) == ("dead", "ValueError")
    with database.read() as connection:
        assert connection.execute(sa.select(audit.c.subject, audit.c.action)).all() == [("push:1", "ValueError")]


def test_a_long_handler_keeps_its_lease(database: Database) -> None:
    started, release = threading.Event(), threading.Event()

    def handler(_leased: Leased) -> None:
        started.set()
        release.wait(20)

    put(database, "push:1")
    with running(database, Lane("crm", handler, lease_seconds=0.6)):
        assert started.wait(20)
        first = (job_row(database, "push:1") or {})["leased_until"]
        assert eventually(lambda: (job_row(database, "push:1") or {})["leased_until"] != first)
        release.set()
    assert job_row(database, "push:1") is None


def test_stopping_lets_handlers_finish(database: Database) -> None:
    started, release = threading.Event(), threading.Event()

    def handler(_leased: Leased) -> None:
        started.set()
        release.wait(20)

    put(database, "push:1")
    runner = Runner(database, [Lane("crm", handler)], poll_seconds=NEVER)
    runner.start()
    assert started.wait(20)
    threading.Timer(0.05, release.set).start()
    assert runner.stop(20)
    assert job_row(database, "push:1") is None


def test_stopping_does_not_wait_for_ever_and_says_so(database: Database) -> None:
    started, release = threading.Event(), threading.Event()

    def handler(_leased: Leased) -> None:
        started.set()
        release.wait(20)

    put(database, "push:1")
    runner = Runner(database, [Lane("crm", handler)], poll_seconds=NEVER)
    runner.start()
    assert started.wait(20)
    assert not runner.stop(0.01)
    row = job_row(database, "push:1")
    assert row is not None
    assert row["state"] == "leased"
    release.set()
    assert eventually(lambda: job_row(database, "push:1") is None)


def test_a_pace_is_kept(database: Database) -> None:
    """A bucket of one: the second job starts when the bucket is full again, without a signal or a poll."""
    done = Done(database, 2)
    put(database, "push:1")
    put(database, "push:2")
    begun = database.clock()
    with running(database, Lane("crm", done, rate_per_second=5)):
        assert done.all()
    for number in range(3, 12):
        put(database, f"push:{number}")
    more = Done(database, 9)
    begun = database.clock()
    with running(database, Lane("crm", more, rate_per_second=5)):
        assert more.all()
    assert (database.clock() - begun).total_seconds() >= 0.8  # five at once, four more at five per second


def test_two_lanes_of_one_name_are_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="one name"):
        Runner(database, [Lane("crm", print), Lane("crm", print)])
