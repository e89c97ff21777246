"""A database of the version before messages: it takes them after the upgrade, and comments of before stay."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from storage import schema, tables
from storage.engine import Database
from tests.storage.test_upgrade_requests import NOW, _fill


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database as version 0005 left it, with a comment."""
    url = f"sqlite:///{tmp_path}/old.db" if request.param == "sqlite" else request.getfixturevalue("postgres").empty()
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "0003")
        _fill(tx.connection)
        command.upgrade(config, "0005")
        comment = {"id": "m", "interaction_id": "old", "text": "Friendly.", "written_by": "u", "written_at": NOW}
        tx.execute(sa.insert(tables.comments).values(**comment))
    return database


def test_comments_and_identities_of_before_are_as_they_were_and_messages_are_taken(before: Database) -> None:
    schema.upgrade(before)
    with before.write() as tx:
        row = {"id": "x", "interaction_id": "old", "ref": "1", "at": NOW, "author": "customer", "side": "customer"}
        tx.execute(sa.insert(tables.messages).values(**row))
        kept = tx.execute(sa.select(tables.comments)).mappings().one()
        assert (kept["text"], kept["message_id"]) == ("Friendly.", None)
        with pytest.raises(sa.exc.IntegrityError):
            tx.execute(sa.insert(tables.messages).values({**row, "id": "y"}))
    before.close()
