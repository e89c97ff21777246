"""What cards say of their persons, in the tables by which they are found. Written behind the cards, never with them.

Whoever changes what a card says leaves it with `is_indexed` false (`storage.cards.outdate`), in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from customers.matching.entries import NOTHING, Entry, entry, kept
from customers.matching.terms import pieces
from storage import pairs
from storage.conditions import same
from storage.engine import Tx
from storage.index_state import LOCK, sweep
from storage.index_tables import (
    TOTAL,
    card_keys,
    index_state,
    match_cards,
    search_values,
    term_cards,
    term_pieces,
    terms,
    token_counts,
)
from storage.match_inputs import MatchRules, read
from storage.tables import cards
from storage.upsert import adding

_CARDS: sa.BindParameter[Any] = sa.bindparam("cards", expanding=True)
_UNINDEXED = (
    sa.select(cards.c.id)
    .where(~cards.c.is_indexed)
    .order_by(cards.c.created_at.desc())
    .limit(sa.bindparam("count"))
    .with_for_update(skip_locked=True, key_share=True)
)
_BEHIND = sa.union_all(
    sa.select(sa.literal(1)).where(sa.exists().where(~cards.c.is_indexed)),
    sa.select(sa.literal(1)).where(sa.exists().where(index_state.c.swept_to.isnot(None))),
)
_KEPT = sa.select(match_cards).where(match_cards.c.card_id.in_(_CARDS))
_NEW_CARD = sa.insert(match_cards).returning(match_cards.c.card_id, match_cards.c.id)
_CHANGE_CARD = sa.update(match_cards).where(same(match_cards.c.id))
_FORGET_CARD = sa.delete(match_cards).where(same(match_cards.c.id))
_INDEXED = sa.update(cards).where(cards.c.id.in_(_CARDS)).values(is_indexed=True)
_COUNT = adding(token_counts, ["token"], "cards")
_UNCOUNT = sa.delete(token_counts).where(same(token_counts.c.token), token_counts.c.cards <= 0)
_KNOWN_TERMS = sa.select(terms.c.term, terms.c.id).where(terms.c.term.in_(sa.bindparam("terms", expanding=True)))
_NEW_TERM = sa.insert(terms).returning(terms.c.term, terms.c.id)
_COUNT_TERM = sa.update(terms).where(same(terms.c.id)).values(cards=terms.c.cards + sa.bindparam("more"))
_UNUSED_TERM = sa.delete(terms).where(same(terms.c.id), terms.c.cards <= 0).returning(terms.c.id)


@dataclass(frozen=True, slots=True)
class _Change:
    """One card: what the tables hold of it, and what they are to hold."""

    card: int
    before: Entry
    after: Entry


def is_behind(connection: sa.Connection) -> bool:
    """True where a card waits to be indexed, or to be marked so."""
    return connection.execute(_BEHIND).first() is not None


def reindex(tx: Tx, limit: int, rules: MatchRules) -> int:
    """Up to `limit` cards that are not indexed are, the newest first; how many. All of it or nothing.

    On PostgreSQL cards that somebody changes in this moment are left for the next time.
    """
    tx.lock(LOCK)
    if not sweep(tx):
        return 0
    found = tx.execute(_UNINDEXED, {"count": limit}).scalars().all()
    if found:
        _write(tx, {card: entry(said) for card, said in read(tx.connection, found, rules).items()})
        tx.execute(_INDEXED, {"cards": found})
    return len(found)


def forget(tx: Tx, card_id: str) -> None:
    """Nothing is left of the card, which is about to be deleted."""
    tx.lock(LOCK)
    row = tx.execute(_KEPT, {"cards": [card_id]}).first()
    if row is not None:
        _change(tx, [_Change(row.id, kept(row.form, row.terms), NOTHING)])
        tx.execute(_FORGET_CARD, {"the_id": row.id})


def _write(tx: Tx, wanted: Mapping[str, Entry]) -> None:
    known = {row.card_id: row for row in tx.execute(_KEPT, {"cards": [*wanted]})}
    new = [card for card in wanted if card not in known]
    changes = [
        _Change(row.id, kept(row.form, row.terms), wanted[card])
        for card, row in known.items()
        if (row.form, row.terms) != (wanted[card].form, wanted[card].line)
    ]
    if changes:
        changed = [{"the_id": one.card, "form": one.after.form, "terms": one.after.line} for one in changes]
        tx.execute(_CHANGE_CARD, changed)
    if new:
        rows = [{"card_id": card, "form": wanted[card].form, "terms": wanted[card].line} for card in new]
        changes += [_Change(number, NOTHING, wanted[card]) for card, number in tx.execute(_NEW_CARD, rows)]
    _change(tx, changes)


def _change(tx: Tx, changes: Sequence[_Change]) -> None:
    """The rows of all these cards are as they are to be, and what is counted of them is right."""
    _rows(tx, card_keys, [(one.card, one.before.keys, one.after.keys) for one in changes])
    _rows(tx, search_values, [(one.card, one.before.values, one.after.values) for one in changes])
    _count_tokens(tx, changes)
    _terms(tx, changes)


def _rows(tx: Tx, table: sa.Table, changes: Iterable[tuple[int, frozenset[Any], frozenset[Any]]]) -> None:
    """`table` names each card under what is wanted, and under nothing that was."""
    gone: list[pairs.Pair] = []
    new: list[pairs.Pair] = []
    for card, before, after in changes:
        gone += [(one, card) for one in before - after]
        new += [(one, card) for one in after - before]
    pairs.change(tx, table, gone, new)


def _count_tokens(tx: Tx, changes: Sequence[_Change]) -> None:
    counts = _differences((one.before.tokens, one.after.tokens) for one in changes)
    counts[TOTAL] = sum(bool(one.after.form) - bool(one.before.form) for one in changes)
    if more := [{"token": token, "cards": count} for token, count in sorted(counts.items()) if count]:
        tx.execute(_COUNT[tx.dialect], more)
    if less := [{"the_token": token} for token, count in counts.items() if count < 0]:
        tx.execute(_UNCOUNT, less)


def _terms(tx: Tx, changes: Sequence[_Change]) -> None:
    counts = _differences((one.before.terms, one.after.terms) for one in changes)
    touched = {term for one in changes for term in one.before.terms ^ one.after.terms}
    if not touched:
        return
    numbers: dict[str, int] = dict(tx.execute(_KNOWN_TERMS, {"terms": sorted(touched)}).all())
    known = [(term, count) for term, count in sorted(counts.items()) if term in numbers and count]
    if known:
        tx.execute(_COUNT_TERM, [{"the_id": numbers[term], "more": count} for term, count in known])
    if new := [{"term": term, "cards": count} for term, count in sorted(counts.items()) if term not in numbers]:
        numbers |= _new_terms(tx, new)
    _rows(tx, term_cards, [_numbered(one, numbers) for one in changes])
    if less := {numbers[term]: term for term, count in counts.items() if count < 0}:
        _drop_terms(tx, less)


def _new_terms(tx: Tx, new: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    numbers: dict[str, int] = dict(tx.execute(_NEW_TERM, new).all())
    pairs.change(tx, term_pieces, (), ((one, number) for term, number in numbers.items() for one in pieces(term)))
    return numbers


def _drop_terms(tx: Tx, fewer: Mapping[int, str]) -> None:
    """Those of them that no card has any more are gone."""
    gone = [number for number in fewer if tx.execute(_UNUSED_TERM, {"the_id": number}).first() is not None]
    pairs.change(tx, term_pieces, ((one, number) for number in gone for one in pieces(fewer[number])), ())


def _numbered(one: _Change, numbers: Mapping[str, int]) -> tuple[int, frozenset[int], frozenset[int]]:
    gone, new = one.before.terms - one.after.terms, one.after.terms - one.before.terms
    return one.card, frozenset(numbers[term] for term in gone), frozenset(numbers[term] for term in new)


def _differences(pairs: Iterable[tuple[frozenset[str], frozenset[str]]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for before, after in pairs:
        counts.update(after - before)
        counts.subtract(before - after)
    return counts
