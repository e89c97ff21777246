"""Sections that expand one by one (A-06). A closed one says in a line what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from cards import elements as e
from cards import shared, texts
from cards.actions import ON_CARD, Verb, execute
from cards.drawing import Drawing, Pen
from cards.elements import Element
from cards.shapes import Json, Shape, fixed, part
from customers.views import Section

Part = Callable[[Drawing], list[Json]]
Line = Callable[[Drawing], Json]


def section(d: Drawing, name: Section, summary: Line, content: Part) -> list[Json]:
    """The section's head, and what is in it where it is expanded; nothing where it is switched off (E-11)."""
    if name not in d.sections:
        return []
    head = heads(d.language)[name]
    if name in d.view.expanded:
        return [head.opened, *content(d)]
    line = summary(d)
    return [head.closed.fill(line) if line else head.closed_alone]


class Head(NamedTuple):
    """The head of a section."""

    opened: Json
    closed: Shape
    """With a `line` about what is in it."""
    closed_alone: Json


@cache
def heads(language: str) -> Mapping[Section, Head]:
    """The heads of all sections."""
    return {
        name: Head(
            fixed(_head(language, name, "▾", "section.hide", [])),
            Shape("line", _head(language, name, "▸", "section.show", [part("line")])),
            fixed(_head(language, name, "▸", "section.show", [])),
        )
        for name in Section
    }


def _head(language: str, name: Section, arrow: str, title: str, below: list[Element]) -> Element:
    words = texts.of(language)
    caption = words[f"section.{name}"]
    data = {**ON_CARD, "section": name.value}
    action = execute(Verb.CARD_SECTION, data, words[title].format(section=caption))
    return e.section_head([e.heading(f"{arrow} {caption}"), *below], action, f"section.{name}")


def grouped(rows: list[Json], element_id: str) -> list[Json]:
    """A group for `rows`, where there are any."""
    return shared.group(element_id).around(rows) if rows else []


def and_more(d: Drawing, hidden: int) -> list[Json]:
    """The line that counts what is left out."""
    return [d.counted("more", hidden)] if hidden > 0 else []


def left_out(d: Pen, hidden: int) -> list[Element]:
    """The same as an element, among others that are drawn afresh."""
    return [e.note(texts.counted(d.words, "more", hidden, d.writer.number(hidden)))] if hidden > 0 else []
