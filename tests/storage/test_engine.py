"""What a transaction promises, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage.engine import Database, Tx
from storage.errors import StorageUnavailable
from storage.tables import cards, customers, legs
from tests.databases import Clock


def add(tx: Tx, name: str) -> None:
    tx.execute(sa.insert(customers).values(id=name, created_at=tx.now, updated_at=tx.now))


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(sa.select(customers.c.id).order_by(customers.c.id)).scalars())


def fail_after(database: Database, name: str, error: Exception) -> None:
    with database.write() as tx:
        add(tx, name)
        tx.signal("customers", name)
        tx.on_commit(lambda: pytest.fail("called without a commit"))
        raise error


def test_what_is_written_is_there_after_the_block_and_not_before(database: Database) -> None:
    with database.write() as tx:
        add(tx, "ada")
        assert names(database) == []
    assert names(database) == ["ada"]


def test_an_exception_takes_everything_back(database: Database) -> None:
    told: list[str] = []
    database.listen("customers", told.append)
    with pytest.raises(KeyError):
        fail_after(database, "ada", KeyError())
    assert names(database) == []
    assert "ada" not in told
    with database.write() as tx:
        add(tx, "bob")
    assert names(database) == ["bob"]


def test_a_constraint_speaks_for_itself(database: Database) -> None:
    def add_twice() -> None:
        with database.write() as tx:
            add(tx, "ada")
            add(tx, "ada")

    with pytest.raises(IntegrityError):
        add_twice()
    assert names(database) == []
    with database.write() as tx:
        add(tx, "ada")
    assert names(database) == ["ada"]


def test_references_are_checked(database: Database) -> None:
    def add_card() -> None:
        with database.write() as tx:
            values = {"id": "1", "customer_id": "nobody", "channel": "voice"}
            tx.execute(sa.insert(cards).values(values | {"created_at": tx.now, "changed_at": tx.now}))

    with pytest.raises(IntegrityError):
        add_card()


def test_errors_do_not_tell_values(database: Database) -> None:
    def add_twice() -> None:
        with database.write() as tx:
            add(tx, "ada@example.org")
            add(tx, "ada@example.org")

    with pytest.raises(IntegrityError) as error:
        add_twice()
    assert "parameters hidden" in str(error.value)


def test_a_wrong_statement_is_not_an_outage(database: Database) -> None:
    def ask() -> None:
        with database.read() as connection:
            connection.execute(sa.text("select * from no_such_table"))

    with pytest.raises(sa.exc.DBAPIError):
        ask()


def test_a_transaction_has_one_time(database: Database, clock: Clock) -> None:
    database.clock = clock
    started = clock.now
    with database.write() as tx:
        clock.advance(5)
        assert tx.now == started


def test_the_real_clock_is_aware_utc(database: Database) -> None:
    with database.write() as tx:
        assert tx.now.tzinfo is UTC
        assert abs((datetime.now(UTC) - tx.now).total_seconds()) < 60


def test_after_the_commit_come_the_listeners_and_then_the_callbacks(database: Database) -> None:
    told: list[str] = []
    database.listen("customers", lambda payload: told.append(f"signal {payload}") if payload else None)
    with database.write() as tx:
        tx.on_commit(lambda: told.append("first"))
        tx.on_commit(lambda: told.append("second"))
        tx.signal("customers", "ada")
        tx.signal("customers", "ada")
        tx.signal("elsewhere", "x")
        assert told == []
    assert told == ["signal ada", "first", "second"]


def test_a_listener_that_fails_does_not_make_a_commit_fail(database: Database) -> None:
    def fail(_payload: str = "") -> None:
        raise KeyError

    told: list[str] = []
    database.listen("customers", fail)
    database.listen("customers", told.append)
    with database.write() as tx:
        add(tx, "ada")
        tx.signal("customers", "ada")
        tx.on_commit(fail)
    assert "ada" in told
    assert names(database) == ["ada"]


def test_who_does_not_listen_any_more_is_told_nothing(database: Database) -> None:
    told: list[str] = []
    stop = database.listen("customers", told.append)
    stop()
    stop()
    with database.write() as tx:
        tx.signal("customers", "ada")
    assert "ada" not in told


def test_a_transaction_in_a_transaction_is_a_bug_and_says_so(database: Database) -> None:
    def nest() -> None:
        with database.write(), database.write():
            pass

    with pytest.raises(RuntimeError, match="already"):
        nest()
    with database.write() as tx:
        add(tx, "ada")
    assert names(database) == ["ada"]


def test_reading_sees_one_state(database: Database) -> None:
    query = sa.select(sa.func.count()).select_from(customers)
    with database.read() as connection:
        assert connection.execute(query).scalar() == 0
        with database.write() as tx:
            add(tx, "ada")
        assert connection.execute(query).scalar() == 0
    assert names(database) == ["ada"]


def test_reading_cannot_write(database: Database) -> None:
    def write() -> None:
        with database.read() as connection:
            connection.execute(sa.delete(legs))

    with pytest.raises((sa.exc.DBAPIError, StorageUnavailable)):
        write()


def test_writers_in_many_threads_lose_nothing(database: Database) -> None:
    with database.write() as tx:
        add(tx, "ada")

    def increment() -> None:
        for _ in range(10):
            with database.write() as tx:
                tx.lock("ada")
                version = tx.execute(sa.select(customers.c.version)).scalar_one()
                tx.execute(sa.update(customers).values(version=version + 1))

    with ThreadPoolExecutor(8) as threads:
        for ended in [threads.submit(increment) for _ in range(8)]:
            ended.result()
    with database.read() as connection:
        assert connection.execute(sa.select(customers.c.version)).scalar() == 80


def test_a_thousand_commits_after_a_close_would_still_work(database: Database) -> None:
    """Closing returns what is open; the next use opens anew."""
    database.close()
    database.close()
    with database.write() as tx:
        add(tx, "ada")
    assert names(database) == ["ada"]


def test_ping_answers(database: Database) -> None:
    database.ping()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_databases_that_cannot_keep_a_promise_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///FILE"):
        Database(url)


def test_sqlite_is_set_up_to_survive_a_power_cut(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as tx:
        pragmas = {
            name: tx.connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_readers_of_sqlite_have_its_file_mapped_and_the_writer_has_not(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as tx, database.read() as connection:
        mapped = [one.exec_driver_sql("pragma mmap_size").scalar_one() for one in (connection, tx.connection)]
    database.close()
    assert mapped == [2**31 - 2**16, 0]


def test_sqlite_makes_the_folder_of_its_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/var/data/customer-card.db")
    database.ping()
    database.close()
    assert (tmp_path / "var/data/customer-card.db").exists()


def test_sqlite_readers_wait_for_no_writer(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    entered, leave = threading.Event(), threading.Event()

    def write() -> None:
        with database.write() as tx:
            add(tx, "ada")
            entered.set()
            leave.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    assert entered.wait(10)
    assert names(database) == []
    leave.set()
    writer.join()
    assert names(database) == ["ada"]
    database.close()


@pytest.mark.postgres
def test_what_is_read_again_and_again_is_planned_once(postgres_url: str) -> None:
    """The driver prepares a statement that it has seen five times, and forgets all of them with a roll-back."""
    database = Database(postgres_url, pool_size=1)
    for _ in range(7):
        with database.read() as connection:
            connection.execute(sa.text("select 41 + 1"))
    with database.read() as connection:
        prepared = connection.execute(sa.text("select statement from pg_prepared_statements")).scalars().all()
    database.close()
    assert "select 41 + 1" in prepared
