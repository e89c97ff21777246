"""Which of the cards that share a key are compared: few, and the most promising."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log2
from typing import TypeVar

from customers.matching.keys import EXACT, KeyKind

CAP = 200
"""A key of more cards than this tells nothing: it is not followed. Longer lists bring noise, not duplicates."""
LIMIT = 40
"""So many candidates are scored; twice as many find hardly more."""
_ALONE = frozenset({KeyKind.BIRTH_DATE, KeyKind.BIRTH_PART})
_PLACE = frozenset({KeyKind.ADDRESS, KeyKind.POSTCODE})

CardT = TypeVar("CardT", str, int)
"""How cards are called: by their ids, or by the numbers that stand for these in the key table."""


def choose(
    kinds: Mapping[int, KeyKind], postings: Mapping[int, Sequence[CardT]], total: int, limit: int = LIMIT
) -> list[CardT]:
    """The most promising cards of `postings`, which lists the cards of each key of `kinds`, the query's own left out.

    Whoever shares an exact id comes first; then whoever shares the rarest facts among `total` cards. At most `limit`.
    Of the keys of one fact (name, contact, birth, place) the rarest counts: a name's sound and letters are one fact.
    """
    best: defaultdict[CardT, dict[str, float]] = defaultdict(dict)
    for key, kind in kinds.items():
        cards = postings.get(key, ())
        if len(cards) > CAP and kind not in EXACT:
            continue
        fact, worth = _fact(kind), log2(max(total, 2) / max(len(cards), 1))
        for card in cards[:CAP]:
            facts = best[card]
            facts[fact] = max(facts.get(fact, 0.0), worth + (1000.0 if kind in EXACT else 0.0))
    promise = {card: sum(facts.values()) for card, facts in best.items()}
    return sorted(promise, key=lambda card: (-promise[card], card))[:limit]


def _fact(kind: KeyKind) -> str:
    if kind in _ALONE:
        return "birth"
    if kind in _PLACE:
        return "place"
    return "contact" if kind in EXACT or kind is KeyKind.USER_NAME else "name"
