"""One attempt at one job: run the handler and write down what became of it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from jobs import queue
from jobs.backoff import backoff_seconds
from jobs.errors import Later, LeaseLost
from jobs.lane import Handler, HandlerOfMany, Lane
from jobs.metrics import ENDED, TAKEN
from jobs.queue import Leased
from storage.engine import Database
from storage.errors import Deadlock, StorageUnavailable

_FRAMES = 6

_log = structlog.get_logger()


def run(db: Database, lane: Lane, leased: Leased) -> None:
    """Never raises: what cannot be written down is left to the end of the lease."""
    with TAKEN.labels(lane.name).time():
        _run(db, lane, leased, lane.handler)


def run_many(db: Database, lane: Lane, group: Sequence[Leased]) -> None:
    """As `run` for each, but that the lane's other handler does them at once. Never raises."""
    if lane.handle_many is None or any(leased.takeovers for leased in group):
        for leased in group:
            run(db, lane, leased)
        return
    begun = time.monotonic()
    failed = _together(db, lane, lane.handle_many, group)
    for leased in group if failed is not None else ():
        TAKEN.labels(lane.name).observe(time.monotonic() - begun)
        _run(db, lane, leased, _raising(failed.get(leased.id) if failed else None))


def _together(
    db: Database, lane: Lane, handle: HandlerOfMany, group: Sequence[Leased]
) -> Mapping[int, Exception] | None:
    """What `handle` says of the jobs; None where it failed, and each has been run alone."""
    try:
        return handle(group)
    except StorageUnavailable as error:
        if not isinstance(error, Deadlock):
            return dict.fromkeys([leased.id for leased in group], error)  # as each alone would fail
        _log.info("jobs.not_together", lane=lane.name, jobs=len(group), **describe(error))
    except Exception as error:  # noqa: BLE001 - whose fault it is shows when each is run alone
        _log.warning("jobs.not_together", lane=lane.name, jobs=len(group), **describe(error))
    for leased in group:
        if not leased.is_settled:
            run(db, lane, leased)
    return None


def _raising(error: Exception | None) -> Handler:
    def handler(_: Leased) -> None:
        if error is not None:
            raise error

    return handler


def _run(db: Database, lane: Lane, leased: Leased, handler: Handler) -> None:
    names = {"correlation_id": leased.correlation_id, "job": leased.id, "kind": leased.kind, "lane": lane.name}
    with structlog.contextvars.bound_contextvars(**names):
        try:
            outcome = _attempt(db, lane, leased, handler)
        except Exception as error:  # noqa: BLE001 - most likely StorageUnavailable
            _log.warning("jobs.left_to_lease", **describe(error))
            outcome = "left"
    ENDED.labels(lane.name, outcome).inc()


def describe(error: BaseException) -> dict[str, object]:
    """An error for the log: its type and where it came from. Not its text, which may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {
        "error": type(error).__name__,
        "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _attempt(db: Database, lane: Lane, leased: Leased, handler: Handler) -> str:
    if leased.takeovers >= lane.max_takeovers:
        return _bury(db, lane, leased, f"its lease ran out {leased.takeovers} times in a row")
    try:
        handler(leased)
    except LeaseLost:
        return _lost()
    except Later as later:
        return _put_off(db, leased, later)
    except Exception as error:  # noqa: BLE001
        return _failed(db, lane, leased, error)
    return _settle(db, leased)


def _settle(db: Database, leased: Leased) -> str:
    if leased.is_settled:
        return "done"
    with db.write() as tx:
        is_ours = queue.settle(tx, leased)
    return "done" if is_ours else _lost()


def _put_off(db: Database, leased: Leased, later: Later) -> str:
    with db.write() as tx:
        due = later.due(tx.now)
        is_ours = queue.retry(tx, leased, due, later.reason)
        if later.pause_lane:
            queue.pause(tx, leased.lane, due, later.reason)
    return "later" if is_ours else _lost()


def _failed(db: Database, lane: Lane, leased: Leased, error: Exception) -> str:
    _log.warning("jobs.attempt_failed", attempts=leased.attempts, **describe(error))
    if leased.is_settled:
        return "done"
    if leased.attempts >= lane.max_attempts:
        return _bury(db, lane, leased, type(error).__name__)
    with db.write() as tx:
        due = tx.now + timedelta(seconds=backoff_seconds(leased.attempts))
        is_ours = queue.retry(tx, leased, due, type(error).__name__)
    return "failed" if is_ours else _lost()


def _bury(db: Database, lane: Lane, leased: Leased, reason: str) -> str:
    _log.error("jobs.dead", attempts=leased.attempts, reason=reason)
    with db.write() as tx:
        if not queue.dead(tx, leased, reason):
            return _lost()
        if lane.on_dead is not None and queue.is_dead(tx, leased.key):
            lane.on_dead(tx, leased, reason)
    return "dead"


def _lost() -> str:
    _log.warning("jobs.lease_lost")
    return "lost"
