"""Whose fault a refusal is, and when it is asked (P-11, P-19)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa

from connectors.errors import CrmForbidden, CrmRejected, CrmSchemaDrift, CrmUnavailable
from connectors.interface import CrmConnector, MappingProblem
from connectors.salesforce.connector import DEFAULT_MAPPING
from desk.work import DeskSettings
from push.fitness import Fitness
from push.worker import PushWorker
from service.crms import connector
from service.mapped import take_up
from service.mapping_watch import DAY_SECONDS, FIRST_SECONDS, MOST_SECONDS, MappingWatch
from service.settings import Settings
from service.wiring import desk_settings
from storage.engine import Database
from storage.tables import lanes, pushes
from tests.desk.test_desk_races import SETTINGS
from tests.push.crm_stub import LANE, Crm, Desk

GONE = MappingProblem("activities.default.fields.Description", "does not exist", "add it")
MINOR = replace(GONE, stops=False)
_AUTH = {"client_id": "us", "client_secret": "secret"}
REFUSED = CrmSchemaDrift("salesforce", "log_activity", code="INVALID_FIELD", detail="No such column 'Description'")


class Org(Crm):
    """As `Crm`, and its administrators change things."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: Sequence[MappingProblem] = ()
        self.check_error: CrmUnavailable | None = None
        self.checks = 0

    def check_mapping(self) -> Sequence[MappingProblem]:
        self.checks += 1
        if self.check_error:
            raise self.check_error
        return self.problems


