"""Where an activity can be moved to: another request, also one that is opened again for it, or another customer
(B-33, B-42, C-15)."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards.actions import Verb, button, execute
from cards.drawing import IDENTITY_LENGTH, Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, clip, escape, lines
from cards.sections import left_out
from customers.requests import ActivityView, MoveTarget, MoveView, RequestState, RequestView

QUERY_INPUT: Final = "activity.query"
QUERY_LIMIT: Final = 100
"""Characters of a search."""


def move_buttons(d: Drawing, activity: ActivityView, element_id: str) -> list[Element]:
    """What begins a move, and what takes the last one back."""
    ids = {**d.ids, "interaction": activity.interaction_id}
    buttons = [button(Verb.ACTIVITY_MOVE, ids, d.words["activity.move"], f"{element_id}.move")]
    if activity.move_id is not None:
        back = {**ids, "back": activity.move_id}
        buttons.append(button(Verb.ACTIVITY_MOVE, back, d.words["activity.back"], f"{element_id}.back"))
    return buttons


def panel(d: Drawing) -> list[Element]:
    """The places to choose from."""
    move = d.view.requests.move
    if move is None:
        return []
    ids = {**d.ids, "interaction": move.activity.interaction_id}
    close = execute(Verb.ACTIVITY_MOVE, {**ids, "cancel": "yes"}, d.words["activity.cancel"])
    head = e.columns(
        [e.rest([e.heading(d.words["activity.title"])]), e.button([e.label("✕")], close, "activity.close")]
    )
    when, channel = d.writer.moment(move.activity.at), d.words[f"channel.{move.activity.channel}"]
    new = button(Verb.ACTIVITY_MOVE, {**ids, "request": "new"}, d.words["activity.new"], "activity.new")
    items = [
        head,
        e.note(f"{when} · {channel}"),
        *_requests(d, move, ids),
        e.actions([new], "activity.new.actions"),
        *_customers(d, move, ids),
    ]
    return [e.box(items, "emphasis", "activity.panel")]


def _requests(d: Drawing, move: MoveView, ids: dict[str, str]) -> list[Element]:
    places = [
        one for one in d.view.requests.all if one.id != move.source_id and one.state is not RequestState.CANCELLED
    ]
    rows = [_request(d, one, ids) for one in places[: d.budget.requests]]
    return [*rows, *left_out(d, len(places) - len(rows))]


def _request(d: Drawing, request: RequestView, ids: dict[str, str]) -> Element:
    """A closed one is opened again in the same step (C-15)."""
    name = request.name or d.words["request.unnamed"].format(when=d.writer.moment(request.created_at))
    key = "activity.here" if request.is_open else "activity.reopen"
    element_id = f"activity.to.{request.id}"
    go = button(
        Verb.ACTIVITY_MOVE,
        {**ids, "request": request.id},
        d.words[key],
        f"{element_id}.go",
        tooltip=d.words[f"{key}.do"].format(name=spoken(name)),
    )
    lines_ = [e.strong(escape(name, d.budget.text) or NOTHING), e.note(d.words[f"request.state.{request.state}"])]
    return e.item([*lines_, e.actions([go], f"{element_id}.actions")], element_id)


def _customers(d: Drawing, move: MoveView, ids: dict[str, str]) -> list[Element]:
    asked = clip(lines(move.query), QUERY_LIMIT)
    find = button(Verb.ACTIVITY_FIND, ids, d.words["button.search"], "activity.find")
    label, placeholder = d.words["activity.query"], d.words["list.search.placeholder"]
    rows = [_customer(d, target, ids) for target in move.targets[: d.budget.requests]]
    if move.query and not move.targets:
        rows = [e.note(d.words["list.search.none"])]
    return [
        e.text_input(QUERY_INPUT, label, asked, placeholder, QUERY_LIMIT),
        e.actions([find], "activity.find.actions"),
        *([e.group(rows, "activity.customers")] if rows else []),
    ]


def _customer(d: Drawing, target: MoveTarget, ids: dict[str, str]) -> Element:
    identity = d.writer.phone(target.identity)
    reached_at = escape(identity, IDENTITY_LENGTH)
    name = target.customer_name or identity or d.words["customer.unknown"]
    element_id = f"activity.customer.{target.card_id}"
    tooltip = d.words["activity.here.do"].format(name=spoken(name))
    to = {**ids, "to": target.card_id}
    go = button(Verb.ACTIVITY_MOVE, to, d.words["activity.here"], f"{element_id}.go", tooltip=tooltip)
    below = [e.note(reached_at)] if reached_at and target.customer_name else []
    shown = e.strong(escape(name, d.budget.text) or NOTHING)
    return e.item([shown, *below, e.actions([go], f"{element_id}.actions")], element_id)
