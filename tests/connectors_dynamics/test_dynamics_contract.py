"""The contract of all connectors, over Dynamics."""

from __future__ import annotations

from importlib import resources

import pytest

from connectors.dynamics import DynamicsConnector
from tests.connectors_dynamics.dynamics_rig import Rig
from tests.connectors_dynamics.dynamics_world import DynamicsWorld, noted
from tests.contract.crm_connector import CrmConnectorContract


@pytest.fixture
def world(rig: Rig) -> DynamicsWorld:
    return DynamicsWorld(rig)


@pytest.fixture
def followed(rig: Rig) -> DynamicsConnector:
    text = resources.files("connectors.dynamics").joinpath("default.toml").read_text("utf-8")
    more = '\n[records.contact.update]\nfirstname = "customer_given_name"\nmobilephone = "customer_mobile_phone"\n'
    return rig.connector(noted(text) + more)


class TestDynamicsContract(CrmConnectorContract):
    """Fixtures: above, and conftest.py beside this file."""
