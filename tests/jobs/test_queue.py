"""The queue's promises, on both databases. Time stands still unless a test lets it pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import queue
from jobs.errors import LeaseLost
from jobs.queue import Leased
from storage.engine import Database
from storage.tables import audit, jobs
from tests.databases import Clock

LEASE = 60.0


@pytest.fixture
def database(database: Database, clock: Clock) -> Iterator[Database]:
    database.clock = clock
    return database


def put(database: Database, key: str | None = None, *, lane: str = "crm", due: float = 0, **payload: str) -> None:
    with database.write() as tx:
        due_at = tx.now + timedelta(seconds=due)
        queue.enqueue(tx, lane=lane, kind="push", key=key, payload=payload, due_at=due_at, correlation_id="c-1")


def take(database: Database, count: int = 10, lane: str = "crm") -> list[Leased]:
    return queue.lease(database, {lane: count}, LEASE)


def finish(database: Database, leased: Leased) -> bool:
    with database.write() as tx:
        return queue.settle(tx, leased)


def states(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {state.state: state.count for state in queue.stats(connection)}


def test_a_job_is_leased_with_all_that_it_was_given(database: Database) -> None:
    put(database, "push:1", push="1")
    [leased] = take(database)
    assert (leased.lane, leased.kind, leased.key, leased.payload) == ("crm", "push", "push:1", {"push": "1"})
    assert (leased.attempts, leased.takeovers, leased.correlation_id) == (1, 0, "c-1")


def test_a_settled_job_is_gone(database: Database) -> None:
    put(database)
    [leased] = take(database)
    assert finish(database, leased)
    assert leased.is_settled
    assert states(database) == {}


@pytest.mark.rule("P-08")
def test_p08_a_job_shares_the_fate_of_its_transaction(database: Database) -> None:
    def fail() -> None:
        with database.write() as tx:
            queue.enqueue(tx, lane="crm", kind="push", payload={})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert take(database) == []


def test_a_leased_job_is_given_to_nobody_else(database: Database) -> None:
    put(database)
    assert len(take(database)) == 1
    assert take(database) == []


def test_a_job_waits_for_its_due_time(database: Database, clock: Clock) -> None:
    put(database, due=30)
    assert take(database) == []
    assert queue.next_due(database, ["crm"]) == clock.now + timedelta(seconds=30)
    clock.advance(30)
    assert len(take(database)) == 1


def test_the_oldest_due_comes_first(database: Database, clock: Clock) -> None:
    for name, due in (("third", 3), ("first", 1), ("second", 2)):
        put(database, name, due=due)
    clock.advance(5)
    assert [leased.key for leased in take(database, 2)] == ["first", "second"]
    assert [leased.key for leased in take(database, 2)] == ["third"]


def test_a_long_lane_takes_nothing_from_a_short_one(database: Database) -> None:
    for number in range(20):
        put(database, f"busy:{number}", lane="busy")
    put(database, "quiet:1", lane="quiet")
    taken = queue.lease(database, {"busy": 3, "quiet": 3}, LEASE)
    assert sorted(leased.lane for leased in taken) == ["busy", "busy", "busy", "quiet"]


def test_lanes_without_a_budget_are_left_alone(database: Database) -> None:
    put(database, lane="other")
    put(database, lane="full")
    assert queue.lease(database, {"crm": 1, "full": 0}, LEASE) == []


# --- one job for a key ------------------------------------------------------------------------------------------


def test_a_key_has_one_job_with_the_newest_payload(database: Database) -> None:
    put(database, "push:1", leg="1")
    put(database, "push:1", leg="2")
    assert [leased.payload for leased in take(database)] == [{"leg": "2"}]


def test_wanting_it_earlier_moves_it_forward_and_later_does_not_move_it_back(database: Database, clock: Clock) -> None:
    put(database, "push:1", due=100)
    put(database, "push:1", due=50)
    put(database, "push:1", due=200)
    assert queue.next_due(database, ["crm"]) == clock.now + timedelta(seconds=50)


def test_wanted_while_it_runs_it_runs_once_more(database: Database) -> None:
    put(database, "push:1", version="1")
    [first] = take(database)
    put(database, "push:1", version="2")
    put(database, "push:1", version="3")
    assert take(database) == []
    assert finish(database, first)
    [second] = take(database)
    assert (second.payload, second.attempts) == ({"version": "3"}, 1)
    assert finish(database, second)
    assert states(database) == {}


def test_wanted_while_it_runs_for_later_it_runs_then(database: Database, clock: Clock) -> None:
    put(database, "push:1")
    [first] = take(database)
    put(database, "push:1", due=40)
    finish(database, first)
    assert take(database) == []
    clock.advance(40)
    assert len(take(database)) == 1


def test_put_off_while_it_was_wanted_now_it_runs_now(database: Database, clock: Clock) -> None:
    put(database, "push:1")
    [leased] = take(database)
    put(database, "push:1", due=1)
    with database.write() as tx:
        assert queue.retry(tx, leased, clock.now + timedelta(hours=1), "waits for wrap-up")
    clock.advance(1)
    assert len(take(database)) == 1


def test_a_dead_job_that_is_wanted_again_lives_with_all_its_attempts(database: Database) -> None:
    put(database, "push:1")
    [leased] = take(database)
    with database.write() as tx:
        assert queue.dead(tx, leased, "the record was deleted")
    assert take(database) == []
    assert states(database) == {"dead": 1}
    put(database, "push:1")
    assert [leased.attempts for leased in take(database)] == [1]


def test_a_job_that_is_given_up_while_it_is_wanted_runs_again(database: Database) -> None:
    put(database, "push:1")
    [leased] = take(database)
    put(database, "push:1")
    with database.write() as tx:
        assert queue.dead(tx, leased, "rejected")
        assert not queue.is_dead(tx, "push:1")
    assert [leased.attempts for leased in take(database)] == [1]


def test_a_key_that_does_not_fit_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="160"):
        put(database, "k" * 161)


# --- failing, giving up, taking back ----------------------------------------------------------------------------


def test_a_failed_attempt_comes_back_at_its_time_and_is_counted(database: Database, clock: Clock) -> None:
    put(database)
    [leased] = take(database)
    with database.write() as tx:
        assert queue.retry(tx, leased, clock.now + timedelta(seconds=10), "503")
    assert take(database) == []
    clock.advance(10)
    assert [leased.attempts for leased in take(database)] == [2]


def test_requeue_runs_a_dead_job_at_once(database: Database) -> None:
    put(database, "push:1")
    [leased] = take(database)
    with database.write() as tx:
        queue.dead(tx, leased, "rejected")
        assert queue.requeue(tx, "push:1")
        assert not queue.requeue(tx, "push:2")
    assert [leased.attempts for leased in take(database)] == [1]


def test_a_job_that_waits_can_be_cancelled(database: Database) -> None:
    put(database, "push:1")
    with database.write() as tx:
        assert queue.cancel(tx, "push:1")
        assert queue.cancel(tx, "push:1")  # nothing left to cancel
    assert take(database) == []


def test_a_job_that_runs_is_not_cancelled_but_will_not_run_again(database: Database) -> None:
    put(database, "push:1")
    [leased] = take(database)
    put(database, "push:1")
    with database.write() as tx:
        assert not queue.cancel(tx, "push:1")
    assert finish(database, leased)
    assert states(database) == {}


def test_a_job_that_is_given_back_has_lost_no_attempt(database: Database) -> None:
    put(database)
    queue.give_back_all(database, take(database))
    assert [leased.attempts for leased in take(database)] == [1]


def test_purge_forgets_dead_jobs_that_are_old_enough(database: Database, clock: Clock) -> None:
    for name in ("old", "waiting"):
        put(database, name)
    [old, waiting] = take(database)
    with database.write() as tx:
        queue.dead(tx, old, "rejected")
        queue.give_back(tx, waiting)
        assert queue.purge(tx, clock.now) == 0
        assert queue.purge(tx, clock.now + timedelta(seconds=1)) == 1
    assert states(database) == {"ready": 1}


# --- leases -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("P-08")
def test_p08_a_lease_that_runs_out_is_taken_over(database: Database, clock: Clock) -> None:
    put(database)
    take(database)
    assert queue.next_due(database, ["crm"]) == clock.now + timedelta(seconds=LEASE)
    clock.advance(LEASE + 1)
    [taken] = take(database)
    assert (taken.attempts, taken.takeovers) == (1, 1)


def test_a_job_taken_over_runs_at_once_also_when_it_was_wanted_for_later(database: Database, clock: Clock) -> None:
    put(database, "push:1")
    take(database)
    put(database, "push:1", due=3600)
    clock.advance(LEASE + 1)
    assert len(take(database)) == 1


@pytest.mark.rule("P-08")
def test_p08_a_zombie_cannot_settle_and_its_work_is_taken_back(database: Database, clock: Clock) -> None:
    put(database)
    [zombie] = take(database)
    clock.advance(LEASE + 1)
    [heir] = take(database)

    def work(name: str, leased: Leased) -> None:
        with database.write() as tx:
            tx.execute(sa.insert(audit).values(at=tx.now, action=name, subject="", details={}))
            queue.settle_or_raise(tx, leased)

    with pytest.raises(LeaseLost):
        work("zombie", zombie)
    work("heir", heir)
    with database.read() as connection:
        assert connection.execute(sa.select(audit.c.action)).scalars().all() == ["heir"]


def test_a_zombie_can_neither_put_off_nor_give_up_nor_give_back(database: Database, clock: Clock) -> None:
    put(database)
    [zombie] = take(database)
    clock.advance(LEASE + 1)
    [heir] = take(database)
    with database.write() as tx:
        assert not queue.retry(tx, zombie, tx.now, "")
        assert not queue.dead(tx, zombie, "")
        assert not queue.give_back(tx, zombie)
    assert not zombie.is_settled
    assert finish(database, heir)


def test_who_is_late_but_was_not_replaced_may_settle(database: Database, clock: Clock) -> None:
    put(database)
    [leased] = take(database)
    clock.advance(LEASE + 1)
    assert finish(database, leased)


def test_a_settlement_that_is_rolled_back_is_none(database: Database) -> None:
    put(database)
    [leased] = take(database)

    def fail() -> None:
        with database.write() as tx:
            assert queue.settle(tx, leased)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not leased.is_settled
    assert finish(database, leased)


def test_a_heartbeat_keeps_the_lease_and_names_what_is_still_ours(database: Database, clock: Clock) -> None:
    put(database, "kept")
    put(database, "lost")
    [kept, lost] = take(database)
    finish(database, lost)
    clock.advance(LEASE - 1)
    assert queue.heartbeat(database, [kept, lost], LEASE) == {kept.id}
    clock.advance(LEASE - 1)
    assert take(database) == []


# --- lanes ------------------------------------------------------------------------------------------------------


def test_a_paused_lane_waits_as_a_whole_and_others_go_on(database: Database, clock: Clock) -> None:
    put(database, lane="crm")
    put(database, lane="teams")
    with database.write() as tx:
        queue.pause(tx, "crm", tx.now + timedelta(seconds=30), "429")
    assert [leased.lane for leased in queue.lease(database, {"crm": 5, "teams": 5}, LEASE)] == ["teams"]
    assert queue.next_due(database, ["crm"]) == clock.now + timedelta(seconds=30)
    clock.advance(30)
    assert len(take(database)) == 1


def test_a_pause_is_not_made_shorter_by_another(database: Database, clock: Clock) -> None:
    with database.write() as tx:
        queue.pause(tx, "crm", tx.now + timedelta(seconds=60), "maintenance")
        queue.pause(tx, "crm", tx.now + timedelta(seconds=5), "429")
    with database.read() as connection:
        assert queue.paused(connection, clock.now) == {"crm": (clock.now + timedelta(seconds=60), "maintenance")}


def test_a_resumed_lane_goes_on_at_once(database: Database) -> None:
    put(database)
    with database.write() as tx:
        queue.pause(tx, "crm", tx.now + timedelta(hours=1), "mapping does not fit")
        queue.resume(tx, "crm")
    assert len(take(database)) == 1


def test_whoever_listens_is_told_of_work_once_it_is_committed(database: Database) -> None:
    told: list[str] = []
    stop = database.listen(queue.SIGNAL, told.append)
    with database.write() as tx:
        queue.enqueue(tx, lane="crm", kind="push", payload={})
        queue.enqueue(tx, lane="crm", kind="push", payload={})
        assert "crm" not in told
    assert told.count("crm") == 1
    stop()
    put(database)
    assert told.count("crm") == 1


def test_the_queue_can_be_counted(database: Database, clock: Clock) -> None:
    put(database, due=5)
    put(database, due=3)
    with database.read() as connection:
        [state] = queue.stats(connection)
    assert (state.lane, state.state, state.count) == ("crm", "ready", 2)
    assert state.oldest_due_at == clock.now + timedelta(seconds=3)


def test_times_survive_the_database_to_the_microsecond(database: Database, clock: Clock) -> None:
    clock.advance(0.123457)
    put(database)
    with database.read() as connection:
        assert connection.execute(sa.select(jobs.c.created_at)).scalar() == clock.now
