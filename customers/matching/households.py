"""What the members of a family or the staff of a company share without being one person: it is counted once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from rapidfuzz.distance import OSA

from customers.matching.diminutives import is_short_for, related
from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS

_COMMON = frozenset({ReasonCode.SAME_PHONE, ReasonCode.SAME_EMAIL, ReasonCode.SAME_COMPANY})
"""A company has a switchboard, `info@` and its name; a family a line and a mailbox. A mobile phone is one person's."""
_REACHED = frozenset({ReasonCode.SAME_PHONE, ReasonCode.SAME_MOBILE, ReasonCode.SAME_EMAIL})
_LIKE = frozenset({ReasonCode.NAME_TYPO, ReasonCode.NAME_SOUND, ReasonCode.NAME_CUT, ReasonCode.NAME_NICKNAME})
_SLIPS = {ReasonCode.NAME_TYPO: 1, ReasonCode.NAME_SOUND: 2}
"""So many letters of a word may be others."""
_SHORT = 4
_STEM = 3
"""First names of a man and a woman begin with so many letters in common at least."""
_VOWELS = ("a", "e", "i", "o", "u", "y")
_HERS = ("a", "ine", "ette", "ise")


def counted_once(contacts: Sequence[Reason], names: Sequence[Reason]) -> list[Reason]:
    """The reasons, with less for what follows from another one.

    Of a number, a mailbox and a company that are shared the strongest counts, the others next to nothing. Where a
    number or a mailbox is shared, one word in common says nothing, because families share surnames too: it takes two
    words and none that differs. A mobile number and one word are enough; without one, *Andrea* is not *Andreas*.
    """
    if not contacts:
        return [*names]
    codes = {one.code for one in contacts}
    if not codes & _REACHED:
        return [*contacts, *names]
    common = sorted((one for one in contacts if one.code in _COMMON), key=lambda one: (-one.bits, one.code))
    rest = [one for one in contacts if one.code not in _COMMON]
    is_family = ReasonCode.SAME_MOBILE not in codes and (
        sum(one.bits > 0 for one in names) < 2 or _are_of_a_family(names)
    )
    words = _limited(names, WEIGHTS.family_word) if is_family or _differ(names) else names
    return [*rest, *common[:1], *_limited(common[1:], WEIGHTS.further_contact), *words]


def _differ(names: Iterable[Reason]) -> bool:
    return any(one.code is ReasonCode.NAME_DIFFERS for one in names)


def _are_of_a_family(names: Sequence[Reason]) -> bool:
    """What looks like a slip or a short form may be another one's name: Paul and Paula, Peter and Petra, Ling and Ming.

    Not where the word in common is a first name and the others are none: these are surnames then. *Bryant* is both.
    """
    alike = [one for one in names if one.code in _LIKE]
    is_by_first_name = any(one.code is ReasonCode.NAME_SAME and related(one.values[0]) for one in names)
    if is_by_first_name and not any(map(related, chain.from_iterable(one.values for one in alike))):
        return False
    return any(_may_be_two(one.code, *one.values) for one in alike)


def _may_be_two(code: ReasonCode, one: str, other: str) -> bool:
    """More than a slip, or one in a short word or in its first letter; or two short forms; or they begin alike, and one
    ends with a vowel with which the other one does not. An h at the end is not heard; short forms seldom end as women's
    names do."""
    if code in _SLIPS and not (one[0] == other[0] and _is_slip(one, other, _SLIPS[code])):
        return True
    if code is ReasonCode.NAME_NICKNAME and not is_short_for(one, other):
        return True
    left, right = one.rstrip("h"), other.rstrip("h")
    if one[:_STEM] != other[:_STEM] or left[-1:] == right[-1:]:
        return False
    ends = _HERS if code is ReasonCode.NAME_NICKNAME else _VOWELS
    return left.endswith(ends) or right.endswith(ends)


def _is_slip(one: str, other: str, letters: int) -> bool:
    return min(len(one), len(other)) > _SHORT and OSA.distance(one, other, score_cutoff=letters) <= letters


def _limited(found: Iterable[Reason], bits: float) -> list[Reason]:
    return [one._replace(bits=min(one.bits, bits)) for one in found]
