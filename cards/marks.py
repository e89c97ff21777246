"""What matches a search, marked: bold in a card, like a text marker in the pane.

The text is escaped as a whole, with signs of ours around what is marked, and the signs become Markdown afterwards: so
the text cannot bring markup along, and neither can what was searched for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cards.escape import ANY_LENGTH, clip, escape

_BEGIN, _END = "\ue010", "\ue011"
"""Characters for private use; they are taken out of the text."""
_NO_SIGNS: Final = {ord(_BEGIN): None, ord(_END): None}
_NUMBER: Final = re.compile(r"[+0-9 ()./-]{3,}", re.ASCII)
_LEAST_DIGITS: Final = 3
_PREFIX: Final = 3
"""Digits that a number may begin with and be shown without: a country code, or the zero before an area code."""

Span = tuple[int, int]


def marked(value: str, marks: Sequence[str], length: int = ANY_LENGTH) -> str:
    """`value` as `escape` gives it, and every part of it that is one of `marks` bold, whatever its case."""
    if not marks:
        return escape(value, length)
    shown = clip(value.translate(_NO_SIGNS), length)
    pieces, at = [], 0
    for begin, end in _spans(shown, marks):
        pieces += [shown[at:begin], _BEGIN, shown[begin:end], _END]
        at = end
    signed = escape("".join([*pieces, shown[at:]]))
    return signed.replace(_BEGIN, "**").replace(_END, "**")


def _spans(shown: str, marks: Sequence[str]) -> list[Span]:
    """What is marked, in order, no two of them touching."""
    joined: list[Span] = []
    for begin, end in sorted(span for mark in marks for span in _found(shown, mark)):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return [span for span in (_trimmed(shown, *span) for span in joined) if span[0] < span[1]]


def _trimmed(shown: str, begin: int, end: int) -> Span:
    """Without what is no letter or digit at its ends: Markdown takes asterisks beside such for themselves."""
    while begin < end and not shown[begin].isalnum():
        begin += 1
    while begin < end and not shown[end - 1].isalnum():
        end -= 1
    return begin, end


def _found(shown: str, mark: str) -> Iterator[Span]:
    if not mark.strip():
        return
    found = [one.span() for one in re.finditer(re.escape(mark), shown, re.IGNORECASE)]
    yield from found or (_digits(shown, mark) if _NUMBER.fullmatch(mark) else ())


def _digits(shown: str, mark: str) -> list[Span]:
    """Where the digits of `mark` stand, however they are grouped, and with or without what a number begins with."""
    digits = re.sub("[^0-9]", "", mark)
    for skipped in range(_PREFIX + 1):
        rest = digits[skipped:]
        if len(rest) < _LEAST_DIGITS:
            break
        if found := [one.span() for one in re.finditer("[^0-9]{0,3}".join(rest), shown)]:
            return found
    return []
