"""Characters as a person counts them (B-07, B-11), and texts as they are kept.

A family of emoji, a flag or a letter with its accents is one character to whoever reads it, and many to a computer.
What is counted here are the grapheme clusters of Unicode, as far as they follow from what every Python knows of
characters: combining marks, joiners, variation selectors, skin tones, flags, Hangul letters that join. A cluster may be
of any length, so a text may also have no more than `_ROOM` code points for each of its characters: only texts that are
made of little else than such clusters meet that limit.
"""

from __future__ import annotations

import re
import unicodedata

_ROOM = 2
_JOINER = "\u200d"
_KEYCAP_AND_TAGS = re.compile("[\u200c\u20e3\U000e0020-\U000e007f\U0001f3fb-\U0001f3ff]")
_INVISIBLE = re.compile("(?![\n])[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
"""Control characters but ends of lines, switches of the writing direction, half characters."""


def count(text: str) -> int:
    """How many characters a person sees in `text`."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    found, before, flags = 0, "", 0
    for character in text:
        is_flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        flags = flags + 1 if is_flag else 0
        joins = (
            _extends(character) or before == _JOINER or (is_flag and flags % 2 == 0) or _is_joined(before, character)
        )
        found += not joins or not before
        before = character
    return found


def fits(text: str, limit: int) -> bool:
    """True where `text` has at most `limit` characters."""
    return len(text) <= limit or (len(text) <= _ROOM * limit and count(text) <= limit)


def clean(text: str) -> str:
    """`text` as it is kept: one kind of line ends, no characters that nobody sees, no white space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _INVISIBLE.sub("", lines).strip()


def one_line(text: str) -> str:
    """`clean`, with single blanks instead of ends of lines."""
    return " ".join(clean(text).split())


def _extends(character: str) -> bool:
    if character == _JOINER or _KEYCAP_AND_TAGS.match(character):
        return True
    return unicodedata.category(character) in ("Mn", "Me", "Mc")


def _is_joined(before: str, character: str) -> bool:
    """A line end of two characters, and Korean syllables that are written letter by letter."""
    if before == "\r":
        return character == "\n"
    if "\u1160" <= character <= "\u11ff":  # a vowel, or a final consonant
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return "\u1100" <= character <= "\u115f" and "\u1100" <= before <= "\u115f"
