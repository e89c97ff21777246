"""Putting an activity into another request, or with another customer, and back (B-33, B-42, C-15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from customers.ids import CardId, InteractionId, LegId, MoveId, RequestId, UserId
from customers.model import LegState
from customers.requests import RequestState
from customers.views import Notice
from desk import pushing
from desk.actions import Outcome, Refused, Request
from desk.changes import card_changed, list_changed
from desk.requests import handling, look_at, shown
from storage import audit, cards, groups, interactions, moves, requests
from storage.request_views import Handling

Row = Mapping[str, Any]
NEW = "new"
"""Instead of a request's id: one that is opened for the activity."""


@dataclass(frozen=True, slots=True)
class _Target:
    """The request that the activity goes into, and what was done to it for that."""

    row: Row
    opened: str = ""
    was: Row | None = None


def move(request: Request) -> Outcome:
    """The activity is where the button says; without a place for it, the places to choose from are shown."""
    if request.maybe("back"):
        return _back(request)
    if request.maybe("request") or request.maybe("to"):
        return _to(request)
    card_id = request.card_id
    looked = handling(request, card_id)
    moving = None if request.maybe("cancel") else InteractionId(_placed(request, card_id)["id"])
    look_at(request, card_id, replace(looked, moving=moving, query=""))
    return shown(request, card_id)


def find(request: Request) -> Outcome:
    """Customers who match what was typed are shown as places for the activity."""
    card_id = request.card_id
    typed = (request.input("activity.query") or request.maybe("query")).strip()[:200]
    looked = replace(handling(request, card_id), moving=InteractionId(_placed(request, card_id)["id"]), query=typed)
    look_at(request, card_id, looked)
    return shown(request, card_id)


def _placed(request: Request, card_id: CardId) -> Row:
    """Where the activity stands now. Raises Refused where that is not on this customer any more."""
    row = moves.placed(request.work.tx, InteractionId(request.need("interaction")))
    if row is None or row["root_id"] != card_id:
        raise Refused(Notice("activity_gone", "warning"), card_id)
    return row


# --- there ------------------------------------------------------------------------------------------------------


def _to(request: Request) -> Outcome:
    tx, user = request.work.tx, request.viewer.user_id
    row = moves.placed(tx, InteractionId(request.need("interaction")))  # held before its card, as everywhere
    card_id = request.card_id
    if row is None or row["root_id"] != card_id:
        raise Refused(Notice("activity_gone", "warning"), card_id)
    target = _target(request, card_id, row)
    if target.row["id"] == row["effective_id"]:
        return shown(request, card_id, Notice("activity_is_there", "info"))
    moves.put(tx, row, target.row)
    moves.note(tx, row, target.row, user, opened=target.opened, was=target.was)
    requests.touch(tx, RequestId(target.row["id"]))
    audit.record(tx, user, "activity.move", row["id"], into=target.row["id"], out_of=row["effective_id"] or "")
    look_at(request, card_id, replace(handling(request, card_id), request=None, moving=None, query=""))
    return _told(request, row, CardId(target.row["root_id"]), RequestId(target.row["id"]), "activity_moved")


def _target(request: Request, card_id: CardId, row: Row) -> _Target:
    """The request to put it into; a closed one is opened again in the same step (C-15)."""
    tx, wanted = request.work.tx, request.maybe("request")
    if wanted and wanted != NEW:
        return _opened(request, card_id, RequestId(wanted))
    home = CardId(request.maybe("to")) if request.maybe("to") else CardId(row["card_id"])
    if groups.hold(tx, home) is None:
        raise Refused(Notice("customer_gone", "warning"), card_id)
    opened = requests.load(tx, requests.open_one(tx, home, user=request.viewer.user_id))
    assert opened is not None
    return _Target(opened, NEW)


