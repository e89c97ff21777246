"""The simulator reads SOQL and SOSL as Salesforce does."""

from __future__ import annotations

import pytest

from tests.simulators_salesforce.conftest import Client


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Email = 'EDWARD.FERRARS@example.com'", ["Edward Ferrars"]),
        ("LastName IN ('Ferrars', 'Steele') AND FirstName != 'Anne'", ["Edward Ferrars", "Lucy Steele"]),
        (
            "(LastName = 'Ferrars' OR LastName = 'Steele') AND NOT FirstName LIKE 'A%'",
            ["Edward Ferrars", "Lucy Steele"],
        ),
        ("Name LIKE '%\\_%'", []),
        ("Name LIKE 'Ed_ard%'", ["Edward Ferrars"]),
        ("Account.Name = 'Ferrars & Co'", ["Edward Ferrars"]),
        ("AccountId IN (SELECT Id FROM Account WHERE Name = 'Ferrars & Co')", ["Edward Ferrars"]),
        ("Title != null", ["Edward Ferrars"]),
        ("LastName NOT IN ('Steele', 'Dashwood', 'Palmer')", ["Edward Ferrars"]),
        ("CreatedDate > 2099-01-01T00:00:00Z", []),
        ("IsPersonAccount = true", ["Charlotte Palmer"]),
        ("LastName = 'O\\'Brien'", []),
    ],
)
def test_conditions(client: Client, where: str, names: list[str]) -> None:
    rows = client.query(f"SELECT Name FROM Contact WHERE {where} ORDER BY FirstName DESC, Name")
    assert sorted(row["Name"] for row in rows) == sorted(names)


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Name = 'x", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact LIMIT 1 WHERE Name = 'x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Nothing FROM Contact", "INVALID_FIELD"),
        ("SELECT Owner.Nothing FROM Contact", "INVALID_FIELD"),
        ("SELECT Nobody.Name FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE ActivityDate = '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR"),
    ],
)
def test_refused_queries(client: Client, soql: str, code: str) -> None:
    assert client.refused(soql) == (400, code)


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT COUNT(Id), Name FROM Contact GROUP BY Name",
        "SELECT Id FROM Contact WHERE CreatedDate = TODAY",
        "SELECT Id FROM Contact c",
    ],
)
def test_what_is_not_simulated_says_so(client: Client, soql: str) -> None:
    assert client.refused(soql) == (501, "NOT_IMPLEMENTED")


def test_order_limit_offset_count_and_nulls(client: Client) -> None:
    ordered = client.query("SELECT Name, Title FROM Contact ORDER BY Title NULLS LAST, Name LIMIT 2")
    assert ordered[0]["Name"] == "Edward Ferrars"
    names = [row["Name"] for row in client.query("SELECT Name FROM Contact ORDER BY Name")]
    assert names == sorted(names)
    assert [row["Name"] for row in client.query("SELECT Name FROM Contact ORDER BY Name LIMIT 2 OFFSET 1")] == names[
        1:3
    ]
    counted = client.call("GET", "/query", params={"q": "SELECT COUNT() FROM Contact"}).json()
    assert counted == {"totalSize": len(names), "done": True, "records": []}


def test_relations_nest(client: Client) -> None:
    (row,) = client.query("SELECT Id, Account.Owner.Name, Account.Name FROM Contact WHERE LastName = 'Ferrars'")
    assert row["Account"]["attributes"]["type"] == "Account"
    assert (row["Account"]["Name"], row["Account"]["Owner"]["Name"]) == ("Ferrars & Co", "Customer Card")
    (deal,) = client.query("SELECT Name, (SELECT Contact.Name FROM OpportunityContactRoles) FROM Opportunity")
    assert deal["OpportunityContactRoles"]["records"][0]["Contact"]["Name"] == "Edward Ferrars"


def test_pages(client: Client) -> None:
    client.faults.arm({"fault": "page_size", "rows": 3, "times": -1})
    page = client.call("GET", "/query", params={"q": "SELECT Id FROM Contact"}).json()
    seen = [row["Id"] for row in page["records"]]
    while not page["done"]:
        page = client.session.get(client.url + page["nextRecordsUrl"], timeout=5).json()
        seen += [row["Id"] for row in page["records"]]
    assert len(seen) == len(set(seen)) == page["totalSize"]
    wrong = client.call("GET", "/query/0r8xx0000000000999-2000")
    assert wrong.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_merged_and_deleted_rows_are_in_query_all_only(client: Client) -> None:
    soql = "SELECT Id, MasterRecordId FROM Contact WHERE FirstName = 'Harry'"
    assert client.query(soql) == []
    (row,) = client.query(soql, "queryAll")
    assert row["MasterRecordId"]


@pytest.mark.parametrize(
    ("sosl", "names"),
    [
        ("FIND {015112345678} IN PHONE FIELDS RETURNING Contact(Name)", ["Edward Ferrars"]),
        ("FIND {4915112345678} IN PHONE FIELDS RETURNING Contact(Name)", []),
        ('FIND {"0151 123"} IN PHONE FIELDS RETURNING Contact(Name)', ["Edward Ferrars"]),
        ('FIND {"151" OR "0151" AND nothing} IN PHONE FIELDS RETURNING Contact(Name)', ["Lucy Steele", "Anne Steele"]),
        (
            "FIND {ferr*} IN NAME FIELDS RETURNING Contact(Name), Lead(Name WHERE IsConverted = false)",
            ["Edward Ferrars", "Robert Ferrars"],
        ),
        ("FIND {edward ferrars} RETURNING Contact(Name LIMIT 1)", ["Edward Ferrars"]),
        ("FIND {edward ferrars} IN EMAIL FIELDS RETURNING Contact(Name)", ["Edward Ferrars"]),
        ("FIND {O\\'Brien \\(x\\)} RETURNING Contact(Name)", []),
    ],
)
def test_searches(client: Client, sosl: str, names: list[str]) -> None:
    assert client.find(sosl) == names


@pytest.mark.parametrize(
    "sosl", ["FIND {a-b} IN NAME FIELDS", "FIND {} IN NAME FIELDS", 'FIND {"a} IN NAME FIELDS', "find x"]
)
def test_refused_searches(client: Client, sosl: str) -> None:
    answer = client.call("GET", "/search", params={"q": sosl})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "MALFORMED_SEARCH")


def test_parameterized_search_in_both_forms(client: Client) -> None:
    body = {"q": "ferrars", "in": "NAME", "sobjects": [{"name": "Contact", "fields": ["Name"], "limit": 1}]}
    posted = client.call("POST", "/parameterizedSearch", body).json()["searchRecords"]
    query = {"q": "ferrars", "sobject": "Contact", "Contact.fields": "Name", "in": "NAME"}
    got = client.call("GET", "/parameterizedSearch", params=query).json()["searchRecords"]
    assert [row["Name"] for row in posted] == [row["Name"] for row in got] == ["Edward Ferrars"]
