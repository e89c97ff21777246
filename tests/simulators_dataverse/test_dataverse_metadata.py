"""What an environment's administrators change is there for every call: metadata, queries, writes."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulators.dataverse.seeds import seed_id
from tests.simulators_dataverse.dataverse_client import Client, error_code

EDWARD = f"/contacts({seed_id('contact/edward')})"
POLICY = {
    "table": "new_policy",
    "set": "new_policies",
    "activities": True,
    "columns": {"new_contact": "Lookup to=contact", "new_tier": "Picklist values=1:Gold,2:Silver"},
}


def change(client: Client, body: Any) -> int:
    url = client.base.split("/api/")[0] + "/_simulator/metadata"
    return requests.post(url, json=body, timeout=5).status_code


def test_custom_table_is_described_written_linked_and_found(client: Client) -> None:
    assert change(client, POLICY) == 204
    made = client.send("POST", "new_policies", {"new_name": "P-1", "new_contact@odata.bind": EDWARD, "new_tier": 1})
    assert made.status_code == 204, made.text
    (row,) = client.rows(
        "new_policies?$select=new_name,new_tier&$filter=new_tier eq 1&$expand=new_contact($select=fullname)"
    )
    assert row["new_contact"]["fullname"] == "Edward Ferrars"
    head = client.send("GET", "EntityDefinitions(LogicalName='new_policy')?$select=EntitySetName,IsCustomEntity").json()
    assert (head["EntitySetName"], head["IsCustomEntity"]) == ("new_policies", True)
    options = client.rows(
        "EntityDefinitions(LogicalName='new_policy')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata"
    )
    assert [one["Value"] for one in options[0]["OptionSet"]["Options"]] == [1, 2]
    bind = {"regardingobjectid_new_policy_phonecall@odata.bind": f"/new_policies({row['new_policyid']})"}
    assert client.send("POST", "phonecalls", {"subject": "Call", **bind}).status_code == 204


def test_custom_activity_has_parties_and_is_completed(client: Client) -> None:
    assert change(client, {"table": "new_visit", "set": "new_visits", "is_activity": True}) == 204
    party = {"partyid_contact@odata.bind": EDWARD, "participationtypemask": 1}
    made = client.send("POST", "new_visits", {"subject": "Visit", "new_visit_activity_parties": [party]})
    address = made.headers["OData-EntityId"].split("/v9.2/")[1]
    assert client.send("PATCH", address, {"statecode": 1, "statuscode": 2}).status_code == 204


def test_columns_come_and_go_are_required_secured_and_ruled(client: Client) -> None:
    change(client, {"table": "phonecall", "columns": {"new_region": "String:5 required"}})
    assert client.send("POST", "phonecalls", {"subject": "x"}).status_code == 400
    assert (
        error_code(client.send("POST", "phonecalls", {"subject": "x", "new_region": "North-West"}))[1] == "0x80044331"
    )
    change(client, {"table": "phonecall", "remove": "new_region"})
    assert client.send("POST", "phonecalls", {"subject": "x"}).status_code == 204
    change(client, {"table": "phonecall", "column": "category", "access": "none"})
    assert error_code(client.send("POST", "phonecalls", {"subject": "x", "category": "y"})) == (403, "0x8004f507")
    change(client, {"table": "phonecall", "column": "category", "access": "edit"})
    rule = {"table": "phonecall", "rule": "Outcome", "requires": "category", "message": "Choose an outcome."}
    change(client, rule)
    refused = client.send("POST", "phonecalls", {"subject": "x"})
    assert (error_code(refused), refused.json()["error"]["message"]) == ((400, "0x80040265"), "Choose an outcome.")
    change(client, {**rule, "active": False})
    assert client.send("POST", "phonecalls", {"subject": "x"}).status_code == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"table": "phonecall", "column": "nothing", "access": "none"},
        {"table": "phonecall", "columns": {"new_x": "Lookup to=nothing"}},
        {"table": "phonecall", "rule": "x"},
    ],
)
def test_change_that_cannot_be_is_refused(client: Client, wrong: dict[str, Any]) -> None:
    assert change(client, wrong) == 400
