"""Birth date, postcode and street: what a company adds to its cards."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from customers.matching import frequencies
from customers.matching.details import house_number
from customers.matching.frequencies import Frequencies, rarity
from customers.matching.normal import NormalForm
from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS

_LONG = 4
"""Letters of a street's own name; shorter words are its kind."""


def reasons(left: NormalForm, right: NormalForm, known: Frequencies) -> Iterator[Reason]:
    """What both cards have, compared."""
    if left.birth_date and right.birth_date:
        yield _birth_date(left.birth_date, right.birth_date)
    if left.postcode and right.postcode:
        yield from _postcode(left.postcode, right.postcode, known)
    if left.street and right.street:
        yield from _street(left.street, right.street)


def _birth_date(left: str, right: str) -> Reason:
    if left == right:
        return Reason(ReasonCode.SAME_BIRTH_DATE, WEIGHTS.birth_date, (left,))
    ours, theirs = ((text[:4], text[4:6], text[6:]) for text in (left, right))
    equal = sum(one == other for one, other in zip(ours, theirs, strict=True))
    is_exchanged = ours == (theirs[0], theirs[2], theirs[1])
    if equal == 2 or is_exchanged or OSA.distance(left, right, score_cutoff=1) == 1:
        return Reason(ReasonCode.BIRTH_DATE_SLIP, WEIGHTS.birth_date_slip, (left, right))
    return Reason(ReasonCode.BIRTH_DATE_DIFFERS, WEIGHTS.birth_date_conflict, (left, right))


def _postcode(left: str, right: str, known: Frequencies) -> Iterator[Reason]:
    """People move: another postcode does not speak against them."""
    if left == right:
        bits = min(rarity(known, frequencies.postcode(left)), WEIGHTS.postcode_limit)
        yield Reason(ReasonCode.SAME_POSTCODE, bits, (left,))
    elif OSA.distance(left, right, score_cutoff=1) == 1:
        yield Reason(ReasonCode.POSTCODE_SLIP, WEIGHTS.postcode_slip, (left, right))


def _street(left: str, right: str) -> Iterator[Reason]:
    shown = (left,) if left == right else (left, right)
    is_same_house = house_number(left) == house_number(right) != ""
    if _names(left) == _names(right) != set():
        exact = (ReasonCode.SAME_ADDRESS, WEIGHTS.street_and_number)
        yield Reason(*(exact if is_same_house else (ReasonCode.SAME_STREET, WEIGHTS.street)), shown)
    elif is_same_house and _is_similar(left, right):
        yield Reason(ReasonCode.SIMILAR_ADDRESS, WEIGHTS.street_typo_and_number, shown)
    elif is_same_house:
        yield Reason(ReasonCode.SAME_HOUSE_NUMBER, WEIGHTS.house_number, shown)


def _is_similar(left: str, right: str) -> bool:
    return any(
        OSA.distance(one, other, score_cutoff=2) <= (1 if min(len(one), len(other)) < 6 else 2)
        for one in _names(left)
        for other in _names(right)
    )


def _names(street: str) -> set[str]:
    return {word for word in street.split() if len(word) >= _LONG and not word[0].isdecimal()}
