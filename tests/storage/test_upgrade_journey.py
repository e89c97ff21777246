"""A database of the version before the journey: legs know their card afterwards, and open sections stay open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from customers.ids import CardId, UserId
from customers.views import Section, Viewer
from storage import schema, tables
from storage.engine import Database
from storage.view_settings import ViewSettings
from storage.views import card_view

ELINOR = Viewer(UserId("00000000-0000-4000-8000-000000000001"), "tenant", "Elinor Dashwood")
NOW = datetime.now(UTC)
BEFORE = "0007"


@pytest.mark.rule("B-32")
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_b32_interactions_from_before_the_upgrade_are_on_the_journey(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else request.getfixturevalue("postgres").empty()
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, BEFORE)
        _fill(tx.connection)
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
    database.close()


def _fill(connection: sa.Connection) -> None:
    metadata = sa.MetaData()
    metadata.reflect(connection)

    def insert(table: str, **values: object) -> None:
        columns = tables.metadata.tables[table].c
        known = {name: value for name, value in values.items() if name in metadata.tables[table].c}
        statement = sa.insert(sa.table(table, *(sa.column(name, columns[name].type) for name in known)))
        connection.execute(statement.values(**known))

    insert("customers", id="k", name="Edward Ferrars", created_at=NOW, updated_at=NOW)
    insert("cards", id="c", customer_id="k", channel="email", created_at=NOW, changed_at=NOW, is_indexed=False)
    insert("agents", id="a", intake="main", key="elinor", name="Elinor", user_id=ELINOR.user_id, created_at=NOW)
    view = {"sections": ["current", "earlier"], "expanded": [], "found": [], "opened_at": NOW}
    insert("desk_views", user_id=ELINOR.user_id, card_id="c", **view)
    for name, days, card in (("old", 30, "c"), ("new", 1, "c"), ("nobody", 2, None)):
        at = NOW - timedelta(days=days)
        common = {"source": "s", "hints": [], "channel": "email", "intake": "main", "ref": name, "created_at": at}
        insert("interactions", id=name, card_id=card, started_at=at, **common)
        leg = {"number": 1, "state": "ended", "wrapup": {}, "edits": {}, "accepted_at": at, "created_at": at}
        insert("legs", id=f"leg-{name}", interaction_id=name, agent_id="a", **leg)
