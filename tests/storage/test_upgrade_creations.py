"""A database of the version before creations keeps what it has, and takes creations afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from storage import schema, tables
from storage.engine import Database
from tests.storage.test_upgrade_requests import _fill

REVISION = "0009"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/old.db" if request.param == "sqlite" else request.getfixturevalue("postgres").empty()
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "0003")
        _fill(tx.connection)
        command.upgrade(config, REVISION)
    yield database
    database.close()


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
