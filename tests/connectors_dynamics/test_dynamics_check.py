"""A mapping is checked against what the environment says of itself."""

from __future__ import annotations

from importlib import resources

import pytest

from connectors.dynamics import DynamicsConnector
from connectors.dynamics.agents import KEPT_SECONDS, MISSED_SECONDS, Agents
from connectors.interface import CrmAgent
from simulators.dataverse.changes import change_all
from simulators.dataverse.schema import TABLES
from simulators.dataverse.seeds import seed_id
from tests.connectors_dynamics.dynamics_rig import ELINOR_AGENT, Rig
from tests.connectors_dynamics.dynamics_world import noted

WRONG = """
    [records.contact]
    level = "person"
    title = ["FullName"]
    subtitle = ["_parentcustomerid_value"]
    related = [{ type = "account", parent = "companyid" }, { type = "account", child = "ownercontactid" }]
    [records.account]
    level = "company"
    title = ["name"]
    [records.new_policy]
    level = "related"
    title = ["new_name"]
    [activities.default]
    target = "phonecall"
    amend = ["notes"]
    [activities.default.values]
    statecode = 1
    [activities.default.fields]
    description = { source = "notes", max = 4000 }
    actualdurationminutes = "notes"
    createdon = { source = "started_at", type = "datetime" }
    new_gone = "notes"
    [activities.chat]
    like = "default"
    target = "letter"
"""


@pytest.mark.rule("P-11")
def test_the_default_mapping_fits(connector: DynamicsConnector) -> None:
    assert connector.check_mapping() == ()


@pytest.mark.rule("P-11")
def test_whatever_does_not_fit_is_named_by_its_key(rig: Rig) -> None:
    found = rig.connector(WRONG).check_mapping()
    at = "activities.default"
    assert [f"{one.key}: {one.problem}" for one in found] == [
        "records.contact: contact has no column FullName",
        "records.contact.related[0].parent: contact has no column companyid",
        "records.contact.related[1].child: account has no column ownercontactid",
        "records.new_policy: the environment has no table new_policy",
        f"{at}.values.statecode: does not exist, or cannot be set at creation",
        f"{at}.fields.description.max: the column takes 2000 characters",
        f"{at}.fields.actualdurationminutes.type: is of type Integer, the mapping says text",
        f"{at}.fields.createdon: cannot be set at creation",
        f"{at}.fields.new_gone: does not exist",
        f"{at}: column subject is required by the business and not mapped",
        "activities.chat.target: the environment has no table letter",
    ]
    assert all(one.to_do and one.stops for one in found)


def test_an_agent_who_is_added_to_the_crm_is_found_within_a_minute(connector: DynamicsConnector, rig: Rig) -> None:
    now = [0.0]
    agents = Agents(connector._web, clock=lambda: now[0])
    elinor = rig.dataverse.store.get(TABLES["systemuser"], seed_id("systemuser/elinor"))
    elinor["isdisabled"] = True
    assert agents.find(ELINOR_AGENT) is None
    elinor["isdisabled"] = False
    assert agents.find(ELINOR_AGENT) is None
    now[0] += MISSED_SECONDS
    assert agents.find(ELINOR_AGENT) is not None
    asked = len(rig.calls())
    now[0] += KEPT_SECONDS - 1
    assert agents.find(ELINOR_AGENT) is not None
    assert len(rig.calls()) == asked
    assert agents.find(CrmAgent()) is None


@pytest.mark.rule("P-11")
def test_p11_where_there_are_no_notes_the_check_says_so(rig: Rig) -> None:
    def noteless(mapping: str) -> set[str]:
        found = rig.connector(mapping).check_mapping()
        assert all(one.stops for one in found)
        return {one.problem for one in found if one.key.endswith(".fields.description.overflow")}

    text = noted(resources.files("connectors.dynamics").joinpath("default.toml").read_text("utf-8"))
    assert not noteless(text)
    change_all(rig.dataverse.store, {"table": "new_visit", "is_activity": True})
    assert noteless(text.replace('target = "phonecall"', 'target = "new_visit"')) == {"a new_visit has no notes"}
    del rig.dataverse.store.tables["annotation"]
    assert noteless(text) == {"the application user sees no notes"}


@pytest.mark.rule("P-11")
def test_p11_people_together_on_an_activity_without_parties_is_said(rig: Rig) -> None:
    text = (
        resources.files("connectors.dynamics")
        .joinpath("default.toml")
        .read_text("utf-8")
        .replace("[activities.default]\n", '[activities.default]\npeople = "together"\n')
    )
    connector = rig.connector(text)
    found = {one.key: one.stops for one in connector.check_mapping()}
    assert found
    assert {key.rpartition(".")[2] for key in found} == {"people"}
    assert not any(found.values())
    assert connector.together.keys().isdisjoint(key.split(".")[1] for key in found)
