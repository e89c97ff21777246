from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.dataverse.app import Dataverse
from simulators.kit.server import running
from tests.simulators_dataverse.dataverse_client import Client


@pytest.fixture
def dataverse() -> Dataverse:
    return Dataverse()


@pytest.fixture
def client(dataverse: Dataverse) -> Iterator[Client]:
    with running(dataverse.app) as url:
        client = Client(url)
        yield client
        client.close()