class House(Desk):
    """As `Desk`, with a watch over the mapping."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.crm: Org = Org()
        crms = {"salesforce": cast("CrmConnector", self.crm)}
        self.fitness = Fitness(database, crms, SETTINGS, least_seconds=0)
        worker = PushWorker(database, crms, SETTINGS, fitness=self.fitness)
        self.lane = replace(self.lane, handler=worker.handle, handle_many=worker.handle_many)
        self.now = 0.0
        known = {"kind": "salesforce", "url": "https://crm.example"}
        settings = Settings(teams={"development": True}, crm={"salesforce": known})  # type: ignore[arg-type]
        self.watch = MappingWatch(settings, crms, self.fitness, clock=lambda: self.now)

    def is_paused(self) -> bool:
        with self._database.read() as connection:
            return connection.execute(sa.select(lanes.c.reason).where(lanes.c.name == LANE)).scalar() == "mapping"

    def detail(self) -> Any:
        with self._database.read() as connection:
            return connection.execute(sa.select(pushes.c.detail)).scalar()

    def becomes(self, *problems: MappingProblem) -> None:
        """The mapping fits, or does no more, and somebody has looked."""
        self.crm.problems = problems
        self.fitness.forget("salesforce")
        self.watch.look("salesforce")
        self.now += DAY_SECONDS
        self.watch.look("salesforce")


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.mark.parametrize("kind", [CrmSchemaDrift, CrmForbidden])
def test_p19_a_refusal_that_is_the_mappings_fault_waits_and_one_that_is_not_fails(
    house: House, kind: type[CrmSchemaDrift]
) -> None:
    house.crm.error = kind("salesforce", "log_activity", detail="No.")
    house.crm.problems = [GONE]
    house.works()
    assert (house.push(), house.is_paused()) == (("retrying", "mapping"), True)
    house.becomes()
    assert (house.push(), house.is_paused()) == (("sending", ""), False)
    house.works()
    assert house.push() == ("failed", kind.reason)


def test_p19_what_the_mapping_calls_optional_pauses_nothing(house: House) -> None:
    house.becomes(MINOR)
    assert not house.is_paused()
    house.works_until_idle()
    assert house.push() == ("sent", "")


def test_p19_while_nobody_can_say_the_push_is_tried_again(house: House) -> None:
    house.crm.error, house.crm.check_error = REFUSED, CrmUnavailable("salesforce", "describe")
    for _ in range(5):
        house.works()
        assert house.push() == ("retrying", "schema")
    house.crm.check_error = None
    house.works_until_idle()
    assert house.push() == ("sent", "")
    assert len(house.crm.notes) == 1


def test_a_refusal_of_the_values_asks_nobody(house: House) -> None:
    house.crm.error = CrmRejected("salesforce", "log_activity", detail="Choose an outcome.")
    house.works()
    assert (house.push(), house.detail(), house.crm.checks) == (("failed", "rejected"), "Choose an outcome.", 0)


@pytest.mark.rule("P-09", "P-10")
def test_p09_an_amendment_that_waits_for_the_mapping_says_so_and_is_made_afterwards(house: House) -> None:
    house.works_until_idle()
    house.becomes(GONE)
    house.presses("wrapup.save", notes="Second.")
    assert house.push() == ("retrying", "mapping")
    house.becomes()
    house.works_until_idle()
    assert house.push() == ("sent", "")
    assert house.crm.notes[-1] == "Second."


@pytest.mark.rule("A-15")
def test_a15_what_is_unlinked_while_it_waits_is_written_no_more(house: House) -> None:
    house.becomes(GONE)
    assert house.push() == ("retrying", "mapping")
    house.presses("link.remove")
    house.becomes()
    house.works_until_idle()
    assert house.push()[0] == "cancelled"
    assert house.crm.notes == []


@pytest.mark.rule("P-11")
def test_p11_the_mapping_is_looked_at_at_the_start_and_every_day(house: House) -> None:
    house.watch.look("salesforce")
    house.watch.look("salesforce")
    house.now += DAY_SECONDS - 1
    house.watch.look("salesforce")
    assert house.crm.checks == 1
    house.now += 2
    house.watch.look("salesforce")
    assert house.crm.checks == 2


def test_a_mapping_that_does_not_fit_is_looked_at_ever_more_slowly(house: House) -> None:
    house.crm.problems = [GONE]
    times = []
    while house.now < 4 * MOST_SECONDS:
        before = house.crm.checks
        house.watch.look("salesforce")
        times += [house.now] if house.crm.checks > before else []
        house.now += 1
    waits = [after - before for before, after in itertools.pairwise(times)]
    assert waits == sorted(waits)
    assert (FIRST_SECONDS <= waits[0] <= 3 * FIRST_SECONDS, waits[-1]) == (True, MOST_SECONDS)


def test_however_many_are_refused_the_crm_is_asked_once(database: Database) -> None:
    crm = Org()
    crms = {"salesforce": cast("CrmConnector", crm)}
    fitness = Fitness(database, crms, DeskSettings())
    answers = [fitness.fits("salesforce", since=float("inf")) for _ in range(5)]
    assert (answers[0], crm.checks) == (True, 1)
    assert set(answers[1:]) == {None}, "too soon to say"


@pytest.mark.rule("P-14", "P-11")
def test_p14_a_process_that_checks_nothing_shows_what_a_changed_mapping_says(tmp_path: Path) -> None:
    mapping, usual = tmp_path / "salesforce.toml", DEFAULT_MAPPING.read_text()
    mapping.write_text(usual)
    crm = {"kind": "salesforce", "url": "https://crm.example", "mapping": str(mapping), "auth": _AUTH}
    settings = Settings(teams={"development": True}, crm={"salesforce": crm})  # type: ignore[arg-type]
    crms: dict[str, CrmConnector] = {"salesforce": connector(settings, "salesforce")}
    known = desk_settings(settings, crms)
    assert known.views.type_label("salesforce", "Contact", "en") == "Contact"
    watch = MappingWatch(settings, crms, None, taken_up=partial(take_up, known))
    assert "Opportunity" not in known.views.creatable["salesforce"]
    made = '[records.Opportunity.create]\nkey = "CC_Record_Key__c"\nfields = { Name = {} }\n'
    mapping.write_text(usual.replace('en = "Contact"', 'en = "Reader"') + made)
    watch.look("salesforce")
    assert known.views.type_label("salesforce", "Contact", "en") == "Reader"
    assert "Opportunity" in known.views.creatable["salesforce"]
    for one in crms.values():
        one.close()
