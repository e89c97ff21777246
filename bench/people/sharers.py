"""All cards of different persons that share a number or a mailbox: none of them may be called one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from bench.people.cards import Card
from customers.matching.suggest import Likelihood, Suggestion

_AT_MOST = 60
"""Of the cards of one switchboard."""
Judge = Callable[[Card, Card], Suggestion]


@dataclass(frozen=True, slots=True)
class Sharers:
    """What became of them."""

    pairs: int
    very_likely: int
    """Called one person, as far as the two alone are looked at: with rivals it is less."""


def sharers(cards: Iterable[Card], judge: Judge) -> Sharers:
    """Each pair is judged once, whatever it shares."""
    pairs = {*_pairs(cards)}
    judged = (judge(one, other) for one, other in pairs)
    return Sharers(len(pairs), sum(found.likelihood is Likelihood.VERY_LIKELY for found in judged))


def _pairs(cards: Iterable[Card]) -> Iterator[tuple[Card, Card]]:
    under: defaultdict[str, list[Card]] = defaultdict(list)
    for card in cards:
        for contact in (card.e164, card.mailbox.text if card.mailbox else ""):
            if contact:
                under[contact].append(card)
    for some in under.values():
        yield from ((one, other) for one, other in combinations(some[:_AT_MOST], 2) if one.person != other.person)
