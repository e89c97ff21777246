"""Spellings that differ in writing alone become one: capitals, accents, scripts, umlauts and ways around them."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_UMLAUT_WRITTEN_OUT = re.compile(r"([aou])e+")
_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` in lower-case ASCII with ü = ue = u, ß = ss, no apostrophes. Folding twice changes nothing."""
    plain = anyascii(_APOSTROPHES.sub("", text)).lower()
    return _UMLAUT_WRITTEN_OUT.sub(r"\1", _APOSTROPHES.sub("", plain))


def words(text: str) -> list[str]:
    """The folded words and numbers of `text`, in its order."""
    return _WORD.findall(fold(text))


def digits(text: str) -> str:
    """The decimal digits of `text`, whatever their script."""
    return "".join(letter for letter in fold(text) if letter.isdecimal())


def listed(text: str) -> frozenset[str]:
    """The words of a list in the code."""
    return frozenset(text.split())
