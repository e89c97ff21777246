"""Transactions on SQLite and PostgreSQL behind one small interface.

    with database.write() as tx:
        tx.execute(...)
        tx.signal("cards", card_id)

SQLite: one writer at a time in the process, on a connection kept for it, `synchronous=FULL`: what `write()` returned
from survives a power cut. Readers have connections of their own and see the last commit. Other processes may use the
same file; they are not woken by signals and must poll.

PostgreSQL: a pool of psycopg connections at READ COMMITTED. Two transactions run at once, so whoever reads to decide
what to write takes the rows with `with_for_update()` or a name with `tx.lock()`. Readers have a pool of their own, at
REPEATABLE READ.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import structlog

from storage.backend import Backend
from storage.errors import Deadlock, StorageUnavailable
from storage.postgres import PostgresBackend
from storage.prepared import Prepared
from storage.signals import Callback, Listeners, Signal
from storage.sqlite import SqliteBackend

Clock = Callable[[], datetime]
Rows = sa.CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

_DEADLOCK = "40P01"
_log = structlog.get_logger()


def utc_now() -> datetime:
    """The time on this machine's clock, aware."""
    return datetime.now(UTC)


class Tx:
    """One transaction that writes. Made by `Database.write()`, dead after it."""

    def __init__(self, connection: sa.Connection, backend: Backend, now: datetime) -> None:
        self.connection = connection
        self.now = now
        """The one time of this transaction, aware UTC."""
        self.outdated: set[str] = set()
        """Cards that this transaction has made, or noted as not indexed: that need not be noted twice."""
        self._backend = backend
        self._signals: dict[Signal, None] = {}
        self._callbacks: list[Callable[[], None]] = []

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._backend.dialect

    def execute(self, statement: sa.Executable, parameters: Parameters | None = None) -> Rows:
        """Run one statement in this transaction."""
        return self.connection.execute(statement, parameters)

    def run(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        """Run one that is prepared and gives back nothing."""
        statement.run(self.connection, values)

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` in this thread once the commit is durable; never after a roll-back.

        Its failure is logged and hidden: the caller must not take a committed transaction for a failed one.
        """
        self._callbacks.append(callback)

    def signal(self, topic: str, payload: str = "") -> None:
        """Tell the listeners of `topic` after the commit, here and (PostgreSQL) in other processes.

        Signals wake, they don't carry news: `payload` is an id (well below PostgreSQL's limit of 8,000 bytes), and a
        signal may be lost, with its connection or with this process. The same signal twice is told once.
        """
        self._signals[(topic, payload)] = None

    def lock(self, *names: str) -> bool:
        """Hold `names` until the end of this transaction; others that lock one of them wait.

        True where what was read before may have been changed by others since; on SQLite that cannot be.
        """
        return self._backend.lock(self.connection, names)

    def _committed(self, listeners: Listeners) -> None:
        if self._signals:
            listeners.tell(self._signals)
            self._backend.publish(self._signals.keys())
        for callback in self._callbacks:
            try:
                callback()
            except Exception:  # noqa: BLE001
                _log.exception("storage.after_commit_failed")


class Database:
    """The one database of the service. Safe to use from every thread."""

    def __init__(self, url: str, *, pool_size: int = 20, clock: Clock = utc_now) -> None:
        """Nothing is connected yet.

        `url`: `sqlite:///FILE` (`?timeout=5`: seconds to wait for another process) or `postgresql://…`.
        `pool_size`: how many threads write at once on PostgreSQL, and how many read.
        """
        self.clock = clock
        self._listeners = Listeners()
        self._backend = _backend(url, pool_size, self._listeners)
        self._thread = threading.local()

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._backend.dialect

    @property
    def engine(self) -> sa.Engine:
        """For migrations and tools. Everything else takes `write()` or `read()`."""
        return self._backend.engine

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction: committed and durable on normal exit, rolled back when an exception leaves the block.

        Raises `StorageUnavailable` when the database cannot do it now; other database errors (a constraint, a wrong
        statement) come as SQLAlchemy's.
        """
        if getattr(self._thread, "writing", False):
            raise RuntimeError("this thread is in a write() already: hand its Tx on")
        self._thread.writing = True
        try:
            with self._translated(), self._backend.transaction() as connection:
                tx = Tx(connection, self._backend, self.clock())
                yield tx
        finally:
            self._thread.writing = False
        tx._committed(self._listeners)  # noqa: SLF001

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A read-only connection on one snapshot of what is committed; it waits for no writer."""
        with self._translated(), self._backend.snapshot() as connection:
            yield connection

    def listen(self, topic: str, callback: Callback) -> Callable[[], None]:
        """Call `callback(payload)` after each commit that signals `topic`, until the returned function is called.

        It is called in the committing thread, or in the listening thread for other processes: it must be quick and
        must not use this database. An empty payload may also mean "signals may have been missed".
        """
        unsubscribe = self._listeners.add(topic, callback)
        self._backend.listen()
        return unsubscribe

    def ping(self) -> None:
        """Raises `StorageUnavailable` unless the database answers."""
        with self.read() as connection:
            connection.execute(sa.text("select 1"))

    def close(self) -> None:
        """Close every connection. Twice is fine."""
        self._backend.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            if isinstance(error, sa.exc.DBAPIError) and not self._backend.is_unavailable(error):
                raise
            kind = (
                Deadlock if getattr(getattr(error, "orig", None), "sqlstate", None) == _DEADLOCK else StorageUnavailable
            )
            raise kind(_cause(error)) from error


def _backend(url: str, pool_size: int, listeners: Listeners) -> Backend:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteBackend(parsed)
    if parsed.get_backend_name() == "postgresql":
        return PostgresBackend(parsed, pool_size, listeners)
    raise ValueError(f"unknown database {parsed.get_backend_name()!r}: use sqlite:///FILE or postgresql://…")


def _cause(error: Exception) -> str:
    """The driver's own words, without the statement and its values, which may be personal data."""
    original = getattr(error, "orig", None) or error
    return f"{type(original).__name__}: {original}".splitlines()[0][:200]
