"""Suggestions for cards of a database: as they are first asked for, and again beside their statements and scoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

import sqlalchemy as sa

from bench.duplicates.filling import RULES
from bench.duplicates.statements import Statement, recorded, replay
from bench.duplicates.timing import Times, ratio
from bench.people.cards import Card
from customers.ids import CardId
from storage.duplicates import Compared, Duplicate, compared, suggestions
from storage.engine import Database


@dataclass(slots=True)
class Suggesting:
    """What was measured."""

    first: Times = field(default_factory=Times)
    """Each card for the first time, as an agent meets it."""
    ours: Times = field(default_factory=Times)
    floor: Times = field(default_factory=Times)

    @property
    def ratio(self) -> float:
        """The use case, its transaction included, to its raw statements and scoring."""
        return ratio(self.ours, self.floor)


@dataclass(frozen=True, slots=True)
class _Recording:
    card: CardId
    statements: Sequence[Statement]
    found: Compared


def measure(db: Database, cards: Sequence[Card], rounds: int) -> Suggesting:
    """All `cards` once, then `rounds` times ours and the floor one after the other, in an order of chance."""
    measured = Suggesting()
    ids = [CardId(card.key) for card in cards]
    for card in ids:
        measured.first.of(lambda card=card: _ask(db, card))  # type: ignore[misc]
    with db.read() as connection:
        connection.execute(sa.text("select 1"))  # the transaction begins here, and not in what is recorded
        recordings = [_recorded(connection, card) for card in ids]
        connection.rollback()
        _compare(db, connection, recordings * rounds, measured)
    return measured


def _compare(db: Database, held: sa.Connection, recordings: Sequence[_Recording], measured: Suggesting) -> None:
    random, run = Random(1), replay(held)
    for one in recordings:

        def ours(one: _Recording = one) -> None:
            measured.ours.of(lambda: _ask(db, one.card))

        def floor(one: _Recording = one) -> None:
            found = _afresh(one.found)
            measured.floor.of(lambda: (run(one.statements), found.suggestions()))

        for side in random.sample([ours, floor], 2):
            side()


def _afresh(found: Compared) -> Compared:
    """As it is read: what the score derives from a form, and the form keeps, is derived again."""
    candidates = {card: replace(form) for card, form in found.candidates.items()}
    return replace(found, form=replace(found.form), candidates=candidates)


def _ask(db: Database, card: CardId) -> list[Duplicate]:
    with db.read() as connection:
        return suggestions(connection, card, RULES)


def _recorded(connection: sa.Connection, card: CardId) -> _Recording:
    with recorded(connection) as statements:
        found = compared(connection, card, RULES)
    if found is None:
        raise LookupError(f"no card {card}")
    return _Recording(card, statements, found)
