"""Requests close by themselves, five days after the last change (B-36), whoever runs the job and however often."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from customers.ids import CardId
from customers.model import Verb
from customers.requests import RequestState
from desk.closing import REQUESTS_LANE, RequestCloser, look_for_quiet
from desk.work import DeskSettings
from jobs import attempt
from jobs.lane import Lane
from jobs.queue import lease
from storage import tables
from storage.engine import Database
from tests.databases import Clock
from tests.desk.requests_world import Requests
from tests.desk.test_requests import happens

DAY = 24 * 3600.0


class Days:
    """A contact centre in which time passes, and the job that looks after requests runs when it is due."""

    def __init__(self, database: Database, clock: Clock) -> None:
        database.clock = clock
        self.database, self.clock = database, clock
        self.house = Requests(database)
        with database.write() as tx:
            look_for_quiet(tx)

    def pass_by(self, days: float) -> int:
        """Time passes, a quarter of an hour at a time at most; how often the job ran."""
        runs = self.work()
        end = self.clock.now + timedelta(days=days)
        while self.clock.now < end:
            step = min(self._next() - self.clock.now, end - self.clock.now)
            self.clock.advance(max(step.total_seconds(), 1.0))
            runs += self.work()
        return runs

    def _next(self) -> object:
        query = sa.select(tables.jobs.c.due_at).where(tables.jobs.c.lane == REQUESTS_LANE)
        with self.database.read() as connection:
            return connection.execute(query).scalar_one()

    def work(self, days: int = 5) -> int:
        """One look at the queue."""
        closer = RequestCloser(self.database, DeskSettings(request_close_days=days))
        lane = Lane(REQUESTS_LANE, closer.handle)
        due = lease(self.database, {REQUESTS_LANE: 5}, 60)
        for leased in due:
            attempt.run(self.database, lane, leased)
        return len(due)

    def state(self, card: CardId) -> str:
        """Of the customer's only request."""
        return self.house.view(card).all[0].state.value


@pytest.fixture
def days(database: Database, clock: Clock) -> Days:
    return Days(database, clock)


@pytest.mark.rule("B-36", "B-08")
def test_b36_a_request_closes_by_itself_five_days_after_it_was_opened(days: Days) -> None:
    card = days.house.caller()
    opened = days.clock.now
    days.pass_by(4.99)
    assert days.state(card) == RequestState.OPEN
    days.pass_by(0.02)
    request = days.house.view(card).all[0]
    assert (request.state, request.closed_by) == (RequestState.CLOSED, "")
    assert request.closed_at is not None
    assert timedelta(days=5) <= request.closed_at - opened < timedelta(days=5, minutes=1)
    (noted,) = days.house.audited("request.close")
    assert (noted["subject"], noted["details"]) == (request.id, {"by_itself": True})


@pytest.mark.rule("B-36")
@pytest.mark.parametrize("what", ["description", "activity", "tag", "moved"])
def test_b36_every_change_of_it_or_of_an_activity_puts_that_off(days: Days, what: str) -> None:
    card = days.house.caller()
    days.pass_by(3)
    _change(days, card, what)
    days.pass_by(4.9)
    assert days.house.shown(card).state is RequestState.OPEN
    days.pass_by(0.2)
    assert days.house.shown(card).state is RequestState.CLOSED


def _change(days: Days, card: CardId, what: str) -> None:
    house = days.house
    if what == "description":
        house.save(card, house.shown(card), description="More.")
    elif what == "activity":
        happens(house, card, Verb.ENDED)
    elif what == "tag":
        house.press("tag.add", card, leg=house.interaction(card).leg_id, inputs={"wrapup.tag": "Invoice"})
    else:
        other = house.caller("Lucy Steele")
        house.press("activity.move", other, interaction=house.interaction(other).id, to=card)


@pytest.mark.rule("B-36")
def test_b36_one_that_was_opened_again_has_five_more_days(days: Days) -> None:
    card = days.house.caller()
    days.pass_by(6)
    days.house.save(card, days.house.shown(card), verb="request.reopen")
    days.pass_by(4.9)
    assert days.state(card) == RequestState.OPEN
    days.pass_by(0.2)
    assert days.state(card) == RequestState.CLOSED


@pytest.mark.rule("B-36")
def test_b36_a_job_that_was_lost_with_its_process_is_taken_over_and_closes_each_once(days: Days) -> None:
    cards = [days.house.caller(f"Caller {number}") for number in range(3)]
    days.clock.advance(6 * DAY)
    assert len(lease(days.database, {REQUESTS_LANE: 5}, 60)) == 1, "leased by a process that dies with it"
    assert days.work() == 0
    days.clock.advance(61)
    assert days.work() == 1
    days.clock.advance(2 * DAY)
    days.work()
    assert [days.state(card) for card in cards] == [RequestState.CLOSED] * 3
    assert len(days.house.audited("request.close")) == 3


def test_however_many_there_are_the_job_runs_a_few_times_a_day(days: Days) -> None:
    for number in range(4):
        days.house.caller(f"Caller {number}")
        days.clock.advance(60)
    assert days.pass_by(10) <= 10 + 5


def test_a_shorter_setting_counts_from_the_next_start_on(days: Days) -> None:
    card = days.house.caller()
    days.pass_by(2)
    with days.database.write() as tx:  # as every start does
        look_for_quiet(tx)
    days.work(days=2)
    assert days.state(card) == RequestState.CLOSED
