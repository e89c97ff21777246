"""How right our matcher is where it is sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from bench.people.population import Question
from customers.matching.reasons import ReasonCode
from customers.matching.suggest import Likelihood, Suggestion

_SHARED = frozenset({
    ReasonCode.SAME_MOBILE, ReasonCode.SAME_PHONE, ReasonCode.SAME_EMAIL, ReasonCode.SAME_COMPANY,
    ReasonCode.NAME_EXTRA,
})  # fmt: skip
"""What a switchboard, a family line or `info@` makes two strangers have in common."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How right the suggestions are that are called likely."""

    likely: int
    likely_right: int
    very_likely: int
    very_likely_right: int
    strangers: int
    """Wrong ones that are very likely although nothing but a number, a mailbox or a company is shared."""
    relatives: int
    """Wrong ones that are very likely because of such a thing and a surname."""
    alarmed: int
    """Questions without an answer that got a likely one."""
    without: int

    @property
    def precision(self) -> float:
        """The share of what is likely that is right."""
        return self.likely_right / max(self.likely, 1)


Answers = Mapping[str, Sequence[Suggestion]]
"""Of each card that is asked for."""


def verdicts(questions: Sequence[Question], answers: Answers) -> Verdicts:
    """Counted over all questions, those without an answer too."""
    judged = [
        (one, is_right) for one, is_right, _ in _judged(questions, answers) if one.likelihood is not Likelihood.POSSIBLE
    ]
    sure = [(one, is_right) for one, is_right in judged if one.likelihood is Likelihood.VERY_LIKELY]
    wrong = [one for one, is_right in sure if not is_right]
    single = [answers[question.card.key] for question in questions if not question.others]
    return Verdicts(
        likely=len(judged),
        likely_right=sum(is_right for _, is_right in judged),
        very_likely=len(sure),
        very_likely_right=len(sure) - len(wrong),
        strangers=sum(_for_it(one) <= _SHARED for one in wrong),
        relatives=sum(bool(_for_it(one) & _SHARED) and not _for_it(one) <= _SHARED for one in wrong),
        alarmed=sum(any(one.likelihood is not Likelihood.POSSIBLE for one in found) for found in single),
        without=len(single),
    )


@dataclass(frozen=True, slots=True)
class From:
    """What is given at least a probability."""

    probability: float
    by_question: Sequence[tuple[int, int]]
    """Of each question that has such suggestions: how many, and how many of them are right."""

    @property
    def count(self) -> int:
        """How many suggestions these are."""
        return sum(count for count, _ in self.by_question)

    @property
    def share(self) -> float:
        """How much of them is right."""
        return sum(right for _, right in self.by_question) / max(self.count, 1)

    @property
    def error(self) -> float:
        """The standard error of `share`, by questions: the suggestions of one are right and wrong together."""
        apart = sum((right - self.share * count) ** 2 for count, right in self.by_question)
        return sqrt(apart) / max(self.count, 1)


def from_each(probabilities: Iterable[float], questions: Sequence[Question], answers: Answers) -> list[From]:
    """How much is right from each of `probabilities` on: what a boundary is set by, on cards that are not reported."""
    judged = [*_judged(questions, answers)]
    return [From(least, _by_question(least, judged)) for least in probabilities]


def _by_question(least: float, judged: Sequence[tuple[Suggestion, bool, str]]) -> list[tuple[int, int]]:
    found: dict[str, list[bool]] = {}
    for one, is_right, asked in judged:
        if one.probability >= least:
            found.setdefault(asked, []).append(is_right)
    return [(len(some), sum(some)) for some in found.values()]


def _judged(questions: Sequence[Question], answers: Answers) -> Iterator[tuple[Suggestion, bool, str]]:
    """Every suggestion, whether it is right, and the card that was asked for."""
    for question in questions:
        others, asked = {other.key for other in question.others}, question.card.key
        yield from ((one, one.card in others, asked) for one in answers[asked])


def _for_it(found: Suggestion) -> set[ReasonCode]:
    return {reason.code for reason in found.reasons if reason.bits > 0}
