"""A database of the version before the journey: legs know their card afterwards, and open sections stay open."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from customers.ids import CardId
from customers.views import Section
from storage import schema, tables
from storage.engine import Database
from storage.view_settings import ViewSettings
from storage.views import card_view
from tests.storage.earlier import ELINOR, NOW, insert, insert_customer, left_by


@pytest.mark.rule("B-32")
def test_b32_interactions_from_before_the_upgrade_are_on_the_journey(empty: Database) -> None:
    database = left_by(empty, "0007", _fill)
    schema.upgrade(database)
    with database.read() as connection:
        rows = connection.execute(sa.select(tables.legs.c.id, tables.legs.c.card_id)).all()
        view = card_view(connection, ELINOR, CardId("c"), ViewSettings())
    assert {tuple(row) for row in rows} == {("leg-new", "c"), ("leg-old", "c"), ("leg-nobody", None)}
    assert view is not None
    assert view.expanded == {Section.CURRENT, Section.JOURNEY}
    assert view.interaction is not None
    assert view.interaction.id == "new"
    assert [row.id for row in view.journey.rows] == ["new", "old"]


def _fill(connection: sa.Connection) -> None:
    insert_customer(connection, "email")
    insert(
        connection, "agents", id="a", intake="main", key="elinor", name="Elinor", user_id=ELINOR.user_id, created_at=NOW
    )
    view = {"sections": ["current", "earlier"], "expanded": [], "found": [], "opened_at": NOW}
    insert(connection, "desk_views", user_id=ELINOR.user_id, card_id="c", **view)
    for name, days, card in (("old", 30, "c"), ("new", 1, "c"), ("nobody", 2, None)):
        at = NOW - timedelta(days=days)
        common = {"source": "s", "hints": [], "channel": "email", "intake": "main", "ref": name, "created_at": at}
        insert(connection, "interactions", id=name, card_id=card, started_at=at, **common)
        leg = {"number": 1, "state": "ended", "wrapup": {}, "edits": {}, "accepted_at": at, "created_at": at}
        insert(connection, "legs", id=f"leg-{name}", interaction_id=name, agent_id="a", **leg)
