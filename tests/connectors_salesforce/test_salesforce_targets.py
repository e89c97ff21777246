"""Activities that are no Task: events, custom objects, and who owns them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import CrmSchemaDrift
from connectors.interface import CrmAgent, LoggedActivity, RecordRef
from connectors.mapping_file import load_mapping
from connectors.salesforce.connector import DEFAULT_MAPPING
from simulators.salesforce.metadata import change_all
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld, connector_for, noted
from tests.contract.crm_connector import draft_for

STRANGER = CrmAgent("Nobody", "nobody@contoso.example")
RECORDS = DEFAULT_MAPPING.read_text().split("# --- Activities")[0]
EVENT = """
[activities.default]
target = "Event"
key = "CC_Interaction_Key__c"
amend = ["notes"]
[activities.default.fields]
Subject = { template = "{{ channel }} with {{ customer_name }}", max = 255 }
StartDateTime = { template = "{{ started_at | default: ended_at }}", type = "datetime" }
EndDateTime = { source = "ended_at", type = "datetime" }
Description = { source = "notes", max = 32000 }
"""
CUSTOM = """
[activities.default]
target = "Interaction__c"
key = "Key__c"
link = { Contact = "Contact__c", Lead = "Lead__c", Account = "Account__c", Case = "Case__c", Opportunity = "Deal__c" }
amend = ["notes"]
[activities.default.fields]
Name = { template = "{{ channel }} {{ interaction_id }}", max = 80 }
Notes__c = { source = "notes", max = 200 }
"""
INTERACTION = {
    "object": "Interaction__c",
    "fields": {
        "Key__c": "string:64 flags=cunxqi",
        "Contact__c": "reference to=Contact as=Contact__r",
        "Lead__c": "reference to=Lead as=Lead__r",
        "Account__c": "reference to=Account as=Account__r",
        "Case__c": "reference to=Case as=Case__r",
        "Deal__c": "reference to=Opportunity as=Deal__r",
        "Notes__c": "textarea:200",
    },
}


def rows(world: SalesforceWorld, kind: str) -> list[dict[str, Any]]:
    return list(world.org.records.get(kind, {}).values())


@pytest.mark.rule("P-11", "P-08")
def test_p11_event_is_written_once_with_its_times_and_amended(world: SalesforceWorld) -> None:
    connector = connector_for(world, mapping=load_mapping(RECORDS + EVENT))
    assert connector.check_mapping() == ()
    draft = draft_for(world.known_person.ref, agent=world.agent)
    first, again = connector.log_activity(draft), connector.log_activity(draft)
    assert (first.ref.type, first.created, again.created) == ("Event", True, False)
    newer = draft_for(world.known_person.ref, key=draft.key, facts={"notes": "Newer."})
    connector.amend_activity(first.ref, newer, frozenset({"notes"}))
    (event,) = rows(world, "Event")
    assert (event["WhoId"], event["DurationInMinutes"], event["Description"]) == (draft.record.id, 6, "Newer.")
    assert event["Subject"] == "voice with Edward Ferrars"
    assert rows(world, "Task") == []
    connector.close()


@pytest.mark.parametrize(("kind", "field"), [("ref", "Contact__c"), ("company", "Account__c"), ("case", "Case__c")])
@pytest.mark.rule("P-19")
def test_p19_custom_object_is_the_activity_and_points_to_each_type(
    world: SalesforceWorld, kind: str, field: str
) -> None:
    change_all(world.org.metadata, INTERACTION)
    connector = connector_for(world, mapping=load_mapping(RECORDS + CUSTOM))
    assert connector.check_mapping() == ()
    record: RecordRef = getattr(world.known_person, kind)
    draft = draft_for(record, agent=world.agent, facts={"notes": "As agreed."})
    shown = connector.preview_activity(draft)
    first, again = connector.log_activity(draft), connector.log_activity(draft)
    (row,) = rows(world, "Interaction__c")
    assert {name: row[name] for name in shown.body} == shown.body
    assert (row[field], row["Key__c"], row["Notes__c"]) == (record.id, str(draft.key), "As agreed.")
    assert (first.ref, again.created) == (RecordRef(world.crm, "Interaction__c", row["Id"]), False)
    connector.amend_activity(first.ref, draft_for(record, facts={"notes": "Newer."}), frozenset({"notes"}))
    assert (row["Notes__c"], row[field]) == ("Newer.", record.id)
    connector.close()


def test_a_type_without_a_link_is_said_by_the_check_and_written_nowhere(world: SalesforceWorld) -> None:
    change_all(world.org.metadata, INTERACTION)
    mapping = load_mapping(RECORDS + CUSTOM.replace('Case = "Case__c", ', ""))
    connector = connector_for(world, mapping=mapping)
    assert [one.problem for one in connector.check_mapping()] == ["Interaction__c has no link for Case"]
    assert world.known_person.case is not None
    with pytest.raises(CrmSchemaDrift):
        connector.log_activity(draft_for(world.known_person.case))
    assert rows(world, "Interaction__c") == []
    connector.close()


def owned(world: SalesforceWorld, owner: str, agent: CrmAgent) -> tuple[LoggedActivity, dict[str, Any]]:
    text = DEFAULT_MAPPING.read_text().replace('target = "Task"', f'target = "Task"\nowner = "{owner}"')
    connector = connector_for(world, mapping=load_mapping(text))
    logged = connector.log_activity(draft_for(world.known_person.ref, agent=agent))
    connector.close()
    return logged, world.tasks()[-1]


@pytest.mark.rule("P-12")
def test_p12_the_mappings_owner_stands_in_for_an_agent_who_is_no_user(world: SalesforceWorld) -> None:
    users = {row["Email"]: row["Id"] for row in rows(world, "User")}
    marianne, gone = users["marianne.dashwood@contoso.example"], users["john.willoughby@contoso.example"]
    logged, task = owned(world, marianne, STRANGER)
    assert (task["OwnerId"], logged.owner_is_integration) == (marianne, True)
    logged, task = owned(world, marianne, world.agent)
    assert (task["OwnerId"], logged.owner_is_integration) == (users[world.agent.email], False)
    logged, task = owned(world, gone, STRANGER)
    assert (task["OwnerId"], logged.owner_is_integration) == (world.org.integration_user, True)


@pytest.mark.rule("C-12", "P-11")
def test_c12_withdrawing_without_the_right_to_delete_is_said_by_the_check(world: SalesforceWorld) -> None:
    text = DEFAULT_MAPPING.read_text()
    allowed = text.replace("[activities.voice]\n", "[activities.voice]\nwithdraw = true\n")
    connector = connector_for(world, mapping=load_mapping(allowed))
    assert connector.withdrawable == {"voice", "video"}
    assert list(connector.check_mapping()) == []
    change_all(world.org.metadata, {"object": "Task", "deletion": False})
    (problem,) = connector.check_mapping()
    assert (problem.key, problem.stops) == ("activities.voice.withdraw", False)
    assert "may not delete a Task" in problem.problem
    connector.close()


def test_simple_salesforce_works_with_an_orgs_own_objects(world: SalesforceWorld, simple_salesforce: Any) -> None:
    change_all(world.org.metadata, INTERACTION)
    made = simple_salesforce.Interaction__c.create({"Name": "I-1", "Contact__c": world.known_person.ref.id})
    assert simple_salesforce.Interaction__c.upsert("Key__c/k-1", {"Name": "I-2"}) == 201
    found = simple_salesforce.query("SELECT Name, Contact__r.Name FROM Interaction__c WHERE Contact__c != null")
    assert [row["Contact__r"]["Name"] for row in found["records"]] == ["Edward Ferrars"]
    assert simple_salesforce.Interaction__c.describe()["custom"]
    assert simple_salesforce.Interaction__c.delete(made["id"]) == 204


@pytest.mark.rule("P-11")
@pytest.mark.parametrize("kind", ["ContentNote", "ContentDocumentLink"])
def test_p11_where_there_are_no_notes_the_check_says_so(world: SalesforceWorld, kind: str) -> None:
    connector = connector_for(world, mapping=load_mapping(noted()))
    assert connector.check_mapping() == ()
    change_all(world.org.metadata, {"object": kind, "access": "none"})
    found = connector.check_mapping()
    assert {one.key.rpartition(".fields.")[2] for one in found} == {"Description.overflow"}
    assert all("may not create notes" in one.problem and one.stops for one in found)
    connector.close()


@pytest.mark.rule("P-11")
@pytest.mark.parametrize(("text", "stops"), [(RECORDS + EVENT, False), (DEFAULT_MAPPING.read_text(), True)])
def test_p11_where_people_cannot_stand_together_the_check_says_so(
    world: SalesforceWorld, text: str, stops: bool
) -> None:
    together = text.replace("[activities.default]\n", '[activities.default]\npeople = "together"\n')
    connector = connector_for(world, mapping=load_mapping(together))
    change_all(world.org.metadata, {"object": "TaskRelation", "access": "none"})
    found = connector.check_mapping()
    assert {one.key.rpartition(".")[2] for one in found} == {"people"}
    assert {one.stops for one in found} == {stops}, "an Event is written for each"
    assert bool(connector.together) == stops
    change_all(world.org.metadata, {"object": "TaskRelation", "access": "edit"})
    assert bool(connector.check_mapping()) != stops
    connector.close()
