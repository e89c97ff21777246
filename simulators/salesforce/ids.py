"""Salesforce's record ids: 15 case-sensitive characters, or 18 with a check sum for readers that fold case."""

from __future__ import annotations

import re

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID = re.compile(r"[A-Za-z0-9]{15}([A-Za-z0-9]{3})?")


def is_id(text: object) -> bool:
    """True for something of an id's form."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def to_18(short: str) -> str:
    """The 18 characters of an id, whether it has 15 or 18."""
    short = short[:15]
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, letter in enumerate(short[start : start + 5]) if letter.isupper())
        suffix += _ALPHABET[bits]
    return short + suffix


def new_id(prefix: str, number: int) -> str:
    """The `number`-th id of a type."""
    tail = ""
    while number:
        number, rest = divmod(number, 62)
        tail = _BASE62[rest] + tail
    return to_18(prefix + "5g00000" + tail.rjust(5, "0"))
