"""Clients of the CRM vendors that we did not write do the same ten things with our simulators.

docs/simulators.md has the table; `make soak` adds Salesforce's own command line, see there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.entra.app import Entra
from simulators.kit.tls import Authority
from tests.connectors_dynamics.conftest import microsofts_client_for
from tests.connectors_dynamics.dynamics_rig import rigged
from tests.connectors_salesforce.conftest import simple_salesforce_for
from tests.connectors_salesforce.salesforce_rig import salesforce_world
from tests.foreign_clients import dataverse_clients, salesforce_clients
from tests.foreign_clients.dataverse_clients import TAKEN
from tests.foreign_clients.operations import OPERATIONS, Said, World, check
from tests.foreign_clients.salesforce_clients import DELETED, MISSING, UNKNOWN

every_operation = pytest.mark.parametrize("operation", OPERATIONS)
Run = tuple[Said, World]


@pytest.fixture(scope="module")
def by_simple_salesforce(authority: Authority) -> Iterator[Run]:
    errors = {
        MISSING: ["SalesforceMalformedRequest", "REQUIRED_FIELD_MISSING"],
        UNKNOWN: ["SalesforceMalformedRequest", "INVALID_FIELD"],
        DELETED: ["SalesforceResourceNotFound", "ENTITY_IS_DELETED"],
    }
    with salesforce_world(authority) as world:
        world.faults.arm({"fault": "page_size", "rows": 3})
        said = salesforce_clients.simple_salesforce(world, simple_salesforce_for(world))
        yield said, salesforce_clients.after(world, [201, 200], errors)


@pytest.fixture(scope="module")
def by_jsforce(authority: Authority) -> Iterator[Run]:
    errors = {
        MISSING: ["HttpApiError", "REQUIRED_FIELD_MISSING"],
        UNKNOWN: ["HttpApiError", "INVALID_FIELD"],
        DELETED: ["HttpApiError", "ENTITY_IS_DELETED"],
    }
    with salesforce_world(authority) as world:
        world.faults.arm({"fault": "page_size", "rows": 3})
        yield salesforce_clients.jsforce(world), salesforce_clients.after(world, [True, False], errors)


@pytest.fixture(scope="module")
def by_the_command_line(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    program = os.environ.get("SF_CLI") or shutil.which("sf")
    if program is None:
        pytest.skip("Salesforce's command line is not there, see docs/simulators.md")
    errors = {
        MISSING: ["REQUIRED_FIELD_MISSING", "REQUIRED_FIELD_MISSING"],
        UNKNOWN: ["INVALID_FIELD", "INVALID_FIELD"],
        DELETED: ["ENTITY_IS_DELETED", "ENTITY_IS_DELETED"],
    }
    with salesforce_world(authority) as world:
        world.faults.arm({"fault": "page_size", "rows": 3})
        said = salesforce_clients.command_line(world, program, Path(tmp_path_factory.mktemp("sf")))
        yield said, salesforce_clients.after(world, [201, 200], errors)


@pytest.fixture(scope="module")
def by_microsofts_client(dynamics_authority: Authority, dynamics_entra: tuple[Entra, str]) -> Iterator[Run]:
    errors = {
        TAKEN: ["HttpError", "0x80040237"],
        dataverse_clients.UNKNOWN: ["HttpError", "0x80048d19"],
        dataverse_clients.DELETED: ["HttpError", "0x80040217"],
    }
    with (
        pytest.MonkeyPatch.context() as patch,
        rigged(dynamics_authority, *dynamics_entra) as rig,
        microsofts_client_for(rig, patch) as client,
    ):
        yield dataverse_clients.microsofts_client(rig, client), dataverse_clients.after(rig, (), errors)


@pytest.fixture(scope="module")
def by_dynamics_web_api(dynamics_authority: Authority, dynamics_entra: tuple[Entra, str]) -> Iterator[Run]:
    errors = {
        TAKEN: ["Error", "0x80040237"],
        dataverse_clients.UNKNOWN: ["Error", "0x80048d19"],
        dataverse_clients.DELETED: ["Error", "0x80040217"],
    }
    with rigged(dynamics_authority, *dynamics_entra) as rig:
        yield dataverse_clients.dynamics_web_api(rig), dataverse_clients.after(rig, [True, "Two"], errors)


@every_operation
def test_simple_salesforce(operation: str, by_simple_salesforce: Run) -> None:
    check(operation, *by_simple_salesforce)


@pytest.mark.node
@every_operation
def test_jsforce(operation: str, by_jsforce: Run) -> None:
    check(operation, *by_jsforce)


@pytest.mark.soak
@pytest.mark.node
@every_operation
def test_salesforce_cli(operation: str, by_the_command_line: Run) -> None:
    check(operation, *by_the_command_line)


@every_operation
def test_powerplatform_dataverse_client(operation: str, by_microsofts_client: Run) -> None:
    check(operation, *by_microsofts_client)


@pytest.mark.node
@every_operation
def test_dynamics_web_api(operation: str, by_dynamics_web_api: Run) -> None:
    check(operation, *by_dynamics_web_api)
