"""Many rows of tables that are nothing but pairs, at once: past SQLAlchemy, which takes longer for one than SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sqlalchemy as sa

from storage.engine import Tx

Pair = tuple[int | str, int]


def change(tx: Tx, table: sa.Table, gone: Iterable[Pair], new: Iterable[Pair]) -> None:
    """The rows `gone` are no more, the rows `new`, none of which was there, are."""
    delete, insert = _statements(table, "?" if tx.dialect == "sqlite" else "%s")
    for statement, rows in ((delete, [*gone]), (insert, sorted(new))):  # neighbours in the index one after the other
        if rows:
            tx.connection.exec_driver_sql(statement, rows)


@cache
def _statements(table: sa.Table, value: str) -> tuple[str, str]:
    one, other = (column.name for column in table.columns)
    return (
        f"delete from {table.name} where {one} = {value} and {other} = {value}",  # noqa: S608
        f"insert into {table.name} ({one}, {other}) values ({value}, {value})",  # noqa: S608
    )
