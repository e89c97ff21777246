"""Two words of two names: how much it says that both stand there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from customers.matching.cologne import cologne
from customers.matching.diminutives import related
from customers.matching.reasons import ReasonCode
from customers.matching.weights import WEIGHTS

Rarity = Callable[[str], float]
"""Word of a name to log2(cards / cards with it)."""


_UNLIKE = 0.6
"""Words of which more letters differ than this share do not sound alike, whatever their code: `mayr` and `meier` do."""


@dataclass(frozen=True, slots=True)
class WordMatch:
    """One word of each name, or two that the other name writes together."""

    code: ReasonCode
    bits: float
    left: str
    right: str


def match(left: str, right: str, rarity: Rarity) -> WordMatch | None:
    """How `left` and `right` may be one word; None where they are not. The same bits in both directions."""
    if left == right:
        return _found(ReasonCode.NAME_SAME, 0.0, left, right, rarity)
    if len(left) == 1 or len(right) == 1:
        is_initial = left[0] == right[0]
        return WordMatch(ReasonCode.NAME_INITIAL, WEIGHTS.initial, left, right) if is_initial else None
    likeness = _likeness(left, right)
    return _found(*likeness, left, right, rarity) if likeness else None


def is_alike(left: str, right: str) -> bool:
    """True where `match` finds anything."""
    if left == right:
        return True
    if len(left) == 1 or len(right) == 1:
        return left[0] == right[0]
    return _likeness(left, right) is not None


def together(pair: tuple[str, str], glued: str, rarity: Rarity) -> float | None:
    """The bits of two words that another name writes as one, with at most a typo in it; None where it does not."""
    if abs(len(pair[0]) + len(pair[1]) - len(glued)) > 1:
        return None
    if not any(OSA.distance(one, glued, score_cutoff=1) <= 1 for one in (pair[0] + pair[1], pair[1] + pair[0])):
        return None
    least = min(_limited(rarity(glued)), _limited(max(map(rarity, pair))))
    return max(least + WEIGHTS.written_together, WEIGHTS.name_word_least)


@lru_cache(maxsize=131072)
def _likeness(left: str, right: str) -> tuple[ReasonCode, float] | None:
    """The best likeness of two different words. Whoever is compared with many meets the same words again and again."""
    found = []
    shorter = min(len(left), len(right))
    typos = OSA.distance(left, right, score_cutoff=2)
    if typos == 1 and shorter >= 3:
        found.append((ReasonCode.NAME_TYPO, WEIGHTS.one_typo))
    if right in related(left):
        found.append((ReasonCode.NAME_NICKNAME, WEIGHTS.nickname))
    if shorter >= 3 and _sound_alike(left, right):
        found.append((ReasonCode.NAME_SOUND, WEIGHTS.sounds_alike))
    if shorter >= 2 and (left.startswith(right) or right.startswith(left)):
        found.append((ReasonCode.NAME_CUT, WEIGHTS.cut_short))
    if typos == 2 and shorter >= 5:
        found.append((ReasonCode.NAME_TYPO, WEIGHTS.two_typos))
    return max(found, key=lambda one: one[1], default=None)


def _sound_alike(left: str, right: str) -> bool:
    """The same code, and more letters alike than not: a code is short, and `john` has that of `amy`."""
    if len(cologne(left)) < 2 or cologne(left) != cologne(right):
        return False
    return OSA.distance(left, right) <= _UNLIKE * max(len(left), len(right))


def _found(code: ReasonCode, cost: float, left: str, right: str, rarity: Rarity) -> WordMatch:
    if len(left) == 1:
        return WordMatch(code, WEIGHTS.initial, left, right)
    least = _limited(min(rarity(left), rarity(right)))
    return WordMatch(code, max(least + cost, WEIGHTS.name_word_least), left, right)


def _limited(bits: float) -> float:
    return min(bits, WEIGHTS.name_word_limit)
