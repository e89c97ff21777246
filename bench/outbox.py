"""(e) The outbox: what it costs that the work which follows from an event is written in the event's transaction."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.calls import INTAKE, SETTINGS, accepted, inbox_row
from bench.measure import Results, Sample, Variant, alternate, ratio
from bench.postgres import PostgresMissing, cluster
from bench.processes import ProcessFailed
from bench.report import Figure, Goal, table
from bench.run import Run
from desk import interactions
from desk.work import Work
from jobs import statements
from jobs.queue import SIGNAL, enqueue
from storage import inbox, schema, tables
from storage.engine import Database, Tx

_CONCURRENCY = 50
_GOALS = {"sqlite": Goal(0.85, is_ceiling=False), "postgresql": Goal(0.7, is_ceiling=False)}
_COLUMNS = {"per_s": "events/s", "cpu_us": "µs CPU/event"}
_OURS, _FLOOR = "with the jobs that follow", "floor: without them"
Transaction = Callable[[Tx, int], None]


class Jobless(Tx):
    """The same transaction, but no job is written and nobody is woken for one."""

    def __init__(self, tx: Tx) -> None:
        self.__dict__.update(tx.__dict__)

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """As of `Tx`, without the queue's insert."""
        if statement in statements.UPSERT.values():
            return None
        return super().execute(statement, parameters)

    def signal(self, topic: str, payload: str = "") -> None:
        """As of `Tx`, without the queue's own."""
        if topic != SIGNAL:
            super().signal(topic, payload)


def store(tx: Tx, number: int) -> None:
    """What the intake commits before it answers 202: the event and the job that will understand it."""
    for event_id, correlation_id in inbox.put(tx, [inbox_row(number)]):
        payload = {"event": str(event_id)}
        enqueue(tx, lane="events", kind="event", payload=payload, correlation_id=correlation_id)


def understand(tx: Tx, number: int) -> None:
    """What a new caller's accepted call changes: customer, card, interaction, leg; look-ups and the card's delivery."""
    interactions.apply(Work(tx, SETTINGS), INTAKE, accepted(number))


def measure(run: Run) -> list[Figure]:
    """Rates of both transactions with and without their jobs, on both databases, 50 at a time."""
    return [figure for dialect in _GOALS for figure in _on(run, dialect)]


def _on(run: Run, dialect: str) -> list[Figure]:
    try:
        with databases(dialect) as fresh:
            return [_figure(run, f"outbox.{dialect}.{what.__name__}", what, fresh) for what in (understand, store)]
    except PostgresMissing as missing:
        unit, note = "events/s", str(missing)
        return [Figure(f"outbox.{dialect}", unit, None, goal=_GOALS[dialect], notes=[note])]


def _figure(run: Run, name: str, transaction: Transaction, fresh: Callable[[], Database]) -> Figure:
    results = compare(transaction, fresh, rounds=run.rounds, count=max(50, int(run.cpu_seconds * 1000)), run=run)
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


def compare(transaction: Transaction, fresh: Callable[[], Database], *, rounds: int, count: int, run: Run) -> Results:
    """`transaction` with its jobs and without, each on its own database. Raises where a job is not as it must be."""
    with_jobs, without = fresh(), fresh()
    try:
        variants = [
            Variant(_OURS, _closed_loop(with_jobs, transaction, count)),
            Variant(_FLOOR, _closed_loop(without, lambda tx, number: transaction(Jobless(tx), number), count)),
        ]
        results = alternate(variants, rounds, higher_is_better=frozenset({"per_s"}), on_round=run.on_round)
        if job_count(without) or not job_count(with_jobs):
            raise ProcessFailed("the floor wrote jobs, or ours did not")
    finally:
        with_jobs.close()
        without.close()
    return results


def _closed_loop(db: Database, transaction: Transaction, count: int) -> Callable[[], Sample]:
    numbers = itertools.count()

    def one(_turn: int) -> None:
        number = next(numbers)
        with db.write() as tx:
            transaction(tx, number)

    def run() -> Sample:
        with ThreadPoolExecutor(_CONCURRENCY) as threads:
            list(threads.map(one, range(_CONCURRENCY)))  # connections, caches
            begun, cpu = time.perf_counter(), time.process_time()
            list(threads.map(one, range(count)))
            seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        return {"per_s": count / seconds, "cpu_us": cpu / count * 1e6}

    return run


def job_count(db: Database) -> int:
    """Jobs in the queue, whatever their state."""
    with db.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.jobs)).scalar_one()


@contextmanager
def databases(dialect: str) -> Iterator[Callable[[], Database]]:
    """A maker of empty databases with our tables. Raises `PostgresMissing`."""
    if dialect == "postgresql":
        with cluster() as url:
            yield _PostgresMaker(url)
    else:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            names = itertools.count()
            yield lambda: _with_tables(Database(f"sqlite:///{Path(folder) / f'{next(names)}.db'}"))


class _PostgresMaker:
    """Makes a database of the cluster per call."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._names = itertools.count()

    def __call__(self) -> Database:
        name = f"bench_{next(self._names)}"
        engine = sa.create_engine(self._url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"create database {name}"))
        engine.dispose()
        return _with_tables(Database(self._url.set(database=name).render_as_string(hide_password=False)))


def _with_tables(db: Database) -> Database:
    schema.upgrade(db)
    return db
