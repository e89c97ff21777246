"""How likely two cards are of one person: bits that add up, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from math import log2
from typing import NamedTuple

from customers.matching import contacts, facts, households, naming
from customers.matching.addresses import user_of
from customers.matching.frequencies import Frequencies, Rarities
from customers.matching.naming import Words
from customers.matching.normal import NormalForm
from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS
from customers.matching.words import Rarity


class Score(NamedTuple):
    """What speaks for and against two cards being of one person."""

    reasons: tuple[Reason, ...]
    bits: float
    """The sum of the reasons: log2 of how much likelier the pair is than one picked blindly."""
    is_forbidden: bool = False
    """They have different person ids of one system: they are two persons, whatever else they share."""

    @property
    def speaks_for(self) -> bool:
        """True where anything speaks for it, whatever else speaks against it."""
        return any(reason.bits > 0 for reason in self.reasons)


def score(left: NormalForm, right: NormalForm, frequencies: Frequencies, rare: Rarity | None = None) -> Score:
    """The score of two cards; the same bits in both directions. Missing facts neither speak for nor against.

    `rare`: the `rarities` of `frequencies`, where many are scored.
    """
    if left.person_ids and right.person_ids and (other := _other_person(left, right)):
        return Score((other,), 0.0, is_forbidden=True)
    names = _name_reasons(left, right, rarities(frequencies) if rare is None else rare)
    found = households.counted_once(contacts.reasons(left, right, frequencies), names)
    if left.birth_date or left.postcode or left.street:
        found += facts.reasons(left, right, frequencies)
    if len(found) > 1:
        found.sort(key=_place)
    return Score(tuple(found), sum([reason.bits for reason in found]))


def _place(one: Reason) -> tuple[float, str, tuple[str, ...]]:
    return -one.bits, one.code, one.values


def rarities(frequencies: Frequencies) -> Rarity:
    """What each word of a name says."""
    return Rarities(frequencies, WEIGHTS.name_word_limit)


def odds(bits: float, total: int) -> float:
    """The odds that a pair with so many bits is of one person, among `total` cards."""
    return float(2.0 ** min(bits - log2(max(total, 1)) + WEIGHTS.prior, 500.0))


def _other_person(left: NormalForm, right: NormalForm) -> Reason | None:
    systems = sorted({system for system, _ in left.person_ids} & {system for system, _ in right.person_ids})
    for system in systems:
        ours, theirs = ({one for owner, one in form.person_ids if owner == system} for form in (left, right))
        if not ours & theirs:
            return Reason(ReasonCode.OTHER_PERSON_ID, 0.0, (system, min(ours), min(theirs)))
    return None


def _name_reasons(left: NormalForm, right: NormalForm, rare: Rarity) -> list[Reason]:
    """From the names themselves, or from a name and an address where that says more."""
    names = naming.best(left.words, right.words, rare)
    bits = names.bits if names else 0.0
    reasons = names.reasons if names else ()
    hidden = _in_addresses(left, right, rare) if left.aliases or right.aliases else None
    if hidden is None or hidden.bits + min(bits, 0.0) <= max(bits, 0.0):
        return [*reasons]
    return [hidden, *(reasons if bits < 0 else ())]  # an address does not hide that the names differ


def _in_addresses(left: NormalForm, right: NormalForm, rare: Rarity) -> Reason | None:
    """Words of an address or user name of one card alone are those of a name of the other, or of such of the other.

    What says most; None where nothing says anything.
    """
    ours, theirs = _only(left, right), _only(right, left)
    found: list[tuple[Words, Words, tuple[str, str]]] = []
    if theirs:
        found += [(words, name, (shown, source)) for source, words in theirs for shown, name in _names(left)]
    if ours:
        found += [(words, name, (shown, source)) for source, words in ours for shown, name in _names(right)]
    if ours and theirs:
        pairs = product(ours, theirs)
        found += [
            (words, name, (other, one)) for (one, words), (other, name) in pairs if user_of(one) != user_of(other)
        ]
    best, values = 0.0, ("", "")
    for words, name, shown_as in found:
        bits = naming.in_address(words, name, rare)
        if bits > best:
            best, values = bits, shown_as
    return Reason(ReasonCode.NAME_IN_ADDRESS, best, values) if best else None


def _only(form: NormalForm, other: NormalForm) -> list[tuple[str, Words]]:
    """Addresses and user names of `form` that `other` has not, with their words."""
    return [one for one in form.aliases.items() if one[0] not in other.aliases]


def _names(form: NormalForm) -> Iterable[tuple[str, Words]]:
    return zip(form.names, form.words, strict=True)
