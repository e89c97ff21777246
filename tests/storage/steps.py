"""How much SQLite works for a read: the steps of its virtual machine, the same on every machine and at every load."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from storage.engine import Database


def steps(database: Database, read: Callable[[sa.Connection], object], connection: sa.Connection | None = None) -> int:
    """Of the virtual machine, in tens."""
    if connection is None:
        with database.read() as own:
            return steps(database, read, own)
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1

    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.set_progress_handler(step, 10)
    try:
        read(connection)
    finally:
        driver.set_progress_handler(None, 10)
    return taken
