"""The statements of a use case as the database's own driver runs them, with nothing of ours around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

Statement = tuple[str, Any]
"""Text and parameters, as the driver is given them."""


@contextmanager
def recorded(connection: sa.Connection) -> Iterator[list[Statement]]:
    """What is executed on `connection` meanwhile, in the order of execution."""
    found: list[Statement] = []

    def note(_connection: Any, _cursor: Any, text: str, parameters: Any, *_rest: Any) -> None:
        found.append((text, parameters))

    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)


def replay(connection: sa.Connection) -> Callable[[Sequence[Statement]], None]:
    """Runs statements in a transaction of the driver's connection behind `connection`, and takes all their rows."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    begin = [("BEGIN", ())] if connection.dialect.name == "sqlite" else []  # the other driver begins by itself

    def run(statements: Sequence[Statement]) -> None:
        for text, parameters in [*begin, *statements]:
            cursor = raw.cursor()
            cursor.execute(text, parameters)
            if cursor.description:
                cursor.fetchall()
            cursor.close()
        raw.commit()  # as `Database.read` does: a roll-back makes PostgreSQL plan everything anew

    return run
