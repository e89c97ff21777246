"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine import Tx


def _insert(tx: Tx, table: sa.Table) -> Any:
    return (postgresql.insert if tx.connection.dialect.name == "postgresql" else sqlite.insert)(table)


def insert_ignoring(tx: Tx, table: sa.Table, unique: Sequence[str]) -> Any:
    """An INSERT that leaves an existing row under `unique` as it is (and then returns nothing)."""
    return _insert(tx, table).on_conflict_do_nothing(index_elements=list(unique))


def upsert(tx: Tx, table: sa.Table, values: dict[str, Any], unique: Sequence[str], *, keep: Sequence[str] = ()) -> None:
    """A row with `values` stands under `unique`; of an existing one the columns in `keep` stay as they were."""
    statement = _insert(tx, table).values(**values)
    changed = {name: statement.excluded[name] for name in values if name not in unique and name not in keep}
    tx.execute(statement.on_conflict_do_update(index_elements=list(unique), set_=changed))
