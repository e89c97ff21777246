"""Cards as events leave them, changed in every way, and what the tables of the index should hold of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from customers.events import InteractionEvent
from customers.identities import Identity
from customers.ids import CardId, InteractionId, LinkId
from customers.matching.entries import Entry, entry
from customers.matching.terms import pieces
from customers.model import Channel, IdentityKind, Verb
from storage import cards, index, index_state, interactions, links
from storage import tables as t
from storage.engine import Database, Tx
from storage.index_tables import (
    TOTAL,
    card_keys,
    match_cards,
    search_values,
    term_cards,
    term_pieces,
    terms,
    token_counts,
)
from storage.match_inputs import MatchRules, read

SOURCE = "urn:test"
INTAKE = "main"
RULES = MatchRules({INTAKE: frozenset({"shop"})})


def phone(number: str, name: str = "") -> Identity:
    """A number, as it is stored."""
    return Identity(IdentityKind.PHONE, number, number, "", name)


def email(address: str, name: str = "") -> Identity:
    """A mailbox."""
    return Identity(IdentityKind.EMAIL, address.casefold(), address, "", name)


def social(provider: str, value: str) -> Identity:
    """An id or user name of a channel."""
    return Identity(IdentityKind.SOCIAL, f"{provider}:{value}", value, provider)


def external(provider: str, value: str, source: str = SOURCE) -> Identity:
    """An id that a system gave."""
    return Identity(IdentityKind.EXTERNAL, f"{source}|{provider}:{value}", value, provider)


@dataclass
class World:
    """A database, and hands that change it as the product does."""

    database: Database
    rules: MatchRules = RULES

    def __post_init__(self) -> None:
        with self.database.write() as tx:
            index_state.prepare(tx, self.rules)
        self._calls = 0

    def card(self, *known: Identity, channel: Channel = Channel.VOICE, indexed: bool = True, **customer: str) -> CardId:
        """A new card with these identities and facts of the customer."""
        with self.database.write() as tx:
            card_id = cards.create(tx, channel)
            cards.add_identities(tx, card_id, channel, known)
            cards.fill_customer(tx, card_id, customer)
        if indexed:
            self.index()
        return card_id

    def learns(self, card_id: CardId, *known: Identity, channel: Channel = Channel.VOICE, **customer: str) -> None:
        """The card says more."""
        with self.database.write() as tx:
            cards.add_identities(tx, card_id, channel, known)
            cards.fill_customer(tx, card_id, customer)

    def call(self, card_id: CardId, source: str = SOURCE) -> InteractionId:
        """An interaction on the card."""
        self._calls += 1
        event = InteractionEvent(
            source, f"e{self._calls}", Verb.ENDED, datetime.now(UTC), f"c{self._calls}", Channel.VOICE
        )
        with self.database.write() as tx:
            row = interactions.locate(tx, INTAKE, event)
            interactions.update(tx, row.id, card_id=card_id)
        return row.id

    def links(self, interaction: InteractionId, record: str, crm: str = "salesforce", level: str = "person") -> LinkId:
        """A CRM record is linked to the interaction."""
        row = {"crm": crm, "type": "Contact", "record_id": record, "type_label": "", "title": record, "subtitle": ""}
        with self.database.write() as tx:
            return links.tie(tx, interaction, {**row, "level": level}, "user").id

    def unlinks(self, link: LinkId) -> None:
        """It is taken back."""
        with self.database.write() as tx:
            links.untie(tx, link)

    def drops(self, card_id: CardId) -> None:
        """The card is gone, where no interaction stands on it."""
        with self.database.write() as tx:
            cards.drop_if_empty(tx, card_id)

    def merges(self, absorbed: CardId, survivor: CardId | None) -> None:
        """From now on `survivor` stands for `absorbed` too; None: nobody but itself."""
        with self.database.write() as tx:
            tx.execute(sa.update(t.cards).where(t.cards.c.id == absorbed).values(survivor_id=survivor))

    def index(self, batch: int = 200) -> int:
        """Everything is indexed; how many cards there were to be."""
        done = 0
        while count := self.index_some(batch):
            done += count
        return done

    def index_some(self, batch: int) -> int:
        """One batch."""
        with self.database.write() as tx:
            return index.reindex(tx, batch, self.rules)

    def entries(self) -> dict[str, Entry]:
        """What every card says now."""
        with self.database.read() as connection:
            ids = connection.execute(sa.select(t.cards.c.id)).scalars().all()
            return {card: entry(said) for card, said in read(connection, ids, self.rules).items()}


Held = dict[str, Any]


def held(database: Database) -> Held:
    """What the tables of the index hold, with the cards' own ids and the words themselves."""
    with database.read() as connection:
        rows = connection.execute(sa.select(match_cards)).all()
        cards_by = {row.id: row.card_id for row in rows}
        words = {row.id: row.term for row in connection.execute(sa.select(terms))}
        return {
            "forms": {row.card_id: (row.form, row.terms) for row in rows},
            "keys": {(row.k, cards_by[row.card]) for row in connection.execute(sa.select(card_keys))},
            "tokens": {row.token: row.cards for row in connection.execute(sa.select(token_counts))},
            "terms": {row.term: row.cards for row in connection.execute(sa.select(terms))},
            "pieces": {(row.piece, words[row.term]) for row in connection.execute(sa.select(term_pieces))},
            "words": {(words[row.term], cards_by[row.card]) for row in connection.execute(sa.select(term_cards))},
            "values": {(row.value, cards_by[row.card]) for row in connection.execute(sa.select(search_values))},
        }


def wanted(entries: dict[str, Entry]) -> Held:
    """What they should hold, made from scratch."""
    tokens = Counter(token for one in entries.values() for token in one.tokens)
    found = Counter(term for one in entries.values() for term in one.terms)
    if entries:
        tokens[TOTAL] = len(entries)
    return {
        "forms": {card: (one.form, one.line) for card, one in entries.items()},
        "keys": {(key, card) for card, one in entries.items() for key in one.keys},
        "tokens": dict(tokens),
        "terms": dict(found),
        "pieces": {(piece, term) for term in found for piece in pieces(term)},
        "words": {(term, card) for card, one in entries.items() for term in one.terms},
        "values": {(value, card) for card, one in entries.items() for value in one.values},
    }


def unindexed(tx: Tx) -> int:
    """How many cards wait."""
    return int(tx.execute(sa.select(sa.func.count()).select_from(t.cards).where(~t.cards.c.is_indexed)).scalar_one())
