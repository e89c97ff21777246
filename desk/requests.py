"""Requests on the card: added, written in, closed, opened again, cancelled (B-04…B-08, B-35, B-41, C-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cards import rights
from cards.actions import Verb
from customers.ids import CardId, LegId, RequestId
from customers.journey import Cursor
from customers.ports import BadAction
from customers.requests import RequestField, RequestState, checked, combined
from customers.views import Notice, Section
from customers.wrap_up import fingerprint
from desk.actions import Outcome, Query, Refused, Request
from desk.changes import card_changed
from storage import audit, cards, comments, requests
from storage.request_views import Handling

DRAWN_INPUT = "request.drawn"
_MOST_TURNED = 100


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the fields of a request on a card that comes back with a press."""

    request_id: RequestId
    version: int
    """Of the request when its card was drawn; 0 where the card does not say so."""
    came: Mapping[RequestField, str]
    is_typed: bool = True
    """False where nobody has typed into any of them."""


def fields_of(request: Query) -> Fields | None:
    """The fields that came along; None where the card has none, or may have none (B-25)."""
    if rights.switched_off(request.viewer.switches, Verb.REQUEST_SAVE):
        return None
    drawn = request.action.inputs.get(DRAWN_INPUT, "")[:200].split(" ")
    request_id = RequestId(request.maybe("request") or drawn[0])
    came = {field: request.input(f"request.{field}.{request_id}") for field in RequestField}
    found = {field: text for field, text in came.items() if text is not None}
    if not found:
        return None
    if drawn[0] != request_id or len(drawn) != 2 + len(RequestField):
        return Fields(request_id, _number(request.maybe("version")), found)
    shown = dict(zip(RequestField, drawn[2:], strict=True))
    is_typed = any(fingerprint(text) != shown[field] for field, text in found.items())
    return Fields(request_id, _number(drawn[1]), found, is_typed)


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def keep(request: Request, row: Mapping[str, Any], fields: Fields) -> dict[RequestField, str]:
    """What was typed is stored where nobody else has written since it was shown; what could not be, comes back (P-13).

    Raises InvalidInput for what is too long; then nothing is stored.
    """
    typed = {field: checked(field, text) for field, text in fields.came.items()}
    shown = requests.texts_at(request.work.tx, row, fields.version)
    result = combined(typed, shown, requests.texts(row))
    if result.news:
        requests.write(request.work.tx, row, result.news, request.viewer.user_id)
        names = sorted(result.news)
        audit.record(request.work.tx, request.viewer.user_id, "request.save", row["id"], fields=names)
    return dict(result.conflicts)


# --- buttons ----------------------------------------------------------------------------------------------------


def add(request: Request) -> Outcome:
    """The customer has one more request (B-41), and it is the one that is written in."""
    card_id = request.card_id
    fields = {field: checked(field, request.input(f"request.{field}.new") or "") for field in RequestField}
    user = request.viewer.user_id
    request_id = requests.open_one(
        request.work.tx, card_id, user=user, **{one.value: text for one, text in fields.items()}
    )
    look_at(request, card_id, replace(handling(request, card_id), request=request_id))
    return _told(request, card_id, request_id, Notice("request_added", "success"))


def save(request: Request) -> Outcome:
    """Name and description are as they were typed (B-04, B-06)."""
    row, card_id = loaded(request)
    before = row["version"]
    _keep_or_refuse(request, row, card_id)
    notice = Notice("saved", "success")
    is_changed = _loaded_again(request, row)["version"] != before
    return _told(request, card_id, None, notice) if is_changed else shown(request, card_id, notice)


def close(request: Request) -> Outcome:
    """The request is closed; what was typed is kept first."""
    return _settle(request, RequestState.CLOSED)


def cancel(request: Request) -> Outcome:
    """The request is taken back (C-02). Refused where it is not open, or an agent has written to the customer in it."""
    row, card_id = loaded(request)
    if row["state"] == RequestState.OPEN and requests.has_reply(request.work.tx, RequestId(row["id"])):
        raise Refused(Notice("request_has_reply", "warning"), card_id)
    outcome = _settle(request, RequestState.CANCELLED)
    if outcome.notice and outcome.notice.code == "request_cancelled":
        for comment in comments.hide(request.work.tx, RequestId(row["id"])):  # a tombstone for each
            audit.record(request.work.tx, request.viewer.user_id, "comment.hide", comment, request=row["id"])
    return outcome


