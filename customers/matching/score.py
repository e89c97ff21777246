"""How likely two cards are of one person: bits that add up, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2

from customers.matching import contacts, facts, households, naming
from customers.matching.facets import aliases, user_of
from customers.matching.frequencies import Frequencies, rarity, word
from customers.matching.normal import NormalForm
from customers.matching.reasons import Reason, ReasonCode
from customers.matching.weights import WEIGHTS
from customers.matching.words import Rarity


@dataclass(frozen=True, slots=True)
class Score:
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


def score(left: NormalForm, right: NormalForm, frequencies: Frequencies) -> Score:
    """The score of two cards; the same bits in both directions. Missing facts neither speak for nor against."""
    if other := _other_person(left, right):
        return Score((other,), 0.0, is_forbidden=True)
    reached = [*contacts.reasons(left, right, frequencies)]
    found = [
        *households.counted_once(reached, _name_reasons(left, right, frequencies)),
        *facts.reasons(left, right, frequencies),
    ]
    found.sort(key=lambda one: (-one.bits, one.code, one.values))
    return Score(tuple(found), sum(reason.bits for reason in found))


def odds(bits: float, total: int) -> float:
    """The odds that a pair with so many bits is of one person, among `total` cards."""
    return float(2.0 ** min(bits - log2(max(total, 1)) + WEIGHTS.prior, 500.0))


def _other_person(left: NormalForm, right: NormalForm) -> Reason | None:
    if not left.person_ids or not right.person_ids:
        return None
    systems = sorted({system for system, _ in left.person_ids} & {system for system, _ in right.person_ids})
    for system in systems:
        ours, theirs = ({one for owner, one in form.person_ids if owner == system} for form in (left, right))
        if not ours & theirs:
            return Reason(ReasonCode.OTHER_PERSON_ID, 0.0, (system, min(ours), min(theirs)))
    return None


def _name_reasons(left: NormalForm, right: NormalForm, frequencies: Frequencies) -> list[Reason]:
    """From the names themselves, or from a name and an address where that says more."""

    def rare(text: str) -> float:
        return rarity(frequencies, word(text))

    names = naming.best([one.split() for one in left.names], [one.split() for one in right.names], rare)
    bits = names.bits if names else 0.0
    reasons = names.reasons if names else ()
    hidden = max(_in_addresses(left, right, rare), key=lambda one: one.bits, default=None)
    if hidden is None or hidden.bits + min(bits, 0.0) <= max(bits, 0.0):
        return [*reasons]
    return [hidden, *(reasons if bits < 0 else ())]  # an address does not hide that the names differ


def _in_addresses(left: NormalForm, right: NormalForm, rare: Rarity) -> Iterator[Reason]:
    ours, theirs = aliases(left), aliases(right)
    for name in left.names:
        for source in sorted(theirs.keys() - ours.keys()):
            yield _hidden(theirs[source], source, name, rare)
    for name in right.names:
        for source in sorted(ours.keys() - theirs.keys()):
            yield _hidden(ours[source], source, name, rare)
    for one in sorted(ours.keys() - theirs.keys()):
        for other in sorted(theirs.keys() - ours.keys()):
            if user_of(one) != user_of(other):
                yield _hidden(ours[one], one, " ".join(theirs[other]), rare, other)


def _hidden(found: tuple[str, ...], source: str, name: str, rare: Rarity, shown: str = "") -> Reason:
    bits = naming.in_address(found, name.split(), rare)
    return Reason(ReasonCode.NAME_IN_ADDRESS, bits, (shown or name, source))
