"""Many rows of tables that are nothing but pairs, at once: past SQLAlchemy, which takes longer for one than SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from storage.engine import Tx

Pair = tuple[int | str, int]


def change(tx: Tx, table: sa.Table, gone: Iterable[Pair], new: Iterable[Pair]) -> None:
    """The rows `gone` are no more, the rows `new`, none of which was there, are."""
    delete, insert = _in_sqlite(table) if tx.dialect == "sqlite" else _in_postgresql(table)
    for statement, rows in ((delete, [*gone]), (insert, sorted(new))):  # neighbours in the index one after the other
        if rows:
            tx.connection.exec_driver_sql(statement, rows if tx.dialect == "sqlite" else _columns(rows))


def _columns(rows: Sequence[Pair]) -> tuple[list[Any], ...]:
    """All rows as one parameter for each column: sent one by one, they took PostgreSQL ten times as long."""
    return tuple([*column] for column in zip(*rows, strict=True))


@cache
def _in_sqlite(table: sa.Table) -> tuple[str, str]:
    one, other = (column.name for column in table.columns)
    return (
        f"delete from {table.name} where {one} = ? and {other} = ?",  # noqa: S608
        f"insert into {table.name} ({one}, {other}) values (?, ?)",  # noqa: S608
    )


@cache
def _in_postgresql(table: sa.Table) -> tuple[str, str]:
    one, other = (column.name for column in table.columns)
    kinds = ["text" if isinstance(column.type, sa.String) else "bigint" for column in table.columns]
    rows = f"unnest(%s::{kinds[0]}[], %s::{kinds[1]}[]) as given (one, other)"
    return (
        f"delete from {table.name} using {rows} where {one} = given.one and {other} = given.other",  # noqa: S608
        f"insert into {table.name} ({one}, {other}) select one, other from {rows}",  # noqa: S608
    )
