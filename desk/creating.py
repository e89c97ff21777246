"""Records that agents create from the card (A-19): a form, filled in, sent once, linked at once.

The CRM is asked by jobs, so that a slow one never delays a card. The key is there before the form is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from customers.creating import CHOOSING, CreationState, problems
from customers.ids import CardId, InteractionId, LegId
from customers.ports import Action
from customers.views import Notice, Surface, Viewer
from desk import pushing
from desk.actions import Outcome, Query, Refused, Request, card_of
from desk.changes import card_changed
from desk.requests import handling
from desk.work import Work
from jobs.queue import enqueue
from storage import audit, cards, creations, groups, interactions, links, records
from storage.request_views import Handling

INPUT = "create."
SEARCH = ".search"
"""Behind the name of a field: where the agent types what shall be found for it."""
_SHORTEST_SEARCH, _LONGEST_SEARCH = 2, 100
_LONGEST = 40_000


def lane(crm: str) -> str:
    """What agents create in one CRM waits behind nothing else."""
    return f"create:{crm}"


def new(request: Request) -> Outcome:
    """What can be created stands there to be chosen, or is gone again; with a type, its form is asked for."""
    leg, settings = request.leg(), request.work.settings
    card_id, looked = card_of(leg), handling(request, card_of(leg))
    crm, type_ = request.maybe("crm"), request.maybe("type")
    choices = settings.views.choices(request.viewer.language)
    if not crm and len(choices) == 1:
        (crm, _, type_, _), *_ = choices
    if _is_under_way(request, leg, looked.creating):
        return Outcome(card_id, LegId(leg["id"]))  # what is typed in it is not lost for another one
    if not crm:
        _look_at(request, card_id, replace(looked, creating="" if looked.creating == CHOOSING else CHOOSING))
        return Outcome(card_id, LegId(leg["id"]))
    if type_ not in settings.creatable.get(crm, ()):
        raise Refused(Notice("record_gone", "warning"), card_id)
    creation_id = creations.add(request.work.tx, leg, crm, type_, request.viewer.user_id)
    _ask(request.work, crm, "form", creation_id)
    _look_at(request, card_id, replace(looked, creating=creation_id))
    return Outcome(card_id, LegId(leg["id"]))


def _is_under_way(request: Request, leg: Mapping[str, Any], creation_id: str) -> bool:
    """True where a record of the same interaction is being created."""
    if creation_id in ("", CHOOSING):
        return False
    row = creations.load(request.work.tx.connection, creation_id)
    is_over = row is None or CreationState(row["state"]) in (CreationState.DONE, CreationState.CANCELLED)
    return not is_over and row is not None and row["interaction_id"] == leg["interaction_id"]


def find(request: Request) -> Outcome:
    """The CRM is searched for a record that one field of the form shall point to. What was typed stays."""
    leg, row, name = request.leg(), _own(request), request.need("field")
    field = next((one for one in creations.inputs_of(row) if one.name == name and one.kind == "lookup"), None)
    if field is None or not CreationState(row["state"]).is_form:
        return Outcome(card_of(leg), LegId(leg["id"]))
    text = (request.input(f"{INPUT}{row['id']}.{name}{SEARCH}") or "").strip()[:_LONGEST_SEARCH]
    is_short = len(text) < _SHORTEST_SEARCH
    news = replace(field, searched=text, said="short" if is_short else "asking")
    typed = row["typed"] | _typed(request, row)
    creations.change(request.work.tx, row["id"], typed=typed, form=creations.form_with(row, news))
    if not is_short:
        _ask(request.work, row["crm"], "find", row["id"], field=name, text=text)
    return Outcome(card_of(leg), LegId(leg["id"]))


def create(request: Request) -> Outcome:
    """What was typed is on its way to the CRM; where it cannot be, the form says why. Nothing typed is lost."""
    leg, row = request.leg(), _own(request)
    if not CreationState(row["state"]).is_form:
        return Outcome(card_of(leg), LegId(leg["id"]))
    typed = row["typed"] | _typed(request, row)
    form = creations.inputs_of(row)
    wrong = problems(form, typed)
    if wrong:
        creations.change(request.work.tx, row["id"], typed=typed, wrong=wrong)
        name = next(one.label.get(request.viewer.language[:2], one.label["en"]) for one in form if one.name in wrong)
        code = f"create_{next(wrong[one.name] for one in form if one.name in wrong)}"
        return Outcome(card_of(leg), LegId(leg["id"]), notice=Notice(code, "warning", (("name", name),)))
    is_forced = request.maybe("anyway") == "yes" and row["may_create"]
    news = {"typed": typed, "wrong": {}, "reason": "", "detail": "", "attempts": 0, "is_forced": bool(is_forced)}
    creations.change(request.work.tx, row["id"], state=CreationState.SENDING.value, **news)
    _ask(request.work, row["crm"], "create", row["id"])
    audit.record(request.work.tx, request.viewer.user_id, "record.create", row["id"], crm=row["crm"], type=row["type"])
    return Outcome(card_of(leg), LegId(leg["id"]))


def cancel(request: Request) -> Outcome:
    """The form is gone. What is on its way already is created, and linked, all the same."""
    leg, row = request.leg(), _own(request)
    state = CreationState(row["state"])
    if state.is_form or state in (CreationState.ASKING, CreationState.UNAVAILABLE):
        creations.change(request.work.tx, row["id"], state=CreationState.CANCELLED.value, ended_at=request.work.tx.now)
    _look_at(request, card_of(leg), replace(handling(request, card_of(leg)), creating=""))
    return Outcome(card_of(leg), LegId(leg["id"]))


def try_again(work: Work, creation_id: str) -> bool:
    """A record that the CRM did not take, or could not be told of, is created now as it was typed, under its key. False
    where nobody could: it is under way, is there, was given up, or its form is not filled in."""
    row = creations.hold(work.tx, creation_id)
    if row is None or CreationState(row["state"]) not in (CreationState.REFUSED, CreationState.RETRYING):
        return False
    if problems(creations.inputs_of(row), row["typed"]):
        return False
    news = {"wrong": {}, "reason": "", "detail": "", "attempts": 0}
    creations.change(work.tx, creation_id, state=CreationState.SENDING.value, **news)
    _ask(work, row["crm"], "create", creation_id)
    card_changed(work, CardId(row["card_id"]), [LegId(row["leg_id"])])
    return True


def offered(request: Request, card_id: CardId, wanted: tuple[str, str, str]) -> Mapping[str, Any] | None:
    """A record that the CRM took for the same as the one that this agent is about to create."""
    row = _open(request, card_id)
    return next((one for one in row["found"] if _is(one, wanted)), None) if row else None


def settle(request: Request, card_id: CardId, wanted: tuple[str, str, str]) -> None:
    """The record that was offered is linked instead: the form is gone."""
    row = _open(request, card_id) if request.work.settings.creatable else None
    if row is None or not any(_is(one, wanted) for one in row["found"]):
        return
    creations.change(request.work.tx, row["id"], state=CreationState.CANCELLED.value, ended_at=request.work.tx.now)
    _look_at(request, card_id, replace(handling(request, card_id), creating=""))


def done(work: Work, row: Mapping[str, Any], record: dict[str, Any]) -> None:
    """The record is there: it stands on the card, linked to the interaction, and the form is gone."""
    tx, interaction_id = work.tx, InteractionId(row["interaction_id"])
    news = {"record_id": record["record_id"], "ended_at": tx.now, "reason": "", "detail": "", "wrong": {}}
    creations.change(tx, row["id"], state=CreationState.DONE.value, **news)
    card_id = CardId(row["card_id"])
    records.add(tx, card_id, row["crm"], "*" if record["level"] == "related" else "", record)
    described = {name: str(record[name]) for name in ("type", "record_id", "type_label", "title", "subtitle", "level")}
    link = links.tie(tx, interaction_id, described | {"crm": row["crm"]}, row["created_by"])
    for pushed in interactions.pushed_legs(tx, interaction_id):
        pushing.start(work, pushed, link)
    audit.record(tx, row["created_by"], "record.created", row["interaction_id"], record=f"{row['crm']}:{link.type}")
    view = cards.view_row(tx.connection, row["created_by"], card_id)
    looked = Handling.of(view["handling"] if view else None)
    if looked.creating == row["id"]:
        cards.update_view(tx, row["created_by"], card_id, handling=replace(looked, creating="").to_json())
    card_changed(work, card_id, [LegId(row["leg_id"])])


def _open(request: Request, card_id: CardId) -> Mapping[str, Any] | None:
    creation_id = handling(request, card_id).creating
    return creations.hold(request.work.tx, creation_id) if creation_id not in ("", CHOOSING) else None


def _is(one: Mapping[str, Any], wanted: tuple[str, str, str]) -> bool:
    return (one["crm"], one["type"], one["record_id"]) == wanted


def _own(request: Request) -> Mapping[str, Any]:
    row = creations.hold(request.work.tx, request.need("creation"))
    if row is None or row["created_by"] != request.viewer.user_id:
        raise Refused(Notice("not_found", "error"), CardId(request.need("card")))
    return row


def _ask(work: Work, crm: str, what: str, creation_id: str, **more: str) -> None:
    payload = {"crm": crm, "what": what, "creation": creation_id, **more}
    key = f"{what}:{creation_id}:{more['field']}" if more else f"{what}:{creation_id}"
    enqueue(work.tx, lane=lane(crm), kind="create", payload=payload, key=key, correlation_id=work.correlation_id)


def _look_at(request: Request, card_id: CardId, looked: Handling) -> None:
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, handling=looked.to_json())


def _typed(request: Query, row: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the inputs of the form, by field."""
    inputs = {one["name"]: request.input(f"{INPUT}{row['id']}.{one['name']}") for one in row["form"]}
    return {name: text[:_LONGEST] for name, text in inputs.items() if text is not None}


# --- in a chat ----------------------------------------------------------------------------------------------------


def was_typed(action: Action) -> bool:
    """True where the card in the chat brings back a form that is not being sent."""
    if action.surface is not Surface.CHAT or action.is_automatic or action.verb == "record.create":
        return False
    return any(name.startswith(INPUT) for name in action.inputs)


def keep_form(work: Work, viewer: Viewer, action: Action) -> None:
    """What was typed stays in the form, also where the answer draws it anew."""
    asked = Query(viewer, action)
    card_id = groups.hold(work.tx, CardId(asked.maybe("card")))
    view = cards.view_row(work.tx.connection, viewer.user_id, card_id) if card_id else None
    creation_id = Handling.of(view["handling"] if view else None).creating
    row = creations.hold(work.tx, creation_id) if creation_id not in ("", CHOOSING) else None
    if row is not None and CreationState(row["state"]).is_form:
        creations.change(work.tx, row["id"], typed=row["typed"] | _typed(asked, row))
