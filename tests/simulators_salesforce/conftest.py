"""A Salesforce simulator that is asked directly, as no client of ours would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from simulators.kit.faults import Faults
from simulators.kit.server import running
from simulators.salesforce.app import create_app
from simulators.salesforce.org import Org
from simulators.salesforce.seed import seeded


@dataclass(slots=True)
class Client:
    """Bare HTTP with a token."""

    url: str
    org: Org
    faults: Faults
    session: requests.Session

    def sign_in(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.org.client_id,
            "client_secret": self.org.client_secret,
        }
        answer = self.session.post(f"{self.url}/services/oauth2/token", data=form, timeout=5)
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/services/data/v66.0{path}", json=body, timeout=5, **more)

    def query(self, soql: str, resource: str = "query") -> list[dict[str, Any]]:
        answer = self.call("GET", f"/{resource}", params={"q": soql})
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["records"]
        return rows

    def refused(self, soql: str) -> tuple[int, str]:
        answer = self.call("GET", "/query", params={"q": soql})
        return answer.status_code, answer.json()[0]["errorCode"]

    def find(self, sosl: str) -> list[str]:
        answer = self.call("GET", "/search", params={"q": sosl})
        assert answer.status_code == 200, answer.text
        return [row["Name"] for row in answer.json()["searchRecords"]]


@pytest.fixture
def client() -> Iterator[Client]:
    org, faults = seeded(), Faults()
    with running(create_app(org, faults)) as url, requests.Session() as session:
        made = Client(url, org, faults, session)
        made.sign_in()
        yield made
