"""How well a card answers what was typed: the words as they are, then beginnings, then what was mistyped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from customers.matching.cologne import sound_alike
from customers.matching.diminutives import related

EXACT, BEGINS, RELATED, TYPO, BEGINS_WITH_TYPO, TWO_TYPOS = 0, 1, 2, 3, 4, 6
"""What a word of the card costs that stands for a word that was typed; less is better."""
MISSING = 20
"""What it costs where none does."""
_TOGETHER = 2


@lru_cache(maxsize=131072)
def cost(typed: str, term: str) -> int:
    """How far `term` is from what was typed; `MISSING` where it is another word. Cards that are found share words."""
    if term == typed:
        return EXACT
    if term.startswith(typed):
        return BEGINS
    if term in related(typed):
        return RELATED
    if len(term) == 1 or len(typed) < 4:
        return TYPO if typed.startswith(term) and len(term) == 1 else MISSING
    return _mistyped(typed, term)


def _mistyped(typed: str, term: str) -> int:
    length = len(typed)
    if OSA.distance(typed, term, score_cutoff=1) <= 1:
        return TYPO
    if any(OSA.distance(typed, term[:end], score_cutoff=1) <= 1 for end in (length - 1, length, length + 1)):
        return BEGINS_WITH_TYPO
    if term.endswith(typed) or sound_alike(typed, term):
        return BEGINS_WITH_TYPO
    return TWO_TYPOS if length >= 6 and OSA.distance(typed, term, score_cutoff=2) <= 2 else MISSING


def rank(typed: Sequence[str], terms: Collection[str]) -> int | None:
    """What all the words together cost; None where the card is no answer: each word, or of three all but one, must be
    one of its terms."""
    costs = {word: EXACT if word in terms else min([cost(word, term) for term in terms] or [MISSING]) for word in typed}
    missing = [word for word in typed if costs[word] >= MISSING]
    if missing:
        _join(costs, missing, typed, terms)
    still = sum(one >= MISSING for one in costs.values())
    return None if still > (len(costs) > 2) or still == len(costs) else sum(costs.values())


def _join(costs: dict[str, int], missing: Iterable[str], typed: Sequence[str], terms: Collection[str]) -> None:
    """Words that are written together on one side and apart on the other are no strangers."""
    for word in missing:
        if any(word.startswith(one) and _rest_is(word[len(one) :], one, terms) for one in (*terms, word[0])):
            costs[word] = _TOGETHER
        for other in typed:
            if other != word and (word + other in terms or other + word in terms):
                costs[word], costs[other] = _TOGETHER, min(costs[other], _TOGETHER)


def _rest_is(rest: str, one: str, terms: Collection[str]) -> bool:
    """What is left of a word behind another of the card, or behind the initial of one, is a word of the card."""
    is_initial = len(one) == 1 and any(term != rest and term[0] == one for term in terms)
    return rest in terms and (one in terms or is_initial)
