"""Made-up cards in a database, and what it takes to index them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bench.people.cards import Card
from storage import index, index_state, tables
from storage.engine import Database
from storage.index_tables import (
    card_keys,
    match_cards,
    search_values,
    term_cards,
    term_pieces,
    terms,
    token_counts,
)
from storage.match_inputs import MatchRules

FOR_SUGGESTIONS = (card_keys, match_cards, token_counts)
FOR_SEARCH = (terms, term_pieces, term_cards, search_values)
RULES = MatchRules()
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_AT_ONCE = 5000
_INDEXED_AT_ONCE = 1000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Indexed:
    """What it took to index all cards."""

    seconds: float
    cpu_seconds: float
    """Of this process: on PostgreSQL the server's are not among them."""
    suggestion_bytes: int
    search_bytes: int


def fill(db: Database, cards: Sequence[Card], on_progress: Progress) -> Indexed:
    """The cards stand in `db`, indexed."""
    for at in range(0, len(cards), _AT_ONCE):
        _insert(db, cards[at : at + _AT_ONCE])
    began, cpu = time.perf_counter(), time.process_time()
    _index(db, on_progress)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    _settle(db)
    return Indexed(seconds, cpu_seconds, _bytes(db, FOR_SUGGESTIONS), _bytes(db, FOR_SEARCH))


def _insert(db: Database, cards: Sequence[Card]) -> None:
    with db.write() as tx:
        tx.execute(sa.insert(tables.customers), [_customer(card) for card in cards])
        tx.execute(sa.insert(tables.cards), [_row(card) for card in cards])
        tx.execute(sa.insert(tables.identities), [one for card in cards for one in _identities(card)])


def _customer(card: Card) -> dict[str, Any]:
    at = _made(card)
    named = {"name": card.shown.text, "company": card.company}
    return {"id": card.key, **named, "created_at": at, "updated_at": at}


def _row(card: Card) -> dict[str, Any]:
    at = _made(card)
    ids = {"id": card.key, "customer_id": card.key, "channel": card.channel}
    return {**ids, "created_at": at, "changed_at": at, "is_indexed": False}


def _identities(card: Card) -> Iterator[dict[str, Any]]:
    """Whoever shares a number has a card of their own here, as if another source had told of each."""
    if card.phone:
        yield _identity(card, "phone", card.key, card.e164)
    if card.mailbox:
        yield _identity(card, "email", card.key, card.mailbox.text)
    if card.handle:
        provider, handle = card.handle
        yield _identity(card, "social", provider, handle.text)


def _identity(card: Card, kind: str, provider: str, value: str) -> dict[str, Any]:
    named = {"channel": card.channel, "kind": kind, "provider": provider, "key": f"{value}|{card.key}", "value": value}
    return {"id": f"{card.key}{kind[0]}", "card_id": card.key, **named, "created_at": _made(card)}


def _made(card: Card) -> datetime:
    return _FIRST + timedelta(seconds=card.number)


def _index(db: Database, on_progress: Progress) -> None:
    with db.write() as tx:
        index_state.prepare(tx, RULES)
    done = 0
    while some := _some(db):
        done += some
        on_progress(done)


def _some(db: Database) -> int:
    with db.write() as tx:
        return index.reindex(tx, _INDEXED_AT_ONCE, RULES)


def _settle(db: Database) -> None:
    """PostgreSQL's own housekeeping would do this within a minute; SQLite has none, and is measured so."""
    if db.dialect == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze")


def _bytes(db: Database, of: Sequence[sa.Table]) -> int:
    """Indexes included."""
    with db.read() as connection:
        return sum(_bytes_of(connection, table.name, db.dialect) for table in of)


def _bytes_of(connection: sa.Connection, table: str, dialect: str) -> int:
    if dialect == "postgresql":
        statement = "select pg_total_relation_size(cast(:table as regclass))"
    else:
        statement = (
            "select sum(pgsize) from dbstat where name in (select name from sqlite_master where tbl_name = :table)"
        )
    size: int = connection.execute(sa.text(statement), {"table": table}).scalar_one()
    return size
