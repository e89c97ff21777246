"""What the tables hold of one card: made from what the card says, or again from what the tables keep of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from customers.matching.frequencies import tokens
from customers.matching.keys import keys
from customers.matching.normal import MatchInput, NormalForm, normal_form
from customers.matching.packing import pack, unpack
from customers.matching.terms import terms, values


@dataclass(frozen=True, slots=True)
class Entry:
    """One card in the tables."""

    form: str = ""
    """Packed; empty for a card that is not in the tables."""
    terms: frozenset[str] = frozenset()
    keys: frozenset[int] = frozenset()
    tokens: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()

    @property
    def line(self) -> str:
        """The terms as they are kept."""
        return " ".join(sorted(self.terms))


NOTHING = Entry()


def entry(card: MatchInput) -> Entry:
    """What the tables should hold of `card`."""
    return _entry(normal_form(card), terms(card))


def kept(form: str, line: str) -> Entry:
    """What the tables hold of a card of which they keep this. Raises `OtherVersion` for what another release wrote."""
    return _entry(unpack(form), frozenset(line.split()))


def united(forms: Iterable[NormalForm]) -> NormalForm:
    """The form of one person who has all these cards: everything that any of them says.

    Of what a person has but one (birth date, postcode, street) the first that is there counts.
    """
    found = list(forms)
    if len(found) == 1:
        return found[0]
    return NormalForm(
        names=_all(one.names for one in found),
        companies=_all(one.companies for one in found),
        phones=_all(one.phones for one in found),
        emails=_all(one.emails for one in found),
        handles=_all(one.handles for one in found),
        person_ids=tuple(sorted({pair for one in found for pair in one.person_ids})),
        birth_date=next((one.birth_date for one in found if one.birth_date), ""),
        postcode=next((one.postcode for one in found if one.postcode), ""),
        street=next((one.street for one in found if one.street), ""),
        mobiles=_all(one.mobiles for one in found),
        dotted=_all(one.dotted for one in found),
    )


def _all(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({one for part in parts for one in part}))


def _entry(form: NormalForm, found: frozenset[str]) -> Entry:
    return Entry(pack(form), found, frozenset(keys(form)), tokens(form), values(form))
