"""Two names: which words stand for which, and what is left over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS
from customers.matching.words import Rarity, WordMatch, likeness, match, resemblance, together

Words = Sequence[str]
"""The words of one name, each once."""


class Likeness(NamedTuple):
    """What two names have in common and where they differ."""

    reasons: tuple[Reason, ...]
    bits: float
    """The sum of the reasons."""


class _Paired(NamedTuple):
    """The best matches, each word used once, and the words of either side that were not used."""

    found: Sequence[WordMatch]
    left: Words
    right: Words


def compare(left: Words, right: Words, rare: Rarity) -> Likeness:
    """The likeness of two names, given as words in any order; the same bits in both directions.

    Words that only one side has say next to nothing; words that each side has instead of the other's contradict.
    """
    return _likeness(_pairs(left, right, rare))


def in_address(found: Words, name: Words, rare: Rarity) -> float:
    """The bits by which the words of an address or a user name are made from a name, `tmuller` from `muller thomas`,
    or the other way round.

    Never negative: what somebody calls an account contradicts nothing.
    """
    paired = _pairs(found, name, rare)
    best = max(0.0, _bits(paired)) if paired.found else 0.0
    if len(found) == 1 and len(name) > 1:
        return max(best, _made_from(found[0], name, rare))
    if len(name) == 1 and len(found) > 1:
        return max(best, _made_from(name[0], found, rare))
    return best


def best(lefts: Iterable[Words], rights: Sequence[Words], rare: Rarity) -> Likeness | None:
    """The greatest likeness between names of two cards; None where one has no name."""
    found = [compare(left, right, rare) for left in lefts for right in rights]
    if len(found) < 2:
        return found[0] if found else None
    greatest = max(one.bits for one in found)
    return min((one for one in found if one.bits == greatest), key=_said)


def _said(one: Likeness) -> list[tuple[str, list[str]]]:
    """The same in both directions."""
    return sorted((reason.code, sorted(reason.values)) for reason in one.reasons)


def _likeness(paired: _Paired) -> Likeness:
    reasons = []
    further = 0.0
    for code, bits, left, right in paired.found:
        reasons.append(Reason(code, bits + further, (left,) if left == right else (left, right)))
        further = WEIGHTS.second_word
    if paired.left and paired.right:
        reasons += _conflicts(paired.left, paired.right)
    if len(paired.left) != len(paired.right):
        reasons.append(Reason(ReasonCode.NAME_EXTRA, WEIGHTS.name_extra))
    return Likeness(tuple(reasons), sum([reason.bits for reason in reasons]))


def _conflicts(left: Words, right: Words) -> Iterator[Reason]:
    """Words that are left over on both sides, each once; the likest two first, which lose less for looking alike."""
    alike, _, one, other = _likest(left, right)
    yield Reason(ReasonCode.NAME_DIFFERS, WEIGHTS.name_conflict + WEIGHTS.name_resembles * alike, (one, other))
    lefts, rights = sorted({*left} - {one}), sorted({*right} - {other})
    for pair in zip(lefts, rights, strict=False):
        yield Reason(ReasonCode.NAME_DIFFERS, WEIGHTS.further_conflict, pair)


def _likest(left: Words, right: Words) -> tuple[float, list[str], str, str]:
    """How alike they are, and the two; the same two in both directions."""
    return max((resemblance(one, other), sorted((one, other)), one, other) for one in left for other in right)


def _bits(paired: _Paired) -> float:
    """What `_likeness` sums up to, without the words for it."""
    bits = further = 0.0
    for one in paired.found:
        bits += one.bits + further
        further = WEIGHTS.second_word
    conflicts = min(len(paired.left), len(paired.right))
    if conflicts:
        alike = _likest(paired.left, paired.right)[0]
        bits += WEIGHTS.name_conflict + WEIGHTS.name_resembles * alike + WEIGHTS.further_conflict * (conflicts - 1)
    return bits + WEIGHTS.name_extra if len(paired.left) != len(paired.right) else bits


def _made_from(glued: str, name: Words, rare: Rarity) -> float:
    """Two words written together, or a word and an initial; 0 where `glued` is neither."""
    best = 0.0
    for one, other in combinations(name, 2):
        missing = len(one) + len(other) - len(glued)
        if not missing and glued in (one + other, other + one):
            best = max(best, rare[one] + rare[other] + WEIGHTS.second_word)
        for initial, whole in ((one, other), (other, one)):
            if len(initial) - missing == 1 < len(whole) and glued in (initial[0] + whole, whole + initial[0]):
                best = max(best, rare[whole] + WEIGHTS.initial + WEIGHTS.second_word)
    return best


def _pairs(left: Words, right: Words, rare: Rarity) -> _Paired:
    """A word that both have is nobody else's, where it says more than an initial: whatever else it might stand for says
    less. So only the others are compared with each other, mostly one with one or none at all."""
    sure = [word for word in left if word in right and len(word) > 1 and rare[word] > WEIGHTS.initial]
    if not sure:
        return _others(left, right, rare)
    found = [WordMatch(ReasonCode.NAME_SAME, rare[word], word, word) for word in sure]
    rest, other_rest = [word for word in left if word not in sure], [word for word in right if word not in sure]
    if rest and other_rest:
        paired = _others(rest, other_rest, rare)
        found, rest, other_rest = [*found, *paired.found], [*paired.left], [*paired.right]
    if len(found) > 1:
        found.sort(key=_place)
    return _Paired(found, rest, other_rest)


def _others(left: Words, right: Words, rare: Rarity) -> _Paired:
    """The dearest match first, as long as its words are free."""
    alike = [(one, other) for one in left for other in right if likeness(one, other) is not None]
    possible = [found for one, other in alike if (found := match(one, other, rare)) is not None] if alike else []
    if len(left) > 1 or len(right) > 1:
        possible += _glued(left, right, rare)
        possible.sort(key=_place)
    if not possible:
        return _Paired((), left, right)
    taken, free, other_free = [], [*left], [*right]
    for found in possible:
        ones, others = found.left.split(), found.right.split()
        if all(one in free for one in ones) and all(one in other_free for one in others):
            taken.append(found)
            free = [one for one in free if one not in ones]
            other_free = [one for one in other_free if one not in others]
    return _Paired(taken, free, other_free)


def _place(found: WordMatch) -> tuple[float, list[str]]:
    return -found.bits, sorted((found.left, found.right))


def _glued(left: Words, right: Words, rare: Rarity) -> Iterator[WordMatch]:
    """Words that one name writes together and the other apart: the two with a blank between them."""
    if len(left) > 1:
        for apart, whole, bits in _joined(left, right, rare):
            yield WordMatch(ReasonCode.NAME_TOGETHER, bits, apart, whole)
    if len(right) > 1:
        for apart, whole, bits in _joined(right, left, rare):
            yield WordMatch(ReasonCode.NAME_TOGETHER, bits, whole, apart)


def _joined(apart: Words, whole: Words, rare: Rarity) -> Iterator[tuple[str, str, float]]:
    """Two of `apart` that are one of `whole`. Words that both names have are not written in another way."""
    for one, other in combinations(apart, 2):
        letters = len(one) + len(other)
        for glued in whole:
            if not -2 < letters - len(glued) < 2 or glued in apart or one in whole or other in whole:
                continue
            if (bits := together(one, other, glued, rare)) is not None:
                yield f"{one} {other}" if one < other else f"{other} {one}", glued, bits
