"""How many of the duplicates are found, by what they have in common, and how much of what is found is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.people.population import Question
from bench.people.strata import REACHABLE, Stratum

FIRST = 5
"""So many suggestions are looked at."""


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of the pairs that are found among the first five, by stratum."""

    found: Mapping[Stratum, int]
    pairs: Mapping[Stratum, int]

    def of(self, strata: Iterable[Stratum]) -> float:
        """The share within `strata`; 0 where they have no pairs."""
        wanted = [*strata]
        return sum(self.found[one] for one in wanted) / max(sum(self.pairs[one] for one in wanted), 1)

    @property
    def reachable(self) -> float:
        """Among what shares more than one part of the name."""
        return self.of(REACHABLE)

    @property
    def all(self) -> float:
        """Among all pairs, also those that have nothing in common."""
        return self.of(Stratum)

    def share(self, one: Stratum) -> float:
        """How much of all pairs belongs to a stratum."""
        return self.pairs[one] / max(sum(self.pairs.values()), 1)


def recall(questions: Sequence[Question], answers: Mapping[str, Sequence[str]], first: int = FIRST) -> Recall:
    """What is among the `first` answers to each question."""
    found, pairs = Counter[Stratum](), Counter[Stratum]()
    for question in questions:
        seen = {*answers[question.card.key][:first]}
        for key, of in question.pairs():
            pairs[of] += 1
            found[of] += key in seen
    return Recall(found, pairs)


def precision(questions: Sequence[Question], answers: Mapping[str, Sequence[str]]) -> float:
    """The share of the answers, five a question at most, that are right; over all questions."""
    right = sum(one in _truth(question) for question in questions for one in answers[question.card.key][:FIRST])
    return right / max(sum(len(answers[question.card.key][:FIRST]) for question in questions), 1)


def false_alarms(questions: Sequence[Question], answers: Mapping[str, Sequence[str]]) -> float:
    """The share of the questions without an answer that are answered nevertheless."""
    single = [question for question in questions if not question.others]
    return sum(bool(answers[question.card.key]) for question in single) / max(len(single), 1)


def _truth(question: Question) -> set[str]:
    return {other.key for other in question.others}
