"""The search box (A-27, B-29): cards by whatever part of them was typed, as it is typed, mistyped too.

First cards of which two words, or a value, begin as typed; then, where these are few, cards with one of the words or
with a word that is nearly it. Cards that are not indexed yet are read as they are, if they are not many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.identities import email, phone
from customers.ids import CardId
from customers.matching import asking, finding
from customers.matching.asking import Question, question
from customers.matching.cologne import cologne
from customers.matching.entries import Entry, entry
from customers.matching.finding import rank
from customers.matching.keys import KeyKind, number
from customers.matching.marking import Field, Mark, marks
from customers.model import Channel, IdentityKind
from storage import search_statements as ask
from storage.match_inputs import MatchRules, read
from storage.postings import under_keys, under_terms

LIMIT = 20
_PER_KEY = 60
_PER_TERM = 60
_COMPARED = 100
"""So many cards are compared with what was typed, those of the rarest keys first."""
_WORDS_TRIED = 24
_CORRECTED = 3
"""So many corrections of each word are put together with those of the others."""
_LONG = 4
"""Words of fewer letters have too many neighbours."""
_SLIPS = 2
"""So many letters more or fewer a word has that was mistyped; and so many are missing of one that is being typed."""
_COMMON = 400
"""Words of more cards than this are looked for in pairs."""
_FIELDS = {IdentityKind.PHONE: Field.PHONE, IdentityKind.EMAIL: Field.EMAIL}


@dataclass(frozen=True, slots=True)
class Found:
    """A card that answers what was typed."""

    card_id: CardId
    """That stands for itself; what was found may be of a card that it stands for."""
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    root: CardId
    cost: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Word:
    """A term that may be a word that was typed."""

    id: int
    term: str
    cards: int
    cost: int


def find(connection: sa.Connection, text: str, limit: int = LIMIT) -> list[Found]:
    """The cards that answer `text`, each root once: exact before beginnings before mistyped, then the newest change."""
    asked = question(text)
    if not asked.words and not asked.values:
        return []
    rows = ask.looked_up(connection, asked.values)
    texts = [row for row in rows if row.kind is not None]
    hits = _by_values(asked, [row for row in rows if row.number is not None])
    is_address = bool(hits) and "@" in asked.text
    if asked.words and len(hits) < limit and not is_address:
        hits += _placed(connection, _by_words(connection, asked, limit))
    hits += _not_indexed(connection, asked, [row for row in rows if row.number is None and row.kind is None])
    best = _best(hits, limit)
    if missing := {*best} - {row.root for row in texts}:
        texts += ask.texts(connection, missing)
    return _shown(asked, best, texts)


def _placed(connection: sa.Connection, costs: Mapping[int, int]) -> list[_Hit]:
    """Only what answers is looked at in the table of cards: one in eight of those that are compared."""
    rows = ask.cards_of(connection, costs) if costs else ()
    return [_Hit(CardId(row.root), costs[row.id], row.at) for row in rows]


def _best(hits: Iterable[_Hit], limit: int) -> list[CardId]:
    best: dict[CardId, tuple[int, float]] = {}
    for hit in hits:
        place = (hit.cost, -hit.changed_at.timestamp())
        best[hit.root] = min(place, best.get(hit.root, place))
    return sorted(best, key=lambda root: (best[root], root))[:limit]


# --- by numbers, addresses, user names --------------------------------------------------------------------------


def _by_values(asked: Question, rows: Iterable[Any]) -> list[_Hit]:
    """Each card once, as what answers best."""
    hits: dict[int, _Hit] = {}
    for row in rows:
        if (is_whole := asked.is_answered_by(row.value)) is not None:
            cost = finding.EXACT if is_whole else finding.BEGINS
            if row.number not in hits or cost < hits[row.number].cost:
                hits[row.number] = _Hit(CardId(row.root), cost, row.at)
    return [*hits.values()]


# --- by words ---------------------------------------------------------------------------------------------------


def _by_words(connection: sa.Connection, asked: Question, limit: int) -> dict[int, int]:
    """By card what it costs."""
    numbers = _of_pairs(connection, asking.keys(asked)) if len(asked.words) > 1 else []
    found = _ranked(connection, asked, numbers)
    good = [cost for cost in found.values() if cost <= len(asked.words)]
    if len(good) >= limit or finding.EXACT in good:
        return found
    begun, seen = _begun(connection, asked), {*numbers}
    for wrong in _mistyped(begun, is_found=bool(good)):
        words = begun | _neighbours(connection, wrong, begun)
        found |= _ranked(connection, asked, [one for one in _of_words(connection, words) if one not in seen])
        if found:
            break
    return found


def _ranked(connection: sa.Connection, asked: Question, numbers: Sequence[int]) -> dict[int, int]:
    rows = ask.terms_of(connection, numbers) if numbers else ()
    ranked = ((card, rank(asked.words, terms.split())) for card, terms in rows)
    return {card: cost for card, cost in ranked if cost is not None}


def _of_pairs(connection: sa.Connection, keys: Sequence[int]) -> list[int]:
    """The cards of the rarest keys."""
    return _first(sorted(under_keys(connection, keys, _PER_KEY).values(), key=len), _COMPARED)


def _first(lists: Iterable[Sequence[int]], count: int) -> list[int]:
    return [*dict.fromkeys(card for some in lists for card in some)][:count]


def _begun(connection: sa.Connection, asked: Question) -> dict[str, list[_Word]]:
    """By word that was typed, the terms that it may be among those that begin with one of the words."""
    rows = ask.beginning_with(connection, asked.words)
    return {word: _likest(_may_be(word, rows)) for word in asked.words}


def _mistyped(begun: Mapping[str, Sequence[_Word]], *, is_found: bool) -> Iterator[Sequence[ask.Near]]:
    """Which words may be mistyped, and how long the right ones are: first the word that fewest cards have (those that
    none has), `_SLIPS` letters longer or shorter, the last one perhaps not typed to its end; then all, however long.

    Where somebody was found, once, those that nothing is like.
    """
    whole = [ask.Near(word, len(word) - _SLIPS, len(word) + _SLIPS) for word in begun]
    whole[-1] = whole[-1]._replace(most=whole[-1].most + _SLIPS)
    long = [near for near in whole if len(near.word) >= _LONG]
    if is_found:
        yield [near for near in long if not begun[near.word]]
        return
    known = {near.word: _cards_of(begun[near.word]) for near in long}
    yield [near for near in long if known[near.word] == min(known.values())]
    yield [ask.Near(near.word) for near in long]


def _cards_of(terms: Iterable[_Word]) -> int:
    """How many cards have the word as it was typed."""
    return sum(one.cards for one in terms if one.cost == finding.EXACT)


def _neighbours(
    connection: sa.Connection, wrong: Sequence[ask.Near], begun: Mapping[str, Sequence[_Word]]
) -> dict[str, list[_Word]]:
    """By word of `wrong`, the terms that it may be, those with which it begins among them."""
    rows: defaultdict[int, list[Sequence[Any]]] = defaultdict(list)
    for at, *row in ask.near(connection, wrong):
        rows[at].append(row)
    return {near.word: _likest([*begun[near.word], *_may_be(near.word, rows[at])]) for at, near in enumerate(wrong)}


def _may_be(word: str, rows: Iterable[Sequence[Any]]) -> Iterator[_Word]:
    found = ((number, term, cards, finding.cost(word, term)) for number, term, cards in rows)
    return (_Word(*one) for one in found if one[-1] < finding.MISSING)


def _likest(found: Iterable[_Word]) -> list[_Word]:
    each = {one.id: one for one in found}.values()
    return sorted(each, key=lambda one: (one.cost, -one.cards, one.id))[:_WORDS_TRIED]


def _of_words(connection: sa.Connection, words: Mapping[str, Sequence[_Word]]) -> list[int]:
    """The cards of the rarest of the words; where all are common, those that have two of them."""
    known = sorted((found for found in words.values() if found), key=lambda found: sum(one.cards for one in found))
    if not known:
        return []
    numbers: list[int] = []
    if len(known) > 1 and sum(one.cards for one in known[0]) > _COMMON:
        numbers = _of_pairs(connection, _corrected(known[0], known[1]))
    rarest = {one.id: one for one in known[0]}
    by_term = under_terms(connection, rarest, _PER_TERM)
    ordered = sorted(by_term, key=lambda term: (rarest[term].cost, rarest[term].id))
    return _first([numbers, *(by_term[term] for term in ordered)], _COMPARED)


def _corrected(ones: Sequence[_Word], others: Sequence[_Word]) -> list[int]:
    """Keys of names that have one of each."""
    sounds = {
        " ".join(sorted((cologne(one.term), cologne(other.term))))
        for one in ones[:_CORRECTED]
        for other in others[:_CORRECTED]
    }
    return [number(KeyKind.NAME_SOUNDS, pair) for pair in sorted(sounds)]


# --- cards that are not indexed yet -----------------------------------------------------------------------------


def _not_indexed(connection: sa.Connection, asked: Question, newest: Iterable[Any]) -> list[_Hit]:
    """Of the `newest` and, where there are more, of those that the whole number or address leads to."""
    rows = {row.id: row for row in newest}
    if len(rows) == ask.NEW and (keys := _identities(asked)):
        rows |= {row.id: row for row in ask.new_cards_of(connection, keys)}
    said = read(connection, [*rows], MatchRules()) if rows else {}
    costs = {card: _cost(asked, entry(one)) for card, one in said.items()}
    return [_Hit(CardId(rows[card].root), cost, rows[card].at) for card, cost in costs.items() if cost is not None]


def _cost(asked: Question, made: Entry) -> int | None:
    answers = {asked.is_answered_by(value) for value in made.values} - {None}
    if answers:
        return finding.EXACT if True in answers else finding.BEGINS
    return rank(asked.words, made.terms) if asked.words else None


def _identities(asked: Question) -> list[tuple[str, str, str, str]]:
    """What a whole number or address would be stored as."""
    number = phone(asked.text) if asked.number else ""
    address = email(asked.text).casefold()
    kinds = [(IdentityKind.PHONE, number), (IdentityKind.EMAIL, address)]
    return [(channel.value, kind.value, "", key) for kind, key in kinds if key for channel in Channel]


# --- what is shown of them --------------------------------------------------------------------------------------


def _shown(asked: Question, roots: Iterable[CardId], rows: Iterable[Any]) -> list[Found]:
    texts: defaultdict[str, list[tuple[Field, str]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (bool(row.kind), row.at, row.id)):
        if row.kind:
            texts[row.root] += [(Field.NAME, row.name), (_FIELDS.get(row.kind, Field.HANDLE), row.company)]
        else:
            name = row.name or f"{row.given_name} {row.family_name}".strip()
            texts[row.root] += [(Field.NAME, name), (Field.COMPANY, row.company)]
    return [Found(root, tuple(marks(asked, texts[root]))) for root in roots]
