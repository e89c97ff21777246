"""Fixtures: a fresh Salesforce for each test, one throw-away authority for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
