"""The section Requests: the one that is written in, its activities, the others (B-04…B-08, B-26, B-35, B-37, B-41)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from cards import elements as e
from cards import fields, texts
from cards.actions import ON_CARD, Verb, button
from cards.drawing import Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, escape, shown
from cards.links import all_of, linked
from cards.moving import move_buttons, panel
from cards.sections import left_out
from cards.shapes import Json, Shape, slot, text, written
from cards.threads import case_thread
from customers.journey import Cursor
from customers.model import TAG_LIMIT, TEXT_LIMIT
from customers.requests import ActivityView, RequestField, RequestState, RequestsView, RequestView
from customers.views import Section
from customers.wrap_up import fingerprint

INPUT: Final = "request"
"""What the ids of the inputs begin with; the field follows, then the request."""
DRAWN_INPUT: Final = "request.drawn"
_COLORS: Final = {RequestState.OPEN: "Good", RequestState.CANCELLED: "Attention"}


def summary(d: Drawing) -> Json:
    """How many are open."""
    count = d.view.open_requests
    return d.counted("summary.requests", count) if count else d.note("summary.requests.none")


def content(d: Drawing) -> list[Json]:
    """Where an activity is being moved to, the request that is written in, the others, and what adds one."""
    view = d.view.requests
    drawn = [written(one) for one in panel(d)] if d.may_handle and d.has_room else []
    if view.shown is not None:
        drawn.append(written(_shown(d, view.shown)))
    rows = [_row(d, one) for one in view.others[: d.budget.requests]]
    rows += _more(d, view, view.others[: len(rows)])
    if rows:
        title = d.words["requests.all.title" if view.turned else "requests.others"]
        drawn.append(written(e.group([e.strong(title), *rows], "requests.others")))
    if not view.all:
        drawn.append(d.note("requests.none"))
    if d.may_handle:
        leg = "" if d.view.interaction is None else d.view.interaction.leg_id
        drawn.append(_add(d.language, leg != "").fill(text(leg)))
    return drawn


def _more(d: Drawing, view: RequestsView, listed: Sequence[RequestView]) -> list[Element]:
    """The way to all requests, and through their pages; a card with less room has smaller ones."""
    hidden = len(view.others) - len(listed)
    if d.view.is_closed or not d.budget.requests:
        return left_out(d, hidden)
    if not view.turned:
        turns = [("all", "")] if hidden or view.has_more else []
        return [*left_out(d, hidden), *_turns(d, turns)]
    turns = [("newer", "")] if view.turned > 1 else []
    if listed and (hidden or view.has_more):
        turns.append(("older", str(Cursor(listed[-1].created_at, listed[-1].id))))
    return _turns(d, [*turns, ("close", "")])


def _turns(d: Drawing, turns: Sequence[tuple[str, str]]) -> list[Element]:
    buttons = []
    for turn, before in turns:
        data = {**d.ids, "turn": turn} | ({"before": before} if before else {})
        buttons.append(button(Verb.REQUEST_PAGE, data, d.words[f"requests.{turn}"], f"requests.{turn}"))
    return [e.actions(buttons, "requests.pages")] if buttons else []


@cache
def _add(language: str, has_leg: bool) -> Shape:
    ids = {**ON_CARD, "leg": slot("leg")} if has_leg else ON_CARD
    add = button(Verb.REQUEST_ADD, ids, texts.of(language)["request.add"], "request.add")
    return Shape("leg", e.actions([add], "requests.actions"))


def name_of(d: Drawing, request: RequestView) -> str:
    """What to call the request; not escaped."""
    return request.name or d.words["request.unnamed"].format(when=d.writer.moment(request.created_at))


# --- the one that is written in -----------------------------------------------------------------------------------


def _shown(d: Drawing, request: RequestView) -> Element:
    may_write = d.may_handle and request.state is not RequestState.CANCELLED and d.has_room
    items = [] if not request.is_current else [e.note(d.words["request.current"])]
    items += _fields(d, request) if may_write else _read_only(d, request)
    items.append(_state(d, request))
    if may_write:
        items.append(e.actions(_buttons(d, request), "request.actions"))
    return e.group([*items, *case_thread(d), *_activities(d, request)], "request.shown")


def _fields(d: Drawing, request: RequestView) -> list[Element]:
    words = d.words
    ids = {field: f"{INPUT}.{field}.{request.id}" for field in RequestField}
    name, description = shown(request.name, TEXT_LIMIT), shown(request.description, TEXT_LIMIT)
    asked = words["request.description.placeholder"]
    if d.budget.requests or len(name) <= d.budget.text:
        said = words["request.name.placeholder"]
        first = e.text_input(ids[RequestField.NAME], words["request.name"], name, said, TEXT_LIMIT)
    else:  # the smallest of cards: there is no room for the whole of it, and a field must not show less
        first = e.strong(escape(name_of(d, request), d.budget.text) or NOTHING)
    return [
        first,
        e.text_input(
            ids[RequestField.DESCRIPTION], words["request.description"], description, asked, TEXT_LIMIT, multiline=True
        ),
        *([e.note(words["links"].format(links=links))] if (links := all_of(request.description)) else []),
        e.hidden_input(DRAWN_INPUT, drawn_of(request)),
    ]


def drawn_of(request: RequestView) -> str:
    """Comes back with every press: of which version the fields are, and whether somebody has typed into them."""
    if request.drawn is not None:
        return f"{request.id} {request.drawn} - -"
    fields = (shown(text, TEXT_LIMIT) for text in (request.name, request.description))
    return " ".join((request.id, str(request.version), *map(fingerprint, fields)))


def _read_only(d: Drawing, request: RequestView) -> list[Element]:
    room = TEXT_LIMIT if d.budget.requests else d.budget.text
    name = e.strong(escape(name_of(d, request), room) or NOTHING)
    said = linked(request.description, room)
    return [name, e.text(said)] if said else [name]


def _buttons(d: Drawing, request: RequestView) -> list[Element]:
    ids = {**d.ids, "request": request.id, "version": str(request.version)}
    buttons = [button(Verb.REQUEST_SAVE, ids, d.words["button.save"], "request.save")]
    if request.is_open:
        buttons.append(button(Verb.REQUEST_CLOSE, ids, d.words["request.close"], "request.close"))
    else:
        buttons.append(button(Verb.REQUEST_REOPEN, ids, d.words["request.reopen"], "request.reopen"))
    if request.may_cancel:
        buttons.append(button(Verb.REQUEST_CANCEL, ids, d.words["request.cancel"], "request.cancel"))
    return buttons


# --- what is said of each -----------------------------------------------------------------------------------------


def _state(d: Drawing, request: RequestView) -> Element:
    """Its status, when it was created and by whom, when it was closed and by whom (B-08)."""
    said = [d.words[f"request.state.{request.state}"], _dated(d, "created", request.created_at, request.created_by)]
    if request.closed_at is not None:
        key = "cancelled" if request.state is RequestState.CANCELLED else "closed"
        said.append(_dated(d, key, request.closed_at, request.closed_by))
    line = " · ".join(said)
    return e.coloured(line, _COLORS[request.state]) if request.state in _COLORS else e.note(line)


def _dated(d: Drawing, key: str, at: object, by: str) -> str:
    name, when = escape(by, d.budget.text), d.writer.moment(at)  # type: ignore[arg-type]
    return d.words[f"request.{key}.by" if name else f"request.{key}"].format(when=when, name=name)


def _row(d: Drawing, request: RequestView) -> Element:
    element_id = f"request.row.{request.id}"
    lines = [e.strong(escape(name_of(d, request), d.budget.text) or NOTHING), _state(d, request)]
    if d.view.is_closed:
        return e.item(lines, element_id)
    tooltip = d.words["request.show.do"].format(name=spoken(name_of(d, request)))
    ids = {**d.ids, "request": request.id}
    look = button(Verb.REQUEST_SHOW, ids, d.words["request.show"], f"{element_id}.show", tooltip=tooltip)
    return e.item([*lines, e.actions([look], f"{element_id}.actions")], element_id)


def _activities(d: Drawing, request: RequestView) -> list[Element]:
    room = d.budget.activities
    rows = [_activity(d, one) for one in request.activities[:room]]
    rows += left_out(d, len(request.activities) - len(rows))
    if request.has_more_activities and Section.JOURNEY in d.sections:
        all_of = {**d.ids, "request": request.id}
        find = button(Verb.JOURNEY_FIND, all_of, d.words["activities.all"], "activities.all")
        rows.append(e.actions([find], "activities.all.actions"))
    if not rows:
        return [e.note(d.words["activities.none"])]
    return [e.group([e.strong(d.words["activities"]), *rows], "request.activities")]


def _activity(d: Drawing, activity: ActivityView) -> Element:
    """Media type, when, who, what about, tags (B-37)."""
    element_id = f"activity.{activity.interaction_id}"
    lines = [e.text(way(d, activity))]
    about = (activity.agent_name, activity.subject, activity.disposition)
    said = [escape(part, d.budget.text) for part in about if part]
    if activity.tags:
        tags = ", ".join(escape(tag, 2 * TAG_LIMIT) for tag in activity.tags[: d.budget.tags])
        said.append(d.words["activity.tags"].format(tags=tags))
    if below := " · ".join(part for part in said if part):
        lines.append(e.note(below))
    if own := fields.line(d, activity.fields):
        lines.append(e.note(own))
    if activity.moved_at is not None:
        lines.append(e.note(d.words["activity.moved"].format(when=d.writer.moment(activity.moved_at))))
    if d.may_handle:
        lines.append(e.actions(move_buttons(d, activity, element_id), f"{element_id}.actions"))
    return e.item(lines, element_id)


def way(d: Drawing, activity: ActivityView) -> str:
    """When it was, and how it came about: `20 Nov 2026, 14:05 · Call, inbound`."""
    how = d.words[f"channel.{activity.channel}"]
    if activity.direction:
        how = f"{how}, {d.words[f'direction.{activity.direction}']}"
    return f"{d.writer.moment(activity.at)} · {how}"
