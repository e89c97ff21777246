"""By which release and rules the cards are indexed, and how all of them come to be indexed anew."""

from __future__ import annotations

from hashlib import blake2b

import sqlalchemy as sa

from customers.matching.packing import VERSION
from storage.engine import Tx
from storage.index_tables import (
    card_keys,
    index_state,
    match_cards,
    search_values,
    term_cards,
    term_pieces,
    terms,
    token_counts,
)
from storage.match_inputs import MatchRules
from storage.tables import cards

LOCK = "index"
"""Whoever changes the tables of the index holds this: there is one at a time, so that nobody waits for two rows."""
SWEPT_AT_ONCE = 2000

_EVERYTHING = (card_keys, token_counts, term_cards, term_pieces, search_values, terms, match_cards)
_STATE = sa.select(index_state.c.version, index_state.c.rules, index_state.c.swept_to)
_SET = sa.update(index_state)
_NEXT = (
    sa.select(cards.c.id).where(cards.c.id > sa.bindparam("after")).order_by(cards.c.id).limit(sa.bindparam("count"))
)
_OUTDATE = sa.update(cards).where(cards.c.id.in_(sa.bindparam("cards", expanding=True))).values(is_indexed=False)


def prepare(tx: Tx, rules: MatchRules) -> bool:
    """The tables are of this release and of `rules`, if need be with all cards to be indexed anew.

    False where they are of a newer release, which nothing is changed of then. Called when a process starts.
    """
    tx.lock(LOCK)
    state, text = tx.execute(_STATE).first(), _text(rules)
    if state is None:
        tx.execute(sa.insert(index_state), {"id": 1, "version": int(VERSION), "rules": text})
        return True
    if state.version > int(VERSION):
        return False
    if state.version < int(VERSION):
        _forget_all(tx)
    if (state.version, state.rules) != (int(VERSION), text):
        tx.execute(_SET, {"version": int(VERSION), "rules": text, "swept_to": ""})
    return True


def sweep(tx: Tx) -> bool:
    """While all cards are to be indexed anew: some more of them are marked. False where the tables are not ours."""
    state = tx.execute(_STATE).first()
    if state is None or state.version != int(VERSION):
        return False
    if state.swept_to is not None:
        found = tx.execute(_NEXT, {"after": state.swept_to, "count": SWEPT_AT_ONCE}).scalars().all()
        if found:
            tx.execute(_OUTDATE, {"cards": found})
        tx.execute(_SET, {"swept_to": found[-1] if found else None})
    return True


def _forget_all(tx: Tx) -> None:
    """What another release wrote cannot be told row by row: its keys are not known any more."""
    for table in _EVERYTHING:
        tx.execute(sa.text(f"truncate {table.name}") if tx.dialect == "postgresql" else sa.delete(table))


def _text(rules: MatchRules) -> str:
    said = sorted((intake, *sorted(providers)) for intake, providers in rules.person_ids.items() if providers)
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()
