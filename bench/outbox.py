"""(e) The outbox: what it costs that the work which follows from an event is written in the event's transaction."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

from bench.calls import INTAKE, SETTINGS, accepted, stored
from bench.databases import Maker, databases, job_count
from bench.latency import Stopwatch
from bench.measure import Results, Sample, Variant, alternate, percentile, ratio
from bench.postgres import PostgresMissing
from bench.processes import ProcessFailed
from bench.report import Figure, Goal, table
from bench.run import Run
from desk import interactions
from desk.work import Work
from jobs import statements
from jobs.queue import SIGNAL
from service import inbox
from storage.engine import Database, Tx
from storage.prepared import Prepared

_CONCURRENCY = 50
_GOALS = {"sqlite": Goal(0.85, is_ceiling=False), "postgresql": Goal(0.7, is_ceiling=False)}
_COLUMNS = {"per_s": "events/s", "cpu_us": "µs CPU/event"}
_OURS, _FLOOR = "with the jobs that follow", "floor: without them"
_JOBS = 60
UseCase = Callable[[Database, int], object]


class Jobless(Tx):
    """The same transaction, but no job is written and nobody is woken for one."""

    def __init__(self, tx: Tx) -> None:
        self.__dict__.update(tx.__dict__)

    def run(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        """As of `Tx`, without the queue's insert."""
        if statement is not statements.UPSERT:
            super().run(statement, values)

    def signal(self, topic: str, payload: str = "") -> None:
        """As of `Tx`, without the queue's own."""
        if topic != SIGNAL:
            super().signal(topic, payload)


class JoblessDatabase:
    """A database whose transactions write no jobs."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """As of `Database`."""
        with self._db.write() as tx:
            yield Jobless(tx)


def store(db: Database, number: int) -> None:
    """What the intake commits before it answers 202: the event and the job that will understand it."""
    inbox.store(db, INTAKE, [stored(number)])


def understand(db: Database, number: int) -> None:
    """What a new caller's accepted call changes: customer, card, interaction, leg; look-ups and the card's delivery."""
    with db.write() as tx:
        interactions.apply(Work(tx, SETTINGS), INTAKE, accepted(number))


def measure(run: Run) -> list[Figure]:
    """On both databases: rates of both use cases with and without their jobs, 50 at a time; commit to job done."""
    return [figure for dialect in _GOALS for figure in _on(run, dialect)]


def _on(run: Run, dialect: str) -> list[Figure]:
    try:
        with databases(dialect) as fresh:
            rates = [_rate(run, f"outbox.{dialect}.{case.__name__}", case, fresh) for case in (understand, store)]
            return [*rates, _latency(f"outbox.{dialect}.commit_to_done", fresh())]
    except PostgresMissing as missing:
        return [Figure(f"outbox.{dialect}", "events/s", None, goal=_GOALS[dialect], notes=[str(missing)])]


def _rate(run: Run, name: str, case: UseCase, fresh: Maker) -> Figure:
    results = compare(case, fresh, run)
    ours, floor = results[_OURS]["per_s"], results[_FLOOR]["per_s"]
    return Figure(
        name=name,
        unit="events/s",
        value=ours.median,
        floor=floor.median,
        ratio=ratio(ours, floor),
        goal=_GOALS[name.split(".")[1]],
        table=table(results, _FLOOR, _COLUMNS, "per_s"),
    )


def _latency(name: str, db: Database) -> Figure:
    times = Stopwatch(db).measure(_JOBS)
    db.close()
    rest = f"p95 {percentile(times, 0.95):.1f} ms, of {_JOBS} jobs one by one; the job's own transaction is part of it"
    return Figure(name=name, unit="ms p50", value=percentile(times, 0.5), notes=[rest])


def compare(case: UseCase, fresh: Maker, run: Run) -> Results:
    """`case` with its jobs and without, each on its own database. Raises where a job is not as it must be."""
    with_jobs, without = fresh(), fresh()
    try:
        variants = [
            Variant(_OURS, _closed_loop(with_jobs, case, run.cpu_seconds)),
            Variant(_FLOOR, _closed_loop(cast("Database", JoblessDatabase(without)), case, run.cpu_seconds)),
        ]
        results = alternate(variants, run.rounds, higher_is_better=frozenset({"per_s"}), on_round=run.on_round)
        if job_count(without) or not job_count(with_jobs):
            raise ProcessFailed("the floor wrote jobs, or ours did not")
    finally:
        with_jobs.close()
        without.close()
    return results


def _closed_loop(db: Database, case: UseCase, seconds: float) -> Callable[[], Sample]:
    """Fifty threads, each of which takes the next event when its last one is committed, for about `seconds` of CPU."""
    numbers = itertools.count()

    def work(count: int) -> Sample:
        with ThreadPoolExecutor(_CONCURRENCY) as threads:
            list(threads.map(lambda _: case(db, next(numbers)), range(_CONCURRENCY)))  # connections, caches
            begun, cpu = time.perf_counter(), time.process_time()
            list(threads.map(lambda _: case(db, next(numbers)), range(count)))
            took, cpu = time.perf_counter() - begun, time.process_time() - cpu
        return {"per_s": count / took, "cpu_us": cpu / count * 1e6}

    count = max(_CONCURRENCY, int(2 * seconds / (work(_CONCURRENCY)["cpu_us"] * 1e-6)))
    return lambda: work(count)
