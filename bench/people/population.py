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

WITH_DUPLICATES, WITHOUT = 2000, 1000
"""So many cards of either kind are asked for: who else is this?"""


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


def population(
    count: int, seed: int = SEED, with_duplicates: int = WITH_DUPLICATES, setting: Setting | None = None
) -> Population:
    """`count` cards; `with_duplicates` questions that have an answer, and half as many that have none."""
    cards = [*generate(count, seed, setting)]
    owned: defaultdict[int, list[Card]] = defaultdict(list)
    for card in cards:
        owned[card.person].append(card)
    repeated = [card for card in cards if len(owned[card.person]) > 1]
    single = [card for card in cards if len(owned[card.person]) == 1]
    random = Random(seed)
    asked = random.sample(repeated, min(with_duplicates, len(repeated)))
    asked += random.sample(single, min(with_duplicates // 2, len(single)))
    questions = [Question(card, [one for one in owned[card.person] if one is not card]) for card in asked]
    return Population(cards, questions)
