"""The list beside the card: Open, Recent and Search (B-02, B-23, B-28, B-29)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from cards import elements as e
from cards import texts
from cards.actions import Action, Verb, button, execute
from cards.dates import Writer, writer_for
from cards.drawing import spoken
from cards.escape import NOTHING, clip, field, markdown
from cards.limits import MORE, excess, kept, size
from cards.marks import marked
from cards.shapes import DrawnCard, Json, Shape, joined, part, slot, text
from cards.shared import STATE_STYLES, counted, note
from customers.model import LegState
from customers.open_list import OpenListView
from customers.views import CustomerListView, CustomerRow, Viewer

QUERY_INPUT: Final = "query"
QUERY_LIMIT: Final = 100
_MOST: Final = 50
_LENGTH: Final = 120
_TABS: Final = {"open": Verb.CUSTOMERS_OPEN, "recent": Verb.CUSTOMERS_RECENT, "search": Verb.CUSTOMERS_SEARCH}


def customer_list_json(view: CustomerListView, viewer: Viewer) -> DrawnCard:
    """`view` as an Adaptive Card; it shows as many rows as a card can hold and counts the rest."""
    rows = list({row.card_id: row for row in view.rows}.values())
    words, writer = texts.of(viewer.language), writer_for(viewer)
    drawn = [_row(row, view.selected == row.card_id, words, writer, view.at) for row in rows[:_MOST]]
    card = _draw(view, drawn, len(rows), viewer)
    if over := excess(card.json):
        count, _ = kept([size(row) for row in drawn], 0, over + MORE)
        return _draw(view, drawn[:count], len(rows), viewer)
    return card


def open_list_json(view: OpenListView, viewer: Viewer) -> DrawnCard:
    """Lines of the list Open for a page, which has room for all of them and puts each in its place."""
    words, writer = texts.of(viewer.language), writer_for(viewer)
    drawn = [_row(row, view.selected == row.card_id, words, writer, view.at) for row in view.news]
    if not view.now.places:
        drawn.append(note(words["language"], "list.open.none"))
    return DrawnCard(_whole(words["language"], "open").fill(joined(drawn)), _caption(words, "open"))


def open_list_drawing(viewer: Viewer, at: datetime) -> tuple[str, ...]:
    """All that lines drawn for `viewer` at `at` depend on beside what is read."""
    return viewer.language, viewer.country, viewer.time_zone, writer_for(viewer).today(at)


def _draw(view: CustomerListView, drawn: list[Json], count: int, viewer: Viewer) -> DrawnCard:
    """`drawn` of `count` rows."""
    words, hidden = texts.of(viewer.language), count - len(drawn)
    language = words["language"]
    name = view.name if view.name in _TABS else "open"
    body = [_top(language, name).fill(field(view.query, QUERY_LIMIT)), *drawn]
    if hidden > 0:
        body.append(counted(language, "more", hidden, writer_for(viewer).number(hidden)))
    if not view.rows and (name != "search" or view.query):
        body.append(note(language, f"list.{name}.none"))
    return DrawnCard(_whole(language, name).fill(joined(body)), _caption(words, name))


def _caption(words: Mapping[str, str], name: str) -> str:
    return f"{words['card.name']}: {words[f'list.{name}']}"


@cache
def _whole(language: str, name: str) -> Shape:
    caption = _caption(texts.of(language), name)
    return Shape("body", e.card([part("body")], language=language, speak=caption, fallback=caption, refresh=None))


@cache
def _top(language: str, name: str) -> Shape:
    """The tabs and *New customer* (B-30), and the field of the search below its own; the pane has these by itself."""
    words = texts.of(language)
    new = button(Verb.CUSTOMERS_NEW, {}, words["new.title"], "list.new")
    tabs = e.actions([*(_tab(words, tab, tab == name) for tab in _TABS), new], "list.tabs")
    if name != "search":
        return Shape("query", tabs)
    label, placeholder = words["list.search.label"], words["list.search.placeholder"]
    asked = e.text_input(QUERY_INPUT, label, slot("query"), placeholder, QUERY_LIMIT)
    go = button(Verb.CUSTOMERS_SEARCH, {}, words["button.search"], "list.search.go")
    return Shape("query", tabs, asked, e.actions([go], "list.search.actions"))


def _tab(words: Mapping[str, str], name: str, is_chosen: bool) -> Action:
    return button(_TABS[name], {}, words[f"list.{name}"], f"list.{name}", "positive" if is_chosen else "default")


def _row(row: CustomerRow, is_selected: bool, words: Mapping[str, str], writer: Writer, today: datetime | None) -> Json:
    identity = writer.phone(row.identity)
    name = clip(row.customer_name or identity, _LENGTH) or words["customer.unknown"]
    look = _Look(row.state, row.is_unlinked, row.has_failed_push, is_selected, bool(row.marks))
    return _row_shape(words["language"], look).fill(
        (text(marked(name, row.marks)) if row.marks else markdown(name)) or text(NOTHING),
        text(spoken(name)),
        text(_below(row, identity, words, writer, today)),
        text(row.card_id),
    )


class _Look(NamedTuple):
    """What changes the structure of a row."""

    state: LegState | None
    is_unlinked: bool
    has_failed_push: bool
    is_selected: bool
    is_marked: bool


@cache
def _row_shape(language: str, look: _Look) -> Shape:
    words, name = texts.of(language), slot("name")
    # Where something in the name is bold, the name as a whole is not.
    who = [e.text(name) if look.is_marked else e.strong(name), e.note(slot("below"))]
    if look.is_unlinked:
        who.append(e.coloured(words["list.unlinked"], "Warning"))
    if look.has_failed_push:
        who.append(e.coloured(words["list.failed"], "Attention"))
    items, element_id = [e.rest(who)], f"customer.{slot('id')}"
    if look.state is not None:
        style = STATE_STYLES.get(look.state, "emphasis")
        items.append(e.chip(words[f"state.{look.state}"], style, f"{element_id}.state"))
    action = execute(Verb.CUSTOMERS_SHOW, {"card": slot("id")}, words["list.show"].format(name=slot("said")))
    style = "emphasis" if look.is_selected else "default"
    return Shape("name said below id", e.row_button([e.columns(items)], action, element_id, style))


def _below(row: CustomerRow, identity: str, words: Mapping[str, str], writer: Writer, today: datetime | None) -> str:
    parts = [words[f"channel.{row.channel._value_}"]]
    if row.customer_name and identity:
        parts.append(marked(identity, row.marks, _LENGTH))
    if row.since is not None:
        parts.append(writer.clock(row.since, today))
    return " · ".join(parts)
