"""Why two cards may be of one person, in words; and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cards.drawing import Drawing
from cards.escape import NOTHING, escape
from customers.matching.reasons import Reason, ReasonCode

_AGAINST: Final = frozenset({
    ReasonCode.NAME_DIFFERS, ReasonCode.OTHER_MOBILE, ReasonCode.OTHER_MAILBOX, ReasonCode.BIRTH_DATE_DIFFERS,
    ReasonCode.OTHER_PERSON_ID,
})  # fmt: skip
_PHONES: Final = frozenset({
    ReasonCode.SAME_MOBILE, ReasonCode.SAME_PHONE, ReasonCode.PHONE_SLIP, ReasonCode.OTHER_MOBILE
})  # fmt: skip
_DAYS: Final = frozenset({ReasonCode.SAME_BIRTH_DATE, ReasonCode.BIRTH_DATE_SLIP, ReasonCode.BIRTH_DATE_DIFFERS})
_STREETS: Final = frozenset(
    {ReasonCode.SAME_ADDRESS, ReasonCode.SIMILAR_ADDRESS, ReasonCode.SAME_STREET, ReasonCode.SAME_HOUSE_NUMBER}
)
_SHARED: Final = frozenset(
    {ReasonCode.SAME_MOBILE, ReasonCode.SAME_PHONE, ReasonCode.SAME_EMAIL, ReasonCode.SAME_HANDLE}
)
"""Their second value is how many cards have it."""
_TWO: Final = 2
_LENGTH: Final = 80
_MOST: Final = 8


def speaks_for(d: Drawing, reasons: Sequence[Reason]) -> str:
    """What the two have in common, escaped; empty where there is nothing."""
    return _said(d, _names_together([reason for reason in reasons if reason.code not in _AGAINST]))


def speaks_against(d: Drawing, reasons: Sequence[Reason], *, is_forbidden: bool) -> str:
    """What the two contradict each other in, escaped; empty where there is nothing.

    `is_forbidden`: that they are two persons of one system is said elsewhere.
    """
    said = _AGAINST - {ReasonCode.OTHER_PERSON_ID} if is_forbidden else _AGAINST
    return _said(d, [reason for reason in reasons if reason.code in said])


def system_of(reasons: Iterable[Reason]) -> str:
    """The system that knows the two as different persons, not escaped; empty where there is none."""
    other = ReasonCode.OTHER_PERSON_ID
    return next((reason.values[0] for reason in reasons if reason.code is other and reason.values), "")


def _names_together(reasons: list[Reason]) -> list[Reason]:
    """Words of a name that are the same stand as one reason: `Edward Ferrars`."""
    same = [reason for reason in reasons if reason.code is ReasonCode.NAME_SAME]
    if len(same) < _TWO:
        return reasons
    whole = Reason(ReasonCode.NAME_SAME, 0.0, (" ".join(word for one in same for word in one.values[:1]),))
    return [whole if one is same[0] else one for one in reasons if one is same[0] or one not in same]


def _said(d: Drawing, reasons: Sequence[Reason]) -> str:
    return " · ".join([_reason(d, reason) for reason in reasons[:_MOST]])


def _reason(d: Drawing, reason: Reason) -> str:
    values = [_value(d, reason.code, value) for value in reason.values] or [NOTHING]
    one, other = values[0], values[-1]
    if reason.code is ReasonCode.OTHER_PERSON_ID:
        other = " / ".join(values[1:]) or NOTHING
    said = d.words[f"why.{reason.code}"].format(one=one, other=other)
    return said + _shared(d, reason) if reason.code in _SHARED else said


def _shared(d: Drawing, reason: Reason) -> str:
    """By how many, where it is more than the two."""
    count = reason.values[-1] if len(reason.values) >= _TWO else ""
    if not (count.isascii() and count.isdecimal()) or int(count) <= _TWO:
        return ""
    return d.words["why.shared"].format(count=d.writer.number(int(count)))


def _value(d: Drawing, code: ReasonCode, value: str) -> str:
    """`value`, which is in normal form, as people write it; escaped."""
    if code in _PHONES:
        value = d.writer.phone(value)
    elif code in _DAYS:
        value = d.writer.date(value)
    elif code in _STREETS or (code.startswith("name_") and code is not ReasonCode.NAME_IN_ADDRESS):
        value = value.title()
    elif code in (ReasonCode.SAME_POSTCODE, ReasonCode.POSTCODE_SLIP):
        value = value.upper()
    return escape(value, min(d.budget.text, _LENGTH)) or NOTHING
