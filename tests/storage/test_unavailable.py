"""`StorageUnavailable` is what comes of a database that is away, locked or full; the intake answers 503."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.engine import Database, Tx
from storage.errors import StorageUnavailable
from storage.tables import customers

pg = pytest.mark.postgres

_SIGNALLER = """
import sys
from storage.engine import Database

database = Database(sys.argv[1])
with database.write() as tx:
    tx.signal("cards", "from-afar")
database.close()
"""


def add(tx: Tx, name: str) -> None:
    tx.execute(sa.insert(customers).values(id=name, created_at=tx.now, updated_at=tx.now))


def add_one(database: Database, name: str = "ada") -> None:
    with database.write() as tx:
        add(tx, name)


def test_sqlite_locked_by_another_process(sqlite_url: str) -> None:
    database = Database(sqlite_url + "?timeout=0.05")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StorageUnavailable, match="locked"):
        add_one(database)
    other.close()
    add_one(database)
    database.close()


def test_sqlite_full_disk_and_then_room_again(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    def fill() -> None:
        with database.write() as tx:
            pages = tx.connection.exec_driver_sql("pragma page_count").scalar_one()
            tx.connection.exec_driver_sql(f"pragma max_page_count={pages}")  # of this connection only
            for number in range(1000):
                add(tx, f"{number:032}")

    with pytest.raises(StorageUnavailable, match="full"):
        fill()
    add_one(database)
    with database.read() as connection:
        assert connection.execute(sa.select(customers.c.id)).scalars().all() == ["ada"]
    database.close()


def test_sqlite_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"not a database " * 100)
    database = Database(f"sqlite:///{tmp_path}/no.db")
    with pytest.raises(StorageUnavailable):
        database.ping()
    database.close()


def test_sqlite_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    database = Database(f"sqlite:///{tmp_path}/file/x.db")
    with pytest.raises(StorageUnavailable, match="folder"):
        database.ping()
    with pytest.raises(StorageUnavailable, match="folder"):
        add_one(database)
    database.close()


@pg
def test_postgres_that_is_not_there() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StorageUnavailable):
        database.ping()
    database.close()


@pg
def test_postgres_connection_cut_off_in_a_transaction(postgres_url: str) -> None:
    database = Database(postgres_url)

    def cut() -> None:
        with database.write() as tx:
            add(tx, "ada")
            _cut_off_all(postgres_url)
            add(tx, "bob")

    with pytest.raises(StorageUnavailable):
        cut()
    add_one(database, "eve")
    with database.read() as connection:
        assert connection.execute(sa.select(customers.c.id)).scalars().all() == ["eve"]
    database.close()


@pg
def test_postgres_signals_reach_other_processes_and_ones_own_once(postgres_url: str) -> None:
    here, there = Database(postgres_url), Database(postgres_url)
    heard_here: list[str] = []
    heard_there = _Heard()
    here.listen("cards", heard_here.append)
    there.listen("cards", heard_there)
    assert heard_there.wait_for("")  # it listens now
    with here.write() as tx:
        tx.signal("cards", "1")
    with here.write() as tx:
        tx.signal("cards", "2")
    assert heard_there.wait_for("2")
    assert [payload for payload in heard_there.payloads if payload] == ["1", "2"]
    assert [payload for payload in heard_here if payload] == ["1", "2"]
    here.close()
    there.close()


@pg
def test_postgres_signals_of_another_process(postgres_url: str) -> None:
    database = Database(postgres_url)
    heard = _Heard()
    database.listen("cards", heard)
    assert heard.wait_for("")
    subprocess.run([sys.executable, "-c", _SIGNALLER, postgres_url], check=True)
    assert heard.wait_for("from-afar")
    database.close()


@pg
def test_postgres_listener_that_was_cut_off_listens_again_and_says_that_it_may_have_missed_something(
    postgres_url: str,
) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    heard = _Heard()
    database.listen("cards", heard)
    assert heard.wait_for("")
    heard.payloads.clear()
    _cut_off_all(postgres_url)
    assert heard.wait_for("")
    with other.write() as tx:
        tx.signal("cards", "after")
    assert heard.wait_for("after")
    database.close()
    other.close()


@pg
def test_postgres_closes_while_it_tries_to_listen() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    database.listen("cards", lambda _payload: None)
    database.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "storage-ear"]


class _Heard:
    """A listener that one can wait for."""

    def __init__(self) -> None:
        self.payloads: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, payload: str) -> None:
        with self._changed:
            self.payloads.append(payload)
            self._changed.notify_all()

    def wait_for(self, payload: str) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: payload in self.payloads, 20)


def _cut_off_all(url: str) -> None:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        connection.execute(
            sa.text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
