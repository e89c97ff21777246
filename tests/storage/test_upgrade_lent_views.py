"""A database of the version before views were lent: who had closed a merged card has closed what it stands for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from storage import schema, tables
from storage.engine import Database

BEFORE = "0016"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.mark.rule("P-01", "B-02")
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_p01_views_of_cards_that_were_merged_before_the_upgrade(
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
    views = tables.desk_views.c
    with database.read() as connection:
        rows = connection.execute(sa.select(views.user_id, views.card_id, views.closed_at, views.is_lent)).all()
    assert {tuple(row) for row in rows} == {
        ("elinor", "call", NOW, False), ("elinor", "mail", NOW, False),
        ("marianne", "call", None, False), ("marianne", "mail", None, False),
        ("margaret", "mail", None, False),
    }  # fmt: skip
    database.close()


def _fill(connection: sa.Connection) -> None:
    """The mail's card was merged into the call's."""

    def insert(table: str, **values: object) -> None:
        columns = tables.metadata.tables[table].c
        statement = sa.insert(sa.table(table, *(sa.column(name, columns[name].type) for name in values)))
        connection.execute(statement.values(**values))

    for card, survivor in (("call", None), ("mail", "call")):
        insert("customers", id=card, created_at=NOW, updated_at=NOW)
        common = {"channel": "email", "created_at": NOW, "changed_at": NOW, "is_indexed": False}
        insert("cards", id=card, customer_id=card, survivor_id=survivor, **common)
    for user, card, closed in (
        ("elinor", "call", NOW), ("elinor", "mail", None), ("marianne", "call", None), ("marianne", "mail", None),
        ("margaret", "mail", None),
    ):  # fmt: skip
        view = {"sections": [], "expanded": [], "found": [], "opened_at": NOW - timedelta(days=1)}
        insert("desk_views", user_id=user, card_id=card, closed_at=closed, **view)
