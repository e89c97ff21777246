"""What other processes are told of commits (PostgreSQL): everything, together, and never before the commit."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import orjson
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.engine import Database
from storage.voice import Voice, messages

_signals = st.tuples(st.sampled_from(["card", "list", "jobs"]), st.text(max_size=200))


@given(st.lists(_signals, unique=True, max_size=300))
def test_signals_are_packed_into_messages_that_postgresql_takes(signals: list[tuple[str, str]]) -> None:
    packed = list(messages("me", signals))
    assert all(len(text.encode()) < 8000 for text in packed)
    assert [tuple(signal) for text in packed for signal in orjson.loads(text)[1:]] == signals


class Heard:
    """Payloads of one topic as another process hears them."""

    def __init__(self, database: Database, topic: str) -> None:
        self.payloads: list[str] = []
        self._more = threading.Condition()
        database.listen(topic, self._hear)
        self.waits_for("")  # the ear is open: it says that it may have missed something

    def waits_for(self, payload: str) -> bool:
        with self._more:
            return self._more.wait_for(lambda: payload in self.payloads, 20)

    def _hear(self, payload: str) -> None:
        with self._more:
            self.payloads.append(payload)
            self._more.notify_all()


@pytest.fixture
def here(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.mark.postgres
def test_another_process_hears_every_signal_of_a_commit_once(here: Database, postgres_url: str) -> None:
    heard, there = Heard(here, "customers"), Database(postgres_url)
    with there.write() as tx:
        for number in range(2000):
            tx.signal("customers", f"customer-{number}")
    there.close()  # what was committed before is told
    assert heard.waits_for("customer-1999")
    assert [payload for payload in heard.payloads if payload] == [f"customer-{number}" for number in range(2000)]


@pytest.mark.postgres
def test_a_roll_back_is_not_told(here: Database, postgres_url: str) -> None:
    heard, there = Heard(here, "customers"), Database(postgres_url)

    def fail() -> None:
        with there.write() as tx:
            tx.signal("customers", "nobody")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with there.write() as tx:
        tx.signal("customers", "ada")
    there.close()
    assert heard.waits_for("ada")
    assert "nobody" not in heard.payloads


@pytest.mark.postgres
def test_a_voice_that_was_cut_off_speaks_again(postgres_url: str) -> None:
    made: list[psycopg.Connection] = []

    def connect() -> psycopg.Connection:
        made.append(psycopg.connect(postgres_url, autocommit=True))
        return made[-1]

    voice = Voice(connect, "test", "me")
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("listen test")
        voice.tell([("customers", "ada")])
        told = other.notifies(timeout=20, stop_after=1)
        assert [orjson.loads(notice.payload) for notice in told] == [["me", ["customers", "ada"]]]
        other.execute("select pg_terminate_backend(%s)", [made[0].info.backend_pid])
        voice.tell([("customers", "bob")])
        told = other.notifies(timeout=20, stop_after=1)
        assert [orjson.loads(notice.payload) for notice in told] == [["me", ["customers", "bob"]]]
    voice.close()
    assert [connection.closed for connection in made] == [True, True]


@pytest.mark.postgres
def test_a_connection_that_a_firewall_has_forgotten_is_given_up_within_a_minute(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.read() as connection:
        asked = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    database.close()
    idle, interval, count = (int(asked[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert 0 < idle + interval * count <= 60
