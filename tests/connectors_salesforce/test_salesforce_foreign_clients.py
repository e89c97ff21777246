"""Clients that we did not write work with the simulator, and read what our connector wrote."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from connectors.salesforce.connector import SalesforceConnector
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld
from tests.contract.crm_connector import SECRET_NOTES, draft_for

CLIENTS = Path(__file__).parents[1] / "node_clients"


def test_simple_salesforce_reads_the_task(
    connector: SalesforceConnector, world: SalesforceWorld, simple_salesforce: Salesforce
) -> None:
    draft = draft_for(world.known_person.ref, agent=world.agent)
    logged = connector.log_activity(draft)
    by_key = simple_salesforce.Task.get_by_custom_id("CC_Interaction_Key__c", str(draft.key))
    by_query = simple_salesforce.query(f"SELECT Id, Owner.Name, Who.Name FROM Task WHERE Id = '{logged.ref.id}'")
    assert by_key["Id"] == logged.ref.id
    assert (by_key["Status"], by_key["TaskSubtype"], by_key["CallType"]) == ("Completed", "Call", "Inbound")
    assert (by_key["CallDurationInSeconds"], by_key["ActivityDate"]) == (372, "2026-11-21")
    assert SECRET_NOTES in by_key["Description"]
    assert by_query["records"][0]["Owner"]["Name"] == "Elinor Dashwood"
    assert by_query["records"][0]["Who"]["Name"] == "Edward Ferrars"


def test_simple_salesforce_works_with_the_simulator(simple_salesforce: Salesforce) -> None:
    contact = simple_salesforce.Contact
    made = contact.create({"LastName": "Brandon", "Email": "brandon@example.com"})
    assert contact.upsert("Email/brandon@example.com", {"Title": "Colonel"}) == 200
    assert contact.upsert("Email/other@example.com", {"LastName": "Other"}) == 201
    assert contact.update(made["id"], {"FirstName": "Christopher"}) == 204
    assert contact.get(made["id"])["Name"] == "Christopher Brandon"
    assert "MobilePhone" in {field["name"] for field in contact.describe()["fields"]}
    assert simple_salesforce.search("FIND {Brandon} IN NAME FIELDS")["searchRecords"][0]["Id"] == made["id"]
    assert simple_salesforce.quick_search("Ferrars")["searchRecords"]
    assert simple_salesforce.query_all("SELECT Id FROM Contact")["done"]
    assert simple_salesforce.limits()["DailyApiRequests"]["Max"] == 15000
    assert simple_salesforce.api_usage["api-usage"].total == 15000
    assert contact.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        contact.get(made["id"])
    with pytest.raises(SalesforceMalformedRequest, match="REQUIRED_FIELD_MISSING"):
        contact.create({"FirstName": "Nobody"})


@pytest.mark.node
def test_jsforce_reads_the_task(connector: SalesforceConnector, world: SalesforceWorld) -> None:
    draft = draft_for(world.known_person.ref, agent=world.agent)
    logged = connector.log_activity(draft)
    seen = _node("jsforce_reads.mjs", world, world.url, world.org.client_id, world.org.client_secret, str(draft.key))
    assert seen["total"] == 1
    assert seen["task"]["Id"] == logged.ref.id
    assert SECRET_NOTES in seen["task"]["Description"]
    assert seen["queried"]["Who"]["Name"] == "Edward Ferrars"
    assert seen["people"] == ["Edward Ferrars"]
    assert seen["key"]["externalId"]
    assert seen["key"]["unique"]
    assert seen["upserted"]["success"]
    assert seen["brandon"]["Name"] == "Christopher Brandon"
    assert seen["several"] == [True, False]
    assert seen["refusal"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert {"Contact", "Task"} <= set(seen["types"])


def _node(script: str, world: SalesforceWorld, *arguments: str) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules" / "jsforce").is_dir():
        pytest.skip("jsforce is not installed (npm ci --ignore-scripts in tests/node_clients)")
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(world.authority.ca_file)}
    done = subprocess.run(
        [node, str(CLIENTS / script), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
