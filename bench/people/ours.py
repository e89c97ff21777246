"""Our matcher on made-up cards, and what is wrong where it is sure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bench.matching_table import KeyTable
from bench.people.cards import Card
from bench.people.population import Question
from customers.matching.normal import NormalForm, normal_form
from customers.matching.reasons import ReasonCode
from customers.matching.suggest import Likelihood, Suggestion

_SHARED = frozenset({
    ReasonCode.SAME_MOBILE, ReasonCode.SAME_PHONE, ReasonCode.SAME_EMAIL, ReasonCode.SAME_COMPANY,
    ReasonCode.NAME_EXTRA,
})  # fmt: skip
"""What a switchboard, a family line or `info@` makes two strangers have in common."""


class Matcher(Protocol):
    """Whatever suggests cards: a dict of keys here, the tables of a database elsewhere."""

    def suggest(self, card: Card) -> Sequence[Suggestion]:
        """The suggestions for a card that is one of its own."""
        ...


class InMemory:
    """The product's keys and score over a dict."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self._table = KeyTable(_forms(cards))

    @property
    def keys_per_card(self) -> float:
        """Rows of the key table for each card."""
        return self._table.keys_per_card

    def suggest(self, card: Card) -> Sequence[Suggestion]:
        """What the product suggests for `card`."""
        return self._table.suggest(card.key)


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
        if one.probability >= 0.5
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
        alarmed=sum(any(one.probability >= 0.5 for one in found) for found in single),
        without=len(single),
    )


def _for_it(found: Suggestion) -> set[ReasonCode]:
    return {reason.code for reason in found.reasons if reason.bits > 0}


def _forms(cards: Iterable[Card]) -> dict[str, NormalForm]:
    return {card.key: normal_form(card.as_input()) for card in cards}
