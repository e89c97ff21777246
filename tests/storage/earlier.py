"""Databases as earlier versions left them, with what was in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import command

from customers.ids import UserId
from customers.views import Viewer
from storage import schema, tables
from storage.engine import Database

NOW = datetime.now(UTC).replace(microsecond=0)
ELINOR = Viewer(UserId("00000000-0000-4000-8000-000000000001"), "tenant", "Elinor Dashwood")
Fill = Callable[[sa.Connection], None]


def left_by(database: Database, *steps: str | Fill) -> Database:
    """The empty `database` after these steps: upgrades to a version, and what was written then."""
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        for step in steps:
            if isinstance(step, str):
                command.upgrade(config, step)
            else:
                step(tx.connection)
    return database


def insert(connection: sa.Connection, table: str, **values: object) -> None:
    """A row with these columns alone: later ones are not there yet."""
    known = tables.metadata.tables[table].c
    columns = [sa.column(name, known[name].type) for name in values]
    connection.execute(sa.insert(sa.table(table, *columns)).values(**values))


def insert_customer(connection: sa.Connection, channel: str) -> None:
    """Edward Ferrars, `k`, with his card `c`, as version 0001 knew them."""
    insert(connection, "customers", id="k", name="Edward Ferrars", created_at=NOW, updated_at=NOW)
    insert(connection, "cards", id="c", customer_id="k", channel=channel, created_at=NOW, changed_at=NOW)


def three_interactions(connection: sa.Connection) -> None:
    """Of Edward with Elinor, as version 0003 knew them: an old one, a new one, one that nobody has taken."""
    insert_customer(connection, "email")
    agent = {"intake": "main", "key": "elinor", "name": "Elinor", "user_id": ELINOR.user_id}
    insert(connection, "agents", id="a", created_at=NOW, **agent)
    for name, days, is_taken in (("old", 30, True), ("new", 1, True), ("missed", 2, False)):
        at = NOW - timedelta(days=days)
        came = {"source": "s", "provider": "", "hints": [], "version": 0, "channel": "email", "intake": "main"}
        known = {"card_id": "c", "subject": f"About {name}", "started_at": at, "created_at": at}
        insert(connection, "interactions", id=name, ref=name, **came, **known)
        leg = {"number": 1, "state": "ended", "wrapup": {}, "edits": {}, "accepted_at": at if is_taken else None}
        insert(connection, "legs", id=f"leg-{name}", interaction_id=name, agent_id="a", created_at=at, **leg)


def one_push(connection: sa.Connection) -> None:
    """Of a call of Edward's to Salesforce, as version 0005 knew it."""
    insert_customer(connection, "voice")
    insert(connection, "agents", id="a", intake="main", key="elinor", name="Elinor", created_at=NOW)
    came = {"intake": "main", "source": "s", "provider": "", "version": 0, "created_at": NOW, "channel": "voice"}
    insert(connection, "interactions", id="i", ref="INT-1", card_id="c", hints=[], **came)
    empty = {"wrapup": {}, "edits": {}}
    insert(
        connection, "legs", id="l", interaction_id="i", agent_id="a", number=1, state="done", created_at=NOW, **empty
    )
    record = {"crm": "salesforce", "type": "Contact", "record_id": "003", "level": "person", "linked_at": NOW}
    insert(connection, "links", id="t", interaction_id="i", **record)
    sent = {"crm": "salesforce", "key": "key-1", "state": "kept", "activity_id": "00T1", "created_at": NOW}
    insert(connection, "pushes", id="p", leg_id="l", link_id="t", facts={"notes": "Old."}, **sent)
