"""Statements that run so often that putting them together would cost more than running them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

Values = Mapping[str, Any]


class Prepared:
    """A statement for each kind of database whose text is made once; `values` go through the types of its parameters.

    For statements that give back nothing. SQLAlchemy's own cache keeps the text too, but finds it by walking through
    the whole statement each time.
    """

    def __init__(self, statements: Mapping[str, sa.Executable]) -> None:
        self._statements = statements
        self._ready: dict[str, tuple[str, Callable[[Values], Any]]] = {}

    def run(self, connection: sa.Connection, values: Values) -> None:
        """Run it with `values`, one for each of its parameters."""
        name = connection.dialect.name
        known = self._ready.get(name)
        if known is None:  # two threads that meet here make the same
            known = self._ready[name] = _made(self._statements[name], connection.dialect)
        text, bound = known
        connection.exec_driver_sql(text, bound(values))


def _made(statement: sa.Executable, dialect: sa.Dialect) -> tuple[str, Callable[[Values], Any]]:
    compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    known = {name: _processor(bind.type, dialect) for name, bind in compiled.binds.items()}
    if compiled.positional:
        in_order = [(name, known[name]) for name in compiled.positiontup]
        return str(compiled), lambda values: tuple(make(values[name]) for name, make in in_order)
    return str(compiled), lambda values: {name: make(values[name]) for name, make in known.items()}


def _processor(type_: Any, dialect: sa.Dialect) -> Callable[[Any], Any]:
    return type_.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
