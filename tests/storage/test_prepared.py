"""A prepared statement writes what the same statement writes without being prepared, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine import Database
from storage.prepared import Prepared
from storage.tables import jobs

_COLUMNS = ("lane", "kind", "key", "payload", "due_at", "correlation_id", "created_at")
_INSERTS = {
    dialect.dialect.name: dialect.insert(jobs).values(
        {name: sa.bindparam(name, type_=jobs.c[name].type) for name in _COLUMNS}
    )
    for dialect in (sqlite, postgresql)
}
_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "changed",
    [
        {"payload": {"text": "O'Brien said: 100 % {} :x ?", "ü": ["\U0001f600"]}},
        {"payload": {}, "due_at": _AT.astimezone(timezone(timedelta(hours=5)))},
        {"lane": "'; drop table jobs; --", "correlation_id": "%s %(key)s :key ?"},
    ],
)
def test_what_is_prepared_is_written_as_it_is_without(database: Database, changed: dict[str, Any]) -> None:
    plain = {
        "lane": "inbox", "kind": "event", "payload": {"event": "1"}, "due_at": _AT, "created_at": _AT,
        "correlation_id": "",
    } | changed  # fmt: skip
    prepared = Prepared(_INSERTS)
    with database.write() as tx:
        tx.execute(_INSERTS[tx.dialect], plain | {"key": "plain"})
        for key in ("prepared", "prepared again"):
            tx.run(prepared, plain | {"key": key})
    with database.read() as connection:
        rows = connection.execute(sa.select(*(jobs.c[name] for name in _COLUMNS if name != "key"))).all()
    assert len(rows) == 3
    assert rows[0] == rows[1] == rows[2]


def test_a_value_that_is_missing_is_an_error_and_nothing_is_written(database: Database) -> None:
    with pytest.raises(KeyError), database.write() as tx:
        tx.run(Prepared(_INSERTS), {"lane": "inbox"})
    with database.read() as connection:
        assert connection.execute(sa.select(jobs.c.id)).all() == []
