"""What a card says of its person, in the form in which cards are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from customers import identities
from customers.identities import Identity
from customers.matching import details
from customers.matching.addresses import (
    company_domain,
    dotted,
    is_free,
    mailbox,
    undotted,
    user_of,
    user_part,
    user_words,
)
from customers.matching.kept import kept
from customers.matching.names import name_words
from customers.model import IdentityKind

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MatchInput:
    """What a card says of its person, as it was written. Everything may be missing."""

    names: Sequence[str] = ()
    """Every spelling that a channel or a CRM gave."""
    companies: Sequence[str] = ()
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    handles: Sequence[tuple[str, str]] = ()
    """Ids and user names of channels: (provider, value). They never forbid."""
    person_ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids that stand for one person each: system (customer numbers, a CRM) to the ids of the card."""
    birth_date: str = ""
    postcode: str = ""
    street: str = ""
    country: str = ""
    """Of the business number (ISO 3166): where numbers without a country code are from."""


@dataclass(frozen=True)
class NormalForm:
    """A `MatchInput` in its normal form: two spellings of one fact are equal, each fact stands once, in order.

    What it says between the lines is kept with it once it was asked for: a card is compared with many.
    """

    names: tuple[str, ...] = ()
    """Sorted folded words with a blank between them."""
    companies: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """E.164; withheld and internal numbers are not among them."""
    emails: tuple[str, ...] = ()
    """Mailboxes, without tags."""
    handles: tuple[str, ...] = ()
    """`provider:value`."""
    person_ids: tuple[tuple[str, str], ...] = ()
    """(system, id)."""
    birth_date: str = ""
    """YYYYMMDD."""
    postcode: str = ""
    street: str = ""
    mobiles: tuple[str, ...] = ()
    """Those of `phones` that are mobile numbers."""
    dotted: tuple[str, ...] = ()
    """Local parts of Gmail addresses as they were written, where `emails` has them without dots."""

    @kept
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The words of each name."""
        return tuple([tuple(name.split()) for name in self.names])

    @kept
    def user_names(self) -> frozenset[str]:
        """Those of the handles, and the local parts of the addresses."""
        sources = self.handles + self.emails
        return frozenset(filter(None, map(user_of, sources))) if sources else _NOTHING

    @kept
    def mailboxes(self) -> tuple[str, ...]:
        """Those of `emails` that are of free mail."""
        return tuple(filter(is_free, self.emails))

    @kept
    def employers(self) -> frozenset[str]:
        """Companies as written, and as the domains of the addresses say."""
        if not self.companies and not self.emails:
            return _NOTHING
        return frozenset([*self.companies, *filter(None, map(company_domain, self.emails))])

    @kept
    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """Addresses and handles whose user name may be made from a person's name, and its words."""
        if not self.emails and not self.handles:
            return {}
        by_words = sorted(self.dotted, key=lambda local: (-local.count("."), local))
        spelt = {undotted(local): local for local in by_words}  # of several spellings that of the fewest words
        sources = [*self.emails, *filter(user_of, self.handles)]
        return {source: found for source in sources if (found := user_words(spelt.get(source) or user_part(source)))}


def normal_form(card: MatchInput) -> NormalForm:
    """The normal form of `card`. Never raises: what cannot be read is left out."""
    phones = _each_once(_phones(card))
    return NormalForm(
        names=_each_once(" ".join(name_words(name)) for name in card.names),
        companies=_each_once(details.company_words(name) for name in card.companies),
        phones=phones,
        emails=_each_once(mailbox(address) for address in card.emails),
        handles=_each_once(_handle(provider, value) for provider, value in card.handles),
        person_ids=tuple(sorted({(system, one) for system, ids in card.person_ids.items() for one in ids if one})),
        birth_date=details.birth_date(card.birth_date),
        postcode=details.postcode(card.postcode),
        street=details.street(card.street),
        mobiles=tuple(filter(identities.is_mobile, phones)),
        dotted=_each_once(dotted(address) for address in card.emails),
    )


def _each_once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({one for one in found if one}))


def _phones(card: MatchInput) -> list[str]:
    numbers = [identities.phone(number, card.country) for number in card.phones]
    return numbers + [
        identities.phone_hint(Identity(IdentityKind.SOCIAL, "", value.strip(), provider.strip().casefold()))
        for provider, value in card.handles
    ]


def _handle(provider: str, value: str) -> str:
    bare = value.strip().lstrip("@")
    return f"{provider.strip().casefold()}:{bare.casefold()}" if bare else ""
