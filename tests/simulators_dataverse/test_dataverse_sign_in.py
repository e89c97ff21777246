"""Who is let in, and what the simulator does when it is told to misbehave."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import requests

from simulators.dataverse.app import Dataverse
from simulators.dataverse.faults import REFUSALS
from simulators.entra.app import Entra
from simulators.entra.people import BOT_APP_ID, CRM_APP_ID, ELINOR
from simulators.kit.server import running
from simulators.kit.tls import Authority
from tests.simulators_dataverse.dataverse_client import Client, error_code


def test_only_a_token_of_entra_for_this_environment_and_a_known_application_counts(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    authority, entra = Authority(tmp_path_factory.mktemp("ca")), Entra()
    with running(entra.app, tls=authority) as entra_url:
        dataverse = Dataverse(entra=entra_url, ca_file=authority.ca_file)
        with running(dataverse.app, tls=authority) as url:
            right = _who_am_i(url, authority, entra.issuer.app_token(CRM_APP_ID, url))
            other = _who_am_i(url, authority, entra.issuer.app_token(CRM_APP_ID, "https://elsewhere.example"))
            stranger = _who_am_i(url, authority, entra.issuer.app_token(BOT_APP_ID, url))
            nothing = _who_am_i(url, authority, "")
    assert right.status_code == 200
    assert (other.status_code, nothing.status_code) == (401, 401)
    assert f"resource_id={url}/" in other.headers["WWW-Authenticate"]
    assert error_code(stranger) == (403, "0x80072560")


def _who_am_i(url: str, authority: Authority, token: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(authority.ca_file)
        return session.get(f"{url}/api/data/v9.2/WhoAmI", headers={"Authorization": f"Bearer {token}"}, timeout=10)


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_every_fault_can_be_armed_and_falls_once(client: Client, dataverse: Dataverse, name: str) -> None:
    dataverse.faults.arm({"fault": name})
    first = client.send("GET", "WhoAmI", CallerObjectId=ELINOR.oid)
    assert error_code(first) == (REFUSALS[name].status, REFUSALS[name].code)
    assert client.send("GET", "WhoAmI", CallerObjectId=ELINOR.oid).status_code == 200


def test_a_limit_says_how_long_to_wait_and_counts_with_a_comma(client: Client, dataverse: Dataverse) -> None:
    dataverse.faults.arm({"fault": "limit_time", "retry_after": 300})
    answer = client.send("GET", "WhoAmI")
    assert answer.headers["Retry-After"] == "300"
    assert answer.headers["x-ms-ratelimit-time-remaining-xrm-requests"] == "1,031.25"


def test_an_expired_session_and_a_refusal_without_code(client: Client, dataverse: Dataverse) -> None:
    dataverse.faults.arm({"fault": "session_expired"}, {"fault": "empty_code"})
    assert client.send("GET", "WhoAmI").status_code == 401
    assert error_code(client.send("GET", "contacts(x)")) == (400, "")


def test_what_is_not_known_is_501(client: Client) -> None:
    assert client.send("GET", "../v8.2/contacts").status_code == 501
    assert client.send("POST", "Merge", {}).status_code == 501


def test_it_starts_as_a_process_and_says_where_it_listens() -> None:
    command = [sys.executable, "-m", "simulators.dataverse", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        client = Client(url)
        state = requests.get(f"{url}/_simulator/state", timeout=10).json()
        assert client.send("GET", "WhoAmI").status_code == 200
        client.close()
        process.terminate()
    assert {row["name"] for row in state["tables"]["accounts"]} == {"Ferrars & Co"}
