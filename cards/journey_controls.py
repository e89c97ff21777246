"""What is looked for in the customer journey, and what turns its pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from cards import elements as e
from cards import texts
from cards.actions import ON_CARD, Verb, button, execute
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import NOTHING, escape, field
from cards.shapes import Json, Shape, slot, text, written
from customers.journey import QUERY_LIMIT, Cursor, JourneyRow
from customers.model import Channel

QUERY_INPUT: Final = "journey.query"
CHANNEL_INPUT: Final = "journey.channel"
ALL: Final = "all"
"""The choice of every channel."""
_FEW: Final = 5
"""Among so many rows nobody needs to search."""


def request_name(d: Drawing, request_id: str | None, name: str, created_at: datetime | None) -> str:
    """What to call a request of the journey; not escaped."""
    if request_id is None or created_at is None:
        return name or d.words["journey.no_request"]
    return name or d.words["request.unnamed"].format(when=d.writer.moment(created_at))


def sought(d: Drawing) -> list[Json]:
    """The fields of the search, and the request that alone is shown."""
    view, look = d.view.journey, d.view.journey.look
    drawn = []
    if look.request:
        name = escape(request_name(d, look.request, view.request_name, view.request_created_at), d.budget.text)
        drawn.append(written(_only(d, name or NOTHING)))
    if look.is_filtered or look.starts or view.older is not None or len(view.rows) > _FEW:
        drawn.append(_fields(d.language).fill(field(look.query, QUERY_LIMIT), text(look.channel or ALL)))
    return drawn


@cache
def _fields(language: str) -> Shape:
    words = texts.of(language)
    channels = [e.choice(ALL, words["journey.channel.all"])]
    channels += [e.choice(channel.value, words[f"channel.{channel}"]) for channel in Channel]
    label, placeholder = words["journey.query"], words["journey.query.placeholder"]
    find = button(Verb.JOURNEY_FIND, {**ON_CARD, "asked": "yes"}, words["button.search"], "journey.find")
    return Shape(
        "query channel",
        e.text_input(QUERY_INPUT, label, slot("query"), placeholder, QUERY_LIMIT),
        e.actions([find], "journey.find.actions"),
        e.choice_input(
            CHANNEL_INPUT, words["journey.channel"], slot("channel"), words["journey.channel.all"], channels
        ),
    )


def _only(d: Drawing, name: str) -> Element:
    """The request that alone is shown, and what shows all of them again."""
    words = d.words
    everything = execute(Verb.JOURNEY_FIND, {"card": d.view.card_id}, words["journey.all"])
    line = e.rest([e.text(words["journey.shown_only"].format(name=name))])
    columns = e.columns([line, e.button([e.label(words["journey.all"])], everything, "journey.all")])
    return e.box([columns], "emphasis", "journey.only")


def turning(d: Drawing, shown: Sequence[JourneyRow]) -> list[Json]:
    """How far back was searched; older ones, newer ones."""
    view = d.view.journey
    older = _older(d, shown)
    drawn = []
    if view.searched_to is not None:
        said = d.words["journey.searched"].format(when=d.writer.moment(view.searched_to))
        drawn.append(written(e.note(said)))
    if older is None and not view.look.starts:
        return drawn
    further = "journey.further" if view.searched_to is not None else "journey.older"
    shape = _pages(d.language, further if older else "", bool(view.look.starts))
    return [*drawn, shape.fill(text(str(older or "")))]


def _older(d: Drawing, shown: Sequence[JourneyRow]) -> Cursor | None:
    """After the last one that is shown: the card may hold less than was read."""
    view = d.view.journey
    return shown[-1].cursor if shown and len(shown) < len(view.rows) else view.older


@cache
def _pages(language: str, older: str, has_newer: bool) -> Shape:
    words, buttons = texts.of(language), []
    if has_newer:
        newest = {**ON_CARD, "turn": "newest"}
        newer = {**ON_CARD, "turn": "newer"}
        buttons.append(button(Verb.JOURNEY_PAGE, newest, words["journey.newest"], "journey.newest"))
        buttons.append(button(Verb.JOURNEY_PAGE, newer, words["journey.newer"], "journey.newer"))
    if older:
        to = {**ON_CARD, "before": slot("before")}
        buttons.append(button(Verb.JOURNEY_PAGE, to, words[older], "journey.older"))
    return Shape("before", e.actions(buttons, "journey.pages"))
