"""What supervisors and administrators see beside cards: pages of the same elements, drawn by the same pane.

These pages are looked at a few times a day; they are put together afresh, without shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cards import admin_agents, admin_crms, admin_events, admin_overview, admin_pushes
from cards import elements as e
from cards.actions import Data, Verb, button, refresh_by
from cards.admin_parts import Sheet
from cards.elements import Element
from cards.limits import fits
from cards.shapes import DrawnCard, written
from customers.administration import AdministrationView, Page
from customers.views import Viewer

_ROWS: Final = (30, 20, 10, 5, 2)
_Draw = Callable[[Sheet], list[Element]]


def administration_json(view: AdministrationView, viewer: Viewer) -> DrawnCard:
    """The page as an Adaptive Card, with as many rows as a card can hold; it counts the rest."""
    for rows in _ROWS:
        drawn = _draw(Sheet.of(view, viewer, rows))
        if fits(drawn.json):
            return drawn
    return drawn


def _draw(sheet: Sheet) -> DrawnCard:
    name = sheet.words["admin.name" if sheet.view.may_administrate else "admin.pushes"]
    body = [e.title(name, "admin.title"), *_tabs(sheet), *_PAGES[sheet.view.page](sheet)]
    return DrawnCard(written(_whole(sheet, name, body)), name)


def _whole(sheet: Sheet, name: str, body: list[Element]) -> Element:
    # A preview is not asked for again by itself: each costs calls of the CRM.
    again = None if sheet.view.previews else refresh_by(*_same(sheet), sheet.words["admin.refresh"])
    return e.card(body, language=sheet.words["language"], speak=name, fallback=name, refresh=again)


def _same(sheet: Sheet) -> tuple[Verb, Data]:
    """What brings this page again."""
    view = sheet.view
    if view.page is Page.PUSHES:
        return Verb.ADMIN_PUSHES, {"crm": view.crm} if view.crm else {}
    data = {"page": view.page.value}
    if view.page is Page.CRMS and view.crm:
        data["crm"] = view.crm
    if view.page is Page.AGENTS and view.matching:
        data["agent"] = view.matching
    return Verb.ADMIN_SHOW, data


def _tabs(sheet: Sheet) -> list[Element]:
    if not sheet.view.may_administrate:
        return []
    return [e.actions([_tab(sheet, page) for page in Page], "admin.tabs")]


def _tab(sheet: Sheet, page: Page) -> Element:
    style = "positive" if page is sheet.view.page else "default"
    verb, data = (Verb.ADMIN_PUSHES, {}) if page is Page.PUSHES else (Verb.ADMIN_SHOW, {"page": page.value})
    return button(verb, data, sheet.words[f"admin.{page}"], f"admin.tab.{page}", style)


def _settings(sheet: Sheet) -> list[Element]:
    """What is in force, and where it is changed."""
    rows = [e.note(sheet.words["admin.settings.where"])]
    for switch in sheet.view.switches:
        value = sheet.shown(switch.value) if switch.value else sheet.words["admin.settings.empty"]
        rows.append(e.item([e.strong(sheet.shown(switch.key)), e.text(value)], f"admin.setting.{switch.key}"))
    return rows


_PAGES: Final[Mapping[Page, _Draw]] = {
    Page.OVERVIEW: admin_overview.overview,
    Page.PUSHES: admin_pushes.pushes,
    Page.CRMS: admin_crms.crms,
    Page.AGENTS: admin_agents.agents,
    Page.EVENTS: admin_events.events,
    Page.SETTINGS: _settings,
}
