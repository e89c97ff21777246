"""Looking at the customer journey: turning its pages, searching in it (B-03, B-32). Nobody else sees a difference."""

from __future__ import annotations

from dataclasses import replace

from customers.ids import CardId
from customers.journey import QUERY_LIMIT, Cursor, Look
from customers.model import Channel
from customers.ports import BadAction
from customers.views import Section
from desk.actions import Outcome, Request
from desk.requests import handling, shown
from storage import cards

_CHANNELS = frozenset(channel.value for channel in Channel)


def page(request: Request) -> Outcome:
    """The page that begins after `before`, or the one before this page, or the newest."""
    card_id = request.card_id
    look, turn = _look(request, card_id), request.maybe("turn")
    if turn == "newest":
        look = replace(look, starts=())
    elif turn == "newer":
        look = look.newer()
    else:
        cursor = Cursor.read(request.need("before"))
        if cursor is None:
            raise BadAction("before is no place")
        look = look.older(cursor)
    return _looks(request, card_id, look)


def find(request: Request) -> Outcome:
    """The newest page of what was asked for: of a channel, with certain words, of one request; else of everything."""
    card_id = request.card_id
    wanted, before = request.maybe("request"), _look(request, card_id)
    if wanted:
        return _looks(request, card_id, Look(request=wanted))
    if not request.maybe("asked"):
        return _looks(request, card_id, Look())
    channel, query = request.input("journey.channel") or "", (request.input("journey.query") or "").strip()
    asked = Look(channel if channel in _CHANNELS else "", before.request, query[:QUERY_LIMIT])
    return _looks(request, card_id, before if asked == replace(before, starts=()) else asked)


def _look(request: Request, card_id: CardId) -> Look:
    return Look.of(handling(request, card_id).journey)


def _looks(request: Request, card_id: CardId, look: Look) -> Outcome:
    tx, user = request.work.tx, request.viewer.user_id
    stored = replace(handling(request, card_id), journey=look.to_json()).to_json()
    cards.update_view(tx, user, card_id, handling=stored)
    cards.unfold(tx, user, card_id, Section.JOURNEY)
    return shown(request, card_id)
