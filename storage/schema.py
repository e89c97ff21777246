"""Brings the tables up to this version of the program."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.engine import Database
from storage.errors import SchemaOutdated

_FOLDER = Path(__file__).with_name("migrations")


def upgrade(database: Database) -> None:
    """Apply what is missing, all of it or nothing. Several processes may do this at once: one does it.

    Raises `SchemaOutdated` when the database was written by a newer version of the program.
    """
    config = _config()
    with database.write() as tx:
        tx.lock("schema")
        _refuse_newer(tx.connection, config)
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """True when the tables are those of this version of the program."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with database.read() as connection:
        return _revision(connection) == head


def _refuse_newer(connection: sa.Connection, config: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    revision = _revision(connection)
    if revision is not None and revision not in known:
        raise SchemaOutdated(f"the database is at revision {revision}, which this version of the program does not know")


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
