"""A database of the version before activities could be withdrawn: its pushes are as they were."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from customers.ids import PushId
from storage import links, schema
from storage.engine import Database

NOW = datetime.now(UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database as version 0005 left it, with one push."""
    url = f"sqlite:///{tmp_path}/old.db" if request.param == "sqlite" else request.getfixturevalue("postgres").empty()
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "0005")
        _fill(tx.connection)
    return database


def _fill(connection: sa.Connection) -> None:
    old = sa.MetaData()
    old.reflect(connection, only=["customers", "cards", "agents", "interactions", "legs", "links", "pushes"])
    stamp = NOW if connection.dialect.name == "postgresql" else int(NOW.timestamp() * 1_000_000)

    def insert(table: str, **values: object) -> None:
        connection.execute(sa.insert(old.tables[table]).values(**values))

    insert("customers", id="k", name="Edward Ferrars", created_at=stamp, updated_at=stamp)
    insert("cards", id="c", customer_id="k", channel="voice", created_at=stamp, changed_at=stamp)
    insert("agents", id="a", intake="main", key="elinor", name="Elinor", created_at=stamp)
    came = {"intake": "main", "source": "s", "provider": "", "version": 0, "created_at": stamp, "channel": "voice"}
    insert("interactions", id="i", ref="INT-1", card_id="c", hints=[], **came)
    empty = {"wrapup": {}, "edits": {}}
    insert("legs", id="l", interaction_id="i", agent_id="a", number=1, state="done", created_at=stamp, **empty)
    record = {"crm": "salesforce", "type": "Contact", "record_id": "003", "level": "person", "linked_at": stamp}
    insert("links", id="t", interaction_id="i", **record)
    sent = {"crm": "salesforce", "key": "key-1", "state": "kept", "activity_id": "00T1", "created_at": stamp}
    insert("pushes", id="p", leg_id="l", link_id="t", facts={"notes": "Old."}, **sent)


@pytest.mark.rule("C-12")
def test_c12_pushes_from_before_the_upgrade_are_as_they_were_and_no_withdrawals(before: Database) -> None:
    schema.upgrade(before)
    with before.write() as tx:
        row = links.push(tx, PushId("p"))
    assert row is not None
    assert (row["state"], row["activity_id"], row["facts"]) == ("kept", "00T1", {"notes": "Old."})
    assert (row["is_withdrawal"], row["withdrawals"]) == (False, 0)
    assert row["shared_key"] == "", "it has an activity of its own"
    before.close()
