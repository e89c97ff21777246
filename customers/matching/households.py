"""What the members of a family or the staff of a company share without being one person: it is counted once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS

_COMMON = frozenset({ReasonCode.SAME_PHONE, ReasonCode.SAME_EMAIL, ReasonCode.SAME_COMPANY})
"""A company has a switchboard, `info@` and its name; a family a line and a mailbox. A mobile phone is one person's."""
_REACHED = frozenset({ReasonCode.SAME_PHONE, ReasonCode.SAME_MOBILE, ReasonCode.SAME_EMAIL})
_STEM = 3
"""So many letters at least are the same."""
_HIS = frozenset({"", "o", "s", "as", "es", "os", "us"})
_HERS = frozenset({"a", "e", "ia", "ie", "in", "ina", "ine", "na", "ne"})


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
    is_shared = ReasonCode.SAME_MOBILE not in codes
    is_surname = _differ(names) or (is_shared and (sum(one.bits > 0 for one in names) < 2 or _are_a_couple(names)))
    words = _limited(names, WEIGHTS.family_word) if is_surname else names
    return [*rest, *common[:1], *_limited(common[1:], WEIGHTS.further_contact), *words]


def _differ(names: Iterable[Reason]) -> bool:
    return any(one.code is ReasonCode.NAME_DIFFERS for one in names)


def _are_a_couple(names: Iterable[Reason]) -> bool:
    """What looks like a slip at the end of a word may be a man's name and a woman's: Paul and Paula."""
    return any(len(one.values) > 1 and _is_of_man_and_woman(*one.values[:2]) for one in names)


@lru_cache(maxsize=65536)
def _is_of_man_and_woman(one: str, other: str) -> bool:
    stems = [at for at in range(_STEM, min(len(one), len(other)) + 1) if one[:at] == other[:at]]
    ends = [(one[at:], other[at:]) for at in stems]
    return any((left in _HIS and right in _HERS) or (left in _HERS and right in _HIS) for left, right in ends)


def _limited(found: Iterable[Reason], bits: float) -> list[Reason]:
    return [one._replace(bits=min(one.bits, bits)) for one in found]
