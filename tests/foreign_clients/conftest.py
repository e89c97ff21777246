"""Both vendors' fixtures; each client is let loose once, and what came of it is looked at by every test."""

from __future__ import annotations

from tests.connectors_dynamics.conftest import dynamics_authority, dynamics_entra
from tests.connectors_salesforce.conftest import authority

__all__ = ["authority", "dynamics_authority", "dynamics_entra"]
