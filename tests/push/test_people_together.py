"""Several people on one activity: each stands on exactly one, whatever happens to the others (P-08, C-12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.interface import CrmAgent, RecordRef
from push.drafts import previews
from simulators.kit.tls import Authority
from storage.engine import Database
from storage.tables import links, pushes
from tests.connectors_dynamics.dynamics_rig import ref
from tests.connectors_dynamics.dynamics_world import DynamicsWorld
from tests.contract.crm_connector import draft_for
from tests.databases import Clock
from tests.push.bad_days import SETTINGS, Days, days

VOICE = frozenset({"voice"})
TOGETHER = replace(
    SETTINGS,
    withdrawable={"salesforce": VOICE, "dynamics": VOICE},
    together={"salesforce": {"voice": frozenset({"Contact"})}, "dynamics": {"voice": frozenset({"contact", "lead"})}},
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("together-ca"))


@pytest.fixture
def world(database: Database, clock: Clock, authority: Authority) -> Iterator[Days]:
    with days(database, clock, authority, TOGETHER) as made:
        yield made


def _people(world: Days) -> dict[str, list[RecordRef]]:
    """Three in each CRM, and a case."""
    steeles = sorted(world.salesforce.known_person.shared_refs, key=str)
    case = world.salesforce.known_person.case
    assert case is not None
    return {
        "salesforce": [world.salesforce.known_person.ref, *steeles, case],
        "dynamics": [*(ref(f"contact/{name}") for name in ("edward", "lucy", "robert")), ref("incident/parcel")],
    }


def _stands(world: Days, crm: str) -> list[set[RecordRef]]:
    """Who or what stands on each activity of the CRM."""
    there = world.salesforce if crm == "salesforce" else DynamicsWorld(world.dynamics)
    activities = there.activities()
    assert all(one["is_completed"] for one in activities)
    return [set(one["people"]) if one["record"] in one["people"] else {one["record"]} for one in activities]


def _sorted(groups: list[set[RecordRef]]) -> list[list[str]]:
    return sorted(sorted(map(str, group)) for group in groups)


@pytest.mark.rule("P-08", "P-10")
def test_p08_people_of_one_call_stand_on_one_activity_in_each_crm_and_other_records_on_their_own(world: Days) -> None:
    people = _people(world)
    world.call([*people["salesforce"], *people["dynamics"]])
    world.settles()
    for crm, those in people.items():
        assert _sorted(_stands(world, crm)) == _sorted([set(those[:3]), {those[3]}])
    assert world.states() == ["sent"]


@pytest.mark.rule("P-11")
def test_p11_the_preview_shows_one_activity_for_people_who_stand_together(world: Days) -> None:
    people = _people(world)
    for crm, those in people.items():
        connector = world.connectors[crm]
        mapping = connector.mapping  # type: ignore[attr-defined]
        mapping.activities["voice"] = replace(mapping.activities["voice"], together=True)
        assert set(connector.together) == {"voice"}
        drafts = [draft_for(record, agent=CrmAgent("Elinor")) for record in those]
        titles = [one.record_title for one in previews(connector, drafts)]
        names = [connector.get_record(record).title for record in those]
        assert titles == [", ".join(names[:3]), names[3]]


@pytest.mark.rule("P-08")
def test_p08_a_lead_has_a_task_of_its_own_beside_contacts(world: Days) -> None:
    contacts = _people(world)["salesforce"][:2]
    leads = [world.salesforce.ref("Lead", IsConverted=False)]
    world.call([leads[0], *contacts])
    world.settles()
    assert _sorted(_stands(world, "salesforce")) == _sorted([set(contacts), set(leads)])


@pytest.mark.rule("P-08")
def test_p08_who_is_linked_when_all_others_are_unlinked_is_not_put_beside_them(world: Days) -> None:
    first, second, *_ = _people(world)["salesforce"]
    world.call([first], known=[first, second])
    world.settles()
    world.presses("link.remove", first)
    world.presses("link.add", second)
    world.settles()
    assert _sorted(_stands(world, "salesforce")) == _sorted([{first}, {second}])


@pytest.mark.rule("P-09")
def test_p09_an_org_without_shared_activities_keeps_who_comes_second_waiting_and_says_why(world: Days) -> None:
    world.salesforce.org.metadata.change({"object": "TaskRelation", "access": "none"})
    first, second, *_ = _people(world)["salesforce"]
    world.call([first, second])
    world.passes(hours=0.01)
    assert [(row["state"], row["reason"]) for row in world.listed()] != []
    assert _sorted(_stands(world, "salesforce")) == _sorted([{first}])
    world.salesforce.org.metadata.change({"object": "TaskRelation", "access": "edit"})
    world.retries()
    world.settles()
    assert _sorted(_stands(world, "salesforce")) == _sorted([{first, second}])


_LOST = {
    "salesforce": ({"method": "POST", "path": "sobjects"}, {"method": "DELETE", "path": "sobjects"}),
    "dynamics": ({"method": "POST", "path": "phonecalls"}, {"method": "PATCH", "path": "phonecalls"}),
}
_STEPS = st.lists(
    st.tuples(st.sampled_from(["link", "unlink", "withdraw", "lost", "works", "works"]), st.integers(0, 2)), max_size=14
)


@pytest.mark.rule("P-08", "C-12")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crm=st.sampled_from(["salesforce", "dynamics"]), first=st.sets(st.integers(0, 2), min_size=1), steps=_STEPS)
def test_p08_whatever_is_linked_unlinked_and_withdrawn_each_stands_where_they_should_once(
    world: Days, crm: str, first: set[int], steps: list[tuple[str, int]]
) -> None:
    people = _people(world)[crm][:3]
    world.salesforce.org.records["Task"].clear()
    world.salesforce.org.records["TaskRelation"].clear()
    for row in world.dynamics.tables("phonecalls"):
        world.dynamics.dataverse.store.delete(world.dynamics.dataverse.store.tables["phonecall"], row["activityid"])
    world.call([people[one] for one in sorted(first)], known=people)
    faults = world.salesforce.faults if crm == "salesforce" else world.dynamics.dataverse.faults
    for step, one in steps:
        if step == "works":
            world.passes(hours=0.05)
        elif step == "lost":
            faults.arm({"fault": "answer_lost", **_LOST[crm][one % 2], "times": 1})
        elif step == "withdraw":
            world.presses("push.withdraw", people[one], answer="yes")
        else:
            world.presses("link.add" if step == "link" else "link.remove", people[one])
    faults.clear()
    world.settles(within_hours=48)
    states = _states(world)
    stands = _stands(world, crm)
    times = {person: sum(person in group for group in stands) for person in people}
    for person in people:
        state, attempts = states.get(person.id, ("", 0))
        assert times[person] == 1 if state in ("sent", "kept") else times[person] <= 1, (person, states, stands)
        assert state in ("", "sent", "kept", "cancelled"), states
        if state in ("", "cancelled") and not attempts:
            assert times[person] == 0, "never written, or withdrawn"
    assert all(stands), "no activity without anybody"


def _states(world: Days) -> Mapping[str, tuple[str, int]]:
    """State and attempts of each record's push, of the last call."""
    query = (
        sa.select(links.c.record_id, pushes.c.state, pushes.c.attempts)
        .join(links, links.c.id == pushes.c.link_id)
        .where(links.c.interaction_id == world.calls[-1]["interaction"])
    )
    with world.database.read() as connection:
        return {record: (state, attempts) for record, state, attempts in connection.execute(query)}
