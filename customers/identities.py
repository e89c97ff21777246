"""The normal form of an identity: two ways of writing one number or address are one identity."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import idna
import phonenumbers

from customers.events import IdentityClaim
from customers.model import IdentityKind

INTERNAL_DIGITS = 6
"""A number of so few digits is an extension of the house or a service, and names nobody."""
_WITHHELD = frozenset(
    {"anonymous", "restricted", "private", "unknown", "withheld", "unavailable", "blocked", "no caller id", "anonym"}
)
_PHONE_SCHEME = re.compile(r"^(?:tel|sips?|whatsapp|sms):(?://)?", re.IGNORECASE)
_SOCIAL_PHONE = re.compile(r"^(?:whatsapp:)?\+?([0-9]{7,15})(?:@[a-z.]+)?$", re.IGNORECASE)
_DIALLED = re.compile(r"^\+?[\d\s()./\-‐-―\u00a0\u2060\uff0b]+$")
_ADDRESS_LIMIT = 320


@dataclass(frozen=True, slots=True)
class Identity:
    """One number, address or id. (`kind`, `key`) says who it is: equal keys are one identity."""

    kind: IdentityKind
    key: str
    """Compared; never shown."""
    value: str
    """Shown, dialled, written to: E.164, the address as its owner writes it, the bare id."""
    provider: str = ""
    display_name: str = ""
    verified: bool | None = None


def normalise(claim: IdentityClaim, source: str, country: str = "") -> Identity | None:
    """The identity in `claim`; None where it names nobody (withheld, internal, unreadable).

    `country` (ISO 3166) is where numbers without a country code are from. `source` is whose `external` ids these are.
    """
    value = claim.value.strip()
    provider = claim.provider.strip().casefold()
    key = ""
    match claim.kind:
        case IdentityKind.PHONE:
            key = value = phone(value, country)
        case IdentityKind.EMAIL:
            value = email(value)
            key = value.casefold()
        case IdentityKind.SOCIAL:
            key = f"{provider}:{value}" if value else ""
        case IdentityKind.EXTERNAL:
            key = f"{source}|{provider}:{value}" if value else ""
    if not key:
        return None
    return Identity(claim.kind, key, value, provider, claim.display_name.strip(), claim.verified)


def normalise_all(
    claims: Iterable[IdentityClaim], source: str, country: str = "", contact_id: str = ""
) -> tuple[Identity, ...]:
    """Each identity once, in the order of `claims`; `contact_id`, the platform's own, last, as an `external` one."""
    everything = [*claims]
    if contact_id:
        everything.append(IdentityClaim(IdentityKind.EXTERNAL, contact_id))
    found: dict[tuple[str, str], Identity] = {}
    for claim in everything:
        identity = normalise(claim, source, country)
        if identity is not None:
            found.setdefault((identity.kind, identity.key), identity)
    return tuple(found.values())


def phone(value: str, country: str = "") -> str:
    """`value` in E.164, or empty where it names nobody."""
    bare = _PHONE_SCHEME.sub("", value.strip()).partition(";")[0].partition("@")[0].strip()
    if bare.casefold() in _WITHHELD or not _DIALLED.match(bare):
        return ""
    if sum(character.isdecimal() for character in bare) <= INTERNAL_DIGITS:
        return ""
    return _e164(bare, country) or ("" if country else _e164(f"+{bare}", "", is_strict=True))


def phone_hint(identity: Identity) -> str:
    """A number, in E.164, to search for: a WhatsApp id is one too. Empty for all else; not a key of the identity."""
    if identity.kind is IdentityKind.PHONE:
        return identity.value
    match = _SOCIAL_PHONE.match(identity.value)
    if identity.kind is not IdentityKind.SOCIAL or identity.provider != "whatsapp" or match is None:
        return ""
    return _e164(f"+{match[1]}", "")


def is_mobile(number: str) -> bool:
    """True where `number`, in E.164, is certainly of a mobile phone: in North America nobody can tell."""
    return phonenumbers.number_type(phonenumbers.parse(number, None)) == phonenumbers.PhoneNumberType.MOBILE


def country_of(business_address: str, default: str = "") -> str:
    """The country of the business number that was called or wrote; `default` where it shows none."""
    bare = _PHONE_SCHEME.sub("", business_address.strip())
    number = phone(bare) if bare.startswith("+") else ""
    if not number:
        return default
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    return region or default


def email(value: str) -> str:
    """`value` with its domain in lower case and its local part as it is written; empty where it is no address."""
    bare = value.strip()
    if bare.endswith(">") and "<" in bare:
        bare = bare[bare.rindex("<") + 1 : -1].strip()
    if bare[:7].casefold() == "mailto:":
        bare = bare[7:]
    local, _, domain = bare.rpartition("@")
    if not local or not domain or len(bare) > _ADDRESS_LIMIT or any(not _is_visible(letter) for letter in bare):
        return ""
    return f"{local}@{_domain(domain)}"


def _is_visible(letter: str) -> bool:
    return letter.isprintable() and not letter.isspace()


def _domain(text: str) -> str:
    """As mail servers compare it."""
    try:
        return idna.encode(text, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return text.casefold()


def _e164(text: str, country: str, *, is_strict: bool = False) -> str:
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    is_good = phonenumbers.is_valid_number(number) if is_strict else phonenumbers.is_possible_number(number)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if is_good else ""
