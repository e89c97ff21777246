"""What an org's administrators change is there for every call: describe, queries, writes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulators_salesforce.conftest import Client

POLICY = {
    "object": "Policy__c",
    "label": "Policy",
    "activities": True,
    "fields": {
        "Contact__c": "reference to=Contact as=Contact__r",
        "Tier__c": "picklist:40 flags=cunr values=Gold,Silver",
        "Number__c": "string:20 flags=cunxqi",
    },
}


def change(client: Client, *changes: dict[str, Any]) -> int:
    answer = client.session.post(f"{client.url}/_simulator/metadata", json=list(changes), timeout=5)
    return answer.status_code


def described(client: Client, name: str) -> dict[str, Any]:
    body = client.call("GET", f"/sobjects/{name}/describe").json()
    return {**body, "by_name": {field["name"]: field for field in body["fields"]}}


def refused(client: Client, values: dict[str, Any], name: str = "Task") -> tuple[int, str, str]:
    answer = client.call("POST", f"/sobjects/{name}", values)
    return answer.status_code, answer.json()[0]["errorCode"], answer.json()[0]["message"]


def test_custom_object_is_described_written_linked_and_found(client: Client) -> None:
    assert change(client, POLICY) == 204
    contact = client.query("SELECT Id FROM Contact LIMIT 1")[0]["Id"]
    made = client.call("POST", "/sobjects/Policy__c", {"Name": "P-1", "Contact__c": contact, "Tier__c": "Gold"})
    assert made.status_code == 201
    (row,) = client.query("SELECT Name, Contact__r.Name FROM Policy__c WHERE Tier__c = 'Gold'")
    assert row["Contact__r"]["Name"]
    kind = described(client, "Policy__c")
    assert (kind["custom"], kind["by_name"]["Contact__c"]["referenceTo"]) == (True, ["Contact"])
    names = [one["name"] for one in client.call("GET", "/sobjects").json()["sobjects"]]
    assert "Policy__c" in names
    children = described(client, "Contact")["childRelationships"]
    assert {"childSObject": "Policy__c", "field": "Contact__c"}.items() <= children[-1].items()
    task = {"Subject": "Call", "WhatId": made.json()["id"]}
    assert client.call("POST", "/sobjects/Task", task).status_code == 201
    assert refused(client, {"Name": "P-2", "Tier__c": "Tin"}, "Policy__c")[1] == (
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    )
    upsert = client.call("PATCH", "/sobjects/Policy__c/Number__c/4711", {"Name": "P-3"})
    assert (upsert.status_code, upsert.json()["created"]) == (201, True)


def test_field_level_security_hides_or_protects(client: Client) -> None:
    assert change(client, {"object": "Task", "field": "Description", "access": "none"}) == 204
    assert "Description" not in described(client, "Task")["by_name"]
    assert refused(client, {"Subject": "x", "Description": "y"})[:2] == (400, "INVALID_FIELD")
    assert client.refused("SELECT Description FROM Task") == (400, "INVALID_FIELD")
    assert change(client, {"object": "Task", "field": "Description", "access": "read"}) == 204
    assert described(client, "Task")["by_name"]["Description"]["createable"] is False
    assert refused(client, {"Description": "y"})[:2] == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert change(client, {"object": "Task", "field": "Description", "access": "edit"}) == 204
    assert client.call("POST", "/sobjects/Task", {"Description": "y"}).status_code == 201


def test_object_permissions(client: Client) -> None:
    change(client, {"object": "Task", "access": "read"}, {"object": "Case", "access": "none"})
    assert described(client, "Task")["createable"] is False
    assert refused(client, {"Subject": "x"})[:2] == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert client.call("GET", "/sobjects/Case/describe").status_code == 404
    assert client.refused("SELECT Id FROM Case") == (400, "INVALID_TYPE")


def test_fields_come_and_go_and_rules_are_in_force_until_they_are_not(client: Client) -> None:
    change(client, {"object": "Task", "fields": {"Region__c": "string:5 flags=cu"}})
    assert refused(client, {"Subject": "x"}) == (
        400,
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [Region__c]",
    )
    assert refused(client, {"Region__c": "North-West"})[1] == "STRING_TOO_LONG"
    change(client, {"object": "Task", "remove": "Region__c"})
    rule = {"object": "Task", "rule": "Outcome", "requires": "CallDisposition", "message": "Choose an outcome."}
    change(client, rule)
    assert refused(client, {"Subject": "x"}) == (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Choose an outcome.")
    change(client, {**rule, "active": False})
    assert client.call("POST", "/sobjects/Task", {"Subject": "x"}).status_code == 201


def test_event_needs_its_times_and_knows_its_length(client: Client) -> None:
    start = {"Subject": "Visit", "StartDateTime": "2026-11-21T09:00:00.000Z"}
    assert refused(client, {"Subject": "Visit"}, "Event")[1] == "REQUIRED_FIELD_MISSING"
    assert refused(client, start, "Event")[1] == "REQUIRED_FIELD_MISSING"
    assert refused(client, {**start, "EndDateTime": "2026-11-21T08:00:00.000Z"}, "Event")[1] == (
        "FIELD_INTEGRITY_EXCEPTION"
    )
    assert client.call("POST", "/sobjects/Event", {**start, "EndDateTime": "2026-11-21T09:30:00Z"}).status_code == 201
    assert [row["DurationInMinutes"] for row in client.query("SELECT DurationInMinutes FROM Event")] == [30]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"object": "Policy"},
        {"object": "Task", "field": "Nothing", "access": "none"},
        {"object": "Task", "access": "all"},
        {"object": "Task", "rule": "x"},
    ],
)
def test_change_that_cannot_be_is_refused(client: Client, wrong: dict[str, Any]) -> None:
    assert change(client, wrong) == 400


def test_record_types_have_values_of_their_own_and_refuse_others(client: Client) -> None:
    case = {"object": "Case", "fields": {"Priority": "picklist:40 flags=cunr values=High,Medium,Low"}}
    complaint = {
        "object": "Case",
        "record_type": "Complaint",
        "picklists": {"Priority": ["High"]},
        "defaults": {"Priority": "High"},
    }
    assert change(client, case, complaint, {"object": "Case", "record_type": "Praise", "available": False}) == 204
    kind = described(client, "Case")
    infos = {one["name"]: one for one in kind["recordTypeInfos"]}
    assert kind["by_name"]["RecordTypeId"]["referenceTo"] == ["RecordType"]
    assert [(name, one["available"], one["master"]) for name, one in infos.items()] == [
        ("Complaint", True, False),
        ("Praise", False, False),
        ("Master", True, True),
    ]
    id_ = infos["Complaint"]["recordTypeId"]
    lists = client.call("GET", f"/ui-api/object-info/Case/picklist-values/{id_}").json()["picklistFieldValues"]
    assert [one["value"] for one in lists["Priority"]["values"]] == ["High"]
    assert lists["Priority"]["defaultValue"]["value"] == "High"
    assert client.call("GET", "/ui-api/object-info/Case/picklist-values/0125g000000zzzz").status_code == 404
    assert refused(client, {"RecordTypeId": id_, "Priority": "Low"}, "Case")[1] == (
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    )
    praise = infos["Praise"]["recordTypeId"]
    assert refused(client, {"RecordTypeId": praise}, "Case")[1] == "INVALID_CROSS_REFERENCE_KEY"
    assert client.call("POST", "/sobjects/Case", {"RecordTypeId": id_, "Priority": "High"}).status_code == 201
