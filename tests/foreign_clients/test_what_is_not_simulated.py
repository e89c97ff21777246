"""What the simulators do not do is refused and named: nothing is answered as if it were known."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests

from simulators.dataverse import unsupported as dataverse
from simulators.dataverse.app import Dataverse
from simulators.kit.server import running
from simulators.kit.unsupported import Unsupported
from simulators.salesforce import unsupported as salesforce
from simulators.salesforce.app import create_app
from simulators.salesforce.org import Org
from simulators.salesforce.seed import seeded


@pytest.fixture(scope="module")
def org() -> Iterator[tuple[str, Org]]:
    org = seeded()
    org.sessions["token"] = org.integration_user
    with running(create_app(org)) as url:
        yield url, org


@pytest.fixture(scope="module")
def environment() -> Iterator[str]:
    with running(Dataverse().app) as url:
        yield url


def _answer(base: str, version: str, call: Unsupported) -> requests.Response:
    address = base + call.path[1:] if call.path.startswith("//") else f"{base}{version}{call.path}"
    headers = {"Authorization": "Bearer token", "Content-Type": "application/json"}
    body = None if call.body is None else json.dumps(call.body)
    return requests.request(call.method, address, headers=headers, data=body, timeout=10)


@pytest.mark.parametrize("call", salesforce.UNSUPPORTED, ids=lambda call: call.says)
def test_salesforce_refuses_what_it_does_not_simulate(call: Unsupported, org: tuple[str, Org]) -> None:
    answer = _answer(org[0], "/services/data/v66.0", call)
    assert answer.status_code == 501, answer.text
    assert "simulate" in answer.text.lower() or "does not know" in answer.text


@pytest.mark.parametrize("call", dataverse.UNSUPPORTED, ids=lambda call: call.says)
def test_dataverse_refuses_what_it_does_not_simulate(call: Unsupported, environment: str) -> None:
    answer = _answer(environment, "/api/data/v9.2", call)
    assert answer.status_code == 501, answer.text
    assert "does not know" in answer.text or "knows" in answer.text
