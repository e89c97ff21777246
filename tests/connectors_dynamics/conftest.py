from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msal
import pytest
from azure.core.credentials import AccessToken
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.config import DataverseConfig

from connectors.dynamics import DynamicsConnector
from connectors.http import HttpOptions, new_session
from simulators.entra.app import Entra
from simulators.entra.people import CRM_APP_ID, CRM_APP_SECRET, TENANT_ID
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


class _Credential:
    """An azure-core TokenCredential that asks the simulated Entra."""

    def __init__(self, rig: Rig) -> None:
        self._application = msal.ConfidentialClientApplication(
            CRM_APP_ID,
            authority=f"{rig.entra_url}/{TENANT_ID}",
            client_credential=CRM_APP_SECRET,
            instance_discovery=False,
            http_client=new_session(HttpOptions(ca_file=rig.authority.ca_file)),
        )

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """A token for these scopes."""
        answer = self._application.acquire_token_for_client(list(scopes))
        return AccessToken(answer["access_token"], int(time.time()) + answer["expires_in"])


@pytest.fixture
def microsofts_client(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataverseClient]:
    with microsofts_client_for(rig, monkeypatch) as client:
        yield client


@contextmanager
def microsofts_client_for(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataverseClient]:
    """The client, signed in at the simulators."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(rig.authority.ca_file))
    with DataverseClient(rig.url, _Credential(rig), DataverseConfig(http_retries=1)) as client:
        yield client
