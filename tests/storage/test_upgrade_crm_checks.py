"""A database of the version before checks of mappings were written down: nothing of it is lost, and they can be."""

from __future__ import annotations

import pytest

from customers.ids import PushId
from storage import crm_checks, links, schema
from storage.engine import Database
from tests.storage.earlier import left_by, one_push


@pytest.fixture
def before(empty: Database) -> Database:
    """A database as version 0006 left it, with one push."""
    return left_by(empty, "0006", one_push)


@pytest.mark.rule("P-11")
def test_p11_nothing_is_known_of_a_mapping_after_the_upgrade_until_somebody_looks(before: Database) -> None:
    schema.upgrade(before)
    with before.write() as tx:
        assert links.push(tx, PushId("p")) is not None
        assert crm_checks.every_check(tx.connection) == {}
        crm_checks.ask(tx, "salesforce")
        assert crm_checks.is_asked(tx, "salesforce")
        crm_checks.found(tx, "salesforce", [{"key": "k", "problem": "p", "to_do": "d", "stops": True}], is_fit=False)
        crm_checks.failed(tx, "salesforce", "unavailable")
    with before.write() as tx:
        row = crm_checks.every_check(tx.connection)["salesforce"]
        assert not crm_checks.is_asked(tx, "salesforce")
    assert (row["is_fit"], row["error"], [one["key"] for one in row["findings"]]) == (False, "unavailable", ["k"])
