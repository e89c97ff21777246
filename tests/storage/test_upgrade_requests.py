"""A database of the version before requests: every interaction that an agent has taken is in one after the upgrade."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from customers.model import Verb
from customers.requests import RequestState
from storage import schema, tables
from storage.engine import Database
from storage.view_settings import ViewSettings
from storage.views import card_view
from tests.desk.requests_world import Requests
from tests.desk.test_requests import happens
from tests.storage.earlier import ELINOR, NOW, left_by, three_interactions


@pytest.fixture
def before(empty: Database) -> Database:
    """A database as version 0003 left it, with three interactions of one card."""
    return left_by(empty, "0003", three_interactions)


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
