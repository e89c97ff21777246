"""Which statements a read takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from storage.engine import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are read with on `database` meanwhile; beginning and end are none."""
    seen: list[str] = []

    def note(_connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with database.read() as connection:
        engine = connection.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
