"""Two words of two names: how much it says that both stand there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from customers.matching.cologne import sound_alike
from customers.matching.diminutives import related
from customers.matching.reasons import ReasonCode
from customers.matching.weights import WEIGHTS

Rarity = Mapping[str, float]
"""Word of a name to log2(cards / cards with it), at most `name_word_limit`."""


_BY_CHANCE = 0.3
"""So much of two words that have nothing to do with each other looks alike."""
_UNLIKE = 0.6
"""Words of which more letters differ than this share do not sound alike, whatever their code: `mayr` and `meier` do."""


class WordMatch(NamedTuple):
    """One word of each name, or two that the other name writes together."""

    code: ReasonCode
    bits: float
    left: str
    right: str


def match(left: str, right: str, rare: Rarity) -> WordMatch | None:
    """How `left` and `right` may be one word; None where they are not. The same bits in both directions."""
    found = likeness(left, right)
    if found is None:
        return None
    code, cost = found
    if len(left) == 1 or len(right) == 1:
        return WordMatch(code, WEIGHTS.initial, left, right)
    return WordMatch(code, max(min(rare[left], rare[right]) + cost, WEIGHTS.name_word_least), left, right)


def together(one: str, other: str, glued: str, rare: Rarity) -> float | None:
    """The bits of two words that another name writes as one, with at most a typo in it; None where it does not."""
    if OSA.distance(one + other, glued, score_cutoff=1) > 1 and OSA.distance(other + one, glued, score_cutoff=1) > 1:
        return None
    least = min(rare[glued], max(rare[one], rare[other]))
    return max(least + WEIGHTS.written_together, WEIGHTS.name_word_least)


@lru_cache(maxsize=131072)
def likeness(left: str, right: str) -> tuple[ReasonCode, float] | None:
    """In what two words are alike, and what that costs; None where they are not. Whoever is compared with many meets
    the same words again and again.
    """
    if left == right:
        return ReasonCode.NAME_SAME, 0.0
    if len(left) == 1 or len(right) == 1:
        return (ReasonCode.NAME_INITIAL, 0.0) if left[0] == right[0] else None
    return _whole(left, right)


def _whole(left: str, right: str) -> tuple[ReasonCode, float] | None:
    """The first that is found is the best: they are tried from the dearest to the cheapest."""
    shorter = min(len(left), len(right))
    typos = OSA.distance(left, right, score_cutoff=2) if shorter >= 3 else 3
    if typos == 1 and shorter >= 3:
        return ReasonCode.NAME_TYPO, WEIGHTS.one_typo
    if right in related(left):
        return ReasonCode.NAME_NICKNAME, WEIGHTS.nickname
    if shorter >= 3 and _is_heard_alike(left, right):
        return ReasonCode.NAME_SOUND, WEIGHTS.sounds_alike
    if left.startswith(right) or right.startswith(left):
        return ReasonCode.NAME_CUT, WEIGHTS.cut_short
    return (ReasonCode.NAME_TYPO, WEIGHTS.two_typos) if typos == 2 and shorter >= 5 else None


def resemblance(left: str, right: str) -> float:
    """From 0, for words that have as much in common as any two, to 1: how many of their letters are in their places."""
    return max(0.0, (OSA.normalized_similarity(left, right) - _BY_CHANCE) / (1 - _BY_CHANCE))


def _is_heard_alike(left: str, right: str) -> bool:
    """The same code, and more letters alike than not: a code is short, and `john` has that of `amy`."""
    return sound_alike(left, right) and OSA.distance(left, right) <= _UNLIKE * max(len(left), len(right))
