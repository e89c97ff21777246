"""Which of the cards that share a key are compared: few, and the most promising."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from math import log2
from typing import TypeVar

from customers.matching.keys import EXACT, KeyKind
from customers.matching.weights import WEIGHTS

CAP = 120
"""A key of more cards than this tells nothing: it is not followed. Longer lists bring noise, not duplicates."""
LIMIT = 28
"""So many candidates are scored; 40 find one duplicate in 3,000 more."""
_FIRST = 1000.0
"""Bits that nothing else comes to, for exact keys."""
_OF_HOUSES = frozenset({KeyKind.PHONE, KeyKind.EMAIL})
"""Many cards under one of these are those of a house, and would leave no room for anybody else: they come by rarity."""
_FURTHER = 1.0
"""Bits for each further key of one fact."""
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

    Whoever shares an exact id comes first, unless it is the number or mailbox of a whole house; then whoever shares the
    rarest facts among `total` cards. At most `limit`. Of the keys of one fact (name, contact, birth, place) the rarest
    counts in full, because a name's sound and letters are one fact, and each other one a little: cards that agree in
    two ways agree rather by more than chance.
    """
    followed: defaultdict[str, list[tuple[float, Sequence[CardT]]]] = defaultdict(list)
    for worth, fact, key in sorted(_worths(kinds, postings, max(total, 2))):
        followed[fact].append((worth, postings[key][:CAP]))
    promise: dict[CardT, float] = {}
    for fact in sorted(followed):
        found = _of_one_fact(followed[fact])
        promise |= {card: bits + promise.get(card, 0.0) for card, bits in found.items()} if promise else found
    return _first(promise, limit)


def _of_one_fact(followed: Sequence[tuple[float, Sequence[CardT]]]) -> dict[CardT, float]:
    """What each card promises by keys that are given from the commonest to the rarest: the rarest overwrites."""
    best: dict[CardT, float] = {}
    for worth, cards in followed:
        best.update(dict.fromkeys(cards, worth))
    times = Counter(chain.from_iterable(cards for _, cards in followed))
    return {card: worth + _FURTHER * (times[card] - 1) for card, worth in best.items()}


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
            is_house = len(cards) > WEIGHTS.contact_many_cards and kinds[key] in _OF_HOUSES
            yield log2(total / len(cards)) + (_FIRST if is_exact and not is_house else 0.0), fact, key
