"""The contract of all connectors, over Dynamics."""

from __future__ import annotations

import pytest

from tests.connectors_dynamics.dynamics_rig import Rig
from tests.connectors_dynamics.dynamics_world import DynamicsWorld
from tests.contract.crm_connector import CrmConnectorContract


@pytest.fixture
def world(rig: Rig) -> DynamicsWorld:
    return DynamicsWorld(rig)


class TestDynamicsContract(CrmConnectorContract):
    """Fixtures: above, and conftest.py beside this file."""
