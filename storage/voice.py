"""The thread that tells other processes what was committed in this one (PostgreSQL)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import psycopg
import structlog

from storage.backend import json_text
from storage.signals import Signal

_PAUSE = 0.01
"""Signals of this many seconds are told together."""
_LONGEST_MESSAGE = 7000
"""Bytes; PostgreSQL takes fewer than 8,000."""
_TRIES = 2
"""The first may meet a connection that the server has closed meanwhile."""
_LAST_WORDS_SECONDS = 5.0
_TELL = "select pg_notify(%s, message) from unnest(%s::text[]) as message"

_log = structlog.get_logger()


class Voice:
    """NOTIFYs on one channel, on a connection and in a thread of its own, what `tell` was given.

    A NOTIFY in the transaction itself would be told exactly if that commits, but PostgreSQL then lets one such
    transaction commit at a time, disk included. Signals may be lost; commits may not wait.
    """

    def __init__(self, connect: Callable[[], psycopg.Connection], channel: str, origin: str) -> None:
        """Nothing is connected before there is something to tell. `origin`: who tells."""
        self._connect = connect
        self._channel = channel
        self._origin = origin
        self._waiting: dict[Signal, None] = {}
        self._news = threading.Condition()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def tell(self, signals: Iterable[Signal]) -> None:
        """Others hear of `signals` soon. Returns at once."""
        with self._news:
            if self._closed.is_set():
                return
            self._waiting.update(dict.fromkeys(signals))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="storage-voice", daemon=True)
                self._thread.start()
            self._news.notify()

    def close(self) -> None:
        """What was given before is told, or lost; then the connection is closed."""
        with self._news:
            self._closed.set()
            self._news.notify()
        if self._thread is not None:
            self._thread.join(_LAST_WORDS_SECONDS)

    def _run(self) -> None:
        connection: psycopg.Connection | None = None
        while signals := self._next():
            connection = self._say(connection, list(messages(self._origin, signals)))
            self._closed.wait(_PAUSE)
        if connection is not None:
            connection.close()

    def _next(self) -> list[Signal]:
        """What waits to be told; empty at the end."""
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._closed.is_set())
            signals, self._waiting = list(self._waiting), {}
            return signals

    def _say(self, connection: psycopg.Connection | None, texts: list[str]) -> psycopg.Connection | None:
        """The connection to go on with; None after a failure."""
        for tries_left in reversed(range(_TRIES)):
            try:
                connection = connection or self._connect()
                connection.execute(_TELL, [self._channel, texts])
            except psycopg.Error as error:
                if connection is not None:
                    connection.close()
                    connection = None
                if not tries_left:
                    _log.warning("storage.signals_lost", error=type(error).__name__)
            else:
                return connection
        return None


def messages(origin: str, signals: Iterable[Signal]) -> Iterator[str]:
    """JSON lists of `origin` and signals, `[topic, payload]` each, as many as one NOTIFY takes."""
    packed: list[Signal] = []
    size = 0
    for signal in signals:
        length = len(json_text(signal).encode()) + 1
        if packed and size + length > _LONGEST_MESSAGE:
            yield json_text([origin, *packed])
            packed, size = [], 0
        packed.append(signal)
        size += length
    if packed:
        yield json_text([origin, *packed])
