"""The cards that may be of the same person as the open one, the likeliest first, with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from customers.matching.frequencies import Frequencies
from customers.matching.normal import NormalForm
from customers.matching.reasons import Reason
from customers.matching.score import Score, odds, rarities, score

SHOWN = 5
"""So many are suggested however little speaks for them, as long as something does."""
POSSIBLE = 0.1
"""Whoever is at least so likely is suggested, even if five are better."""
LIKELY, VERY_LIKELY = 0.65, 0.9
"""From these probabilities on. docs/decisions/0025 says how the first was set."""
_PEERS = SHOWN
"""Among so many of the best it is looked whether they are each other's duplicates, and so no rivals."""


class Likelihood(StrEnum):
    """How sure a suggestion is."""

    VERY_LIKELY = "very_likely"
    """At least `VERY_LIKELY`: nothing that strangers share comes to that."""
    LIKELY = "likely"
    """At least `LIKELY`: of all that stands from here on, nine in ten are right."""
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A card that may be of the same person."""

    card: str
    probability: float
    """Between 0 and 1, after what equally good rivals take away."""
    likelihood: Likelihood
    bits: float
    reasons: tuple[Reason, ...]
    """The strongest first; contradictions last."""


def suggest(query: NormalForm, candidates: Mapping[str, NormalForm], frequencies: Frequencies) -> list[Suggestion]:
    """The suggestions for `query`, best first: at most five, and beyond them whoever is at least 1 in 10 likely.

    In no case a card with another person id of one system, or one for which nothing speaks. The order of `candidates`
    does not matter: equals stand in the order of their ids.
    """
    rare = rarities(frequencies)
    scored = [(card, score(query, form, frequencies, rare)) for card, form in candidates.items()]
    ranked = sorted(
        ((card, one) for card, one in scored if one.speaks_for and not one.is_forbidden),
        key=lambda one: (-one[1].bits, one[0]),
    )
    friends = _friends(ranked[:_PEERS], candidates, frequencies)
    likely = [one for at, one in enumerate(ranked) if at < SHOWN or odds(one[1].bits, frequencies.total) >= POSSIBLE]
    found = [_suggestion(card, one, ranked, friends, frequencies.total) for card, one in likely]
    return [one for at, one in enumerate(found) if at < SHOWN or one.probability >= POSSIBLE]


def judge(one: NormalForm, other: NormalForm, frequencies: Frequencies) -> Suggestion:
    """The two cards alone, with no rivals looked for, under no name; not likely at all where that is forbidden."""
    found = score(one, other, frequencies)
    own = 0.0 if found.is_forbidden else odds(found.bits, frequencies.total)
    probability = own / (1 + own)
    return Suggestion("", probability, _likelihood(probability), found.bits, found.reasons)


def _friends(
    ranked: Sequence[tuple[str, Score]], candidates: Mapping[str, NormalForm], frequencies: Frequencies
) -> frozenset[tuple[str, str]]:
    """Pairs of candidates that are rather one person than two."""
    rare = rarities(frequencies)
    found: list[tuple[str, str]] = []
    for (one, _), (other, _) in combinations(ranked, 2):
        if _is_one_person(score(candidates[one], candidates[other], frequencies, rare), frequencies.total):
            found += [(one, other), (other, one)]
    return frozenset(found)


def _is_one_person(found: Score, total: int) -> bool:
    return not found.is_forbidden and odds(found.bits, total) > 1


def _suggestion(
    card: str, found: Score, ranked: Sequence[tuple[str, Score]], friends: frozenset[tuple[str, str]], total: int
) -> Suggestion:
    rivals = (other.bits for rival, other in ranked if rival != card and (card, rival) not in friends)
    own = odds(found.bits, total)
    others = sum(float(2.0 ** min(0.0, bits - found.bits)) for bits in rivals)
    probability = own / (1 + own + own * others)
    return Suggestion(card, probability, _likelihood(probability), found.bits, found.reasons)


def _likelihood(probability: float) -> Likelihood:
    if probability >= VERY_LIKELY:
        return Likelihood.VERY_LIKELY
    return Likelihood.LIKELY if probability >= LIKELY else Likelihood.POSSIBLE
