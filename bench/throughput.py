"""(t) Pushes a second into CRMs that answer in 200 ms, of what so many calls at once could do at most.

Worker, queue and database are the product's; the CRMs are simulators, processes of their own, over TLS. Every wrap-up
has three linked records. What is counted is calls of the CRM's API: the ideal is concurrency ÷ latency.
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from bench.databases import databases
from bench.measure import percentile
from bench.processes import ProcessFailed
from bench.report import Figure, Goal
from bench.run import Run
from bench.throughput_crms import CRMS, Crm
from bench.throughput_rows import fill
from connectors.interface import CrmConnector
from desk.work import DeskSettings
from jobs.lane import Lane
from jobs.runner import Runner
from push.worker import PushWorker
from storage.engine import Database
from storage.tables import pushes

LATENCY = 0.2
"""Seconds that each call of a CRM takes."""
CONCURRENCY = (64, 100)
LAG_MS = 50.0
"""The event loop's, at most, at the 99th percentile."""
_GOAL = Goal(0.75, is_ceiling=False)
_LONGEST_SECONDS = 900.0
_WARM = 2
"""Pushes for each call at once, before the clock runs."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run showed."""

    pushes_per_s: float
    calls_per_s: float
    calls_per_push: float
    lag_p99_ms: float = 0.0


def measure(run: Run) -> list[Figure]:
    """For each CRM and concurrency: calls a second beside the ideal, and a library's own client beside both."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    figures = []
    for kind in CRMS:
        with kind(LATENCY) as crm:
            figures += [_figure(run, crm, at_once) for at_once in CONCURRENCY]
    return figures


def _figure(run: Run, crm: Crm, at_once: int) -> Figure:
    ours = ours_of(crm, at_once, run.wrapups)
    count = max(at_once, min(run.wrapups, 10 * at_once))
    peer = peer_of(crm, at_once, count)
    ideal = at_once / LATENCY
    lag = "met" if ours.lag_p99_ms < LAG_MS else "MISSED"
    return Figure(
        name=f"throughput.{crm.name}.{at_once}",
        unit="API calls/s",
        value=ours.calls_per_s,
        floor=ideal,
        ratio=ours.calls_per_s / ideal,
        goal=_GOAL,
        peers={crm.peer: peer.calls_per_s},
        notes=[
            f"{run.wrapups:,} wrap-ups of 3: {ours.pushes_per_s:.0f} pushes/s, {ours.calls_per_push:.2f} calls each",
            f"event-loop lag p99 {ours.lag_p99_ms:.1f} ms; goal < {LAG_MS:.0f}: {lag}",
            f"{crm.peer}: {peer.pushes_per_s:.0f} of {count:,} activities/s, {peer.calls_per_push:.2f} calls each",
        ],
    )


def ours_of(crm: Crm, at_once: int, wrapups: int) -> Seen:
    """The product's workers write all of it. Raises ProcessFailed where they do not."""
    with databases("sqlite") as fresh, crm.connector(at_once) as connector:
        database = fresh()
        try:
            fill(database, crm.name, crm.records, -(-_WARM * at_once // 3))
            asyncio.run(_drain(database, connector, crm.name, at_once))  # connections, sign-in, who the agent is
            before = crm.calls()
            fill(database, crm.name, crm.records, wrapups)
            seconds, lags = asyncio.run(_drain(database, connector, crm.name, at_once))
            calls = crm.calls() - before
        finally:
            database.close()
    count = 3 * wrapups
    return Seen(count / seconds, calls / seconds, calls / count, percentile(sorted(lags), 0.99))


async def _drain(database: Database, connector: CrmConnector, name: str, at_once: int) -> tuple[float, list[float]]:
    """Seconds until every push is sent, and by how much a timer of the loop was late meanwhile, in ms."""
    worker = PushWorker(database, {name: connector}, DeskSettings(crm_labels={name: name}))
    runner = Runner(database, [Lane(f"push:{name}", worker.handle, concurrency=at_once)], poll_seconds=0.5)
    begun = time.perf_counter()
    runner.start()
    lags: list[float] = []
    try:
        while await asyncio.to_thread(_unsent, database):
            if time.perf_counter() - begun > _LONGEST_SECONDS:
                raise ProcessFailed(f"not all was written within {_LONGEST_SECONDS:.0f} s")
            lags += [await _late() for _ in range(10)]
        seconds = time.perf_counter() - begun
    finally:
        await asyncio.to_thread(runner.stop)
    return seconds, lags


async def _late() -> float:
    wanted = 0.005
    begun = time.perf_counter()
    await asyncio.sleep(wanted)
    return max(0.0, (time.perf_counter() - begun - wanted) * 1000)


def _unsent(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).where(pushes.c.state != "sent")).scalar_one())


def peer_of(crm: Crm, at_once: int, count: int) -> Seen:
    """The same fields by the vendor's or the usual library, in as many threads."""
    with crm.peer_writer(at_once) as write, ThreadPoolExecutor(at_once) as threads:
        list(threads.map(write, range(at_once)))
        before, begun = crm.calls(), time.perf_counter()
        list(threads.map(write, range(count)))
        seconds = time.perf_counter() - begun
        calls = crm.calls() - before
    return Seen(count / seconds, calls / seconds, calls / count)
