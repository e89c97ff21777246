"""The simulator writes, refuses and answers as Salesforce does."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.salesforce import ids
from tests.simulators_salesforce.conftest import Client

KEY = "CC_Interaction_Key__c"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()[0]["errorCode"]


def contact(client: Client, name: str) -> str:
    return str(client.query(f"SELECT Id FROM Contact WHERE Name = '{name}'")[0]["Id"])


def test_upsert_tells_new_from_old(client: Client) -> None:
    path = f"/sobjects/Task/{KEY}/k-1"
    new, old = client.call("PATCH", path, {"Subject": "A"}), client.call("PATCH", path, {"Subject": "B"})
    assert (new.status_code, new.json()["created"]) == (201, True)
    assert (old.status_code, old.json()["created"]) == (200, False)
    assert new.json()["id"] == old.json()["id"]
    assert client.call("GET", path).json()["Subject"] == "B"
    assert code(client.call("GET", f"/sobjects/Task/{KEY}/k-2")) == (404, "NOT_FOUND")
    assert code(client.call("PATCH", f"/sobjects/Task/{KEY}/k-2?updateOnly=true", {})) == (404, "NOT_FOUND")
    assert code(client.call("GET", "/sobjects/Task/Subject/A")) == (404, "NOT_FOUND")


def test_several_under_one_external_id_are_300(client: Client) -> None:
    for _ in range(2):
        client.call("POST", "/sobjects/Contact", {"LastName": "Twin", "Email": "twin@example.com"})
    answer = client.call("PATCH", "/sobjects/Contact/Email/twin@example.com", {"Title": "x"})
    assert answer.status_code == 300
    assert len(answer.json()) == 2


def test_unique_key_is_refused_the_second_time(client: Client) -> None:
    first = client.call("POST", "/sobjects/Task", {"Subject": "A", KEY: "k-1"})
    assert first.status_code == 201
    assert first.headers["Location"].endswith(first.json()["id"])
    assert code(client.call("POST", "/sobjects/Task", {"Subject": "A", KEY: "K-1"})) == (400, "DUPLICATE_VALUE")
    client.call("DELETE", f"/sobjects/Task/{first.json()['id']}")
    assert client.call("POST", "/sobjects/Task", {"Subject": "A", KEY: "k-1"}).status_code == 201


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"Nothing__c": 1}, "INVALID_FIELD"),
        ({"IsClosed": True}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"CallType": "Sideways"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"Subject": "😀" * 128}, "STRING_TOO_LONG"),
        ({"ActivityDate": "21.11.2026"}, "JSON_PARSER_ERROR"),
        ({"CallDurationInSeconds": "long"}, "JSON_PARSER_ERROR"),
        ({"WhoId": "hello"}, "MALFORMED_ID"),
        ({"WhoId": ids.new_id("003", 99999)}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"WhoId": ids.new_id("001", 1)}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"WhoId": ids.new_id("00Q", 1), "WhatId": ids.new_id("001", 1)}, "FIELD_INTEGRITY_EXCEPTION"),
        ({"WhoId": ids.new_id("00Q", 2)}, "CANNOT_UPDATE_CONVERTED_LEAD"),
        ({"OwnerId": ids.new_id("005", 4)}, "INACTIVE_OWNER_OR_USER"),
    ],
)
def test_refused_tasks(client: Client, values: dict[str, Any], expected: str) -> None:
    assert code(client.call("POST", "/sobjects/Task", {"Subject": "A", **values})) == (400, expected)
    assert client.query("SELECT Id FROM Task") == []


def test_subtype_is_for_creation_only(client: Client) -> None:
    made = client.call("POST", "/sobjects/Task", {"Subject": "A", "TaskSubtype": "Call"}).json()["id"]
    answer = client.call("PATCH", f"/sobjects/Task/{made}", {"TaskSubtype": "Task"})
    assert code(answer) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    changed = client.call("PATCH", f"/sobjects/Task/{made}", {"Subject": "B"})
    assert (changed.status_code, changed.content, "Sforce-Limit-Info" in changed.headers) == (204, b"", False)


def test_task_derives_account_and_completion(client: Client) -> None:
    edward = contact(client, "Edward Ferrars")
    body = {"Subject": "A", "Status": "Completed", "WhoId": edward[:15]}
    made = client.call("POST", "/sobjects/Task", body).json()["id"]
    row = client.call("GET", f"/sobjects/Task/{made[:15]}").json()
    assert row["IsClosed"]
    assert row["CompletedDateTime"]
    assert row["AccountId"].startswith("001")


def test_deleted_and_missing_records(client: Client) -> None:
    edward = contact(client, "Edward Ferrars")
    path = f"/sobjects/Contact/{edward}"
    assert client.call("DELETE", path).status_code == 204
    for method, body in (("DELETE", None), ("GET", None), ("PATCH", {"Title": "x"})):
        assert code(client.call(method, path, body)) == (404, "ENTITY_IS_DELETED")
    assert code(client.call("GET", "/sobjects/Nothing")) == (404, "NOT_FOUND")
    assert code(client.call("POST", "/sobjects/Contact", {"FirstName": "x"})) == (400, "REQUIRED_FIELD_MISSING")


def test_duplicate_rule_sends_the_misspelt_key(client: Client) -> None:
    client.faults.arm({"fault": "duplicate_rule", "times": -1})
    body = {"LastName": "Ferrars", "Email": "edward.ferrars@example.com"}
    refused = client.call("POST", "/sobjects/Contact", body)
    assert code(refused) == (400, "DUPLICATES_DETECTED")
    found = refused.json()[0]["duplicateResut"]["matchResults"][0]["matchRecords"][0]["record"]["Id"]
    assert found == contact(client, "Edward Ferrars")
    allowed = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    assert client.call("POST", "/sobjects/Contact", body, headers=allowed).status_code == 201


def test_composite_rolls_back_as_a_whole(client: Client) -> None:
    parts = [
        {"method": "POST", "url": "/services/data/v66.0/sobjects/Task", "referenceId": "t", "body": {"Subject": "A"}},
        {
            "method": "PATCH",
            "url": "/services/data/v66.0/sobjects/Task/@{t.id}",
            "referenceId": "p",
            "body": {"IsClosed": True},
        },
    ]
    answer = client.call("POST", "/composite", {"allOrNone": True, "compositeRequest": parts})
    codes = {part["referenceId"]: part["body"][0]["errorCode"] for part in answer.json()["compositeResponse"]}
    assert answer.status_code == 200
    assert codes == {"t": "PROCESSING_HALTED", "p": "INVALID_FIELD_FOR_INSERT_UPDATE"}
    assert client.query("SELECT Id FROM Task") == []
    parts[1]["body"] = {"Subject": "B"}
    answer = client.call("POST", "/composite", {"allOrNone": True, "compositeRequest": parts})
    assert [part["httpStatusCode"] for part in answer.json()["compositeResponse"]] == [201, 204]
    assert [row["Subject"] for row in client.query("SELECT Subject FROM Task")] == ["B"]


def test_collections_all_or_none(client: Client) -> None:
    records = [{"attributes": {"type": "Task"}, "Subject": "A"}, {"attributes": {"type": "Task"}, "CallType": "x"}]
    done = client.call("POST", "/composite/sobjects", {"allOrNone": True, "records": records}).json()
    assert done[0]["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert client.query("SELECT Id FROM Task") == []
    done = client.call("POST", "/composite/sobjects", {"records": records}).json()
    assert [entry["success"] for entry in done] == [True, False]


def test_sessions(client: Client) -> None:
    client.session.headers["Authorization"] = "Bearer nonsense"
    assert code(client.call("GET", "/limits")) == (401, "INVALID_SESSION_ID")
    del client.session.headers["Authorization"]
    assert code(client.call("GET", "/limits")) == (401, "INVALID_AUTH_HEADER")
    client.sign_in()
    client.faults.arm({"fault": "session_expired"})
    assert code(client.call("GET", "/limits")) == (401, "INVALID_SESSION_ID")
    assert code(client.call("GET", "/limits")) == (401, "INVALID_SESSION_ID")
    client.sign_in()
    assert client.call("GET", "/limits").headers["Sforce-Limit-Info"].endswith("/15000")


def test_wrong_credentials(client: Client) -> None:
    url = f"{client.url}/services/oauth2/token"
    for form, error in [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_id": "x"}, "invalid_client_id"),
        ({"grant_type": "client_credentials", "client_id": client.org.client_id}, "invalid_client"),
    ]:
        answer = client.session.post(url, data=form, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_field_level_security_hides(client: Client) -> None:
    client.faults.arm({"fault": "field_hidden", "field": "CallDisposition", "times": -1})
    assert client.refused("SELECT CallDisposition FROM Task") == (400, "INVALID_FIELD")
    fields = client.call("GET", "/sobjects/Task/describe").json()["fields"]
    assert "CallDisposition" not in {field["name"] for field in fields}
    by_name = {field["name"]: field for field in fields}
    assert (by_name[KEY]["externalId"], by_name[KEY]["unique"], by_name[KEY]["length"]) == (True, True, 64)
    assert not by_name["TaskSubtype"]["updateable"]


def test_unknown_route_and_feature_are_501(client: Client) -> None:
    assert client.session.get(f"{client.url}/services/nothing", timeout=5).status_code == 501
    assert client.call("GET", "/jobs/ingest").status_code == 501
    assert client.call("GET", "/sobjects/EventRelation/describe").status_code == 404


def test_versions_and_identity(client: Client) -> None:
    versions = client.session.get(f"{client.url}/services/data", timeout=5).json()
    assert versions[-1]["version"] == "66.0"
    who = client.session.get(f"{client.url}/services/oauth2/userinfo", timeout=5).json()
    assert who["preferred_username"] == "integration@contoso.example"


def test_deep_link_shows_the_record_and_escapes_it(client: Client) -> None:
    made = client.call("POST", "/sobjects/Contact", {"LastName": "<script>alert(1)</script>"}).json()["id"]
    page = client.session.get(f"{client.url}/lightning/r/Contact/{made}/view", timeout=5)
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text


def test_seed_ids_are_the_same_every_time(client: Client) -> None:
    assert contact(client, "Edward Ferrars") == "0035g0000000001AAA"
