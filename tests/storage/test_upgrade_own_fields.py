"""A database of the version before fields of a company's own: nothing is written in them yet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from customers.ids import CardId, InteractionId
from storage import interactions, schema, tables
from storage.engine import Database

NOW = datetime.now(UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database as version 0014 left it, with one interaction of one customer."""
    url = f"sqlite:///{tmp_path}/old.db" if request.param == "sqlite" else request.getfixturevalue("postgres").empty()
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "0014")
        _fill(tx.connection)
    return database


def _fill(connection: sa.Connection) -> None:
    def insert(table: str, **values: object) -> None:
        connection.execute(sa.insert(tables.metadata.tables[table]).values(**values))

    insert("customers", id="k", name="Edward Ferrars", created_at=NOW, updated_at=NOW)
    insert("cards", id="c", customer_id="k", channel="voice", created_at=NOW, changed_at=NOW)
    came = {"intake": "main", "source": "s", "provider": "", "created_at": NOW, "channel": "voice", "hints": []}
    insert("interactions", id="i", ref="INT-1", card_id="c", **came)


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
    before.close()
