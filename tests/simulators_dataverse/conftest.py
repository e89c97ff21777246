from __future__ import annotations

from collections.abc import Iterator

import pytest
from dataverse_client import Client

from simulators.dataverse.app import Dataverse
from simulators.kit.server import running


@pytest.fixture
def dataverse() -> Dataverse:
    return Dataverse()


@pytest.fixture
def client(dataverse: Dataverse) -> Iterator[Client]:
    with running(dataverse.app) as url:
        client = Client(url)
        yield client
        client.close()
