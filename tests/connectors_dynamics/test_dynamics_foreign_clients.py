"""Clients that we did not write work with the simulator, and read what our connector wrote."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError

from connectors.dynamics import DynamicsConnector
from simulators.dataverse.seeds import seed_id
from simulators.entra.people import CRM_APP_ID, CRM_APP_SECRET, ELINOR, TENANT_ID
from tests.connectors_dynamics.dynamics_rig import KEY, Rig, draft

CLIENTS = Path(__file__).parents[1] / "node_clients"


def test_microsofts_client_reads_the_phone_call(
    connector: DynamicsConnector, rig: Rig, microsofts_client: DataverseClient
) -> None:
    connector.log_activity(draft())
    call = microsofts_client.records.retrieve("phonecall", str(KEY), expand=["phonecall_activity_parties"])
    assert call is not None
    assert (call["statecode"], call["statuscode"], call["directioncode"]) == (1, 4, False)
    assert (call["_regardingobjectid_value"], call["_ownerid_value"]) == (
        seed_id("contact/edward"),
        seed_id("systemuser/elinor"),
    )
    assert "Sent again." in call["description"]
    assert len(call["phonecall_activity_parties"]) == 2
    mine = f"_regardingobjectid_value eq {seed_id('contact/edward')} and statecode eq 1"
    found = list(microsofts_client.records.list("phonecall", select=["subject"], filter=mine))
    assert [row["subject"] for row in found] == ["Call · inbound · Edward Ferrars · Parcel"]


def test_microsofts_client_works_with_the_simulator(microsofts_client: DataverseClient) -> None:
    records, key = microsofts_client.records, str(uuid.uuid4())
    parties = [{"partyid_contact@odata.bind": f"/contacts({seed_id('contact/edward')})", "participationtypemask": 1}]
    body = {"activityid": key, "subject": "By hand", "phonecall_activity_parties": parties}
    assert records.create("phonecall", body) == key
    with pytest.raises(HttpError) as taken:
        records.create("phonecall", body)
    assert taken.value.status_code == 412
    records.update("phonecall", key, {"description": "More"})
    row = records.retrieve("phonecall", key)
    assert row is not None
    assert row["description"] == "More"
    pages = list(records.list_pages("contact", select=["fullname"], page_size=2))
    assert all(len(page) <= 2 for page in pages)
    assert sum(len(page) for page in pages) == 6
    table = microsofts_client.tables.get("phonecall")
    assert table is not None
    assert {row["LogicalName"] for row in microsofts_client.tables.list_columns("phonecall")} >= {"phonenumber"}
    assert microsofts_client.tables.get_alternate_keys("account")
    records.delete("phonecall", key)
    with pytest.raises(HttpError):
        records.update("phonecall", key, {"description": "Gone"})


@pytest.mark.node
def test_dynamics_web_api_reads_the_phone_call(connector: DynamicsConnector, rig: Rig) -> None:
    connector.log_activity(draft())
    seen = _node("dynamics_web_api_reads.mjs", rig)
    assert seen["user"] == seed_id("systemuser/integration")
    call = seen["call"]
    assert (call["activityid"], call["statuscode"], call["actualdurationminutes"]) == (str(KEY), 4, 7)
    assert call["_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "contact"
    assert call["statecode@OData.Community.Display.V1.FormattedValue"] == "Completed"
    assert {party["participationtypemask"] for party in call["phonecall_activity_parties"]} == {1, 2}
    assert (seen["found"], seen["count"]) == (["Call · inbound · Edward Ferrars · Parcel"], 1)
    assert (seen["contacts"], seen["total"]) == (6, 6)
    assert seen["author"] == seed_id("systemuser/elinor")
    assert seen["again"] == [412, "0x80040237"]
    assert seen["same"] == [412, "0x80040237"]
    assert seen["wrongCase"] == [400, "0x80048d19"]
    assert seen["missing"] == [404, "0x80040217"]
    assert seen["regarding"] is None
    assert (seen["status"], seen["batch"], seen["gone"]) == (5, 2, [404, "0x80040217"])
    assert seen["set"] == "phonecalls"


def _node(script: str, rig: Rig) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules" / "dynamics-web-api").is_dir():
        pytest.skip("dynamics-web-api is not installed (npm ci --ignore-scripts in tests/node_clients)")
    token_url = f"{rig.entra_url}/{TENANT_ID}/oauth2/v2.0/token"
    arguments = (rig.url, token_url, CRM_APP_ID, CRM_APP_SECRET, str(KEY), ELINOR.oid, seed_id("account/ferrars"))
    done = subprocess.run(
        [node, str(CLIENTS / script), *arguments],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(rig.authority.ca_file)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
