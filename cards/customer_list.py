"""The list beside the card: Open, Recent and Search (B-02, B-23, B-28, B-29)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cards import elements as e
from cards import texts
from cards.actions import Action, Verb, button, execute
from cards.dates import Writer, writer_for
from cards.drawing import spoken
from cards.elements import Element
from cards.escape import NOTHING, clip, escape
from cards.limits import fits
from cards.shared import STATE_STYLES
from customers.views import CustomerListView, CustomerRow, Viewer

QUERY_INPUT: Final = "query"
QUERY_LIMIT: Final = 100
_ROWS: Final = (50, 30, 20, 10, 5, 0)
_LENGTH: Final = 120
_TABS: Final = {"open": Verb.CUSTOMERS_OPEN, "recent": Verb.CUSTOMERS_RECENT, "search": Verb.CUSTOMERS_SEARCH}


def customer_list(view: CustomerListView, viewer: Viewer) -> Element:
    """`view` as an Adaptive Card; it shows as many rows as a card can hold and counts the rest."""
    for rows in _ROWS:
        card = _draw(view, viewer, rows)
        if fits(card):
            return card
    return card


def _draw(view: CustomerListView, viewer: Viewer, limit: int) -> Element:
    words, writer = texts.of(viewer.language), writer_for(viewer)
    name = view.name if view.name in _TABS else "open"
    body: list[Element] = [e.actions([_tab(words, tab, tab == name) for tab in _TABS], "list.tabs")]
    if name == "search":
        body += _search(view, words)
    body += [_row(row, view.selected == row.card_id, words, writer) for row in _once(view)[:limit]]
    hidden = len(_once(view)) - limit
    if hidden > 0:
        body.append(e.note(texts.counted(words, "more", hidden, writer.number(hidden))))
    if not view.rows and (name != "search" or view.query):
        body.append(e.note(words[f"list.{name}.none"]))
    caption = f"{words['card.name']}: {words[f'list.{name}']}"
    return e.card(body, language=words["language"], speak=caption, fallback=caption, refresh=None)


def _once(view: CustomerListView) -> list[CustomerRow]:
    return list({row.card_id: row for row in view.rows}.values())


def _tab(words: Mapping[str, str], name: str, is_chosen: bool) -> Action:
    return button(_TABS[name], {}, words[f"list.{name}"], f"list.{name}", "positive" if is_chosen else "default")


def _search(view: CustomerListView, words: Mapping[str, str]) -> list[Element]:
    field = e.text_input(
        QUERY_INPUT, words["list.search.label"], view.query, words["list.search.placeholder"], QUERY_LIMIT
    )
    go = button(Verb.CUSTOMERS_SEARCH, {}, words["button.search"], "list.search.go")
    return [field, e.actions([go], "list.search.actions")]


def _row(row: CustomerRow, is_selected: bool, words: Mapping[str, str], writer: Writer) -> Element:
    identity = writer.phone(row.identity)
    name = clip(row.customer_name or identity, _LENGTH) or words["customer.unknown"]
    who = [e.strong(escape(name) or NOTHING), e.note(_below(row, identity, words, writer))]
    if row.is_unlinked:
        who.append(e.coloured(words["list.unlinked"], "Warning"))
    if row.has_failed_push:
        who.append(e.coloured(words["list.failed"], "Attention"))
    items = [e.rest(who)]
    if row.state is not None:
        style = STATE_STYLES.get(row.state, "emphasis")
        items.append(e.chip(words[f"state.{row.state._value_}"], style, f"customer.{row.card_id}.state"))
    action = execute(Verb.CUSTOMERS_SHOW, {"card": row.card_id}, words["list.show"].format(name=spoken(name)))
    return e.row_button([e.columns(items)], action, f"customer.{row.card_id}", "emphasis" if is_selected else "default")


def _below(row: CustomerRow, identity: str, words: Mapping[str, str], writer: Writer) -> str:
    parts = [words[f"channel.{row.channel._value_}"]]
    if row.customer_name and identity:
        parts.append(escape(clip(identity, _LENGTH)))
    if row.since is not None:
        parts.append(writer.moment(row.since))
    return " · ".join(parts)
