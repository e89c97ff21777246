"""Fixtures: a fresh Salesforce for each test, one throw-away authority for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from connectors.http import HttpOptions, new_session
from connectors.salesforce.connector import SalesforceConnector
from simulators.kit.tls import Authority
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld, connector_for, salesforce_world


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("authority")))


@pytest.fixture
def world(authority: Authority) -> Iterator[SalesforceWorld]:
    with salesforce_world(authority) as found:
        yield found


@pytest.fixture
def connector(world: SalesforceWorld) -> Iterator[SalesforceConnector]:
    made = connector_for(world)
    yield made
    made.close()


class _ToSimulator(HTTPAdapter):
    """Takes calls to `*.my.salesforce.com`, which the library has built in, to the simulator."""

    def __init__(self, url: str, inner: HTTPAdapter) -> None:
        super().__init__()
        self._target = urlsplit(url)
        self._inner = inner

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = parts._replace(scheme=self._target.scheme, netloc=self._target.netloc).geturl()
        return self._inner.send(request, *args, **kwargs)


@pytest.fixture
def simple_salesforce(world: SalesforceWorld) -> Salesforce:
    return simple_salesforce_for(world)


def simple_salesforce_for(world: SalesforceWorld) -> Salesforce:
    """The library, signed in at the simulator."""
    session = new_session(HttpOptions(ca_file=world.authority.ca_file))
    inner = session.get_adapter("https://")
    assert isinstance(inner, HTTPAdapter)
    session.mount("https://acme.my.salesforce.com", _ToSimulator(world.url, inner))
    return Salesforce(
        consumer_key=world.org.client_id,
        consumer_secret=world.org.client_secret,
        domain="acme.my",
        session=session,
        version="66.0",
    )
