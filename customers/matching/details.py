"""Company, birth date, postcode and street, each in the form in which it is compared."""

from __future__ import annotations

import re

from customers.matching.folding import digits, listed, words

_LEGAL = listed("""
    gmbh mbh ag kg kgaa ohg ug ek ev eg se inc incorporated ltd limited llc llp plc corp corporation company co sa
    sl slu srl spa bv nv ab as oy sarl sas gbr gesellschaft
""")
_STREET_WORDS = {
    "strasse": "str", "street": "st", "straat": "str", "avenue": "av", "ave": "av", "avenida": "av", "road": "rd",
    "drive": "dr", "place": "pl", "platz": "pl", "plaza": "pl", "court": "ct", "crescent": "cr", "lane": "ln",
    "calle": "c", "close": "cl", "circuit": "cct", "terrace": "tce",
}  # fmt: skip
_STREET_TAIL = re.compile(r"(?<=[a-z]{3})(?:str(?:asse)?)+$")
_DAY_FIRST = re.compile(r"^\s*(\d{1,2})[./](\d{1,2})[./](\d{4})\b", re.ASCII)
_YEAR_FIRST = re.compile(r"^\s*(\d{4})(?:-(\d{1,2})-(\d{1,2})|(\d\d)(\d\d))(?!\d)", re.ASCII)


def company_words(name: str) -> str:
    """The words of a company's name but for its legal form, joined without a gap: `Classics, Inc.` is `classics`."""
    found = words(name)
    return "".join([word for word in found if word not in _LEGAL] or found)


def birth_date(text: str) -> str:
    """YYYYMMDD; empty where `text` holds no day. 5.12.1963 and 5/12/1963 are read with the day first.

    A day that is not in the calendar is kept: it is a typing error, and its other digits count.
    """
    if match := _DAY_FIRST.match(text):
        day, month, year = match.groups()
    elif match := _YEAR_FIRST.match(text):
        year, month, day = (part for part in match.groups() if part)
    else:
        return ""
    return f"{year}{int(month):02}{int(day):02}"


def postcode(text: str) -> str:
    """The letters and digits alone."""
    return "".join(words(text))


def street(text: str) -> str:
    """The words of a street, numbers first, sorted: `Hauptstraße 5` and `5, Haupt-Str.` are one."""
    return " ".join(sorted({part for word in words(text) for part in _street_parts(word)}))


def _street_parts(word: str) -> list[str]:
    stem = _STREET_TAIL.sub("", word)
    plain = _STREET_WORDS.get(stem, stem)
    return [plain, "str"] if stem != word else [plain]


def house_number(street_words: str) -> str:
    """The first number of a normal street; empty without one."""
    return next((digits(word) for word in street_words.split() if word[:1].isdecimal()), "")
