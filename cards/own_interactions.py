"""The list of an agent's own interactions (E-07): open ones first, unread ones marked (E-08).

A line has two buttons: the name opens the card as a dialog (E-10), the rest of the line as the panel beside it (E-09).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from cards import elements as e
from cards import icons, texts
from cards.actions import Action, Verb, button, dialog, execute
from cards.dates import Writer, writer_for
from cards.drawing import spoken
from cards.elements import Element
from cards.escape import NOTHING, clip, markdown
from cards.limits import fits
from cards.shapes import DrawnCard, Json, Shape, fixed, joined, part, slot, text
from cards.shared import STATE_STYLES, note
from customers import characters
from customers.messages import Side
from customers.model import Channel, LegState
from customers.own_interactions import OwnInteraction, OwnInteractionsView, Place
from customers.views import Surface, Viewer

_ROWS: Final = (25, 15, 8, 4)
_LENGTH: Final = 120
_WORDS: Final = 90
"""Characters of a message in its line."""


def own_interactions_json(view: OwnInteractionsView, viewer: Viewer, surface: Surface) -> DrawnCard:
    """`view` as an Adaptive Card; where a card has no room for all lines, the rest stands on the next page."""
    for limit in _ROWS:
        card = _draw(view, view.rows[:limit], viewer, surface)
        if fits(card.json):
            return card
    return card


def _draw(view: OwnInteractionsView, rows: Sequence[OwnInteraction], viewer: Viewer, surface: Surface) -> DrawnCard:
    words, writer = texts.of(viewer.language), writer_for(viewer)
    language = words["language"]
    in_chat = surface is Surface.CHAT
    body = [fixed(e.heading(words["own.name"]))] if in_chat else []
    body += [_row(row, words, writer, view.at, is_shown=row.leg_id == view.shown, in_chat=in_chat) for row in rows]
    if not rows:
        body.append(note(language, "own.none"))
    has_more = view.has_more or len(rows) < len(view.rows)
    if has_more or not view.is_first:
        body.append(_turning(words, rows[-1] if has_more and rows else None, is_first=view.is_first))
    return DrawnCard(_whole(language).fill(joined(body)), words["own.name"])


@cache
def _whole(language: str) -> Shape:
    caption = texts.of(language)["own.name"]
    return Shape("body", e.card([part("body")], language=language, speak=caption, fallback=caption, refresh=None))


def _turning(words: Mapping[str, str], last: OwnInteraction | None, *, is_first: bool) -> Json:
    """What leads to the lines after `last`, and back to the first ones."""
    turns = []
    if not is_first:
        turns.append(button(Verb.INTERACTIONS_OPEN, {}, words["own.newest"], "own.newest"))
    if last is not None:
        after = {"after": str(Place.of(last))}
        turns.append(button(Verb.INTERACTIONS_OPEN, after, words["own.older"], "own.older"))
    return fixed(e.actions(turns, "own.turning"))


# --- one line -----------------------------------------------------------------------------------------------------


class _Look(NamedTuple):
    """What changes the structure of a line."""

    channel: Channel
    state: LegState
    is_unread: bool
    is_shown: bool
    in_chat: bool


def _row(
    row: OwnInteraction,
    words: Mapping[str, str],
    writer: Writer,
    today: datetime | None,
    *,
    is_shown: bool,
    in_chat: bool,
) -> Json:
    name = clip(row.customer_name or writer.phone(row.identity), _LENGTH) or words["customer.unknown"]
    look = _Look(row.channel, row.state, row.is_unread, is_shown, in_chat)
    said, when = clip(_said(row, words), _WORDS), writer.clock(row.at, today)
    key = "own.show.unread" if row.is_unread else "own.show"
    # In the pane a line is called by its words, too: what they say is said once.
    sentence = words[key if in_chat else f"{key}.line"].format(
        name=spoken(name),
        channel=words[f"channel.{row.channel}"],
        state=words[f"state.{row.state}"],
        when=when,
        text=spoken(said),
    )
    return _row_shape(words["language"], look).fill(
        markdown(name) or text(NOTHING),
        text(spoken(name)),
        text(_initials(name) if row.customer_name else NOTHING),
        markdown(said) or text(NOTHING),
        text(when),
        text(sentence),
        text(row.card_id),
        text(row.leg_id),
    )


def _said(row: OwnInteraction, words: Mapping[str, str]) -> str:
    """The first words of the newest message, else what it is about."""
    message = characters.one_line(row.message)
    if message:
        return words["own.answered"].format(text=message) if row.side is Side.AGENT else message
    return characters.one_line(row.request) or characters.one_line(row.subject) or words[f"channel.{row.channel}"]


def _initials(name: str) -> str:
    """The first letters of the first and the last name."""
    letters = [next((one for one in word if one.isalnum()), "") for word in name.split()]
    found = [letter for letter in letters if letter]
    ends = [*found[:1], *found[1:][-1:]]
    return "".join(ends).upper() or NOTHING


@cache
def _row_shape(language: str, look: _Look) -> Shape:
    words, element_id = texts.of(language), f"own.{slot('leg')}"
    name = e.strong(slot("name")) if look.is_unread else e.text(slot("name"))
    who = [e.sign([e.label(slot("initials"))], "accent", f"{element_id}.avatar"), e.rest([name])]
    if look.is_unread:
        who.append(e.narrow([e.icon(icons.UNREAD, words["own.unread"])]))
    what: list[Element] = [
        e.narrow([e.icon(icons.CHANNELS[look.channel], words[f"channel.{look.channel}"])]),
        e.rest([e.close(slot("said"), is_strong=look.is_unread), e.note(slot("when"))]),
        e.chip(words[f"state.{look.state}"], STATE_STYLES.get(look.state, "emphasis"), f"{element_id}.state"),
    ]
    ids = {"card": slot("root"), "leg": slot("leg")}
    lines = [
        e.pressed_columns(who, _in_dialog(words, ids, in_chat=look.in_chat), f"{element_id}.name"),
        e.pressed_lines(
            [e.columns(what)], execute(Verb.INTERACTIONS_SHOW, ids, slot("sentence")), f"{element_id}.show"
        ),
    ]
    style = "emphasis" if look.is_shown else "default"
    return Shape("name spoken initials said when sentence root leg", e.line_of_list(lines, element_id, style))


def _in_dialog(words: Mapping[str, str], ids: dict[str, str], *, in_chat: bool) -> Action:
    """Opens the card as a dialog: of Teams in the chat, of the page in the pane."""
    data = {**ids, "place": "dialog"}
    if in_chat:
        return dialog(Verb.INTERACTIONS_SHOW, data, words["own.dialog"].format(name=slot("spoken")))
    return execute(Verb.INTERACTIONS_SHOW, data, words["own.dialog.name"])
