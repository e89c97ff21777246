"""The contract of all connectors, over Salesforce."""

from __future__ import annotations

from tests.contract.crm_connector import CrmConnectorContract


class TestSalesforceContract(CrmConnectorContract):
    """Fixtures: conftest.py beside this file."""
