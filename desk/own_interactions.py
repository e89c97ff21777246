"""The list of an agent's own interactions, what is unread in it, and the card of a chosen one (E-07 to E-10)."""

from __future__ import annotations

from dataclasses import replace

from customers.ids import LegId
from customers.own_interactions import Place, Wanted
from customers.views import Notice
from desk import requests
from desk.actions import Outcome, Query, Refused, Request, card_of, interaction_of
from desk.changes import list_changed
from storage import cards, groups, unread


def open_list(request: Query) -> Outcome:
    """A page of the list."""
    return Outcome(own=_wanted(request))


def show(request: Request) -> Outcome:
    """The card of its customer, with that interaction as the current one; it is read from now on."""
    leg = request.leg()
    card_id = card_of(leg)
    if not card_id or groups.hold(request.work.tx, card_id) is None:
        raise Refused(Notice("not_found", "error"))
    tx, user = request.work.tx, request.viewer.user_id
    unread.read(tx, user, interaction_of(leg))
    cards.open_view(tx, user, card_id)
    looked = requests.handling(request, card_id)
    if looked.request is not None:
        # The request that is worked on is the one of the chosen interaction.
        cards.update_view(tx, user, card_id, handling=replace(looked, request=None).to_json())
    list_changed(request.work, user)
    return Outcome(card_id, LegId(leg["id"]))


def read(request: Request) -> Outcome:
    """What is new in it was on the agent's screen: it is read in all of their panes."""
    leg = request.leg()
    if unread.read(request.work.tx, request.viewer.user_id, interaction_of(leg)):
        list_changed(request.work, request.viewer.user_id)
    return Outcome(own=_wanted(request))


def _wanted(request: Query) -> Wanted:
    shown = request.maybe("shown")
    return Wanted(Place.parsed(request.maybe("after")), LegId(shown) if shown else None)
