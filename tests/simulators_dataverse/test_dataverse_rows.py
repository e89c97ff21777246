"""Reading and writing rows, as clients of the vendor rely on it."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.dataverse.app import Dataverse
from simulators.dataverse.seeds import DISABLED_OBJECT_ID, seed_id
from simulators.entra.people import ELINOR
from tests.simulators_dataverse.dataverse_client import Client, error_code

KEY = "913f87d2-155c-57c5-ad03-28b17f90943f"
EDWARD = seed_id("contact/edward")
SHOWN = 'odata.include-annotations="*"'


def call(**more: Any) -> dict[str, Any]:
    return {
        "activityid": KEY,
        "subject": "Call",
        "regardingobjectid_contact_phonecall@odata.bind": f"/contacts({EDWARD})",
        "phonecall_activity_parties": [
            {"partyid_contact@odata.bind": f"/contacts({EDWARD})", "participationtypemask": 1},
            {
                "partyid_systemuser@odata.bind": f"/systemusers({seed_id('systemuser/elinor')})",
                "participationtypemask": 2,
            },
        ],
        **more,
    }


def test_a_page_leads_to_the_next_until_all_is_read(client: Client) -> None:
    path, rows = "contacts?$select=fullname&$orderby=fullname", []
    while path:
        page = client.send("GET", path, Prefer="odata.maxpagesize=2").json()
        assert len(page["value"]) <= 2
        rows += page["value"]
        path = page.get("@odata.nextLink", "").removeprefix(client.base)
    assert [row["fullname"] for row in rows] == sorted(row["fullname"] for row in rows)
    assert len(rows) == int(client.send("GET", "contacts/$count").text)


def test_a_row_has_only_what_was_selected_its_key_and_the_annotations_asked_for(client: Client) -> None:
    path = f"contacts({EDWARD})?$select=fullname,_parentcustomerid_value&$expand=parentcustomerid_account($select=name)"
    row = client.send("GET", path, Prefer=SHOWN).json()
    assert row["_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "account"
    assert row["_parentcustomerid_value@OData.Community.Display.V1.FormattedValue"] == "Ferrars & Co"
    assert row["parentcustomerid_account"]["name"] == "Ferrars & Co"
    plain = client.send("GET", path.partition("&")[0]).json()
    assert {name for name in plain if not name.startswith("@")} == {"fullname", "contactid", "_parentcustomerid_value"}


def test_a_plus_that_is_not_encoded_is_a_space(client: Client) -> None:
    assert client.rows("accounts?$filter=telephone1 eq '%2B49 30 901820-0'")
    assert not client.rows("accounts?$filter=telephone1 eq '+49 30 901820-0'")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("contacts?$filter=phone eq '1'", 400),
        ("contacts?$select=FullName", 400),
        ("contacts?$top=x", 400),
        ("contacts(test)", 400),
        (f"contacts({KEY})", 404),
        ("nothings", 404),
        ("accounts(accountnumber='none')", 404),
        ("contacts?$apply=x", 501),
        ("RetrieveDuplicates()", 501),
    ],
)
def test_a_wrong_query_is_refused(client: Client, path: str, status: int) -> None:
    assert client.send("GET", path).status_code == status


def test_a_phone_call_is_created_once_under_the_callers_own_key(client: Client, dataverse: Dataverse) -> None:
    first = client.send("POST", "phonecalls", call())
    again = client.send("POST", "phonecalls", call(subject="Another"))
    assert (first.status_code, first.headers["OData-EntityId"]) == (204, f"{client.base}phonecalls({KEY})")
    assert error_code(again) == (412, "0x80040237")
    row = client.send("GET", f"phonecalls({KEY})?$expand=phonecall_activity_parties").json()
    assert (row["subject"], row["directioncode"], row["statecode"]) == ("Call", True, 0)
    assert [party["participationtypemask"] for party in row["phonecall_activity_parties"]] == [1, 2]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Regardingobjectid_contact_phonecall@odata.bind": "/contacts(x)"}, "0x80048d19"),
        ({"regardingobjectid_account_phonecall@odata.bind": f"/contacts({EDWARD})"}, "0x80040216"),
        ({"regardingobjectid_contact_phonecall@odata.bind": f"/contact({EDWARD})"}, "0x80060888"),
        ({"statecode": 1}, "0x80040216"),
        ({"description": "x" * 2001}, "0x80044331"),
        ({"description": "\U0001f600" * 1001}, "0x80044331"),
        ({"subject": None}, "0x80040216"),
        ({"actualdurationminutes": "7"}, "0x80040216"),
        ({"actualstart": "soon"}, "0x80060888"),
        ({"new_gone": "x"}, "0x80048d19"),
    ],
)
def test_what_cannot_be_created_is_refused_and_leaves_nothing(
    client: Client, dataverse: Dataverse, more: dict[str, Any], code: str
) -> None:
    assert error_code(client.send("POST", "phonecalls", call(**more))) == (400, code)
    assert not dataverse.state()["tables"]["phonecalls"]


def test_a_completed_call_takes_no_edit_until_it_is_reopened(client: Client) -> None:
    client.send("POST", "phonecalls", call())
    path = f"phonecalls({KEY})"
    assert error_code(client.send("PATCH", path, {"statecode": 1, "statuscode": 3})) == (400, "0x80048408")
    for _ in range(2):
        assert client.send("PATCH", path, {"statecode": 1, "statuscode": 4}).status_code == 204
    assert client.send("PATCH", path, {"description": "late"}).status_code == 400
    assert client.send("PATCH", path, {"statecode": 0}).status_code == 204
    assert client.send("PATCH", path, {"description": "late"}).status_code == 204


def test_conditions_decide_whether_a_patch_creates_or_updates(client: Client) -> None:
    path = f"tasks({KEY})"
    assert error_code(client.send("PATCH", path, {"subject": "a"}, If_Match="*")) == (404, "0x80040217")
    made = client.send("PATCH", path, {"subject": "a"}, If_None_Match="*", Prefer="return=representation")
    assert (made.status_code, made.json()["activityid"]) == (201, KEY)
    assert error_code(client.send("PATCH", path, {"subject": "b"}, If_None_Match="*")) == (412, "0x80040237")
    old = made.json()["@odata.etag"]
    changed = client.send("PATCH", path, {"subject": "c"}, If_Match=old, Prefer="return=representation")
    assert (changed.status_code, changed.json()["subject"]) == (200, "c")
    assert error_code(client.send("PATCH", path, {"subject": "d"}, If_Match=old)) == (412, "0x80060882")
    assert client.send("GET", path, If_None_Match=changed.json()["@odata.etag"]).status_code == 304
    assert client.send("DELETE", path).status_code == 204
    assert client.send("DELETE", path).status_code == 404


def test_an_alternate_key_names_a_row_and_stays_unique(client: Client) -> None:
    assert client.send("GET", "accounts(accountnumber='FC-1811')").json()["name"] == "Ferrars & Co"
    assert client.send("PATCH", "accounts(accountnumber='N-1')", {"name": "Norland"}).status_code == 204
    assert len(client.rows("accounts?$filter=accountnumber eq 'N-1'")) == 1
    taken = client.send("POST", "accounts", {"name": "Third", "accountnumber": "N-1"})
    assert error_code(taken) == (412, "0x80060892")


def test_a_reference_can_be_taken_away(client: Client) -> None:
    client.send("POST", "phonecalls", call())
    path = f"phonecalls({KEY})"
    assert client.send("DELETE", f"{path}/regardingobjectid_contact_phonecall/$ref").status_code == 204
    assert client.send("GET", path).json()["_regardingobjectid_value"] is None


def test_an_agents_name_stands_on_what_is_written_for_them(client: Client) -> None:
    client.send("POST", "phonecalls", call(), CallerObjectId=ELINOR.oid)
    row = client.send("GET", f"phonecalls({KEY})").json()
    assert row["_createdby_value"] == row["_ownerid_value"] == seed_id("systemuser/elinor")
    assert row["_createdonbehalfby_value"] == seed_id("systemuser/integration")


@pytest.mark.parametrize("oid", [DISABLED_OBJECT_ID, KEY])
def test_nobody_acts_as_a_user_who_has_left_or_never_was(client: Client, oid: str) -> None:
    assert error_code(client.send("GET", "WhoAmI", CallerObjectId=oid)) == (403, "0x80040225")


def test_a_batch_answers_each_part_and_a_change_set_happens_whole_or_not_at_all(
    client: Client, dataverse: Dataverse
) -> None:
    body = "\r\n".join(
        ["--b", "Content-Type: multipart/mixed; boundary=c", "", _part("c", "tasks", '{"subject":"a"}'),
         _part("c", "tasks", '{"wrong":"b"}'), "--c--", "--b--", ""]
    )  # fmt: skip
    headers = {"Authorization": "Bearer any", "Content-Type": "multipart/mixed; boundary=b"}
    answer = client._session.post(client.base + "$batch", body, headers=headers, timeout=10)
    assert "HTTP/1.1 400 Bad Request" in answer.text
    assert not dataverse.state()["tables"]["tasks"]
    good = body.replace("wrong", "subject")
    answer = client._session.post(client.base + "$batch", good, headers=headers, timeout=10)
    assert answer.text.count("HTTP/1.1 204 ") == 2
    assert len(dataverse.state()["tables"]["tasks"]) == 2


def _part(boundary: str, path: str, body: str) -> str:
    head = (
        f"--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\n"
    )
    return f"{head}POST /api/data/v9.2/{path} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{body}"


def test_search_answers_with_json_in_json(client: Client) -> None:
    answer = client.send("POST", "searchquery", {"search": "edward\\.ferrars@example\\.com", "top": 5}).json()
    assert '"EntityName": "contact"' in answer["response"]
    assert client.send("POST", "searchquery", {"search": "ab"}).status_code == 400


def test_metadata_names_sets_columns_and_navigation_properties(client: Client) -> None:
    table = client.rows("EntityDefinitions?$select=EntitySetName,PrimaryIdAttribute&$filter=LogicalName eq 'phonecall'")
    assert (table[0]["EntitySetName"], table[0]["PrimaryIdAttribute"]) == ("phonecalls", "activityid")
    path = "EntityDefinitions(LogicalName='phonecall')"
    relations = client.rows(f"{path}/ManyToOneRelationships?$filter=ReferencingAttribute eq 'regardingobjectid'")
    names = {row["ReferencedEntity"]: row["ReferencingEntityNavigationPropertyName"] for row in relations}
    assert names["contact"] == "regardingobjectid_contact_phonecall"
    texts = client.rows(f"{path}/Attributes/Microsoft.Dynamics.CRM.MemoAttributeMetadata?$select=LogicalName,MaxLength")
    assert [(row["LogicalName"], row["MaxLength"]) for row in texts] == [("description", 2000)]
    states = client.rows(f"{path}/Attributes/Microsoft.Dynamics.CRM.StatusAttributeMetadata?$select=LogicalName")
    assert {(option["Value"], option["State"]) for option in states[0]["OptionSet"]["Options"]} >= {(2, 1), (4, 1)}
    assert client.send("GET", "EntityDefinitions(LogicalName='nothing')").status_code == 404


def test_an_id_serves_one_activity_whatever_its_type(client: Client) -> None:
    client.send("POST", "phonecalls", call())
    assert error_code(client.send("POST", "tasks", {"activityid": KEY, "subject": "a"})) == (412, "0x80040237")
