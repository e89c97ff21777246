"""Sections that expand one by one (A-06). A closed one says in a line what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, NamedTuple

from cards import elements as e
from cards import texts
from cards.actions import Verb, press
from cards.drawing import Drawing
from cards.elements import Element
from customers.views import Section

_VERB: Final[str] = Verb.CARD_SECTION.value
Part = Callable[[Drawing], list[Element]]
Line = Callable[[Drawing], Element | None]


class Head(NamedTuple):
    """What the head of a section says in one language; shared by all cards, so never changed."""

    opened: list[Element]
    closed: Element
    show: str
    hide: str
    element_id: str


@cache
def _heads(language: str) -> Mapping[Section, Head]:
    words = texts.of(language)
    heads = {}
    for name in Section:
        caption = words[f"section.{name}"]
        show, hide = (words[key].format(section=caption) for key in ("section.show", "section.hide"))
        heads[name] = Head([e.heading(f"▾ {caption}")], e.heading(f"▸ {caption}"), show, hide, f"section.{name}")
    return heads


def section(d: Drawing, name: Section, summary: Line, content: Part) -> list[Element]:
    """The section's head, and what is in it where it is expanded."""
    head = _heads(d.language)[name]
    data = {"verb": _VERB, "card": d.view.card_id, "section": name._value_}
    if name in d.view.expanded:
        return [e.section_head(head.opened, press(data, head.hide), head.element_id), *content(d)]
    line = summary(d)
    items = [head.closed] if line is None else [head.closed, line]
    return [e.section_head(items, press(data, head.show), head.element_id)]


def and_more(d: Drawing, hidden: int) -> list[Element]:
    """The line that counts what is left out."""
    return [d.counted("more", hidden)] if hidden > 0 else []
