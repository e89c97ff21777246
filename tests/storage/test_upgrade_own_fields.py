"""A database of the version before fields of a company's own: nothing is written in them yet."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from customers.ids import CardId, InteractionId
from storage import interactions, schema, tables
from storage.engine import Database
from tests.storage.earlier import NOW, insert, insert_customer, left_by


@pytest.fixture
def before(empty: Database) -> Database:
    """A database as version 0014 left it, with one interaction of one customer."""
    return left_by(empty, "0014", _fill)


def _fill(connection: sa.Connection) -> None:
    insert_customer(connection, "voice")
    came = {"intake": "main", "source": "s", "provider": "", "created_at": NOW, "channel": "voice", "hints": []}
    insert(connection, "interactions", id="i", ref="INT-1", card_id="c", **came)


@pytest.mark.rule("B-39")
def test_b39_activities_and_customers_from_before_the_upgrade_have_empty_fields(before: Database) -> None:
    schema.upgrade(before)
    with before.write() as tx:
        assert interactions.values(tx, InteractionId("i"))["field_values"] is None
        interactions.update(tx, InteractionId("i"), field_values={"reason": "complaint"})
        assert interactions.values(tx, InteractionId("i"))["field_values"] == {"reason": "complaint"}
        row = interactions.load(tx, InteractionId("i"))
        assert row is not None
        assert row.card_id == CardId("c")
        assert tx.execute(sa.select(tables.customers.c.field_values)).scalar_one() is None
