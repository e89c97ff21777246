"""Activities of an environment's own: custom activity tables, and who owns them."""

from __future__ import annotations

import uuid
from importlib import resources
from typing import Any

import pytest

from connectors.coerce import utf16_length
from connectors.interface import CrmAgent, LoggedActivity
from simulators.dataverse.changes import change_all
from simulators.dataverse.seeds import seed_id
from tests.connectors_dynamics.dynamics_rig import KEY, Rig, draft, ref
from tests.connectors_dynamics.dynamics_world import noted

STRANGER = CrmAgent("Nobody", "nobody@contoso.example")
DEFAULT = resources.files("connectors.dynamics").joinpath("default.toml").read_text("utf-8")
VISIT = """
[activities.default]
target = "new_visit"
completed = "2"
amend = ["notes"]
[activities.default.fields]
subject = { template = "{{ channel }} with {{ customer_name }}", max = 200 }
description = { source = "notes", max = 2000 }
new_outcome = { source = "disposition_code", type = "choice", choices = { "01" = 1, "02" = 2 }, otherwise = 3 }
"""


@pytest.mark.rule("P-19", "P-08")
def test_p19_custom_activity_is_written_once_completed_and_amended(rig: Rig) -> None:
    columns = {"new_outcome": "Picklist values=1:Resolved,2:Call_back,3:Other"}
    change_all(rig.dataverse.store, {"table": "new_visit", "is_activity": True, "columns": columns})
    connector = rig.connector(DEFAULT.split("# --- Activities")[0] + VISIT)
    assert connector.check_mapping() == ()
    given = draft(facts={"disposition_code": "02"})
    shown = connector.preview_activity(given)
    first, again = connector.log_activity(given), connector.log_activity(given)
    (row,) = rig.tables("new_visits")
    assert (first.created, again.created, first.ref.type, first.ref.id) == (True, False, "new_visit", str(KEY))
    assert (row["statecode"], row["statuscode"], row["new_outcome"]) == (1, 2, 2)
    assert (row["subject"], row["_regardingobjectid_value"]) == ("voice with Edward Ferrars", ref("contact/edward").id)
    assert {name: row[name] for name in ("subject", "description", "new_outcome")}.items() <= shown.body.items()
    connector.amend_activity(first.ref, draft(facts={"notes": "Newer."}), frozenset({"notes"}))
    (row,) = rig.tables("new_visits")
    assert (row["description"], row["statecode"]) == ("Newer.", 1)


@pytest.mark.rule("P-11", "P-08")
def test_p11_an_email_row_is_written_once_with_its_parties_completed_and_amended(rig: Rig) -> None:
    email = """
[activities.email]
like = "default"
target = "email"
[activities.email.fields]
category = false
directioncode = { source = "direction", type = "choice", choices = { inbound = false, outbound = true } }
"""
    connector = rig.connector(DEFAULT + email)
    assert connector.check_mapping() == ()
    given = draft(channel="email", facts={"channel": "email", "customer_address": "edward.ferrars@example.com"})
    first, again = connector.log_activity(given), connector.log_activity(given)
    assert (first.created, again.created, first.ref.type, list(first.warnings)) == (True, False, "email", [])
    (row,) = rig.tables("emails")
    assert (row["statecode"], row["statuscode"], row["directioncode"]) == (1, 2, False)
    assert row["_regardingobjectid_value"] == ref("contact/edward").id
    assert sorted(party["participationtypemask"] for party in row["parties"]) == [1, 2]
    connector.amend_activity(first.ref, draft(channel="email", facts={"notes": "Newer."}), frozenset({"notes"}))
    (row,) = rig.tables("emails")
    assert ("Newer." in row["description"], row["statecode"]) == (True, 1)


@pytest.mark.rule("P-11")
def test_p11_options_and_statuses_that_there_are_not_are_said(rig: Rig) -> None:
    columns = {"new_outcome": "Picklist values=1:Resolved,2:Call_back"}
    change_all(rig.dataverse.store, {"table": "new_visit", "is_activity": True, "columns": columns})
    wrong = VISIT.replace('completed = "2"', f'completed = "1"\nowner = "{seed_id("systemuser/nobody")}"')
    connector = rig.connector(DEFAULT.split("# --- Activities")[0] + wrong)
    assert {f"{one.key}: {one.problem}" for one in connector.check_mapping()} == {
        "activities.default.fields.new_outcome.choices: 3 is no option of the column",
        "activities.default.completed: 1 is no status of completed rows",
        f"activities.default.owner: user {seed_id('systemuser/nobody')} is unknown or disabled",
    }


def owned(rig: Rig, owner: str, agent: CrmAgent) -> tuple[LoggedActivity, dict[str, Any]]:
    text = DEFAULT.replace('target = "task"', f'target = "task"\nowner = "{owner}"')
    key = uuid.uuid4()
    logged = rig.connector(text).log_activity(draft(key=key, agent=agent))
    return logged, next(row for row in rig.tables("phonecalls") if row["activityid"] == str(key))


@pytest.mark.rule("P-12")
def test_p12_the_mappings_owner_stands_in_for_an_agent_who_is_no_user(rig: Rig) -> None:
    marianne = seed_id("systemuser/marianne")
    logged, row = owned(rig, marianne, STRANGER)
    assert (row["_ownerid_value"], logged.owner_is_integration) == (marianne, True)
    logged, row = owned(rig, seed_id("systemuser/nobody"), STRANGER)
    assert (row["_ownerid_value"], list(logged.warnings)) == (seed_id("systemuser/integration"), ["ownerid"])


def test_microsofts_client_works_with_an_environments_own_tables(rig: Rig, microsofts_client: Any) -> None:
    columns = {"new_tier": "Picklist values=1:Gold,2:Silver", "new_contact": "Lookup to=contact"}
    change_all(rig.dataverse.store, {"table": "new_policy", "set": "new_policies", "columns": columns})
    bind = {"new_contact@odata.bind": f"/contacts({seed_id('contact/edward')})"}
    key = microsofts_client.records.create("new_policy", {"new_name": "P-1", "new_tier": 1, **bind})
    row = microsofts_client.records.retrieve("new_policy", key)
    assert (row["new_name"], row["_new_contact_value"]) == ("P-1", seed_id("contact/edward"))
    assert {one["LogicalName"] for one in microsofts_client.tables.list_columns("new_policy")} >= {"new_tier"}
    microsofts_client.records.delete("new_policy", key)


@pytest.mark.rule("P-11")
def test_p11_what_is_too_long_for_a_note_too_is_cut_and_seen(rig: Rig) -> None:
    connector = rig.connector(noted(DEFAULT))
    story = "😀 and more, " * 10_000
    logged = connector.log_activity(draft(facts={"notes": story}))
    connector.amend_activity(logged.ref, draft(facts={"notes": f"Later. {story}"}), frozenset({"notes"}))
    (row,) = rig.tables("annotations")
    assert row["notetext"].endswith("…")
    assert "Later." in row["notetext"]
    assert utf16_length(row["notetext"]) in range(99_990, 100_001)
