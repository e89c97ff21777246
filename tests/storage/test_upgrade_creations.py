"""A database of the version before creations keeps what it has, and takes creations afterwards."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import schema, tables
from storage.engine import Database
from tests.storage.earlier import left_by, three_interactions


@pytest.fixture
def before(empty: Database) -> Database:
    """A database as version 0009 left it, with content of an earlier one."""
    return left_by(empty, "0003", three_interactions, "0009")


@pytest.mark.rule("A-19")
def test_a19_a_database_with_interactions_is_upgraded_and_takes_creations(before: Database) -> None:
    schema.upgrade(before)
    row = {
        "id": "x", "interaction_id": "new", "leg_id": "leg-new", "crm": "salesforce", "type": "Contact", "key": "k-1",
        "state": "open", "form": [], "typed": {"LastName": "Grey"}, "wrong": {}, "found": [],
    }  # fmt: skip
    with before.write() as tx:
        tx.execute(sa.insert(tables.creations).values(**row, created_at=tx.now))
        found = tx.execute(sa.select(tables.creations)).mappings().one()
        kept = tx.execute(sa.select(sa.func.count()).select_from(tables.interactions)).scalar()
    update = {
        "id": "u", "card_id": "c", "crm": "salesforce", "type": "Contact", "record_id": "003", "before": {},
        "facts": {"customer_given_name": "Edwin"}, "state": "sending", "differences": [], "accepted": {},
    }  # fmt: skip
    with before.write() as tx:
        tx.execute(sa.insert(tables.record_updates).values(**update, changed_at=tx.now))
        standing = tx.execute(sa.select(tables.record_updates)).mappings().one()
    assert (standing["facts"], standing["title"], standing["attempts"]) == (update["facts"], "", 0)
    assert (found["typed"], found["reason"], found["attempts"], found["is_forced"]) == (row["typed"], "", 0, False)
    assert kept == 3
