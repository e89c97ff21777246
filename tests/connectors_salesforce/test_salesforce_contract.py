"""The contract of all connectors, over Salesforce."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.mapping_file import load_mapping
from connectors.salesforce.connector import SalesforceConnector
from tests.connectors_salesforce.salesforce_rig import SalesforceWorld, connector_for, noted
from tests.contract.crm_connector import CrmConnectorContract


@pytest.fixture
def followed(world: SalesforceWorld) -> Iterator[SalesforceConnector]:
    more = '\n[records.Contact.update]\nFirstName = "customer_given_name"\nMobilePhone = "customer_mobile_phone"\n'
    made = connector_for(world, mapping=load_mapping(noted() + more))
    yield made
    made.close()


class TestSalesforceContract(CrmConnectorContract):
    """Fixtures: conftest.py beside this file."""
