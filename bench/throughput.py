"""(t) Pushes a second into CRMs that answer in 200 ms, of what so many calls at once could do at most.

Worker, queue and database are the product's; the CRMs are simulators, processes of their own, over TLS. Every wrap-up
has three linked records. The ideal is concurrency ÷ latency, in calls of the CRM's API. Measured twice: with one push
in each call, where calls are compared with that ideal; and as the service does it by default, where a call carries
several, and pushes are compared with what single calls could do at best.
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
from service.processor import OneProcessor, settle
from storage.engine import Database
from storage.tables import pushes

LATENCY = 0.2
"""Seconds that each call of a CRM takes."""
CONCURRENCY = (64, 100)
TOGETHER = 10
"""Pushes in a call, at most: what the settings say where nobody says otherwise."""
DIALECTS = ("sqlite", "postgresql")
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
    cpu_ms: float = 0.0
    """Of this process, for each push."""


def measure(run: Run) -> list[Figure]:
    """For each CRM, database and concurrency, beside a library's own client."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settle()
    figures = []
    for kind in CRMS:
        with kind(LATENCY) as crm:
            for at_once in CONCURRENCY:
                peer = peer_of(crm, at_once, max(at_once, min(run.wrapups, 10 * at_once)))
                for dialect in DIALECTS:
                    figures += [
                        _figure(crm, dialect, at_once, together=together, wrapups=run.wrapups, peer=peer)
                        for together in (1, TOGETHER)
                    ]
    return figures


def _figure(crm: Crm, dialect: str, at_once: int, *, together: int, wrapups: int, peer: Seen) -> Figure:
    """Calls a second where each carries one push, and pushes a second where a call carries several."""
    ours = ours_of(crm, at_once, wrapups, together=together, dialect=dialect)
    ideal = at_once / LATENCY
    lag = "met" if ours.lag_p99_ms < LAG_MS else "MISSED"
    value = ours.calls_per_s if together == 1 else ours.pushes_per_s
    return Figure(
        name=f"throughput.{crm.name}.{dialect}.{at_once}{'' if together == 1 else '.together'}",
        unit="API calls/s" if together == 1 else "pushes/s",
        value=value,
        floor=ideal,
        ratio=value / ideal,
        goal=_GOAL,
        peers={crm.peer: peer.calls_per_s if together == 1 else peer.pushes_per_s},
        notes=[
            f"{wrapups:,} wrap-ups of 3, up to {together} pushes a call: {_said(ours)}",
            f"event-loop lag p99 {ours.lag_p99_ms:.1f} ms; goal < {LAG_MS:.0f}: {lag}",
            f"{crm.peer}: {_said(peer)}",
        ],
    )


def _said(seen: Seen) -> str:
    each = f"{seen.calls_per_push:.2f} calls and {seen.cpu_ms:.2f} ms CPU of this process each"
    return f"{seen.pushes_per_s:.0f} pushes/s, {seen.calls_per_s:.0f} calls/s, {each}"


def ours_of(crm: Crm, at_once: int, wrapups: int, *, together: int = 1, dialect: str = "sqlite") -> Seen:
    """The product's workers write all of it. Raises ProcessFailed where they do not."""
    with databases(dialect) as fresh, crm.connector(at_once) as connector:
        database = fresh()
        try:
            fill(database, crm.name, crm.records, -(-_WARM * at_once * together // 3))
            lane = _lane(database, connector, crm.name, at_once, together)
            with OneProcessor():  # as `customer-card serve`
                asyncio.run(_drain(database, lane))  # connections, sign-in, who the agent is
                before = crm.calls()
                fill(database, crm.name, crm.records, wrapups)
                cpu = time.process_time()
                seconds, lags = asyncio.run(_drain(database, lane))
                cpu = time.process_time() - cpu
            calls = crm.calls() - before
        finally:
            database.close()
    count = 3 * wrapups
    return Seen(count / seconds, calls / seconds, calls / count, percentile(sorted(lags), 0.99), 1000 * cpu / count)


def _lane(database: Database, connector: CrmConnector, name: str, at_once: int, together: int) -> Lane:
    worker = PushWorker(database, {name: connector}, DeskSettings(crm_labels={name: name}))
    return Lane(f"push:{name}", worker.handle, handle_many=worker.handle_many, together=together, concurrency=at_once)


async def _drain(database: Database, lane: Lane) -> tuple[float, list[float]]:
    """Seconds until every push is sent, and by how much a timer of the loop was late meanwhile, in ms."""
    runner = Runner(database, [lane], poll_seconds=0.5)
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
        before, begun, cpu = crm.calls(), time.perf_counter(), time.process_time()
        list(threads.map(write, range(count)))
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        calls = crm.calls() - before
    return Seen(count / seconds, calls / seconds, calls / count, cpu_ms=1000 * cpu / count)
