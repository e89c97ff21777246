"""One parameter for many values: the statement stays the same however many there are.

`IN` with a parameter for each value is written anew by SQLAlchemy and planned anew by the database each time, which
takes longer than finding forty rows: a third of the time was left of such statements.

PostgreSQL would still plan it anew each time if it saw how many values there are, because few of them seem cheaper than
the ten that it assumes otherwise. So it is given them where it does not look before it runs: in a query of their own
(docs/decisions/0024-plans-that-are-kept.md).
"""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Values(TypeDecorator[Any]):
    """A list on PostgreSQL, as the driver takes it; JSON on SQLite."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Of no type on PostgreSQL: SQLAlchemy's array looks at each value, which the driver does again."""
        return sa.types.NULLTYPE if dialect.name == "postgresql" else sa.Text()

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Any iterable."""
        return [*value] if dialect.name == "postgresql" else orjson.dumps([*value]).decode()


class _IsAmong(FunctionElement[bool]):
    """`column` is one of the values."""

    type: Any = sa.types.NullType()
    """A Boolean would be compared with 1 on SQLite, which then scans the whole table."""
    inherit_cache = True


def is_among(column: sa.ColumnElement[Any], parameter: str) -> sa.ColumnElement[bool]:
    """True for rows whose `column` is one of the values that are given as `parameter`, an iterable."""
    return _IsAmong(column, sa.bindparam(parameter, type_=_Values()))


class _IsFound(FunctionElement[bool]):
    """`column` is one of those that a query gives."""

    type: Any = sa.types.NullType()
    inherit_cache = True


def is_found(column: sa.ColumnElement[Any], query: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """True for rows whose `column` is one of the texts that `query` gives: few, which are looked up by the index."""
    return _IsFound(column, query.scalar_subquery())


@compiles(_IsFound, "sqlite")
def _found_in_sqlite(element: _IsFound, compiler: SQLCompiler, **given: Any) -> str:
    column, query = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} IN {query}"


@compiles(_IsFound, "postgresql")
def _found_in_postgresql(element: _IsFound, compiler: SQLCompiler, **given: Any) -> str:
    """Beside an OR, PostgreSQL would go through the whole table for `IN`."""
    column, query = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} = ANY (ARRAY {query})"


@compiles(_IsAmong, "sqlite")
def _in_sqlite(element: _IsAmong, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608


@compiles(_IsAmong, "postgresql")
def _in_postgresql(element: _IsAmong, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(one, **given) for one in element.clauses)
    kind = "bigint" if isinstance(next(iter(element.clauses)).type, sa.Integer) else "text"
    return f"{column} = ANY (ARRAY(SELECT unnest(CAST({values} AS {kind}[]))))"
