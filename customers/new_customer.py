"""A customer whom an agent enters by hand (B-30): what is typed, and who may be the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from customers import profile_form
from customers.fields import FieldView
from customers.model import Channel, IdentityKind
from customers.profile_form import Detail
from customers.views import CustomerRow
from customers.wrap_up import InvalidInput


class NewField(StrEnum):
    """A field of the form. The value is part of its input's id, `new.FIELD`."""

    NAME = "name"
    COMPANY = "company"
    PHONE = "phone"
    EMAIL = "email"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class NewCustomerView:
    """The form as it stands."""

    typed: Mapping[str, str] = field(default_factory=dict)
    """By field; those of the company's own after `own.`."""
    own: tuple[FieldView, ...] = ()
    """The company's own fields that the viewer may write (B-39)."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """By field of the company's own: why what was typed cannot be kept."""
    alike: tuple[CustomerRow, ...] = ()
    """Customers who may be the same; they are shown before another one is created."""


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What is kept of a new customer."""

    details: Mapping[Detail, str]
    contacts: Mapping[IdentityKind, str]
    own: Mapping[str, str] = field(default_factory=dict)
    """The company's own fields, by name."""

    @property
    def channel(self) -> Channel:
        """The channel that the card is for: the one that they can be reached on."""
        if IdentityKind.PHONE in self.contacts:
            return Channel.VOICE
        return Channel.EMAIL if IdentityKind.EMAIL in self.contacts else Channel.OTHER

    @property
    def questions(self) -> list[str]:
        """What customers who may be the same are looked for by, the surest first."""
        return [*self.contacts.values(), *filter(None, [self.details.get(Detail.NAME, "")])]


def checked(typed: Mapping[str, str], country: str, today: date) -> NewCustomer:
    """What was typed as it is kept. Raises InvalidInput, also where it says of nobody who they are."""
    details = {
        detail: kept
        for detail in (Detail.NAME, Detail.COMPANY, Detail.NOTES)
        if (kept := profile_form.checked(detail, typed.get(detail.value, ""), today))
    }
    contacts = {
        kind: kept
        for kind in (IdentityKind.PHONE, IdentityKind.EMAIL)
        if (kept := profile_form.checked_contact(kind, typed.get(kind.value, ""), country))
    }
    if Detail.NAME not in details and not contacts:
        raise InvalidInput("new.name", "new_customer_empty")
    return NewCustomer(details, contacts)
