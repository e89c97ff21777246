"""PostgreSQL through psycopg 3, with LISTEN and NOTIFY between processes."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import orjson
import psycopg
import sqlalchemy as sa

from storage.backend import json_text, json_value
from storage.ear import Ear
from storage.signals import Listeners, Signal
from storage.voice import Voice

CHANNEL = "customer_card"
_POOL_SECONDS = 10.0
_CONNECTION: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    # One that a firewall has forgotten is given up after a minute. The one that listens has nothing to send, and would
    # never notice.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Seconds, and how often."""
_LOCK = sa.text("select pg_advisory_xact_lock(:number)")


class PostgresBackend:
    """See `storage.backend.Backend`."""

    dialect = "postgresql"

    def __init__(self, url: sa.URL, pool_size: int, listeners: Listeners) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self.engine = _engine(self._url, pool_size)
        self._readers = _engine(self._url, pool_size)
        sa.event.listen(self._readers, "connect", _read_snapshots)
        self._origin = uuid.uuid4().hex
        self._voice = Voice(self._connect, CHANNEL, self._origin)
        self._listeners = listeners
        self._ear: Ear | None = None
        self._ear_lock = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        with self._readers.connect() as connection:
            yield connection
            connection.commit()  # a roll-back makes the driver forget, and the server plan anew, every statement

    def is_unavailable(self, error: sa.exc.DBAPIError) -> bool:
        """psycopg's operational errors: connection, shutdown, resources, deadlock, time-outs."""
        return error.connection_invalidated or isinstance(error.orig, psycopg.OperationalError)

    def lock(self, connection: sa.Connection, names: Sequence[str]) -> bool:
        for number in sorted({_number(name) for name in names}):  # one order for all: no deadlock
            connection.execute(_LOCK, {"number": number})
        return True

    def publish(self, signals: Collection[Signal]) -> None:
        self._voice.tell(signals)

    def listen(self) -> None:
        with self._ear_lock:
            if self._ear is None:
                self._ear = Ear(self._connect, CHANNEL, self._hear, self._listeners.tell_all)

    def close(self) -> None:
        self._voice.close()
        with self._ear_lock:
            if self._ear is not None:
                self._ear.close()
                self._ear = None
        self._readers.dispose()
        self.engine.dispose()

    def _hear(self, message: str) -> None:
        origin, *signals = orjson.loads(message)
        if origin != self._origin:  # our own were told when they were committed
            self._listeners.tell((topic, payload) for topic, payload in signals)

    def _connect(self) -> psycopg.Connection:
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(url, autocommit=True, **_CONNECTION)


def _engine(url: sa.URL, pool_size: int) -> sa.Engine:
    return sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        hide_parameters=True,  # an error's text goes into logs; values are personal data
        json_serializer=json_text,
        json_deserializer=json_value,
        connect_args={"application_name": "customer-card", **_CONNECTION},
    )


def _read_snapshots(connection: psycopg.Connection, _record: object) -> None:
    """Once for each connection: set for each transaction, it took a seventh of the time of a look-up."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
