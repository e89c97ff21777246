"""What the members of a family or the staff of a company share without being one person: it is counted once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from customers.matching.diminutives import related
from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS

_COMMON = frozenset({ReasonCode.SAME_PHONE, ReasonCode.SAME_EMAIL, ReasonCode.SAME_COMPANY})
"""A company has a switchboard, `info@` and its name; a family a line and a mailbox. A mobile phone is one person's."""
_REACHED = frozenset({ReasonCode.SAME_PHONE, ReasonCode.SAME_MOBILE, ReasonCode.SAME_EMAIL})
_SLIPS = frozenset({ReasonCode.NAME_TYPO, ReasonCode.NAME_SOUND, ReasonCode.NAME_CUT})
_STEM = 3
"""First names of a man and a woman begin with so many letters in common at least."""
_VOWELS = frozenset("aeiouy")


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
    is_family = ReasonCode.SAME_MOBILE not in codes and (sum(one.bits > 0 for one in names) < 2 or _are_a_couple(names))
    words = _limited(names, WEIGHTS.family_word) if is_family or _differ(names) else names
    return [*rest, *common[:1], *_limited(common[1:], WEIGHTS.further_contact), *words]


def _differ(names: Iterable[Reason]) -> bool:
    return any(one.code is ReasonCode.NAME_DIFFERS for one in names)


def _are_a_couple(names: Sequence[Reason]) -> bool:
    """What looks like a slip at the end of a word may be a man's name and a woman's: Paul and Paula, Peter and Petra.

    Not where the word in common is a first name: then the other one is a surname.
    """
    if any(one.code is ReasonCode.NAME_SAME and related(one.values[0]) for one in names):
        return False
    return any(one.code in _SLIPS and _end_otherwise(*one.values) for one in names)


def _end_otherwise(one: str, other: str) -> bool:
    """They begin alike, and one ends with a vowel with which the other one does not. An h at the end is not heard."""
    ends = {one.rstrip("h")[-1:], other.rstrip("h")[-1:]}
    return one[:_STEM] == other[:_STEM] and len(ends) > 1 and not ends.isdisjoint(_VOWELS)


def _limited(found: Iterable[Reason], bits: float) -> list[Reason]:
    return [one._replace(bits=min(one.bits, bits)) for one in found]
