"""Several processes, some of which are killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from jobs import queue
from jobs.lane import Lane
from jobs.queue import Leased
from jobs.runner import Runner
from storage.engine import Database
from storage.tables import audit

_HANGS_IN_A_HANDLER = """
import sys, threading
from jobs.lane import Lane
from jobs.runner import Runner
from storage.engine import Database

def hang(leased):
    print("leased", leased.key, flush=True)
    threading.Event().wait()

Runner(Database(sys.argv[1]), [Lane("crm", hang, lease_seconds=1.0)]).start()
threading.Event().wait()
"""

_HANGS_IN_A_TRANSACTION = """
import sys, threading
from jobs import queue
from storage.engine import Database

with Database(sys.argv[1]).write() as tx:
    queue.enqueue(tx, lane="crm", kind="push", key="push:never", payload={})
    print("open", flush=True)
    threading.Event().wait()
"""


def put(database: Database, key: str) -> None:
    with database.write() as tx:
        queue.enqueue(tx, lane="crm", kind="push", key=key, payload={})


@contextmanager
def killed(program: str, url: str) -> Iterator[str]:
    """Runs `program` until it has printed a line, then gives that line; the block sees the process killed."""
    process = subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline().strip()
        process.send_signal(signal.SIGKILL)
        process.wait()
        yield line
    finally:
        process.stdout.close()
        process.kill()
        process.wait()


class Worker:
    """Notes each job in the transaction that settles it."""

    def __init__(self, database: Database, count: int) -> None:
        self._database = database
        self._count = count
        self._lock = threading.Lock()
        self.all_done = threading.Event()

    def __call__(self, leased: Leased) -> None:
        with self._database.write() as tx:
            tx.execute(sa.insert(audit).values(at=tx.now, action="done", subject=leased.key, details={}))
            queue.settle_or_raise(tx, leased)
        with self._lock:
            self._count -= 1
            if not self._count:
                self.all_done.set()


def done(database: Database) -> Counter[str]:
    with database.read() as connection:
        return Counter(connection.execute(sa.select(audit.c.subject)).scalars())


@pytest.mark.rule("P-08")
def test_p08_jobs_of_a_killed_process_are_taken_over(database: Database, database_url: str) -> None:
    put(database, "push:1")
    with killed(_HANGS_IN_A_HANDLER, database_url) as line:
        assert line == "leased push:1"
    worker = Worker(database, 1)
    runner = Runner(database, [Lane("crm", worker, lease_seconds=1.0)])
    runner.start()
    assert worker.all_done.wait(20)
    assert runner.stop(20)
    assert done(database) == {"push:1": 1}


@pytest.mark.rule("P-08")
def test_p08_a_transaction_of_a_killed_process_never_was_and_locks_nothing(
    database: Database, database_url: str
) -> None:
    with killed(_HANGS_IN_A_TRANSACTION, database_url) as line:
        assert line == "open"
    put(database, "push:1")
    assert [leased.key for leased in queue.lease(database, {"crm": 9}, 60)] == ["push:1"]


@pytest.mark.postgres
def test_two_runners_never_do_one_job_twice(postgres_url: str) -> None:
    databases = [Database(postgres_url), Database(postgres_url)]
    with databases[0].write() as tx:
        for number in range(200):
            queue.enqueue(tx, lane="crm", kind="push", key=f"push:{number}", payload={})
    starts: list[str] = []
    finished = threading.Semaphore(0)

    def handler(leased: Leased) -> None:
        starts.append(leased.key)
        finished.release()

    runners = [Runner(database, [Lane("crm", handler, concurrency=4)]) for database in databases]
    for runner in runners:
        runner.start()
    assert all(finished.acquire(timeout=20) for _ in range(200))
    assert all(runner.stop(20) for runner in runners)
    assert Counter(starts) == Counter({f"push:{number}": 1 for number in range(200)})
    with databases[0].read() as connection:
        assert queue.stats(connection) == []
    for database in databases:
        database.close()


@pytest.mark.postgres
def test_an_enqueue_in_another_process_wakes_the_runner(postgres_url: str) -> None:
    here, there = Database(postgres_url), Database(postgres_url)
    worker = Worker(here, 1)
    runner = Runner(here, [Lane("crm", worker)], poll_seconds=3600)
    listening = threading.Event()
    here.listen(queue.SIGNAL, lambda _payload: listening.set())
    runner.start()
    assert listening.wait(20)
    put(there, "push:1")
    assert worker.all_done.wait(20)
    assert runner.stop(20)
    here.close()
    there.close()


@pytest.mark.postgres
def test_the_runner_survives_the_loss_of_every_connection(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    worker = Worker(database, 1)
    runner = Runner(database, [Lane("crm", worker)], poll_seconds=0.2)
    runner.start()
    with other.write() as tx:
        tx.execute(
            sa.text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        )
    put(other, "push:1")
    assert worker.all_done.wait(30)
    assert runner.stop(20)
    database.close()
    other.close()
