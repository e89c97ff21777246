"""The icons at the top that lead to the parts of a card, each named on hover and for screen readers (E-12…E-18)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from cards import elements as e
from cards import icons, texts
from cards.actions import ON_CARD, Verb, execute
from cards.drawing import Drawing
from cards.elements import Element
from cards.shapes import Json, fixed
from customers.views import Section

CATEGORIES: Final[Mapping[str, tuple[Section, ...]]] = {
    "summary": (Section.CURRENT, Section.WRAP_UP, Section.COMMENTS, Section.JOURNEY),
    "profile": (Section.PROFILE,),
    "cases": (Section.REQUESTS,),
    "messages": (Section.MESSAGES,),
    "identities": (Section.IDENTITIES,),
    "more": (Section.MORE,),
}
"""The sections that each one opens."""
_ICONS: Final = {
    "summary": icons.CIRCLE,
    "profile": icons.PERSON,
    "cases": icons.CALENDAR,
    "messages": icons.FOLDER,
    "identities": icons.PERSONS,
    "more": icons.DOTS,
}


def categories(d: Drawing) -> Json:
    """A row of icons; the one whose sections are open stands out."""
    return _of(d.language, d.sections, d.view.expanded, d.has_more)


@lru_cache(maxsize=1024)
def _of(language: str, allowed: frozenset[Section], opened: frozenset[Section], has_more: bool) -> Json:
    shown = tuple(name for name, sections in CATEGORIES.items() if not allowed.isdisjoint(sections))
    if not has_more:
        shown = tuple(name for name in shown if name != "more")
    chosen = next((name for name in shown if opened and opened.issubset(CATEGORIES[name])), "")
    return _row(language, shown, chosen)


@cache
def _row(language: str, shown: tuple[str, ...], chosen: str) -> Json:
    words = texts.of(language)
    buttons = [_icon(words[f"category.{name}"], name, is_chosen=name == chosen) for name in shown]
    return fixed({**e.columns(buttons), "id": "categories"}) if buttons else b""


def _icon(word: str, name: str, *, is_chosen: bool) -> Element:
    action = execute(Verb.CARD_CATEGORY, {**ON_CARD, "category": name}, word)
    column = e.icon_button(_ICONS[name], word, {**action, "tooltip": word}, f"category.{name}")
    return {**column, "style": "emphasis"} if is_chosen else column
