"""A database of made-up cards, in the product's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from bench.people.cards import Card
from customers.ids import CardId
from customers.model import Channel, IdentityKind
from storage import index, index_state, tables
from storage.engine import Database
from storage.match_inputs import MatchRules

RULES = MatchRules()
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_AT_ONCE = 5000
_BATCH = 200
"""As the indexer's."""
_CHANNELS = {"voice": Channel.VOICE, "email": Channel.EMAIL}

Row = dict[str, Any]


def card_id(card: Card) -> CardId:
    """The id of a made-up card in the database."""
    return CardId(f"{card.number:032}")


def one_each(cards: Iterable[Card]) -> Iterator[Card]:
    """Without those whose number or address another card of the channel has: in the product these two are one."""
    taken: set[tuple[str, ...]] = set()
    for card in cards:
        keys = {(row["channel"], row["kind"], row["key"]) for row in _identities(card)}
        if taken.isdisjoint(keys):
            taken |= keys
            yield card


def fill(db: Database, cards: Iterable[Card]) -> None:
    """`cards` are in the database, and none of them is indexed."""
    waiting = iter(cards)
    with db.write() as tx:
        index_state.prepare(tx, RULES)
    while some := [*islice(waiting, _AT_ONCE)]:
        with db.write() as tx:
            tx.execute(sa.insert(tables.customers), [_customer(card) for card in some])
            tx.execute(sa.insert(tables.cards), [_card(card) for card in some])
            if found := [row for card in some for row in _identities(card)]:
                tx.execute(sa.insert(tables.identities), found)


def make_index(db: Database) -> int:
    """All cards are indexed, as a worker process does it; how many that were."""
    done = 0
    while True:
        with db.write() as tx:
            count = index.reindex(tx, _BATCH, RULES)
        if not count:
            return done
        done += count


def _customer(card: Card) -> Row:
    at = _time(card)
    return {
        "id": card_id(card), "name": card.shown.text, "company": card.company, "created_at": at, "updated_at": at,
    }  # fmt: skip


def _card(card: Card) -> Row:
    at = _time(card)
    return {
        "id": card_id(card), "customer_id": card_id(card), "channel": _channel(card), "created_at": at,
        "changed_at": at,
    }  # fmt: skip


def _identities(card: Card) -> list[Row]:
    known = []
    if card.e164:
        known.append((IdentityKind.PHONE, card.e164, card.e164, ""))
    if card.mailbox:
        known.append((IdentityKind.EMAIL, card.mailbox.text.casefold(), card.mailbox.text, ""))
    if card.handle:
        provider, user = card.handle
        known.append((IdentityKind.SOCIAL, f"{provider}:{user.text}", user.text, provider))
    return [
        {
            "id": f"{card.number:030}{at:02}", "card_id": card_id(card), "channel": _channel(card), "kind": kind,
            "provider": provider, "key": key, "value": value, "created_at": _time(card),
        }
        for at, (kind, key, value, provider) in enumerate(known)
    ]  # fmt: skip


def _channel(card: Card) -> str:
    return _CHANNELS.get(card.channel, Channel.CHAT).value


def _time(card: Card) -> datetime:
    return _BEGAN + timedelta(seconds=card.number)
