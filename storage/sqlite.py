"""SQLite: one writer, a few readers, WAL.

`synchronous=FULL` makes a commit durable when it returns; with NORMAL a power cut loses commits that were answered.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection

from storage.backend import json_text, json_value
from storage.errors import StorageUnavailable
from storage.signals import Signal
from storage.turns import Turns

_BUSY_SECONDS = 5.0
"""How long SQLite waits for another process's lock."""
_WAL_SECONDS = 0.02
_TURN_SECONDS = 15.0
"""How long a thread waits for the writers before it."""
_READERS = 5
_MAPPED_BYTES = 2**31 - 2**16
"""As much of the file as SQLite maps at most, and the rest is read: docs/decisions/0027-readers-map-the-file.md."""
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}


class SqliteBackend:
    """See `storage.backend.Backend`."""

    dialect = "sqlite"

    def __init__(self, url: sa.URL) -> None:
        if not url.database or url.database == ":memory:":
            raise ValueError("SQLite needs a file: sqlite:///FILE")
        self.engine = _engine(url, "BEGIN IMMEDIATE", pool_size=1)
        self._readers = _engine(url, "BEGIN", pool_size=_READERS, query_only=True)
        self._turns = Turns()
        self._kept: sa.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        if not self._turns.take(_TURN_SECONDS):
            raise StorageUnavailable("too many writers are waiting")
        try:
            connection = self._writer()
            with connection.begin():
                yield connection
        except sa.exc.DBAPIError as error:
            if self.is_unavailable(error):
                self._drop_writer()
            raise
        finally:
            self._turns.give()

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        with self._readers.connect() as connection:
            yield connection

    def is_unavailable(self, error: sa.exc.DBAPIError) -> bool:
        code = getattr(error.orig, "sqlite_errorcode", None)
        return code is not None and (code & 0xFF) in _PASSING

    def lock(self, connection: sa.Connection, names: Sequence[str]) -> bool:
        """Nothing to do: there is one writer."""
        return False

    def publish(self, signals: Collection[Signal]) -> None:
        """Nothing to do: other processes poll."""

    def listen(self) -> None:
        """Nothing to do: other processes cannot be heard."""

    def close(self) -> None:
        if self._turns.take(_TURN_SECONDS):
            try:
                self._drop_writer()
            finally:
                self._turns.give()
        self._readers.dispose()
        self.engine.dispose()

    def _writer(self) -> sa.Connection:
        if self._kept is None:
            self._kept = self.engine.connect()
        return self._kept

    def _drop_writer(self) -> None:
        """After a failure of disk or lock nobody knows what state the connection is in: take a new one."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.invalidate()
            kept.close()


def _use_wal(connection: sqlite3.Connection) -> None:
    """The change of mode is the one lock that SQLite does not wait for by itself: two that start at once meet there."""
    give_up_at = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(_WAL_SECONDS)


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(f"the folder of the database cannot be made: {error.strerror}") from error


class Dialect(SQLiteDialect_pysqlite):
    """SQLite that is told how to begin, and makes the folder of its file.

    Not by SQLAlchemy's events: once there is a listener, all listeners are looked for with every statement.
    """

    supports_statement_cache = True

    def __init__(self, begin: str = "BEGIN", **given: Any) -> None:
        super().__init__(**given)
        self._begin = begin

    def connect(self, *args: Any, **given: Any) -> DBAPIConnection:
        _make_folder(Path(args[0]))
        return super().connect(*args, **given)

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute(self._begin)


sa.dialects.registry.register("sqlite.customer_card", __name__, Dialect.__name__)


def _engine(url: sa.URL, begin: str, *, pool_size: int, query_only: bool = False) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="sqlite+customer_card"),
        begin=begin,
        pool_size=pool_size,
        max_overflow=0 if query_only else 1,  # one more than the kept one: migrations and tools
        pool_timeout=_TURN_SECONDS,
        hide_parameters=True,  # an error's text goes into logs; values are personal data
        json_serializer=json_text,
        json_deserializer=json_value,
        # isolation_level=None: the driver begins nothing by itself, `Dialect` does
        connect_args={
            "timeout": float(str(url.query.get("timeout", _BUSY_SECONDS))),
            "check_same_thread": False,
            "isolation_level": None,
        },
    )

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_size_limit=67108864")
        connection.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")
        connection.execute(f"PRAGMA mmap_size={_MAPPED_BYTES if query_only else 0}")

    return engine
