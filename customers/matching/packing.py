"""A normal form as a short text for one column of a table, and back."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote

from customers.matching.normal import NormalForm

VERSION = "3"
"""Rises whenever a card's normal form or keys would become others: whatever was packed before is made anew."""
_LISTS = ("names", "companies", "phones", "emails", "handles")
_MOBILE = "*"
"""In place of the + of a mobile number."""
_SINGLE = ("birth_date", "postcode", "street")
_EMPTY = [""] * len((*_LISTS, "person_ids", *_SINGLE, "dotted"))
_PLAIN = "@+*:.-_' "
"""What need not be escaped inside one value."""


class OtherVersion(ValueError):
    """The text was packed by another release: make the form anew from the card."""


def pack(form: NormalForm) -> str:
    """`form` on one line: version, then the fields with | between them and ; inside; empty ends are left out."""
    phones = [f"{_MOBILE}{one[1:]}" if one in form.mobiles else one for one in form.phones]
    lists = [_joined(phones if name == "phones" else getattr(form, name)) for name in _LISTS]
    persons = ";".join(f"{quote(system, _PLAIN)}={quote(one, _PLAIN)}" for system, one in form.person_ids)
    single = [getattr(form, name) for name in _SINGLE]
    return "|".join([VERSION, *lists, persons, *single, _joined(form.dotted)]).rstrip("|")


def unpack(text: str) -> NormalForm:
    """The form that was packed. Raises `OtherVersion`, a ValueError, for a text of another release."""
    version, *found = text.split("|")
    if version != VERSION:
        raise OtherVersion(version[:20])
    names, companies, phones, emails, handles, persons, birth_date, postcode, street, dotted = (
        found + _EMPTY[len(found) :]
    )
    form = object.__new__(NormalForm)
    form.__dict__.update(  # as its constructor would, which takes half of the time, for each that is compared
        names=_listed(names),
        companies=_listed(companies),
        phones=_listed(phones.replace(_MOBILE, "+")),
        mobiles=tuple(f"+{one[1:]}" for one in phones.split(";") if one[0] == _MOBILE) if _MOBILE in phones else (),
        emails=_listed(emails),
        handles=_listed(handles),
        person_ids=tuple(map(_pair, persons.split(";"))) if persons else (),
        birth_date=birth_date,
        postcode=postcode,
        street=street,
        dotted=_listed(dotted),
    )
    return form


def _joined(values: Iterable[str]) -> str:
    return ";".join(quote(one, _PLAIN) for one in values)


def _listed(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    return tuple(map(unquote, text.split(";"))) if "%" in text else tuple(text.split(";"))


def _pair(text: str) -> tuple[str, str]:
    system, _, one = text.partition("=")
    return unquote(system), unquote(one)
