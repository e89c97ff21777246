"""Elements that hold nothing of a customer: made once for each language, then part of many cards. Never change them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from cards import elements as e
from cards import texts
from cards.elements import Element
from cards.escape import NOTHING, clip, plain
from customers.model import TAG_LIMIT, LegState

STATE_STYLES: Final = {
    LegState.OFFERED: "accent",
    LegState.ACTIVE: "good",
    LegState.HELD: "warning",
    LegState.WRAP_UP: "warning",
    LegState.MISSED: "attention",
}
"""Colours of the states; the others step back."""
CROSS: Final = [e.label("✕")]
"""What stands in the button that removes a tag."""


@cache
def note(language: str, key: str) -> Element:
    """The text `key` as a note."""
    return e.note(texts.of(language)[key])


@lru_cache(maxsize=4096)
def counted(language: str, key: str, count: int, number: str) -> Element:
    """`key` for `count` things as a note; `number` is the count as the viewer's locale writes it."""
    return e.note(texts.counted(texts.of(language), key, count, number))


@cache
def state_chip(language: str, state: LegState) -> Element:
    """The state of the interaction, coloured."""
    word = texts.of(language)[f"state.{state}"]
    return e.chip(word, STATE_STYLES.get(state, "emphasis"), "interaction.state")


@cache
def not_linked(language: str) -> Element:
    """The banner of P-06."""
    words = texts.of(language)
    lines = [e.strong(words["records.not_linked"]), e.text(words["records.not_linked.what"])]
    return e.box(lines, "warning", "banner.not_linked")


@cache
def tag_input(language: str, element_id: str) -> Element:
    """The empty field for a new tag."""
    words = texts.of(language)
    return e.text_input(element_id, words["wrapup.tag"], "", words["wrapup.tag.placeholder"], TAG_LIMIT)


@lru_cache(maxsize=512)
def choices(options: tuple[tuple[str, str], ...], length: int) -> list[Element]:
    """Outcomes to choose from, as the contact centre set them up: (id, label)."""
    titled = {key: plain(clip(name, length)) or NOTHING for key, name in options}
    return [e.choice(key, name) for key, name in titled.items()]
