"""What becomes of one attempt, with time in the test's hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
from prometheus_client import REGISTRY, CollectorRegistry
from structlog.testing import capture_logs

from jobs import attempt, queue
from jobs.backoff import backoff_seconds
from jobs.errors import LeaseLost
from jobs.lane import Lane
from jobs.metrics import QueueCollector
from jobs.queue import Leased
from jobs.rate import Rate
from storage.engine import Database
from storage.tables import jobs
from tests.databases import Clock


@pytest.fixture
def leased(database: Database, clock: Clock) -> Leased:
    database.clock = clock
    with database.write() as tx:
        queue.enqueue(tx, lane="crm", kind="push", key="push:1", payload={}, correlation_id="c-1")
    return take(database)


def take(database: Database) -> Leased:
    [leased] = queue.lease(database, {"crm": 1}, 60)
    return leased


def ended(outcome: str) -> float:
    return REGISTRY.get_sample_value("customer_card_jobs_ended_total", {"lane": "crm", "outcome": outcome}) or 0.0


def due_in(database: Database, clock: Clock) -> timedelta:
    with database.read() as connection:
        return connection.execute(sa.select(jobs.c.due_at)).scalar_one() - clock.now


def test_a_zombie_is_counted_and_changes_nothing(database: Database, clock: Clock, leased: Leased) -> None:
    clock.advance(61)
    heir = take(database)
    before = ended("lost")
    attempt.run(database, Lane("crm", lambda _: None), leased)
    assert ended("lost") == before + 1
    with database.write() as tx:
        assert queue.settle(tx, heir)


def test_a_handler_that_noticed_that_it_is_a_zombie_is_left_alone(database: Database, leased: Leased) -> None:
    def handler(_leased: Leased) -> None:
        raise LeaseLost

    before = ended("lost")
    attempt.run(database, Lane("crm", handler), leased)
    assert ended("lost") == before + 1


def test_the_delay_of_a_failure_grows_with_the_attempts(database: Database, clock: Clock, leased: Leased) -> None:
    def handler(_leased: Leased) -> None:
        raise ValueError

    lane = Lane("crm", handler)
    attempt.run(database, lane, leased)
    assert timedelta(seconds=0.5) <= due_in(database, clock) <= timedelta(seconds=1)
    clock.advance(1)
    attempt.run(database, lane, take(database))
    assert timedelta(seconds=1) <= due_in(database, clock) <= timedelta(seconds=2)


def test_a_job_whose_process_dies_again_and_again_is_given_up_without_a_run(
    database: Database, clock: Clock, leased: Leased
) -> None:
    clock.advance(61)
    take(database)
    clock.advance(61)
    third = take(database)
    assert third.takeovers == 2
    attempt.run(database, Lane("crm", lambda _: pytest.fail("it ran"), max_takeovers=2), third)
    with database.write() as tx:
        assert queue.is_dead(tx, leased.key)


def test_a_failure_after_the_settlement_does_not_run_it_again(database: Database, leased: Leased) -> None:
    def handler(leased: Leased) -> None:
        with database.write() as tx:
            queue.settle_or_raise(tx, leased)
        raise ValueError

    attempt.run(database, Lane("crm", handler), leased)
    with database.read() as connection:
        assert queue.stats(connection) == []


def test_the_log_names_the_error_and_the_correlation_and_no_text(database: Database, leased: Leased) -> None:
    bound: list[dict[str, object]] = []

    def handler(_leased: Leased) -> None:
        bound.append(dict(structlog.contextvars.get_contextvars()))
        raise ValueError("ada@example.org")

    with capture_logs() as lines:
        attempt.run(database, Lane("crm", handler), leased)
    assert bound[0]["correlation_id"] == "c-1"
    [line] = [line for line in lines if line["event"] == "jobs.attempt_failed"]
    assert line["error"] == "ValueError"
    assert "test_attempt.py" in str(line["at"])
    assert "ada@example.org" not in str(lines)


def test_a_database_that_is_away_leaves_the_job_to_its_lease(database: Database, leased: Leased) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    before = ended("left")
    attempt.run(away, Lane("crm", lambda _: None), leased)
    assert ended("left") == before + 1
    with database.write() as tx:
        assert queue.settle(tx, leased)


def test_the_queue_is_measured(database: Database, clock: Clock, leased: Leased) -> None:
    registry = CollectorRegistry()
    registry.register(QueueCollector(database))
    clock.advance(7)
    labels = {"lane": "crm", "state": "leased"}
    assert registry.get_sample_value("customer_card_jobs", labels) == 1
    assert registry.get_sample_value("customer_card_jobs_oldest_seconds", labels) == 7


def test_the_measure_of_a_database_that_is_away_is_empty() -> None:
    assert list(QueueCollector(Database("postgresql://nobody@127.0.0.1:1/nothing")).collect()) == []


def test_backoff_is_capped() -> None:
    assert all(450 <= backoff_seconds(attempts) <= 900 for attempts in (11, 50, 5000))


def test_a_rate_fills_with_time_up_to_one_second() -> None:
    rate = Rate(5, now=0)
    assert rate.available(0, 9) == 5
    rate.take(5)
    assert rate.available(0, 9) == 0
    assert rate.next_at(0) == pytest.approx(0.2)
    assert rate.available(0.4, 9) == 2
    assert rate.available(60, 9) == 5


def test_a_slow_rate_starts_one_at_a_time() -> None:
    rate = Rate(0.1, now=0)
    assert rate.available(0, 9) == 1
    rate.take(1)
    assert rate.available(9, 9) == 0
    assert rate.available(10, 9) == 1


def test_no_rate_is_no_limit_and_a_rate_of_nothing_is_refused() -> None:
    assert Rate(None, now=0).available(0, 9) == 9
    with pytest.raises(ValueError, match="above 0"):
        Rate(0, now=0)
