"""A database of the version before labels: what stood in one text stands there label by label."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from customers.ids import CardId
from storage import labels, schema
from storage.engine import Database
from tests.storage.test_upgrade_requests import _fill

BEFORE = "0015"


@pytest.mark.rule("C-05")
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_c05_labels_that_stood_in_one_text_are_kept_each_once(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else request.getfixturevalue("postgres").empty()
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "0003")
        _fill(tx.connection)
        command.upgrade(config, BEFORE)
        tx.connection.execute(sa.text("UPDATE customers SET tags = 'VIP,  patient , , vip, Straße, STRASSE'"))
    schema.upgrade(database)
    with database.read() as connection:
        assert sorted(labels.of_card(connection, CardId("c"))) == ["Straße", "VIP", "patient"]
        assert "tags" not in {column["name"] for column in sa.inspect(connection).get_columns("customers")}
    database.close()
