from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.dynamics import DynamicsConnector
from simulators.entra.app import Entra
from simulators.kit.server import running
from simulators.kit.tls import Authority
from tests.connectors_dynamics.dynamics_rig import Rig, rigged


@pytest.fixture(scope="session")
def dynamics_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("dynamics-ca"))


@pytest.fixture(scope="session")
def dynamics_entra(dynamics_authority: Authority) -> Iterator[tuple[Entra, str]]:
    """One for all tests: its keys take a while to make."""
    entra = Entra()
    with running(entra.app, tls=dynamics_authority) as url:
        yield entra, url


@pytest.fixture
def rig(dynamics_authority: Authority, dynamics_entra: tuple[Entra, str]) -> Iterator[Rig]:
    with rigged(dynamics_authority, *dynamics_entra) as made:
        yield made


@pytest.fixture
def connector(rig: Rig) -> DynamicsConnector:
    return rig.connector()
