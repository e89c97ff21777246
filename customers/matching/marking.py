"""What of a card's texts, as they are shown, was found: so that it can be marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from customers.matching.asking import Question
from customers.matching.finding import BEGINS, MISSING, cost
from customers.matching.folding import digits, fold, words

_WORD = re.compile(r"[^\W_]+(?:['’‘`´ʼ][^\W_]+)*")


class Field(StrEnum):
    """What a text is."""

    NAME = "name"
    COMPANY = "company"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a text that answers what was typed."""

    field: Field
    text: str
    """The whole text, as it is shown."""
    start: int
    end: int

    @property
    def matched(self) -> str:
        """The part."""
        return self.text[self.start : self.end]


def marks(asked: Question, texts: Iterable[tuple[Field, str]]) -> list[Mark]:
    """The parts of `texts` that answer the question, in their order; each text stands once."""
    return [mark for field, text in dict.fromkeys(texts) for mark in _marks(asked, field, text)]


def _marks(asked: Question, field: Field, text: str) -> Iterator[Mark]:
    if field is Field.PHONE:
        yield from _of_number(asked, text)
    elif field in (Field.EMAIL, Field.HANDLE) and text.casefold().startswith(asked.text.lstrip("@")):
        yield Mark(field, text, 0, len(asked.text.lstrip("@")))
    else:
        for found in _WORD.finditer(text):
            if end := _end(asked, found[0]):
                yield Mark(field, text, found.start(), found.start() + end)


def _of_number(asked: Question, text: str) -> Iterator[Mark]:
    shown = digits(text)
    start = shown.rfind(asked.number) if asked.number else -1
    if start >= 0:
        at = [place for place, letter in enumerate(text) if letter.isdecimal()]
        yield Mark(Field.PHONE, text, at[start], at[start + len(asked.number) - 1] + 1)


def _end(asked: Question, word: str) -> int:
    """How many letters of `word` answer the question: its beginning, or all of it where it was mistyped."""
    folded = "".join(words(word))
    costs = {typed: cost(typed, folded) for typed in asked.words}
    best = min(costs, key=lambda typed: (costs[typed], -len(typed)), default="")
    if not folded or not best or costs[best] >= MISSING:
        return 0
    if costs[best] != BEGINS:
        return len(word)
    if folded == word.lower():  # letter by letter, as most are
        return len(best)
    return next((end for end in range(1, len(word)) if fold(word[:end]).startswith(best)), len(word))
