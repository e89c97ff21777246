"""What is wrong where our matcher is sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


def verdicts(questions: Sequence[Question], answers: dict[str, Sequence[Suggestion]]) -> Verdicts:
    """Counted over all questions, those without an answer too."""
    judged = [
        (one, one.card in {other.key for other in question.others})
        for question in questions
        for one in answers[question.card.key]
        if one.likelihood is not Likelihood.POSSIBLE
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


def _for_it(found: Suggestion) -> set[ReasonCode]:
    return {reason.code for reason in found.reasons if reason.bits > 0}
