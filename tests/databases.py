"""Databases for tests: a PostgreSQL of our own for the length of the test run, and a clock that stands still."""

from __future__ import annotations

import ctypes
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from storage import schema
from storage.engine import Database

_PR_SET_PDEATHSIG = 1
_TEMPLATE = "customer_card_template"
_ROOM = 1 << 30
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB")
"""A test's database need not survive a power cut."""


class Clock:
    """Time that passes when it is told to."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> datetime:
        """Let this much time pass; the new time."""
        self.now += timedelta(seconds=seconds)
        return self.now


def server_programs() -> Path | None:
    """Where initdb and postgres are, of the newest version; None when there are none."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found := shutil.which("postgres"):
        folders.append(Path(found).parent)
    return max(folders, default=None, key=lambda folder: _version(folder.parent.name))


class Cluster:
    """A PostgreSQL server on 127.0.0.1 whose databases are copies of one migrated template."""

    def __init__(self, port: int, sockets: Path) -> None:
        self.port = port
        self._sockets = sockets
        self._numbers = itertools.count(1)
        self._admin("create database " + _TEMPLATE)
        database = Database(self.url(_TEMPLATE), pool_size=1)
        schema.upgrade(database)
        database.close()

    def url(self, name: str) -> str:
        """How to reach this database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def empty(self) -> str:
        """The URL of a new database without tables."""
        return self._new("template1")

    def migrated(self) -> str:
        """The URL of a new database with the tables of today."""
        return self._new(_TEMPLATE)

    def drop(self, url: str) -> None:
        """Remove it, whoever is still connected."""
        self._admin(f"drop database if exists {url.rpartition('/')[2]} with (force)")

    def _new(self, template: str) -> str:
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._admin(f"create database {name} template {template}")
        return self.url(name)

    def _admin(self, statement: str) -> None:
        socket_url = f"postgresql://postgres@/postgres?host={self._sockets}&port={self.port}"
        with psycopg.connect(socket_url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def cluster(programs: Path) -> Iterator[Cluster]:
    """A fresh server; it ends with the block, and with this process however that ends."""
    folder = Path(tempfile.mkdtemp(prefix="customer-card-pg-", dir=memory()))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    data, port = folder / "data", _free_port()
    initdb = [programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
    options = [part for option in _FAST for part in ("-c", option)]
    command = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, *options]
    server = subprocess.Popen(
        command,
        user=user,
        cwd=folder,
        stderr=subprocess.PIPE,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, no lock
    )
    try:
        _await_ready(server)
        yield Cluster(port, folder)
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def memory() -> Path | None:
    """A RAM disk with room enough, where a new database takes 0.1 s instead of one; None: the usual place."""
    folder = Path("/dev/shm")
    is_roomy = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM
    return folder if is_roomy else None


def _await_ready(server: subprocess.Popen[bytes]) -> None:
    assert server.stderr is not None
    lines = []
    for line in server.stderr:
        lines.append(line)
        if b"ready to accept connections" in line:
            break
    else:
        raise RuntimeError(b"".join(lines).decode())
    threading.Thread(target=_swallow, args=(server,), name="postgres-log", daemon=True).start()


def _swallow(server: subprocess.Popen[bytes]) -> None:
    assert server.stderr is not None
    with server.stderr:
        for _ in server.stderr:
            pass


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _version(name: str) -> int:
    return int(name) if name.isdigit() else 0
