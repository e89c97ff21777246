"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells twice. Built once, run often."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

PerDialect = Mapping[str, Any]
"""One statement, as each database wants it: `tx.execute(STATEMENT[tx.dialect], values)`."""
_INSERTS: Mapping[str, Callable[[sa.Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_ignoring(table: sa.Table, unique: Sequence[str], *, returning: Sequence[sa.Column[Any]] = ()) -> PerDialect:
    """An INSERT that leaves an existing row under `unique` as it is (and then returns nothing)."""
    statements = {
        dialect: insert(table).on_conflict_do_nothing(index_elements=list(unique))
        for dialect, insert in _INSERTS.items()
    }
    return _returning(statements, returning)


def upsert(
    table: sa.Table, unique: Sequence[str], changed: Sequence[str], *, returning: Sequence[sa.Column[Any]] = ()
) -> PerDialect:
    """An INSERT after which a row stands under `unique`; of an existing one the columns `changed` are as given."""
    statements = {}
    for dialect, insert in _INSERTS.items():
        statement = insert(table)
        news = {name: statement.excluded[name] for name in changed}
        statements[dialect] = statement.on_conflict_do_update(index_elements=list(unique), set_=news)
    return _returning(statements, returning)


def adding(table: sa.Table, unique: Sequence[str], counted: str) -> PerDialect:
    """An INSERT after which a row stands under `unique`; to an existing one's `counted` the given value is added."""
    statements = {}
    for dialect, insert in _INSERTS.items():
        statement = insert(table)
        more = {counted: table.c[counted] + statement.excluded[counted]}
        statements[dialect] = statement.on_conflict_do_update(index_elements=list(unique), set_=more)
    return statements


def _returning(statements: PerDialect, columns: Sequence[sa.Column[Any]]) -> PerDialect:
    if not columns:
        return statements
    return {dialect: statement.returning(*columns) for dialect, statement in statements.items()}
