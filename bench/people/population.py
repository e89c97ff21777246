"""The cards of one measurement, who is who among them, and which of them are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from bench.people.cards import Card, generate
from bench.people.setting import Setting
from bench.people.strata import Stratum, stratum
from bench.run import SEED

WITH_DUPLICATES = 6000
"""So many cards that have one, and half as many that have none, are asked for: who else is this?"""
BY_RULES = 50_000
"""So many of those that have an answer are asked of rules, which are cheap: what they find says how hard the cards are,
and among 3,000 chance alone would move that by half of what is allowed."""


@dataclass(frozen=True, slots=True)
class Question:
    """A card, and the other cards of its person."""

    card: Card
    others: Sequence[Card]

    def pairs(self) -> Iterator[tuple[str, Stratum]]:
        """Each of the others with what it has in common with the card."""
        return ((other.key, stratum(self.card, other)) for other in self.others)


@dataclass(frozen=True, slots=True)
class Population:
    """Cards and questions."""

    cards: Sequence[Card]
    questions: Sequence[Question]
    by_rules: Sequence[Question]
    """Those that rules are asked; each has an answer."""


def population(
    count: int, seed: int = SEED, with_duplicates: int = WITH_DUPLICATES, setting: Setting | None = None
) -> Population:
    """`count` cards; `with_duplicates` questions that have an answer, half as many that have none; those for rules."""
    cards = [*generate(count, seed, setting)]
    owned: defaultdict[int, list[Card]] = defaultdict(list)
    for card in cards:
        owned[card.person].append(card)
    repeated = [card for card in cards if len(owned[card.person]) > 1]
    single = [card for card in cards if len(owned[card.person]) == 1]
    random = Random(seed)
    asked = random.sample(repeated, min(with_duplicates, len(repeated)))
    asked += random.sample(single, min(with_duplicates // 2, len(single)))
    by_rules = random.sample(repeated, min(BY_RULES, len(repeated)))

    def question(card: Card) -> Question:
        return Question(card, [one for one in owned[card.person] if one is not card])

    return Population(cards, [*map(question, asked)], [*map(question, by_rules)])
