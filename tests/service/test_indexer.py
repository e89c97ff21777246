"""Cards are indexed by themselves, those of an older version too, and somebody who types finds them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from customers.identities import Identity
from customers.model import Channel, IdentityKind
from service.indexer import Indexer
from storage import cards, index
from storage import tables as t
from storage.engine import Database
from storage.index_tables import match_cards
from storage.match_inputs import MatchRules

PHONE = Identity(IdentityKind.PHONE, "+4915112345678", "+4915112345678")


@pytest.fixture
def indexer(database: Database) -> Iterator[Indexer]:
    made = Indexer(database, MatchRules(), poll_seconds=0.05)
    yield made
    made.stop()


def caught_up(database: Database) -> bool:
    """Within a few seconds nothing is left to do."""
    for _ in range(400):
        with database.read() as connection:
            if not index.is_behind(connection):
                return True
        time.sleep(0.02)
    return False


def count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(match_cards)).scalar_one())


def test_what_is_there_and_what_comes_is_indexed_in_batches(database: Database, indexer: Indexer) -> None:
    with database.write() as tx:
        for _ in range(60):
            cards.create(tx, Channel.VOICE)
    indexer.start()
    assert caught_up(database)
    assert count(database) == 60
    with database.write() as tx:
        card_id = cards.create(tx, Channel.VOICE)
        cards.add_identities(tx, card_id, Channel.VOICE, [PHONE])
    assert caught_up(database)
    assert count(database) == 61


def test_two_processes_share_the_work(database: Database, indexer: Indexer) -> None:
    with database.write() as tx:
        for _ in range(120):
            cards.create(tx, Channel.VOICE)
    other = Indexer(database, MatchRules(), poll_seconds=0.05)
    indexer.start()
    other.start()
    assert caught_up(database)
    other.stop()
    assert count(database) == 120


def test_trouble_passes(database: Database, indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.indexer._TROUBLE_SECONDS", 0.01)
    with database.write() as tx:
        tx.execute(sa.text("alter table cards rename to hidden"))
    indexer.start()
    time.sleep(0.1)
    with database.write() as tx:
        tx.execute(sa.text("alter table hidden rename to cards"))
        cards.create(tx, Channel.VOICE)
    assert caught_up(database)
    with database.read() as connection:
        assert connection.execute(sa.select(t.cards.c.is_indexed)).scalar_one()
