"""A database of the version before labels: what stood in one text stands there label by label."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from customers.ids import CardId
from storage import labels, schema
from storage.engine import Database
from tests.storage.earlier import left_by, three_interactions


def _tags(connection: sa.Connection) -> None:
    connection.execute(sa.text("UPDATE customers SET tags = 'VIP,  patient , , vip, Straße, STRASSE'"))


@pytest.mark.rule("C-05")
def test_c05_labels_that_stood_in_one_text_are_kept_each_once(empty: Database) -> None:
    database = left_by(empty, "0003", three_interactions, "0015", _tags)
    schema.upgrade(database)
    with database.read() as connection:
        assert sorted(labels.of_card(connection, CardId("c"))) == ["Straße", "VIP", "patient"]
        assert "tags" not in {column["name"] for column in sa.inspect(connection).get_columns("customers")}
