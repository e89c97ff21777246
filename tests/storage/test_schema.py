"""The migrations make the tables that the code expects."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import index_tables, schema, tables
from storage.engine import Database
from storage.errors import SchemaOutdated


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    cluster = request.getfixturevalue("postgres")
    url = cluster.empty()
    yield url
    cluster.drop(url)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_migrated_tables_are_the_tables_of_the_code(database: Database) -> None:
    with database.read() as connection:
        # SQLite's own spelling of an empty default cannot be compared; the migration is the same for both
        opts = {"compare_server_default": database.dialect == "postgresql"}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, index_tables.metadata) == []


def test_checks_are_migrated_too(database: Database) -> None:
    with database.read() as connection:
        inspector = sa.inspect(connection)
        for table in tables.metadata.sorted_tables:
            wanted = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
            assert {check["name"] for check in inspector.get_check_constraints(table.name)} == wanted


def test_upgrade_makes_an_empty_database_current_and_may_be_repeated(empty_url: str) -> None:
    database = Database(empty_url)
    assert not schema.is_current(database)
    schema.upgrade(database)
    schema.upgrade(database)
    assert schema.is_current(database)
    database.close()


def test_several_processes_may_upgrade_at_once(empty_url: str) -> None:
    """Each `Database` stands for a process: they share nothing but the database itself."""
    databases = [Database(empty_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for ended in [threads.submit(schema.upgrade, database) for database in databases]:
            ended.result()
    assert schema.is_current(databases[0])
    for database in databases:
        database.close()


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.write() as tx:
        tx.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(SchemaOutdated, match="9999"):
        schema.upgrade(database)
    assert not schema.is_current(database)
