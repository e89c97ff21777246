"""Fields that a company chooses itself (B-38, B-39): of activities, by channel, and of its customers.

Values are kept as texts, by the names of their fields: as `checked` makes them, whatever the locale they are shown in.
A field that is taken out of the settings keeps its values; so does a choice that is gone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from customers import characters
from customers.model import TEXT_LIMIT, Channel
from customers.wrap_up import InvalidInput

MOST_FIELDS = 20
"""In one set: more would fill a card."""
MOST_TEXT = 6000
"""Characters that all texts and links of one set take at most."""
MOST_CHOICES = 100
"""Choices that one set has at most."""
MOST_CHOICE_TEXT = 5000
"""Characters of all their values and of the longest label of each."""
SHORT_TEXT = 250
"""Characters of a text on one line; longer ones may have several."""
LABEL_LIMIT = 60
HELP_LIMIT = 120
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
OTHER = "default"
"""The set of activities whose channel has none of its own."""
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,3})?")
_LINK = re.compile(r"https://[^\s/?#]\S*|mailto:[^\s@]+@[^\s@]+|tel:\+?[0-9][0-9().\-]*", re.ASCII)
_FIRST, _LAST = date(1850, 1, 1), date(2199, 12, 31)


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    LINK = "link"


class Labels(NamedTuple):
    """What people call something, by language; one suffices."""

    en: str = ""
    de: str = ""
    es: str = ""

    def of(self, language: str) -> str:
        """In `language`, else in English, else in any."""
        return getattr(self, language[:2], "") or next(filter(None, self), "")


class Choice(NamedTuple):
    """One of the choices of a field."""

    value: str
    """What is kept, and what a mapping sees."""
    labels: Labels


class Field(NamedTuple):
    """A field as an administrator describes it."""

    name: str
    type: FieldType = FieldType.TEXT
    labels: Labels = Labels()
    help: Labels = Labels()
    choices: tuple[Choice, ...] = ()
    is_required: bool = False
    """Wrap-up is not finished, and a profile not saved, without it."""
    longest: int = TEXT_LIMIT
    """Characters of a text or link."""
    least: Decimal | None = None
    most: Decimal | None = None
    """Of a number."""

    @property
    def is_long(self) -> bool:
        """True where a text may have several lines."""
        return self.type is FieldType.TEXT and self.longest > SHORT_TEXT

    def label(self, language: str) -> str:
        """What it is called."""
        return self.labels.of(language) or self.name

    def choice(self, value: str, language: str) -> str:
        """What the choice is called; one that is gone, as it was kept."""
        found = next((one.labels.of(language) for one in self.choices if one.value == value), "")
        return found or value

    def choice_labels(self, value: str) -> tuple[str, ...]:
        """What the choice is called in any language."""
        return next((tuple(filter(None, one.labels)) for one in self.choices if one.value == value), ())


class FieldView(NamedTuple):
    """A field with what is written in it, as one viewer sees it. The value is data until `cards` has escaped it."""

    field: Field
    value: str = ""
    may_write: bool = True
    typed: str | None = None
    """Not None: what the agent typed and what could not be kept."""
    problem: str = ""
    """Why it could not: the end of the text `field.problem.…`."""

    @property
    def standing(self) -> str:
        """What stands in the input: nothing where the value is none of the field's type (any more)."""
        return standing(self.field, self.value)

    @property
    def is_missing(self) -> bool:
        """True where something must be written into it, and nothing is."""
        return self.field.is_required and self.may_write and not self.value


LABEL = "_label"
"""What the names of sources end with that say a choice in words."""


def label_names(field: Field) -> tuple[str, ...]:
    """What a mapping calls the words of a choice: in English, or whatever there is, and in each language."""
    if field.type is not FieldType.CHOICE:
        return ()
    return (f"{field.name}{LABEL}", *(f"{field.name}{LABEL}_{language}" for language in Labels._fields))


def with_labels(fields: Iterable[Field], values: Mapping[str, str]) -> dict[str, str]:
    """`values`, and what each of them that is a choice is called; a field's own name goes before."""
    said: dict[str, str] = {}
    for one in fields:
        if one.type is FieldType.CHOICE and one.name in values:
            for name in label_names(one):
                language = name.rpartition("_")[2]
                value = values[one.name]
                said[name] = one.choice(value, "en" if name.endswith(LABEL) else language) if value else ""
    return said | dict(values)


FieldSets = Mapping[str, tuple[Field, ...]]
"""By channel, and `OTHER`."""


def fields_of(sets: FieldSets, channel: Channel) -> tuple[Field, ...]:
    """The fields of activities of `channel` (B-38)."""
    own = sets.get(channel.value)
    return sets.get(OTHER, ()) if own is None else own


def views(
    fields: tuple[Field, ...],
    values: Mapping[str, str] | None,
    hidden: Collection[str] = (),
    read_only: Collection[str] = (),
) -> tuple[FieldView, ...]:
    """`fields` with their `values`, in their order, without those that are `hidden`."""
    known = values or {}
    return tuple(
        FieldView(one, known.get(one.name, ""), one.name not in read_only) for one in fields if one.name not in hidden
    )


def checked(field: Field, text: str) -> str:
    """`text` as it is kept; empty for nothing. Raises InvalidInput, whose code is the end of `field.problem.…`."""
    kept = characters.clean(text) if field.is_long else characters.one_line(text)
    if not kept:
        return ""
    match field.type:
        case FieldType.NUMBER:
            return _number(field, kept)
        case FieldType.DATE:
            return _day(field, kept)
        case FieldType.CHOICE:
            if kept not in {one.value for one in field.choices}:
                raise InvalidInput(field.name, "choice")
        case FieldType.LINK if not _LINK.fullmatch(kept):
            raise InvalidInput(field.name, "link")
        case _ if not characters.fits(kept, field.longest):
            raise InvalidInput(field.name, "long")
    return kept


def _number(field: Field, text: str) -> str:
    bare = "".join(text.split())
    if "." not in bare and bare.count(",") == 1:
        bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        raise InvalidInput(field.name, "number")
    number = Decimal(bare)
    if field.least is not None and number < field.least:
        raise InvalidInput(field.name, "range")
    if field.most is not None and number > field.most:
        raise InvalidInput(field.name, "range")
    return plain(number)


def plain(number: Decimal) -> str:
    """`number` with a point, and no more digits than it needs: `12.5`, `-3`, `0`."""
    written = f"{number:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written.removeprefix("+")


def _day(field: Field, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field.name, "date") from None
    if not _FIRST <= day <= _LAST:
        raise InvalidInput(field.name, "date")
    return day.isoformat()


def standing(field: Field, value: str) -> str:
    """`value` where an input of the field's type can show it; else nothing. A choice that is gone can be shown."""
    if field.type not in (FieldType.NUMBER, FieldType.DATE) or not value:
        return value
    try:
        return checked(field._replace(least=None, most=None), value)
    except InvalidInput:
        return ""
