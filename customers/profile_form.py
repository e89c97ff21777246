"""The customer's profile as agents read and write it (B-13…B-15, B-34, E-14, E-19…E-23).

Everything in the views is data from outside until `cards` has escaped it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from customers import characters, identities
from customers.fields import Field, FieldView, views
from customers.ids import CardId
from customers.model import TEXT_LIMIT, Channel, IdentityKind
from customers.wrap_up import InvalidInput, checked_tag, unique_tags
from customers.writing_back import UpdateView


class Detail(StrEnum):
    """A field of the profile. The value is its column's name."""

    NAME = "name"
    """As the card calls the customer."""
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    COMPANY = "company"
    GENDER = "gender"
    BIRTH_DATE = "birth_date"
    STREET = "street"
    POSTCODE = "postcode"
    NOTES = "notes"
    """The agents' own (E-23)."""


ALWAYS = tuple(one for one in Detail if one not in (Detail.BIRTH_DATE, Detail.STREET, Detail.POSTCODE))
"""What a profile has unless the settings say otherwise; a company may switch the others on."""
GENDERS = ("female", "male", "diverse")
KINDS = (IdentityKind.PHONE, IdentityKind.EMAIL)
LABELS: Mapping[IdentityKind, tuple[str, ...]] = {
    IdentityKind.PHONE: ("mobile", "home", "work", "other"),
    IdentityKind.EMAIL: ("home", "work", "other"),
}
TAGS = "tags"
"""Labels of the customer (C-05), as a part of the profile."""
PARTS: tuple[str, ...] = (*(one.value for one in ALWAYS), TAGS, *(kind.value for kind in KINDS))
"""Everything that a profile has unless the settings say otherwise: fields, and what there are several of."""
MOST_TAGS = 50
"""Labels of one customer at most."""
MOST_CONTACTS = 10
"""So many numbers and addresses of each kind at most."""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A value that another one is shown instead of, with where it came from (C-16)."""

    field: str
    value: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A number or address that agents wrote down. It leads to no card: that is what identities are for (P-03)."""

    id: str
    kind: IdentityKind
    value: str
    """E.164, or the address."""
    label: str
    """One of `LABELS`."""
    is_primary: bool
    card_id: CardId


@dataclass(frozen=True, slots=True)
class ProfileView:
    """The profile of one or several cards that were merged."""

    values: Mapping[Detail, str] = field(default_factory=dict)
    owners: Mapping[Detail, CardId] = field(default_factory=dict)
    """Whose value is shown, and who takes an edit of it."""
    kept: tuple[KeptValue, ...] = ()
    """Other values, of merged cards (C-16)."""
    contacts: tuple[ContactPoint, ...] = ()
    own_values: Mapping[str, str] = field(default_factory=dict)
    """Of the company's own fields, by name; also of such as the settings have no more (B-39)."""
    own_kept: tuple[tuple[str, str], ...] = ()
    own: tuple[FieldView, ...] = ()
    """Those that are shown, in their order."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """By name: why what was typed into one of them cannot be kept."""
    tags: tuple[str, ...] = ()
    """Labels, unique without regard to case (C-05)."""
    has_tags: bool = True
    """False: they are not shown (E-21)."""
    shown: tuple[Detail, ...] = ALWAYS
    kinds: tuple[IdentityKind, ...] = KINDS
    """Numbers, addresses, or both: what of them is shown (E-21)."""
    read_only: frozenset[str] = frozenset()
    """Fields, `phone` and `email` among them, that agents may not write (E-21)."""
    updates: tuple[UpdateView, ...] = ()
    """What of it is on its way into CRM records, or has not got there."""
    is_editing: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    """By input: what the agent has typed and not saved, where the place that it stood in has been redrawn."""

    @property
    def may_write(self) -> bool:
        """True where there is anything that the viewer may write."""
        return any(one.value not in self.read_only for one in (*self.shown, *self.kinds)) or any(
            one.may_write for one in self.own
        )

    @property
    def may_tag(self) -> bool:
        """True where the viewer may add and remove labels."""
        return self.has_tags and TAGS not in self.read_only

    def seen(self, parts: Collection[str], read_only: frozenset[str], fields: Sequence[Field] = ()) -> ProfileView:
        """As an administrator wants it shown and written (E-21). `fields`: the company's own that there are."""
        known = {one.value: one for one in Detail}
        own = {one.name: one for one in fields}
        return replace(
            self,
            shown=tuple(known[part] for part in parts if part in known),
            kinds=tuple(kind for kind in KINDS if kind.value in parts),
            own=views(tuple(own[part] for part in parts if part in own), self.own_values, read_only=read_only),
            has_tags=TAGS in parts,
            tags=self.tags if TAGS in parts else (),
            read_only=read_only,
        )

    def of_kind(self, kind: IdentityKind) -> tuple[ContactPoint, ...]:
        """Numbers or addresses, the primary one first."""
        return tuple(sorted((one for one in self.contacts if one.kind is kind), key=lambda one: not one.is_primary))


def checked(detail: Detail, text: str, today: date) -> str:
    """`text` as it is kept. Raises InvalidInput."""
    match detail:
        case Detail.NOTES:
            kept = characters.clean(text)
        case Detail.BIRTH_DATE:
            return _day(text, today)
        case _:
            kept = characters.one_line(text)
    if detail is Detail.GENDER and kept not in ("", *GENDERS):
        raise InvalidInput("profile.gender", "invalid_input")
    if not characters.fits(kept, TEXT_LIMIT):
        raise InvalidInput(f"profile.{detail}", "text_too_long")
    return kept


def split_tags(text: str) -> tuple[str, ...]:
    """The labels of a text that has commas between them. Raises InvalidInput."""
    tags = [checked_tag(part, ()) for part in characters.one_line(text).split(",") if part.strip()]
    return unique_tags(tags)[:MOST_TAGS]


def _day(text: str, today: date) -> str:
    """ISO 8601; a day that is in the calendar and not to come."""
    bare = text.strip()
    if not bare:
        return ""
    try:
        day = date.fromisoformat(bare)
    except ValueError:
        raise InvalidInput("profile.birth_date", "invalid_date") from None
    if not date(1850, 1, 1) <= day <= today:
        raise InvalidInput("profile.birth_date", "invalid_date")
    return day.isoformat()


def checked_contact(kind: IdentityKind, text: str, country: str) -> str:
    """The number in E.164, or the address; empty for nothing. Raises InvalidInput. `country` is the agent's."""
    bare = characters.one_line(text)
    if not bare:
        return ""
    if kind is IdentityKind.PHONE:
        if not (number := identities.phone(bare, country)):
            raise InvalidInput("profile.phone", "invalid_phone")
        return number
    address = identities.email(bare)
    _, _, domain = address.rpartition("@")
    if "." not in domain.strip("."):
        raise InvalidInput("profile.email", "invalid_email")
    return address


def full_name(values: Mapping[Detail, str]) -> str:
    """First and last name."""
    return " ".join(part for part in (values.get(Detail.GIVEN_NAME, ""), values.get(Detail.FAMILY_NAME, "")) if part)


def with_name(news: dict[Detail, str], stored: Mapping[Detail, str]) -> dict[Detail, str]:
    """`news`, and the name that the card shows, where that is made of first and last name and nobody typed another."""
    is_renamed = {Detail.GIVEN_NAME, Detail.FAMILY_NAME} & news.keys() and Detail.NAME not in news
    if is_renamed and stored.get(Detail.NAME, "") in ("", full_name(stored)):
        news[Detail.NAME] = full_name({**stored, **news})
    return news
