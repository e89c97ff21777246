"""Each promise of the contract fails when the Salesforce connector is broken on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.interface import CrmConnector
from connectors.mapping_file import load_mapping
from connectors.salesforce.connector import SalesforceConnector
from simulators.kit.tls import Authority
from tests.connectors_salesforce.salesforce_breakages import BREAKAGES
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld, connector_for, noted, salesforce_world
from tests.contract.breakages import COMMON, PROMISES, Breakage, arguments, broken, notices, pairs, unproven

FOLLOWED = '\n[records.Contact.update]\nFirstName = "customer_given_name"\nMobilePhone = "customer_mobile_phone"\n'


@dataclass
class _Connectors:
    """Makes connectors, and closes them."""

    made: list[SalesforceConnector] = field(default_factory=list)

    def connect(self, world: SalesforceWorld, name: str) -> CrmConnector:
        mapping = load_mapping(noted() + FOLLOWED) if name == "followed" else None
        self.made.append(connector_for(world, mapping=mapping))
        return self.made[-1]


@pytest.fixture
def connectors() -> Iterator[_Connectors]:
    connectors = _Connectors()
    yield connectors
    for one in connectors.made:
        one._rest.http.close()


@pytest.mark.parametrize(("breakage", "promise", "given"), pairs(COMMON, BREAKAGES))
def test_a_broken_connector_breaks_its_promise(
    breakage: Breakage, promise: str, given: Mapping[str, Any], world: SalesforceWorld, connectors: _Connectors
) -> None:
    with broken(breakage):
        assert notices(promise, given, lambda name: connectors.connect(world, name), world)


def test_every_promise_is_shown_to_fail() -> None:
    assert unproven(COMMON, BREAKAGES) == set()


@pytest.mark.soak
@pytest.mark.parametrize("breakage", [*COMMON, *BREAKAGES], ids=str)
def test_the_whole_suite_over_each_breakage(breakage: Breakage, authority: Authority, connectors: _Connectors) -> None:
    """The long form: every promise in every case; those that the table names notice it."""
    noticed = set()
    for promise in PROMISES:
        for given in arguments(promise):
            with salesforce_world(authority) as world, broken(breakage):
                if notices(promise, given, lambda name, world=world: connectors.connect(world, name), world):  # type: ignore[misc]
                    noticed.add(promise)
    assert set(breakage.breaks) <= noticed, f"noticed by {sorted(noticed)}"
