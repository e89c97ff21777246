"""Parts that hold nothing of a customer: made once for each language, then part of many cards."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final

from cards import elements as e
from cards import texts
from cards.elements import Element
from cards.escape import NOTHING, clip, plain
from cards.shapes import Frame, Json, Shape, fixed, part, slot, written
from customers.model import LegState

STATE_STYLES: Final = {
    LegState.OFFERED: "accent",
    LegState.ACTIVE: "good",
    LegState.HELD: "warning",
    LegState.WRAP_UP: "warning",
    LegState.MISSED: "attention",
}
"""Colours of the states; the others step back."""


@cache
def line(language: str, key: str, draw: Callable[[str], Element], blanks: str) -> Shape:
    """The text `key`, drawn by `draw`; its `blanks` are slots, in the order in which they are to be filled."""
    return Shape(blanks, draw(sentence(language, key, blanks)))


@cache
def coloured(language: str, key: str, color: str, blanks: str = "") -> Shape:
    """The text `key` as a small line in `color`; its `blanks` are slots."""
    return Shape(blanks, e.coloured(sentence(language, key, blanks), color))


def sentence(language: str, key: str, blanks: str) -> str:
    """The text `key` with slots for its `blanks`."""
    return texts.of(language)[key].format_map({name: slot(name) for name in blanks.split()})


@cache
def note(language: str, key: str) -> Json:
    """The text `key` as a note."""
    return fixed(e.note(texts.of(language)[key]))


@lru_cache(maxsize=4096)
def counted(language: str, key: str, count: int, number: str) -> Json:
    """`key` for `count` things as a note; `number` is the count as the viewer's locale writes it."""
    return fixed(e.note(texts.counted(texts.of(language), key, count, number)))


@cache
def group(element_id: str) -> Frame:
    """Elements that belong together."""
    return Frame(e.group([part("part")], element_id))


@cache
def not_linked(language: str) -> Json:
    """The banner of P-06."""
    words = texts.of(language)
    lines = [e.strong(words["records.not_linked"]), e.text(words["records.not_linked.what"])]
    return fixed(e.box(lines, "warning", "banner.not_linked"))


@lru_cache(maxsize=512)
def choices(options: tuple[tuple[str, str], ...], length: int) -> Json:
    """Outcomes to choose from, as the contact centre set them up: (id, label)."""
    return written(*[e.choice(key, choice_name(name, length)) for key, name in dict(options).items()])


def choice_name(name: str, length: int) -> str:
    """The name of an outcome as a choice shows it."""
    return plain(clip(name, length)) or NOTHING


NOTE: Final = Shape("text", e.note(slot("text")))
"""A note that says `text`."""
