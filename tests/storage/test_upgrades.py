"""A database with content, as each older version of the program left it, keeps all of it when it is upgraded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from customers.ids import CardId, UserId
from customers.views import Viewer
from storage import lists, schema, tables
from storage.engine import Database
from storage.types import UtcTime
from storage.view_settings import ViewSettings
from storage.views import card_view

REVISIONS: Final = [one.revision for one in ScriptDirectory.from_config(schema._config()).walk_revisions()]
"""The newest first."""
OLDER: Final = REVISIONS[:0:-1]
NOW: Final = datetime.now(UTC).replace(microsecond=0)
ROWS: Final = 3
Row = dict[str, Any]

VALUES: Final[dict[str, Any]] = {
    "channel": "voice", "direction": "inbound", "level": "person", "provider": "", "field": "name", "type": "Contact",
    "sections": ["current"], "expanded": [], "found": [], "hints": [], "reasons": [], "findings": [],
    "merging": None, "handling": None, "survivor_id": None, "corrects_id": None, "closed_at": None,
    "hidden_at": None, "removed_at": None, "unlinked_at": None, "is_withdrawal": False, "home_id": None,
    "language": "de", "time_zone": "Europe/Berlin", "memberships": "[]", "facts": {}, "locked_at": None,
    "is_indexed": False,
}  # fmt: skip
"""By column, where not any value of its type will do."""
OF_TABLE: Final[dict[str, Any]] = {
    "identities.kind": "phone", "contact_points.kind": "email", "legs.state": "ended", "pushes.state": "sent",
    "requests.state": "open", "lookups.state": "ready", "events.state": "done", "jobs.state": "done",
    "events.body": b"{}", "life_events.body": "{}", "records.parent": "", "merges.undone_at": NOW,
}  # fmt: skip
"""By table and column."""
NEIGHBOURS: Final = ("merges.survivor_id", "distinctions.right_id", "field_offers.origin_id")
"""References to the next row, where another column of the table refers to the first."""


def value(column: sa.Column[Any], number: int) -> Any:
    """What stands in `column` of the row of that number."""
    name = f"{column.table.name}.{column.name}"
    if name in NEIGHBOURS:
        return f"cards-{(number + 1) % ROWS}"
    if name in OF_TABLE:
        return OF_TABLE[name]
    if column.name in VALUES:
        return VALUES[column.name]
    for reference in column.foreign_keys:
        return f"{reference.column.table.name}-{number}"
    return of_type(column, number)


def of_type(column: sa.Column[Any], number: int) -> Any:
    """Any value of the column's type, which tells rows and columns apart."""
    match column.type:
        case UtcTime():
            return NOW - timedelta(days=number, minutes=len(column.name))
        case sa.JSON():
            return {str(column.name): [number]}
        case sa.Boolean():
            return number % 2 == 0
        case sa.Integer():
            return number + 1
        case sa.LargeBinary():
            return f"{column.name} {number}".encode()
        case _:
            is_key = column.name in ("id", "user_id")
            text = f"{column.table.name}-{number}" if is_key else f"{column.name} ä😀 {number}"
            return text[: getattr(column.type, "length", None)]


def filled(connection: sa.Connection) -> Iterator[tuple[sa.Table, Row]]:
    """`ROWS` rows in every table that this version has, with all columns that it has."""
    there = sa.inspect(connection)
    for table in tables.metadata.sorted_tables:
        if not there.has_table(table.name):
            continue
        known = {column["name"] for column in there.get_columns(table.name)}
        for number in range(ROWS):
            row = {column.name: value(column, number) for column in table.columns if column.name in known}
            if table is tables.desk_views:
                row["user_id"] = "users-0"
            connection.execute(sa.insert(table).values(**row))
            yield table, row


def as_left_by(revision: str, url: str) -> tuple[Database, list[tuple[sa.Table, Row]]]:
    """The database of that version, and what is in it."""
    database = Database(url)
    config = schema._config()
    with database.write() as tx:
        config.attributes["connection"] = tx.connection
        command.upgrade(config, revision)
        return database, list(filled(tx.connection))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    empty: str = request.getfixturevalue("postgres").empty()
    return empty


@pytest.mark.parametrize("revision", OLDER)
def test_whatever_an_older_version_has_stored_is_there_after_the_upgrade(url: str, revision: str) -> None:
    database, stored = as_left_by(revision, url)
    assert len(stored) >= ROWS * 15, "tables of that version"
    schema.upgrade(database)
    with database.read() as connection:
        for table, row in stored:
            keys = [column == row[column.name] for column in table.primary_key.columns]
            found = connection.execute(sa.select(table).where(*keys)).mappings().one()
            assert {name: found[name] for name in row} == row, table.name
        assert _shown(connection) == {f"cards-{number}": f"name ä😀 {number}" for number in range(ROWS)}
    database.close()


def _shown(connection: sa.Connection) -> dict[str, str]:
    """What an agent sees of it: the cards of their list, each opened."""
    viewer = Viewer(UserId("users-0"), "tenant", "Elinor")
    shown = {}
    for line in lists.open_list(connection, viewer.user_id).rows:
        view = card_view(connection, viewer, CardId(line.card_id), ViewSettings())
        assert view is not None
        assert len(view.identities) == 1
        shown[view.card_id] = view.customer_name
    return shown


def test_every_revision_but_the_newest_is_tried() -> None:
    assert OLDER[0] == "0001"
    assert sorted([*OLDER, REVISIONS[0]]) == sorted(REVISIONS)
