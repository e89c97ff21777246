"""Looking at cards and lists: refresh, sections (A-06), Open, Recent, search, Close (B-02, B-16…B-20, B-23, C-14)."""

from __future__ import annotations

from cards.categories import CATEGORIES
from cards.rights import section_off
from customers.ids import CardId, LegId
from customers.open_list import Known
from customers.ports import BadAction
from customers.views import Notice, Section, Surface
from desk import requests, wrapping_up
from desk.actions import Outcome, Query, Refused, Request
from desk.changes import list_changed, view_changed
from storage import cards, interactions


def refresh(request: Query) -> Outcome:
    """The card as it is now."""
    leg = request.maybe("leg")
    return Outcome(request.card_id, LegId(leg) if leg else None)


def section(request: Request) -> Outcome:
    """The section is open if it was closed, closed if it was open; the others stay as they are."""
    card_id = request.card_id
    try:
        pressed = Section(request.need("section"))
    except ValueError as error:
        raise BadAction("section is unknown") from error
    if pressed not in request.viewer.switches.sections:
        raise Refused(section_off(pressed), card_id)
    view = cards.view_row(request.work.tx.connection, request.viewer.user_id, card_id)
    opened = set(view["sections"]) if view else {Section.CURRENT.value}
    opened ^= {pressed.value}
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, sections=sorted(opened))
    view_changed(request.work, request.viewer.user_id, card_id)
    return Outcome(card_id, LegId(request.maybe("leg")) if request.maybe("leg") else None)


def category(request: Request) -> Outcome:
    """The sections of the category are open, the others folded (E-12); nobody else sees a difference."""
    card_id = request.card_id
    wanted = CATEGORIES.get(request.need("category"))
    if wanted is None:
        raise BadAction("category is unknown")
    opened = [one for one in wanted if one in request.viewer.switches.sections]
    if not opened:
        raise Refused(section_off(wanted[0]), card_id)
    names = [one.value for one in opened]
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, sections=names)
    view_changed(request.work, request.viewer.user_id, card_id)
    return Outcome(card_id, LegId(request.maybe("leg")) if request.maybe("leg") else None)


def close(request: Request) -> Outcome:
    """The agent's view of the customer is closed (C-14); with `answer=save` what they typed is kept first (B-17)."""
    card_id = request.card_id
    if request.maybe("answer") == "save":
        requests.keep_shown(request, card_id)
        if request.maybe("leg") and Section.WRAP_UP in request.viewer.switches.sections:
            wrapping_up.save(request)
    cards.close_view(request.work.tx, request.viewer.user_id, card_id)
    list_changed(request.work, request.viewer.user_id)
    return Outcome(card_id, notice=Notice("closed", "info"))


def show(request: Request) -> Outcome:
    """The customer stands in Open again, and their card is shown (B-19, B-20).

    So does whatever the agent works on that is part of it: it is open by itself too, should it be parted (P-01).
    """
    card_id, user_id = request.card_id, request.viewer.user_id
    cards.open_view(request.work.tx, user_id, card_id)
    for one in interactions.cards_at_work(request.work.tx, card_id, user_id):
        if one != card_id:
            cards.open_view(request.work.tx, user_id, one)
    list_changed(request.work, user_id)
    return Outcome(card_id)


def preview(request: Query) -> Outcome:
    """A little of the customer, to know whether to open them (B-31). Nothing is opened by that."""
    return Outcome(preview=CardId(request.need("card")))


def open_list(request: Query) -> Outcome:
    """The list Open; a page is told what is new in it."""
    known = Known.parsed(request.maybe_long("known")) if request.action.surface is Surface.PANE else None
    return Outcome(list_name="open", query=request.maybe("card"), known=known)


def recent_list(request: Query) -> Outcome:
    """The list Recent."""
    return Outcome(list_name="recent", query=request.maybe("card"))


def search_list(request: Query) -> Outcome:
    """Customers that match what was typed."""
    return Outcome(list_name="search", query=(request.input("search") or request.maybe("query"))[:200])
