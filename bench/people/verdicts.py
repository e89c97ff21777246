"""How right our matcher is where it is sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    judged = [found for found in _judged(questions, answers) if found[0].likelihood is not Likelihood.POSSIBLE]
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
    count: int
    right: int

    @property
    def share(self) -> float:
        """The share of it that is right."""
        return self.right / max(self.count, 1)

    @property
    def least(self) -> float:
        """So much of it is right at least, were other cards asked for: the lower end of Wilson's 95 %."""
        squared = 1.96**2 / max(self.count, 1)
        middle = self.share + squared / 2
        return (middle - sqrt(squared * (self.share * (1 - self.share) + squared / 4))) / (1 + squared)


def from_each(probabilities: Sequence[float], questions: Sequence[Question], answers: Answers) -> list[From]:
    """How much is right from each of `probabilities` on: what a boundary is set by, on cards that are not reported."""
    judged = [(one.probability, is_right) for one, is_right in _judged(questions, answers)]
    above = ([is_right for given, is_right in judged if given >= least] for least in probabilities)
    return [From(least, len(some), sum(some)) for least, some in zip(probabilities, above, strict=True)]


def _judged(questions: Sequence[Question], answers: Answers) -> Iterator[tuple[Suggestion, bool]]:
    """Every suggestion, and whether it is right."""
    for question in questions:
        others = {other.key for other in question.others}
        yield from ((one, one.card in others) for one in answers[question.card.key])


def _for_it(found: Suggestion) -> set[ReasonCode]:
    return {reason.code for reason in found.reasons if reason.bits > 0}
