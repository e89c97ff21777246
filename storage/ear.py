"""The thread that hears what other processes committed (PostgreSQL)."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg
import structlog

_FIRST_DELAY = 0.2
_LONGEST_DELAY = 15.0

_log = structlog.get_logger()


class Ear:
    """LISTENs on one channel in a thread of its own, sleeps until something comes, connects again when cut off."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        channel: str,
        hear: Callable[[str], None],
        missed: Callable[[], None],
    ) -> None:
        """`hear` is called with every message; `missed` after each time that messages may have been lost."""
        self._connect = connect
        self._channel = channel
        self._hear = hear
        self._missed = missed
        self._wake, self._woken = socket.socketpair()
        self._closed = threading.Event()
        self.is_listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="storage-ear", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and wait until the thread has ended."""
        self._closed.set()
        with suppress(OSError):
            self._wake.send(b"x")
        self._thread.join()
        self._wake.close()
        self._woken.close()

    def _run(self) -> None:
        delay = _FIRST_DELAY
        while not self._closed.is_set():
            try:
                with self._connect() as connection:
                    connection.execute(f"listen {self._channel}")
                    self.is_listening.set()
                    delay = _FIRST_DELAY
                    self._missed()
                    self._listen(connection)
            except psycopg.Error as error:
                self.is_listening.clear()
                _log.warning("storage.ear_cut_off", error=type(error).__name__, retry_seconds=delay)
                self._closed.wait(delay)
                delay = min(delay * 2, _LONGEST_DELAY)

    def _listen(self, connection: psycopg.Connection) -> None:
        """Until closed. psycopg's own generator would wake up every so often to look; waiting on sockets does not."""
        with selectors.DefaultSelector() as sockets:  # `select` itself knows no descriptor above 1023
            sockets.register(connection.fileno(), selectors.EVENT_READ)
            sockets.register(self._woken.fileno(), selectors.EVENT_READ)
            self._hear_until_closed(connection, sockets)

    def _hear_until_closed(self, connection: psycopg.Connection, sockets: selectors.BaseSelector) -> None:
        while not self._closed.is_set():
            sockets.select()
            connection.pgconn.consume_input()
            while notice := connection.pgconn.notifies():
                self._hear(notice.extra.decode())
