"""The section Customer journey: interactions on a time line, by request, in pages (B-03, B-32, B-33)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from cards import elements as e
from cards import fields, icons, journey_controls, memory, shared, texts
from cards.actions import ON_CARD, Verb, button, execute
from cards.drawing import Drawing, spoken
from cards.escape import DOT, NOTHING, escape
from cards.shapes import Json, Shape, Text, part, slot, text
from customers.ids import LegId
from customers.journey import JourneyRow, grouped
from customers.model import TAG_LIMIT, Channel, Direction
from customers.views import Section

CHAT_ROWS: Final = 5
"""In a chat card a page is shorter: the chat itself scrolls."""


def summary(d: Drawing) -> Json:
    """How many others there are."""
    view = d.view.journey
    if not view.count:
        return d.note("summary.journey.none")
    if view.has_more:
        number = text(d.writer.number(view.count))
        return shared.line(d.language, "summary.journey.many", e.note, "count").fill(number)
    return d.counted("summary.journey", view.count)


def content(d: Drawing) -> list[Json]:
    """What is looked for, a page of the time line, and what turns it."""
    view = d.view.journey
    if not d.budget.journey:  # the smallest of cards: there is no room but for what is typed
        return [d.note("journey.no_room" if view.rows else "journey.none")]
    shown = view.rows[: min(d.budget.journey, CHAT_ROWS) if d.in_chat else d.budget.journey]
    data = d.view.interaction and d.view.interaction.leg_id, d.view.is_closed, len(shown), view
    drawn = memory.recall(d.kept, "journey", data)
    if drawn is None:
        rows = _rows(d, shown)
        drawn = memory.keep(d.kept, "journey", data, [*rows, *_page(d, shown, rows)])
    d.journey_rows = drawn[: len(shown)]
    return [*drawn[len(shown) :]]


def _page(d: Drawing, shown: Sequence[JourneyRow], rows: Sequence[Json]) -> list[Json]:
    view = d.view.journey
    drawn = journey_controls.sought(d)
    by_id = dict(zip((row.id for row in shown), rows, strict=True))
    for group in grouped(shown):
        drawn.append(_group(d, group).fill(*_group_texts(d, group[0]), b",".join(by_id[row.id] for row in group)))
    if not view.rows:
        drawn.append(d.note("journey.nothing" if view.look.is_filtered else "journey.none"))
    return drawn + journey_controls.turning(d, shown)


# --- by request ---------------------------------------------------------------------------------------------------


def _group(d: Drawing, rows: Sequence[JourneyRow]) -> Shape:
    first = rows[0]
    may_show = first.request_id is not None and not d.view.is_closed and Section.REQUESTS in d.sections
    return _group_shape(d.language, first.request_state, may_show, d.view.journey.look.request != "")


@cache
def _group_shape(language: str, state: str | None, may_show: bool, is_only: bool) -> Shape:
    words = texts.of(language)
    lines = [e.strong(slot("name"))]
    if state is not None:
        lines.append(e.note(words[f"request.state.{state}"]))
    columns = [e.rest(lines)]
    ids = {"card": slot("card"), "request": slot("request")}
    if may_show:
        element_id = f"journey.request.{slot('request')}"
        show = execute(Verb.REQUEST_SHOW, ids, words["request.show.do"].format(name=slot("said")))
        columns.append(e.button([e.label(words["request.show"])], show, f"{element_id}.show"))
        if not is_only:
            only = execute(Verb.JOURNEY_FIND, ids, words["journey.only.do"].format(name=slot("said")))
            columns.append(e.button([e.label(words["journey.only"])], only, f"{element_id}.only"))
    items = [e.columns(columns), part("rows")]
    return Shape("name said request rows", e.item(items, f"journey.request.{slot('request')}"))


def _group_texts(d: Drawing, row: JourneyRow) -> tuple[Text, Text, Text]:
    name = journey_controls.request_name(d, row.request_id, row.request_name, row.request_created_at)
    return d.shown(name) or text(NOTHING), text(spoken(name)), text(row.request_id or "none")


def _rows(d: Drawing, shown: Sequence[JourneyRow]) -> Sequence[Json]:
    leg = d.view.interaction.leg_id if d.view.interaction else None
    return [_remembered(d, leg, row) for row in shown]


def _remembered(d: Drawing, leg: LegId | None, row: JourneyRow) -> Json:
    place, data = ("journey", row.id), (leg, row)
    drawn = memory.recall(d.kept, place, data) or memory.keep(d.kept, place, data, [_row(d, row)])
    return drawn[0]


# --- one interaction ----------------------------------------------------------------------------------------------


class _Look(NamedTuple):
    """What changes the structure of a row."""

    channel: Channel
    direction: Direction | None
    is_current: bool
    has_what: bool
    has_about: bool
    may_move: bool
    has_leg: bool
    was_moved: bool
    may_go_back: bool


def _row(d: Drawing, row: JourneyRow) -> Json:
    """When and how, how long, who, what came of it; what it was about."""
    what, about = _what(d, row), _about(d, row)
    moved = d.moment(row.moved_at) if row.moved_at is not None else b""
    may_move = d.may_handle and Section.REQUESTS in d.sections
    back = text(row.move_id) if row.move_id and may_move else b""
    leg = text(d.view.interaction.leg_id) if d.view.interaction else b""
    look = _Look(
        row.channel, row.direction, row.is_current, what != b"", about != b"", may_move, leg != b"",
        moved != b"", back != b"",
    )  # fmt: skip
    when = d.moment(row.at)
    return _row_shape(d.language, look).fill(when, what, about, text(row.id), leg, moved, back)


@cache
def _row_shape(language: str, look: _Look) -> Shape:
    words = texts.of(language)
    head = f"{slot('when')} · {_way(words, look.channel, look.direction)}"
    lines = [e.strong(head)]
    if look.is_current:
        lines.append(e.coloured(words["section.current"], "Accent"))
    lines += [e.note(slot(name)) for name, has in (("what", look.has_what), ("about", look.has_about)) if has]
    if look.was_moved:
        lines.append(e.note(words["activity.moved"].format(when=slot("moved"))))
    icon: dict[str, Any] = e.icon(icons.CHANNELS[look.channel], words[f"channel.{look.channel}"])
    columns = [e.narrow([icon]), e.rest(lines)]
    element_id, ids = f"journey.{slot('id')}", {**ON_CARD, "interaction": slot("id")}
    if look.has_leg:
        ids["leg"] = slot("leg")
    if look.may_move:
        title = words["journey.move.do"].format(when=slot("when"))
        move = execute(Verb.ACTIVITY_MOVE, ids, title)
        columns.append(e.button([e.label(words["activity.move"])], move, f"{element_id}.move"))
    items = [e.columns(columns)]
    if look.may_go_back:
        back = button(Verb.ACTIVITY_MOVE, {**ids, "back": slot("back")}, words["activity.back"], f"{element_id}.back")
        items.append(e.actions([back], f"{element_id}.actions"))
    return Shape("when what about id leg moved back", e.group(items, element_id))


def _what(d: Drawing, row: JourneyRow) -> Text:
    lasted = d.writer.duration(row.duration) if row.duration is not None else ""
    who = d.shown(", ".join(row.agents)) if row.is_answered else text(d.words["journey.unanswered"])
    return DOT.join(filter(None, (text(lasted), who, d.shown(row.disposition))))


def _about(d: Drawing, row: JourneyRow) -> Text:
    said = [d.shown(row.subject), d.shown(row.notes)]
    if row.tags:
        tags = ", ".join(escape(tag, 2 * TAG_LIMIT) for tag in row.tags[: d.budget.tags])
        said.append(text(d.words["activity.tags"].format(tags=tags)))
    if row.fields:
        said.append(text(fields.line(d, row.fields)))
    return DOT.join(filter(None, said))


@cache
def ways(language: str) -> Mapping[tuple[Channel, Direction | None], Text]:
    """How an interaction came about, for each channel and direction: `Call, inbound`."""
    words = texts.of(language)
    return {
        (channel, direction): text(_way(words, channel, direction))
        for channel in Channel
        for direction in (None, *Direction)
    }


def _way(words: Mapping[str, str], channel: Channel, direction: Direction | None) -> str:
    how = words[f"channel.{channel}"]
    return f"{how}, {words[f'direction.{direction}']}" if direction else how
