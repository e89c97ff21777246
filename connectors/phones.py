"""Phone numbers as people have typed them into a CRM. Pure."""

from __future__ import annotations

import re

import phonenumbers

_NOT_DIGITS = re.compile(r"[^0-9]")


def digits(text: str) -> str:
    """Only the digits of `text`."""
    return _NOT_DIGITS.sub("", text)


def spellings(e164: str) -> tuple[str, ...]:
    """The common ways to write `e164`, each once: international, national, as digits alone.

    A text that is no phone number is its own only spelling.
    """
    number = _parse(e164, None)
    if number is None:
        return (e164,) if e164 else ()
    kinds = phonenumbers.PhoneNumberFormat
    international = phonenumbers.format_number(number, kinds.INTERNATIONAL)
    national = phonenumbers.format_number(number, kinds.NATIONAL)
    bare = phonenumbers.national_significant_number(number)
    country = str(number.country_code)
    written = (f"+{country}{bare}", international, national, digits(national), f"00{country}{bare}", bare)
    mixed = f"{country}{digits(national)}"  # +49 (0)151 …
    return tuple(dict.fromkeys((*written, f"{country}{bare}", mixed)))


def digit_spellings(e164: str) -> tuple[str, ...]:
    """`spellings` as digits alone, the longest first."""
    return tuple(sorted({digits(text) for text in spellings(e164)} - {""}, key=len, reverse=True))


def is_same(stored: str, e164: str) -> bool:
    """True where `stored`, however it is written, is the number `e164`. A number without a country is read in that of
    `e164`; an extension makes no difference.
    """
    if digits(stored) in digit_spellings(e164):
        return True
    wanted = _parse(e164, None)
    if wanted is None or wanted.country_code is None:
        return False
    found = _parse(stored, phonenumbers.region_code_for_country_code(wanted.country_code))
    return found is not None and _core(found) == _core(wanted)


def _core(number: phonenumbers.PhoneNumber) -> tuple[int | None, str]:
    return number.country_code, phonenumbers.national_significant_number(number)


def _parse(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