def reopen(request: Request) -> Outcome:
    """A closed request is open again; one that was cancelled stays so."""
    row, card_id = loaded(request)
    if row["state"] == RequestState.CANCELLED:
        raise Refused(Notice("request_is_cancelled", "warning"), card_id)
    if row["state"] == RequestState.OPEN:
        return shown(request, card_id, Notice("request_is_open", "info"))
    requests.set_state(request.work.tx, RequestId(row["id"]), RequestState.OPEN, request.viewer.user_id)
    _keep_or_refuse(request, _loaded_again(request, row), card_id)
    return _told(request, card_id, RequestId(row["id"]), Notice("request_reopened", "success"))


def show(request: Request) -> Outcome:
    """The request is the one that this agent writes in; nobody else sees a difference."""
    row, card_id = loaded(request)
    look_at(request, card_id, replace(handling(request, card_id), request=RequestId(row["id"])))
    return shown(request, card_id)


def page(request: Request) -> Outcome:
    """The first page of all requests, the one that begins after `before`, the one before this, or no page (E-03)."""
    card_id, turn = request.card_id, request.need("turn")
    looked = handling(request, card_id)
    if turn == "older" and Cursor.read(request.need("before")) is None:
        raise BadAction("before is no place")
    turned = {
        "all": [""],
        "older": [*looked.listing, request.maybe("before")],
        "newer": [*looked.listing[:-1]],
        "close": [],
    }
    if turn not in turned:
        raise BadAction("turn is none of " + ", ".join(turned))
    look_at(request, card_id, replace(looked, listing=turned[turn][-_MOST_TURNED:]))
    return shown(request, card_id)


def _settle(request: Request, state: RequestState) -> Outcome:
    row, card_id = loaded(request)
    if row["state"] != RequestState.OPEN:
        return shown(request, card_id, Notice("request_is_closed", "info"))
    _keep_or_refuse(request, row, card_id)
    requests.set_state(request.work.tx, RequestId(row["id"]), state, request.viewer.user_id)
    notice = Notice("request_closed" if state is RequestState.CLOSED else "request_cancelled", "success")
    return _told(request, card_id, RequestId(row["id"]), notice)


def keep_shown(request: Request, card_id: CardId) -> None:
    """What stands in the fields of the request on the card is kept (B-17). Raises Refused where others wrote, too."""
    fields = fields_of(replace(request, action=replace(request.action, data={})))
    if fields is None or not fields.is_typed:
        return
    row = requests.load(request.work.tx, fields.request_id)
    if row is not None and row["root_id"] == card_id:
        _keep(request, row, card_id, fields)
        card_changed(request.work, card_id)


def _keep_or_refuse(request: Request, row: Mapping[str, Any], card_id: CardId) -> None:
    fields = fields_of(request)
    if fields is not None and fields.request_id == row["id"]:
        _keep(request, row, card_id, fields)


def _keep(request: Request, row: Mapping[str, Any], card_id: CardId, fields: Fields) -> None:
    if row["state"] == RequestState.CANCELLED:
        raise Refused(Notice("request_is_cancelled", "warning"), card_id)
    if keep(request, row, fields):
        raise Refused(Notice("changed_elsewhere", "warning"), card_id)


# --- what they share --------------------------------------------------------------------------------------------


def loaded(request: Request, name: str = "request") -> tuple[Mapping[str, Any], CardId]:
    """The request that the button names and the root of its card. Raises Refused where it is not on this customer."""
    card_id = request.card_id
    row = requests.load(request.work.tx, RequestId(request.need(name)))
    if row is None or row["root_id"] != card_id:
        raise Refused(Notice("request_gone", "warning"), card_id)
    return row, card_id


def _loaded_again(request: Request, row: Mapping[str, Any]) -> Mapping[str, Any]:
    found = requests.load(request.work.tx, RequestId(row["id"]))
    assert found is not None
    return found


def handling(request: Request, card_id: CardId) -> Handling:
    """What this agent looks at among the customer's requests."""
    row = cards.view_row(request.work.tx.connection, request.viewer.user_id, card_id)
    return Handling.of(row["handling"] if row else None)


def look_at(request: Request, card_id: CardId, looked: Handling) -> None:
    """This agent looks at that among the customer's requests; the section is open."""
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, handling=looked.to_json())
    cards.unfold(request.work.tx, request.viewer.user_id, card_id, Section.REQUESTS)


def shown(request: Request, card_id: CardId, notice: Notice | None = None) -> Outcome:
    """The card, drawn anew for this agent alone."""
    leg = request.maybe("leg")
    return Outcome(card_id, LegId(leg) if leg else None, notice=notice)


def _told(request: Request, card_id: CardId, subject: RequestId | None, notice: Notice) -> Outcome:
    """Everybody who looks at the card sees what was done; it is written down who did it."""
    if subject is not None:
        audit.record(request.work.tx, request.viewer.user_id, request.action.verb, subject)
    card_changed(request.work, card_id)
    return shown(request, card_id, notice)