def _opened(request: Request, card_id: CardId, request_id: RequestId) -> _Target:
    tx = request.work.tx
    row = requests.load(tx, request_id)
    if row is None or row["root_id"] != card_id or row["state"] == RequestState.CANCELLED:
        raise Refused(Notice("request_gone", "warning"), card_id)
    if row["state"] == RequestState.OPEN:
        return _Target(row)
    requests.set_state(tx, request_id, RequestState.OPEN, request.viewer.user_id)
    again = requests.load(tx, request_id)
    assert again is not None
    return _Target(again, "again", row)


# --- and back ---------------------------------------------------------------------------------------------------


def _back(request: Request) -> Outcome:
    """The activity is where it was before the move; what the move opened is as it was, unless it was used since."""
    tx, user = request.work.tx, request.viewer.user_id
    found = moves.load(tx, MoveId(request.need("back")))
    row = moves.placed(tx, InteractionId(found["interaction_id"])) if found else None
    card_id = request.card_id
    if found is None or row is None or not moves.is_last(tx, found):
        raise Refused(Notice("already_moved_back", "info"), card_id)
    place = groups.hold(tx, CardId(found["before"]["card_id"]))
    if place is None:
        raise Refused(Notice("customer_gone", "warning"), card_id)
    if not moves.undo(tx, found):
        raise Refused(Notice("already_moved_back", "info"), card_id)
    _as_it_was(request, found)
    audit.record(tx, user, "activity.move", row["id"], back=found["id"])
    return _told(request, row, place, None, "activity_moved_back")


def _as_it_was(request: Request, found: Row) -> None:
    tx, request_id = request.work.tx, RequestId(found["request_id"])
    row = requests.load(tx, request_id)
    if row is None or row["state"] != RequestState.OPEN or row["version"] != found["request_version"]:
        return
    if found["opened"] == "again":
        by, at = found["was_closed_by"], found["was_closed_at"]
        requests.set_state(tx, request_id, RequestState.CLOSED, by, closed_at=at)
    elif found["opened"] == NEW and moves.is_empty(tx, request_id):
        requests.set_state(tx, request_id, RequestState.CANCELLED, request.viewer.user_id)


# --- telling ----------------------------------------------------------------------------------------------------


def _told(request: Request, row: Row, place: CardId, into: RequestId | None, code: str) -> Outcome:
    """Both customers' cards are drawn anew; who works on the activity has its customer open. Pushes say it, too."""
    work, card_id = request.work, CardId(row["root_id"])
    is_elsewhere = place != card_id
    notice = Notice(code, "success")
    card_changed(work, card_id)
    if not is_elsewhere:
        return shown(request, card_id, notice)
    for card in (card_id, place):
        cards.outdate(work.tx, card)
    for user_id in _at_work(request, row):
        cards.open_view(work.tx, user_id, place)
        list_changed(work, user_id)
    if into is not None:
        look = {"handling": Handling(request=into).to_json()}
        cards.update_view(work.tx, request.viewer.user_id, place, **look)
    card_changed(work, place)
    for leg in interactions.pushed_legs(work.tx, InteractionId(row["id"])):
        pushing.amend(work, LegId(leg["id"]))
    return shown(request, place if _stands_for(request, row) else card_id, notice)


def _at_work(request: Request, row: Row) -> set[UserId]:
    """Who works on the activity now, and whoever moved the one that their card stood for."""
    legs = interactions.legs_of(request.work.tx, InteractionId(row["id"]))
    busy = {leg["user_id"] for leg in legs if leg["user_id"] and leg["accepted_at"] and LegState(leg["state"]).is_open}
    return busy | {request.viewer.user_id} if _stands_for(request, row) else busy


def _stands_for(request: Request, row: Row) -> bool:
    """The card is drawn in the light of the activity that was moved."""
    leg_id = request.maybe("leg")
    leg = interactions.leg(request.work.tx, LegId(leg_id)) if leg_id else None
    return leg is not None and leg["interaction_id"] == row["id"]
