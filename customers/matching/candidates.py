"""Which of the cards that share a key are compared: few, and the most promising."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import log2
from operator import itemgetter
from typing import TypeVar

from customers.matching.keys import EXACT, KeyKind

CAP = 200
"""A key of more cards than this tells nothing: it is not followed. Longer lists bring noise, not duplicates."""
LIMIT = 40
"""So many candidates are scored; twice as many find hardly more."""
_FACTS = ("contact", "name", "birth", "place")
_OF_KIND = (
    dict.fromkeys(KeyKind, ("name", False))
    | dict.fromkeys(EXACT, ("contact", True))
    | {KeyKind.USER_NAME: ("contact", False)}
    | dict.fromkeys((KeyKind.BIRTH_DATE, KeyKind.BIRTH_PART), ("birth", False))
    | dict.fromkeys((KeyKind.ADDRESS, KeyKind.POSTCODE), ("place", False))
)
"""What a key of each kind tells, and whether it is exact."""

CardT = TypeVar("CardT", str, int)
"""How cards are called: by their ids, or by the numbers that stand for these in the key table."""


def choose(
    kinds: Mapping[int, KeyKind], postings: Mapping[int, Sequence[CardT]], total: int, limit: int = LIMIT
) -> list[CardT]:
    """The most promising cards of `postings`, which lists the cards of each key of `kinds`, the query's own left out.

    Whoever shares an exact id comes first; then whoever shares the rarest facts among `total` cards. At most `limit`.
    Of the keys of one fact (name, contact, birth, place) the rarest counts: a name's sound and letters are one fact.
    """
    worths = sorted(_worths(kinds, postings, max(total, 2)), reverse=True)
    if len({fact for _, fact, _ in worths}) == 1:
        return _of_one_fact(worths, postings, limit)
    promise: dict[CardT, float] = {}
    for fact in _FACTS:
        best: dict[CardT, float] = {}
        for worth, of, key in reversed(worths):  # the rarest last: it overwrites what a commoner key is worth
            if of == fact:
                best.update(dict.fromkeys(postings[key][:CAP], worth))
        if promise:
            best = {card: worth + promise.get(card, 0.0) for card, worth in best.items()}
        promise |= best
    return _first(promise, limit)


def _of_one_fact(
    worths: Sequence[tuple[float, str, int]], postings: Mapping[int, Sequence[CardT]], limit: int
) -> list[CardT]:
    """As mostly, where names are all that is shared: nobody of a commoner key comes before the cards of the rarest."""
    promise: dict[CardT, float] = {}
    for worth, alike in groupby(worths, key=itemgetter(0)):
        if len(promise) >= limit:
            break
        cards = {card for _, _, key in alike for card in postings[key][:CAP]}
        promise.update(dict.fromkeys(cards - promise.keys(), worth))
    return _first(promise, limit)


def _first(promise: Mapping[CardT, float], limit: int) -> list[CardT]:
    """The cards of most bits; of equal ones the first. Hundreds are looked at, and few are put in order."""
    least = sorted(promise.values(), reverse=True)[:limit][-1:]
    best = sorted((-bits, card) for card, bits in promise.items() if bits >= least[0]) if least else []
    return [card for _, card in best[:limit]]


def _worths(
    kinds: Mapping[int, KeyKind], postings: Mapping[int, Sequence[CardT]], total: int
) -> Iterator[tuple[float, str, int]]:
    """What each key that is followed is worth, and of which fact it is."""
    for key, cards in postings.items():
        fact, is_exact = _OF_KIND[kinds[key]]
        if cards and (len(cards) <= CAP or is_exact):
            yield log2(total / len(cards)) + (1000.0 if is_exact else 0.0), fact, key
