"""Jobs that are done together, and one that finds out for all whether a pause is over."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from jobs import attempt, queue
from jobs.errors import Later, LeaseLost
from jobs.lane import Lane, groups
from jobs.queue import Leased
from jobs.runner import Runner
from storage.engine import Database
from storage.errors import StorageUnavailable
from storage.tables import jobs, lanes
from storage.together import Together
from tests.databases import Clock

LEASE = 60.0


def put(database: Database, count: int) -> None:
    with database.write() as tx:
        for number in range(count):
            queue.enqueue(tx, lane="crm", kind="push", key=f"push:{number}", payload={})


def take(database: Database, budget: int = 50) -> list[Leased]:
    return queue.lease(database, {"crm": budget}, LEASE)


def left(database: Database) -> dict[str, str]:
    """By key: the state of each job that is not done."""
    with database.read() as connection:
        return {key: state for key, state in connection.execute(sa.select(jobs.c.key, jobs.c.state))}  # noqa: C416


def leased(attempts: int = 1, takeovers: int = 0) -> Leased:
    return Leased(1, "crm", "push", "k", {}, attempts, "t", "", takeovers)


# --- groups -----------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 1)), max_size=40), st.integers(1, 12))
def test_groups_hold_each_job_once_in_order_and_none_more_than_it_bears(
    many: list[tuple[int, int]], together: int
) -> None:
    given_jobs = [leased(*one) for one in many]
    found = groups(given_jobs, together)
    assert [id(job) for group in found for job in group] == [id(job) for job in given_jobs]
    for group in found:
        for job in group:
            assert len(group) <= (1 if job.takeovers else max(1, together >> (job.attempts - 1)))


def test_first_attempts_are_as_few_groups_as_may_be() -> None:
    assert [len(group) for group in groups([leased()] * 23, 10)] == [10, 10, 3]


# --- one handler for several --------------------------------------------------------------------------------------


def test_each_of_many_has_its_own_end(database: Database) -> None:
    put(database, 4)
    many = take(database)

    def handle_many(group: Sequence[Leased]) -> Mapping[int, Exception]:
        with database.write() as tx:
            assert queue.settle_all(tx, group[:1]) == []
        return {group[1].id: Later(delay_seconds=60), group[2].id: ValueError()}

    attempt.run_many(database, Lane("crm", lambda _: 1 // 0, handle_many=handle_many, together=9, max_attempts=1), many)
    assert left(database) == {"push:1": "ready", "push:2": "dead"}


def test_what_fails_together_is_done_alone_and_only_the_culprit_fails(database: Database) -> None:
    put(database, 3)
    many = take(database)
    alone: list[str] = []

    def handle(job: Leased) -> None:
        alone.append(job.key)
        if job.key == "push:1":
            raise ValueError

    def handle_many(group: Sequence[Leased]) -> Mapping[int, Exception]:
        with database.write() as tx:
            queue.settle_all(tx, group[:1])
        raise ValueError

    attempt.run_many(database, Lane("crm", handle, handle_many=handle_many, together=9), many)
    assert alone == ["push:1", "push:2"]
    assert left(database) == {"push:1": "ready"}


def test_all_are_put_off_where_the_database_was_away(database: Database) -> None:
    put(database, 2)
    many = take(database)

    def handle_many(_: Sequence[Leased]) -> Mapping[int, Exception]:
        raise StorageUnavailable

    attempt.run_many(database, Lane("crm", lambda _: 1 // 0, handle_many=handle_many), many)
    assert left(database) == {"push:0": "ready", "push:1": "ready"}


def test_the_runner_gives_a_thread_as_many_as_are_due(database: Database) -> None:
    put(database, 7)
    seen: list[int] = []
    done = threading.Event()

    def handle_many(group: Sequence[Leased]) -> Mapping[int, Exception]:
        seen.append(len(group))
        if sum(seen) == 7:
            done.set()
        return {}

    lane = Lane("crm", lambda _: 1 // 0, handle_many=handle_many, together=5, concurrency=2)
    runner = Runner(database, [lane], poll_seconds=3600)
    runner.start()
    assert done.wait(20)
    assert runner.stop(20)
    assert sorted(seen) == [2, 5]
    assert left(database) == {}


def test_of_those_settled_together_the_lost_are_named(database: Database, clock: Clock) -> None:
    database.clock = clock
    put(database, 3)
    many = take(database)
    clock.advance(LEASE + 1)
    heirs = take(database, 1)
    with database.write() as tx:
        queue.enqueue(tx, lane="crm", kind="push", key="push:2", payload={})  # wanted while it runs
        assert [job.key for job in queue.settle_all(tx, [*heirs, many[1], many[2], many[0]])] == [
            "push:1", "push:2", "push:0",
        ]  # fmt: skip


# --- one finds out for all ----------------------------------------------------------------------------------------


def pause(database: Database, seconds: float) -> None:
    with database.write() as tx:
        queue.pause(tx, "crm", tx.now + timedelta(seconds=seconds), "429")


@pytest.fixture
def over(database: Database, clock: Clock) -> Database:
    """Five jobs, and a pause that has just ended."""
    database.clock = clock
    put(database, 5)
    pause(database, 30)
    clock.advance(30)
    return database


def test_after_a_pause_one_is_tried_and_the_others_wait_for_its_end(over: Database) -> None:
    (first,) = take(over)
    assert take(over) == []
    with over.write() as tx:
        assert queue.settle(tx, first)
    assert len(take(over)) == 4


def test_a_trial_that_fails_pauses_anew_with_one_call_made(over: Database, clock: Clock) -> None:
    (first,) = take(over)
    with over.write() as tx:
        again = tx.now + timedelta(seconds=45)
        assert queue.retry(tx, first, again, "503")
        queue.pause(tx, "crm", again, "503")
    clock.advance(44)
    assert take(over) == []
    clock.advance(1)
    assert len(take(over)) == 1, "and then one is tried again"
    assert take(over) == []


def test_a_handler_that_asks_for_a_pause_gets_it(over: Database, clock: Clock) -> None:
    def handler(_: Leased) -> None:
        raise Later(delay_seconds=5, reason="429", pause_lane=True)

    (first,) = take(over)
    attempt.run(over, Lane("crm", handler), first)
    assert take(over) == []
    clock.advance(5)
    assert len(take(over)) == 1


def test_a_trial_that_fails_for_its_own_reason_frees_the_others(over: Database) -> None:
    (first,) = take(over)
    with over.write() as tx:
        assert queue.dead(tx, first, "rejected")
    assert len(take(over)) == 4


def test_a_trial_that_was_not_begun_is_another_ones(over: Database) -> None:
    (first,) = take(over)
    with over.write() as tx:
        assert queue.give_back(tx, first)
    assert len(take(over)) == 1
    assert take(over) == []


def test_a_trial_whose_process_died_is_tried_anew(over: Database, clock: Clock) -> None:
    take(over)
    clock.advance(LEASE + 1)
    (heir,) = take(over)
    assert heir.takeovers in (0, 1)
    assert take(over) == []


def test_an_administrators_pause_outlasts_a_trial(over: Database) -> None:
    (first,) = take(over)
    pause(over, 3600)
    with over.write() as tx:
        assert queue.settle(tx, first)
    assert take(over) == []
    with over.write() as tx:
        queue.resume(tx, "crm")
    assert len(take(over)) == 4


def test_nothing_is_left_of_a_pause_that_is_over(over: Database) -> None:
    (first,) = take(over)
    with over.write() as tx:
        queue.settle(tx, first)
    with over.read() as connection:
        assert connection.execute(sa.select(lanes.c.name)).all() == []


# --- one transaction for many threads -------------------------------------------------------------------------------


def test_who_comes_while_another_writes_is_written_in_the_next_transaction() -> None:
    written: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def write(items: Sequence[int]) -> list[int]:
        written.append(list(items))
        begun.set()
        assert go_on.wait(20)
        return [item * 10 for item in items]

    together = Together(write, most=4)
    results: dict[int, Sequence[int]] = {}

    def bring(item: int) -> None:
        results[item] = together([item])

    threads = [threading.Thread(target=bring, args=[item]) for item in range(7)]
    threads[0].start()
    assert begun.wait(20)
    for thread in threads[1:]:
        thread.start()
    pause_ = threading.Event()
    assert any(len(together._waiting) == 6 or pause_.wait(0.01) for _ in range(2000))
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert results == {item: [item * 10] for item in range(7)}
    assert [len(items) for items in written] == [1, 4, 2]


def test_a_failure_is_that_of_all_who_were_written_together_and_of_no_other() -> None:
    def write(items: Sequence[int]) -> list[int]:
        if 1 in items:
            raise LeaseLost
        return list(items)

    together = Together(write)
    with pytest.raises(LeaseLost):
        together([1, 2])
    assert list(together([2])) == [2]
