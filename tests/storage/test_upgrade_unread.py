"""A database of the version before unread marks: nothing of before is unread, and what comes from then on is."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from customers.ids import InteractionId
from storage import schema, tables, unread
from storage.engine import Database
from tests.storage.test_upgrade_requests import _fill


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database as version 0013 left it, with content of an earlier one."""
    url = f"sqlite:///{tmp_path}/old.db" if request.param == "sqlite" else request.getfixturevalue("postgres").empty()
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "0003")
        _fill(tx.connection)
        command.upgrade(config, "0013")
    return database


@pytest.mark.rule("E-08")
def test_e08_legs_of_before_are_read_and_take_marks(before: Database) -> None:
    schema.upgrade(before)
    with before.write() as tx:
        legs = tx.execute(sa.select(tables.legs)).mappings().all()
        assert legs
        assert {leg["unread_at"] for leg in legs} == {None}
        taken = next(leg for leg in legs if leg["accepted_at"])
        unread.customer_wrote(tx, InteractionId(taken["interaction_id"]))
        marked = sa.select(tables.legs.c.interaction_id).where(tables.legs.c.unread_at.isnot(None))
        assert set(tx.execute(marked).scalars()) == {taken["interaction_id"]}
    before.close()
