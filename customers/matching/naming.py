"""Two names: which words stand for which, and what is left over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS
from customers.matching.words import Rarity, WordMatch, is_alike, match, together

Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two names have in common and where they differ."""

    reasons: tuple[Reason, ...]
    bits: float
    """The sum of the reasons."""


def compare(left: Words, right: Words, rarity: Rarity) -> Likeness:
    """The likeness of two names, given as words in any order; the same bits in both directions.

    Words that only one side has say next to nothing; words that each side has instead of the other's contradict.
    """
    found, rest, other_rest = _pairs([*_glued(left, right, rarity)], left, right, rarity)
    reasons = [
        Reason(one.code, one.bits + (WEIGHTS.second_word if at else 0.0), _values(one)) for at, one in enumerate(found)
    ]
    conflicts = [*zip(sorted(rest), sorted(other_rest), strict=False)]
    costs = [WEIGHTS.name_conflict] + [WEIGHTS.further_conflict] * len(conflicts)
    reasons += [Reason(ReasonCode.NAME_DIFFERS, cost, pair) for cost, pair in zip(costs, conflicts, strict=False)]
    if len(rest) != len(other_rest):
        reasons.append(Reason(ReasonCode.NAME_EXTRA, WEIGHTS.name_extra))
    return Likeness(tuple(reasons), sum(reason.bits for reason in reasons))


def in_address(found: Words, name: Words, rarity: Rarity) -> float:
    """The bits by which the words of an address or a user name are made from a name, `tmuller` from `muller thomas`,
    or the other way round.

    Never negative: what somebody calls an account contradicts nothing.
    """
    if not any(is_alike(one, other) for one in found for other in name) and not _may_be_glued(found, name):
        return 0.0
    made = [
        bits
        for glued, words in ((found, name), (name, found))
        if len(glued) == 1
        for bits in _made_from(glued[0], words, rarity)
    ]
    return max(0.0, compare(found, name, rarity).bits, *made)


def best(lefts: Iterable[Words], rights: Sequence[Words], rarity: Rarity) -> Likeness | None:
    """The greatest likeness between names of two cards; None where one has no name."""
    found = [compare(left, right, rarity) for left in lefts for right in rights]
    return max(found, key=lambda one: one.bits, default=None)


def _may_be_glued(left: Words, right: Words) -> bool:
    """False where no word of one can be two of the other written together: the usual case, told quickly."""
    for ones, others in ((left, right), (right, left)):
        if len(others) > 1 and any(len(one) >= min(map(len, others)) for one in ones):
            return True
    return False


def _values(one: WordMatch) -> tuple[str, ...]:
    return (one.left,) if one.left == one.right else (one.left, one.right)


def _made_from(glued: str, name: Words, rarity: Rarity) -> Iterator[float]:
    for one, other in combinations(name, 2):
        if glued in (one + other, other + one):
            yield (
                min(rarity(one), WEIGHTS.name_word_limit)
                + min(rarity(other), WEIGHTS.name_word_limit)
                + WEIGHTS.second_word
            )
        for initial, whole in ((one, other), (other, one)):
            if len(whole) > 1 and glued in (initial[0] + whole, whole + initial[0]):
                yield min(rarity(whole), WEIGHTS.name_word_limit) + WEIGHTS.initial + WEIGHTS.second_word


def _glued(left: Words, right: Words, rarity: Rarity) -> Iterator[tuple[WordMatch, set[str], set[str]]]:
    """Words that one name writes together and the other apart, with the words that each match uses up."""
    if len(left) < 2 and len(right) < 2:
        return
    only_left, only_right = set(left) - set(right), set(right) - set(left)
    for glued in only_right:
        for pair in combinations(sorted(only_left), 2):
            if (bits := together(pair, glued, rarity)) is not None:
                yield WordMatch(ReasonCode.NAME_TOGETHER, bits, " ".join(pair), glued), set(pair), {glued}
    for glued in only_left:
        for pair in combinations(sorted(only_right), 2):
            if (bits := together(pair, glued, rarity)) is not None:
                yield WordMatch(ReasonCode.NAME_TOGETHER, bits, glued, " ".join(pair)), {glued}, set(pair)


def _pairs(
    glued: list[tuple[WordMatch, set[str], set[str]]], left: Words, right: Words, rarity: Rarity
) -> tuple[list[WordMatch], set[str], set[str]]:
    """The best matches, each word used once, and the words of either side that were not used."""
    possible = glued + [
        (found, {one}, {other}) for one in left for other in right if (found := match(one, other, rarity)) is not None
    ]
    possible.sort(key=lambda one: (-one[0].bits, sorted((one[0].left, one[0].right))))
    taken, free_left, free_right = [], set(left), set(right)
    for found, of_left, of_right in possible:
        if of_left <= free_left and of_right <= free_right:
            taken.append(found)
            free_left -= of_left
            free_right -= of_right
    return taken, free_left, free_right
