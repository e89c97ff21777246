"""A day of outage, a day of limits, every session expired at once, a validation rule at noon (P-08, P-09)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.kit.tls import Authority
from simulators.salesforce.metadata import change_all
from storage.engine import Database
from tests.databases import Clock
from tests.push.bad_days import AT_ONCE, Days, days

RULE = {"object": "Task", "rule": "Outcome", "requires": "CallDisposition", "message": "Choose an outcome."}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("bad-days-ca"))


@pytest.fixture
def world(database: Database, clock: Clock, authority: Authority) -> Iterator[Days]:
    with days(database, clock, authority) as made:
        yield made


def _trouble(world: Days, salesforce: str, dynamics: str) -> None:
    world.salesforce.faults.arm({"fault": salesforce, "times": -1})
    world.dynamics.dataverse.faults.arm({"fault": dynamics, "times": -1})


def _is_over(world: Days) -> None:
    world.salesforce.faults.clear()
    world.dynamics.dataverse.faults.clear()


def _works_all_day(world: Days) -> None:
    """A call every four hours; workers look at the queue every forty minutes."""
    for _ in range(6):
        world.call()
        world.passes(hours=4, steps=6)


def _is_explained(world: Days, reason: str, said: str) -> None:
    """Each push that waits, on its card and in the list."""
    listed = world.listed()
    assert len(listed) == 2 * len(world.calls)
    assert {(row["state"], row["reason"], row["does"]) for row in listed} == {("retrying", reason, "write")}
    for number in range(len(world.calls)):
        assert world.card(number).count(said) == 2, "both CRMs"


@pytest.mark.rule("P-08", "P-09")
def test_p08_a_day_of_outage_costs_nobody_a_click(world: Days) -> None:
    # The last answers before it are lost: whether those two were written nobody knows until it is over.
    world.call()
    world.salesforce.faults.arm({"fault": "answer_lost", "method": "POST", "path": "sobjects/Task"})
    world.dynamics.dataverse.faults.arm({"fault": "answer_lost", "method": "POST", "path": "phonecalls"})
    world.passes(hours=0)
    assert world.written() == {"salesforce": ["Call 0."], "dynamics": ["Call 0."]}
    _trouble(world, "outage", "outage")
    _works_all_day(world)
    _is_explained(world, "unavailable", "cannot be reached")
    _is_over(world)
    world.settles()
    assert world.written() == world.everything()
    assert (world.states(), world.listed()) == (["sent"], [])
    assert all("Sent to Salesforce" in world.card(number) for number in range(len(world.calls)))


@pytest.mark.rule("P-08", "P-09")
def test_p08_a_day_without_calls_left_writes_all_of_it_the_next_day(world: Days) -> None:
    world.call()
    world.settles()
    _trouble(world, "daily_limit", "limit_requests")
    before = len(world.salesforce.journal())
    _works_all_day(world)
    waiting = [row for row in world.listed() if row["reason"] == "rate_limited"]
    assert len(waiting) == len(world.listed()) == 2 * (len(world.calls) - 1)
    assert all("too many calls" in world.card(number) for number in range(1, len(world.calls)))
    # An org without calls left is asked by one push when its pause is over; the first ones did not know yet.
    assert len(world.salesforce.journal()) - before <= 24 * 4 + AT_ONCE
    _is_over(world)
    world.settles()
    assert world.written() == world.everything()
    assert (world.states(), world.listed()) == (["sent"], [])


@pytest.mark.rule("P-08")
def test_p08_every_session_expires_at_once_and_nobody_notices(world: Days) -> None:
    world.call()
    world.settles()
    for _ in range(12):
        world.call()
    world.salesforce.org.sessions.clear()
    world.dynamics.dataverse.faults.arm({"fault": "session_expired", "times": 6})
    signed_in = world.salesforce.sign_ins()
    world.passes(hours=0)
    assert world.salesforce.sign_ins() == signed_in + 1, "one sign-in for all"
    world.settles()
    assert world.written() == world.everything()
    assert (world.states(), world.listed()) == (["sent"], [])


@pytest.mark.rule("P-08", "P-09")
def test_p09_a_rule_added_at_noon_fails_what_it_refuses_in_its_own_words(world: Days) -> None:
    for _ in range(3):
        world.call()
        world.passes(hours=1)
    change_all(world.salesforce.org.metadata, RULE)
    for _ in range(5):
        world.call()
        world.passes(hours=1)
    world.settles()
    assert world.written()["dynamics"] == world.everything()["dynamics"]
    assert world.written()["salesforce"] == ["Call 0.", "Call 1.", "Call 2."]
    listed = world.listed()
    assert [(row["crm"], row["state"], row["reason"], row["detail"]) for row in listed] == [
        ("salesforce", "failed", "rejected", "Choose an outcome.")
    ] * 5
    for number in range(8):
        assert ("Salesforce says: Choose an outcome." in world.card(number)) == (number >= 3)
    change_all(world.salesforce.org.metadata, {**RULE, "active": False})
    assert world.retries() == 5
    world.settles()
    assert world.written() == world.everything()
    assert (world.states(), world.listed()) == (["sent"], [])


@pytest.mark.rule("P-08")
def test_p08_many_that_are_due_share_calls_and_one_that_is_refused_fails_alone(world: Days) -> None:
    world.call()
    world.settles()
    for _ in range(6):
        world.call()
    fault = {"fault": "validation", "message": "No.", "method": "POST"}
    world.salesforce.faults.arm({**fault, "path": "sobjects/Task", "after": 1})
    world.dynamics.dataverse.faults.arm({**fault, "path": "phonecalls", "after": 1})
    asked = {"salesforce": len(world.salesforce.journal()), "dynamics": len(world.dynamics.calls())}
    world.passes(hours=0)
    assert sorted((row["crm"], row["state"], row["detail"]) for row in world.listed()) == [
        ("dynamics", "failed", "No."), ("salesforce", "failed", "No."),
    ]  # fmt: skip
    assert len(world.salesforce.journal()) - asked["salesforce"] == 2, "three in each"
    assert len(world.dynamics.calls()) - asked["dynamics"] == 4, "and one for the records"
    assert world.retries() == 2
    world.settles()
    assert world.written() == world.everything()
    assert (world.states(), world.listed()) == (["sent"], [])


@pytest.mark.rule("P-08", "P-09")
def test_p09_one_push_finds_out_for_all_and_all_say_why_they_wait(world: Days) -> None:
    world.call()
    world.settles()
    _trouble(world, "outage", "outage")
    world.call()
    world.passes(hours=0)
    for _ in range(8):
        world.call()
    world.passes(hours=1)  # one is tried
    _is_over(world)
    listed = world.listed()
    assert len(listed) == 2 * 9
    assert {(row["state"], row["reason"]) for row in listed} == {("retrying", "unavailable")}
    assert sum(row["attempts"] > 0 for row in listed) == 4, "in each CRM the first one, and the one that was tried"
    assert world.card(9).count("cannot be reached") == 2
    world.settles()
    assert world.written() == world.everything()
    assert (world.states(), world.listed()) == (["sent"], [])
