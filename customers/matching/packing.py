"""A normal form as a short text for one column of a table, and back."""

from __future__ import annotations

from urllib.parse import quote, unquote

from customers.matching.normal import NormalForm

VERSION = "2"
"""Rises whenever a card's normal form or keys would become others: whatever was packed before is made anew."""
_LISTS = ("names", "companies", "phones", "emails", "handles")
_SINGLE = ("birth_date", "postcode", "street")
_EMPTY = [""] * (len(_LISTS) + 1 + len(_SINGLE))
_PLAIN = "@+:.-_' "
"""What need not be escaped inside one value."""


class OtherVersion(ValueError):
    """The text was packed by another release: make the form anew from the card."""


def pack(form: NormalForm) -> str:
    """`form` on one line: version, then the fields with | between them and ; inside; empty ends are left out."""
    lists = [";".join(quote(one, _PLAIN) for one in getattr(form, name)) for name in _LISTS]
    persons = ";".join(f"{quote(system, _PLAIN)}={quote(one, _PLAIN)}" for system, one in form.person_ids)
    single = [getattr(form, name) for name in _SINGLE]
    return "|".join([VERSION, *lists, persons, *single]).rstrip("|")


def unpack(text: str) -> NormalForm:
    """The form that was packed. Raises `OtherVersion`, a ValueError, for a text of another release."""
    version, *found = text.split("|")
    if version != VERSION:
        raise OtherVersion(version[:20])
    names, companies, phones, emails, handles, persons, birth_date, postcode, street = found + _EMPTY[len(found) :]
    form = object.__new__(NormalForm)
    form.__dict__.update(  # as its constructor would, which takes half of the time, forty times for each suggestion
        names=_listed(names),
        companies=_listed(companies),
        phones=_listed(phones),
        emails=_listed(emails),
        handles=_listed(handles),
        person_ids=tuple(map(_pair, persons.split(";"))) if persons else (),
        birth_date=birth_date,
        postcode=postcode,
        street=street,
    )
    return form


def _listed(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    return tuple(map(unquote, text.split(";"))) if "%" in text else tuple(text.split(";"))


def _pair(text: str) -> tuple[str, str]:
    system, _, one = text.partition("=")
    return unquote(system), unquote(one)
