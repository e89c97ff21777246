"""How well a card answers what was typed: the words as they are, then beginnings, then what was mistyped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from customers.matching.cologne import sound_alike
from customers.matching.diminutives import related

EXACT, BEGINS, RELATED, TYPO, BEGINS_WITH_TYPO, TWO_TYPOS = 0, 1, 2, 3, 4, 6
"""What a word of the card costs that stands for a word that was typed; less is better."""
MISSING = 20
"""What it costs where none does."""
_TOGETHER = 2
_SHORT = 3


@lru_cache(maxsize=131072)
def cost(typed: str, term: str) -> int:
    """How far `term` is from what was typed; `MISSING` where it is another word. Cards that are found share words."""
    if term == typed:
        return EXACT
    if term.startswith(typed):
        return BEGINS
    if term in related(typed):
        return RELATED
    if len(term) == 1:
        return TYPO if typed.startswith(term) else MISSING
    if len(typed) < _SHORT:
        return MISSING
    return _mistyped(typed, term) if len(typed) > _SHORT else _letter_left_out(typed, term)


def _letter_left_out(typed: str, term: str) -> int:
    """Of three letters any other slip would make half of all short words one: `jhn` is Jahn, and `ana` Anna."""
    is_one = len(term) == _SHORT + 1 and typed[0] == term[0] and OSA.distance(typed, term, score_cutoff=1) == 1
    return TYPO if is_one else MISSING


def _mistyped(typed: str, term: str) -> int:
    length = len(typed)
    if _may_be_one_typo(typed, term):
        if OSA.distance(typed, term, score_cutoff=1) <= 1:
            return TYPO
        if len(term) >= length and any(
            OSA.distance(typed, term[:end], score_cutoff=1) <= 1 for end in (length - 1, length, length + 1)
        ):
            return BEGINS_WITH_TYPO
    if term.endswith(typed) or sound_alike(typed, term):
        return BEGINS_WITH_TYPO
    return TWO_TYPOS if length >= 6 and OSA.distance(typed, term, score_cutoff=2) <= 2 else MISSING


def _may_be_one_typo(typed: str, term: str) -> bool:
    """False where the two begin so differently that no single typo explains it, in the whole or in a beginning.

    This is so of three words in four, and told in a tenth of the time that it takes to compare them four times.
    """
    return typed[0] == term[0] or typed[1] == term[1] or typed[1] == term[0] or typed[0] == term[1]


def rank(typed: Sequence[str], terms: Collection[str]) -> int | None:
    """What all the words together cost; None where the card is no answer: each word, or of three all but one, must be
    one of its terms."""
    costs: dict[str, int] = {}
    strangers = 0
    for word in typed:
        costs[word] = EXACT if word in terms else min([cost(word, term) for term in terms] or [MISSING])
        if costs[word] >= MISSING and not _is_joined(word, typed, terms):
            strangers += 1
            if strangers > (len(typed) > 2):  # most cards that are looked at are none: the other words do not matter
                return None
    if strangers == len(typed):
        return None
    for word in [word for word in typed if costs[word] >= MISSING]:
        _join(costs, word, typed, terms)
    return sum(costs.values())


def _join(costs: dict[str, int], word: str, typed: Sequence[str], terms: Collection[str]) -> None:
    """Words that are written together on one side and apart on the other are no strangers."""
    if _is_apart(word, terms):
        costs[word] = _TOGETHER
    for other in typed:
        if other != word and (word + other in terms or other + word in terms):
            costs[word], costs[other] = _TOGETHER, min(costs[other], _TOGETHER)


def _is_joined(word: str, typed: Sequence[str], terms: Collection[str]) -> bool:
    return _is_apart(word, terms) or any(
        word + other in terms or other + word in terms for other in typed if other != word
    )


def _is_apart(word: str, terms: Collection[str]) -> bool:
    """The card has the word in two: its beginning, or the initial of it, and the rest."""
    if _rest_is(word[1:], word[0], terms):
        return True
    begun = [one for one in terms if word.startswith(one)]
    return any(_rest_is(word[len(one) :], one, terms) for one in begun) if begun else False


def _rest_is(rest: str, one: str, terms: Collection[str]) -> bool:
    """What is left of a word behind another of the card, or behind the initial of one, is a word of the card."""
    if rest not in terms:  # as mostly
        return False
    return one in terms or (len(one) == 1 and any(term != rest and term[0] == one for term in terms))
