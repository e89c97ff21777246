"""A database of the version before requests: every interaction that an agent has taken is in one after the upgrade."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from customers.ids import UserId
from customers.model import Verb
from customers.requests import RequestState
from customers.views import Viewer
from storage import schema, tables
from storage.engine import Database
from storage.view_settings import ViewSettings
from storage.views import card_view
from tests.desk.requests_world import Requests
from tests.desk.test_requests import happens

ELINOR = Viewer(UserId("00000000-0000-4000-8000-000000000001"), "tenant", "Elinor Dashwood")
NOW = datetime.now(UTC)
COMMON = {"source": "s", "provider": "", "hints": [], "version": 0, "channel": "email", "intake": "main"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database as version 0003 left it, with three interactions of one card."""
    url = f"sqlite:///{tmp_path}/old.db" if request.param == "sqlite" else request.getfixturevalue("postgres").empty()
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "0003")
        _fill(tx.connection)
    return database


def _fill(connection: sa.Connection) -> None:
    def insert(table: str, **values: object) -> None:
        connection.execute(sa.insert(tables.metadata.tables[table]).values(**values))

    insert("customers", id="k", name="Edward Ferrars", created_at=NOW, updated_at=NOW)
    insert("cards", id="c", customer_id="k", channel="email", created_at=NOW, changed_at=NOW)
    insert("agents", id="a", intake="main", key="elinor", name="Elinor", user_id=ELINOR.user_id, created_at=NOW)
    for name, days, taken in (("old", 30, True), ("new", 1, True), ("missed", 2, False)):
        at = NOW - timedelta(days=days)
        came = {"card_id": "c", "subject": f"About {name}", "started_at": at, "created_at": at}
        insert("interactions", id=name, ref=name, **came, **COMMON)
        leg = {"number": 1, "state": "ended", "wrapup": {}, "edits": {}, "accepted_at": at if taken else None}
        insert("legs", id=f"leg-{name}", interaction_id=name, agent_id="a", created_at=at, **leg)


@pytest.mark.rule("B-26", "B-36")
def test_b26_interactions_from_before_the_upgrade_are_in_requests_old_ones_in_closed_ones(before: Database) -> None:
    schema.upgrade(before)
    with before.read() as connection:
        query = sa.select(tables.requests).order_by(tables.requests.c.created_at)
        rows = {row["id"]: row for row in connection.execute(query).mappings()}
        view = card_view(connection, ELINOR, "c", ViewSettings())  # type: ignore[arg-type]
    assert {name: (row["state"], row["name"]) for name, row in rows.items()} == {
        "old": (RequestState.CLOSED, "About old"),
        "new": (RequestState.OPEN, "About new"),
    }
    assert rows["old"]["closed_at"] == NOW - timedelta(days=25)
    assert rows["new"]["changed_at"] == NOW - timedelta(days=1)
    assert view is not None
    assert view.open_requests == 1
    assert view.interaction is not None
    assert view.interaction.request_name == "About new"
    before.close()


def test_an_interaction_that_no_upgrade_has_seen_gets_its_request_with_its_next_event(database: Database) -> None:
    """Written by a process of the version before, while this one was already running."""
    house = Requests(database)
    card = house.caller()
    with database.write() as tx:
        tx.execute(sa.update(tables.interactions).values(request_id=None, own_request_id=None))
        tx.execute(sa.delete(tables.requests))
    assert house.interaction(card).request_id is None
    happens(house, card, Verb.HELD)
    assert house.interaction(card).request_id is not None
    assert len(house.rows()) == 1
