"""The part of a card in which a record is created: what can be, its form, what became of it (A-19).

It is drawn afresh as a whole, for it is seldom open: nothing of it is kept as a shape but what stands around it.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from cards import elements as e
from cards import texts
from cards.actions import ON_LEG, Verb, button, execute
from cards.drawing import Drawing, reason_text
from cards.elements import Element
from cards.escape import NOTHING, clip, escape, plain, shown
from cards.records import Rows
from cards.sections import left_out
from cards.shapes import Frame, Json, fixed, part, written
from customers.creating import CreatingView, CreationState, CreationView, FormInput
from customers.views import Section

INPUT: Final = "create"
_PANEL: Final = Frame(e.box([part("part")], "emphasis", "create.panel"))
_PLACES: Final = (Section.CURRENT, Section.RELATED)
"""Where records stand: without both, none is created."""
_LONGEST: Final = 32_000
_SEARCH_LIMIT: Final = 100
"""Characters of a search for a record."""
_SHORTER: Final = 12
"""Choices of a pick list, where a card has no room for all."""
_SEARCHED: Final = {
    "asking": "crm.loading",
    "short": "create.lookup.short",
    "none": "search.none",
    "found": "create.lookup.found",
    "failed": "create.lookup.failed",
}
"""What stands below a search for a record, by what became of it."""


def new_button(language: str, element_id: str) -> Element:
    """*New record*, for a row of buttons."""
    return button(Verb.RECORD_NEW, {**ON_LEG}, texts.of(language)["button.new_record"], element_id)


@cache
def new_row(language: str) -> Json:
    """*New record* in Current interaction."""
    return fixed(e.actions([new_button(language, "current.new")], "current.actions"))


def panel(d: Drawing) -> list[Json]:
    """The panel, where it is open."""
    view = d.view.creating
    if view is None or not d.may_change or d.sections.isdisjoint(_PLACES):
        return []
    if view.creation is None:
        return _PANEL.around([written(_head(d, d.words["create.title"], {})), *_choosing(d, view)])
    one = view.creation
    name = d.words["create.in"].format(
        type=escape(one.type_label, d.budget.text), crm=escape(one.crm_label, d.budget.text)
    )
    return _PANEL.around([written(_head(d, name, {"creation": one.id})), *_creation(d, one)])


def _head(d: Drawing, title: str, ids: dict[str, str]) -> Element:
    verb = Verb.RECORD_CANCEL if ids else Verb.RECORD_NEW
    close = execute(verb, {**d.ids, **ids}, d.words["create.close"])
    return e.columns([e.rest([e.heading(title)]), e.button([e.label("✕")], close, "create.close")])


def _choosing(d: Drawing, view: CreatingView) -> list[Json]:
    """A row of buttons for each CRM."""
    drawn = []
    for crm, label in {crm: label for crm, label, _, _ in view.choices}.items():
        row = [
            button(
                Verb.RECORD_NEW,
                {**d.ids, "crm": crm, "type": type_},
                plain(clip(name, d.budget.text)) or NOTHING,
                f"create.new.{crm}.{type_}",
                tooltip=plain(d.words["create.in"].format(type=name, crm=label)),
            )
            for of, _, type_, name in view.choices
            if of == crm
        ]
        drawn.append(written(e.note(escape(label, d.budget.text) or NOTHING), e.actions(row, f"create.new.{crm}")))
    return drawn


def _creation(d: Drawing, one: CreationView) -> list[Json]:
    crm = escape(one.crm_label, d.budget.text)
    reason = reason_text(d.words, one.reason, crm) if one.reason else ""
    match one.state:
        case CreationState.ASKING:
            return [written(e.note(d.words["create.asking"].format(crm=crm)))]
        case CreationState.UNAVAILABLE:
            return _unavailable(d, one, reason)
        case CreationState.SENDING:
            return [written(e.note(d.words["create.sending"].format(crm=crm)))]
        case CreationState.RETRYING:
            said = d.words["create.retrying"].format(reason=reason)
            return [written(e.coloured(said, "Warning"))]
    return [*_refusal(d, one, reason), *_found(d, one), *_form(d, one)]


def _unavailable(d: Drawing, one: CreationView, reason: str) -> list[Json]:
    lines = [e.coloured(d.words["create.unavailable"].format(reason=reason), "Attention"), *_said(d, one)]
    cancel = button(Verb.RECORD_CANCEL, {**d.ids, "creation": one.id}, d.words["create.cancel"], "create.cancel")
    return [written(*lines, e.actions([cancel], "create.actions"))]


def _refusal(d: Drawing, one: CreationView, reason: str) -> list[Json]:
    if one.state is not CreationState.REFUSED:
        return []
    return [written(e.coloured(d.words["create.refused"].format(reason=reason), "Attention"), *_said(d, one))]


def _said(d: Drawing, one: CreationView) -> list[Element]:
    """The CRM's own words."""
    if not one.detail:
        return []
    detail = escape(one.detail, 3 * d.budget.text)
    return [e.note(d.words["push.detail"].format(crm=escape(one.crm_label, d.budget.text), detail=detail))]


def _found(d: Drawing, one: CreationView) -> list[Json]:
    """What the CRM takes for the same: to be linked instead."""
    if one.state is not CreationState.DUPLICATES:
        return []
    key = "create.duplicates" if one.found else "create.duplicates.unseen"
    lines = [written(e.strong(d.words[key].format(crm=escape(one.crm_label, d.budget.text))))]
    if not one.may_create:
        lines.append(
            written(e.note(d.words["create.duplicates.blocked"].format(crm=escape(one.crm_label, d.budget.text))))
        )
    return [*lines, *Rows(d, "duplicate").draw(one.found, d.budget.found)]


def _form(d: Drawing, one: CreationView) -> list[Json]:
    room = one.inputs if d.budget.found else ()
    fields = [element for field in room for element in _field(d, one, field)]
    fields += left_out(d, len(one.inputs) - len(room))
    ids = {**d.ids, "creation": one.id}
    buttons = []
    if room:
        buttons.append(button(Verb.RECORD_CREATE, ids, d.words["create.do"], "create.do", "positive"))
    if room and one.state is CreationState.DUPLICATES and one.may_create:
        again = {**ids, "anyway": "yes"}
        buttons.append(button(Verb.RECORD_CREATE, again, d.words["create.anyway"], "create.anyway"))
    buttons.append(button(Verb.RECORD_CANCEL, ids, d.words["create.cancel"], "create.cancel"))
    return [written(*fields, e.actions(buttons, "create.actions"))]


def _field(d: Drawing, one: CreationView, field: FormInput) -> list[Element]:
    label = clip(field.label.get(d.language) or field.label["en"], d.budget.text)
    if field.kind == "record":
        return [_record(d, field, label)]
    name = f"{INPUT}.{one.id}.{field.name}"
    caption = plain(d.words["create.required"].format(field=label) if field.is_required else label)
    elements = [_input(d, field, name, caption)]
    if problem := one.wrong.get(field.name):
        words = {"crm": escape(one.crm_label, d.budget.text), "count": d.writer.number(field.max or 0)}
        said = d.words[f"create.wrong.{problem}"].format_map(words)
        elements.append({**e.coloured(said, "Attention"), "id": f"{name}.wrong"})
    return [*elements, *_search(d, one, field, name, label)] if field.kind == "lookup" else elements


def _search(d: Drawing, one: CreationView, field: FormInput, name: str, label: str) -> list[Element]:
    """Where the agent searches for what a field shall point to, and what became of it."""
    caption = plain(d.words["create.lookup"].format(field=label))
    asked = e.text_input(f"{name}.search", caption, shown(field.searched, _SEARCH_LIMIT), "", _SEARCH_LIMIT)
    data = {**d.ids, "creation": one.id, "field": field.name}
    go = button(Verb.RECORD_FIND, data, d.words["button.search"], f"{name}.find", tooltip=caption)
    lines = [asked, e.actions([go], f"{name}.actions")]
    if key := _SEARCHED.get(field.said):
        words = {"crm": escape(one.crm_label, d.budget.text), "text": escape(field.searched, _SEARCH_LIMIT)}
        lines.append({**e.note(d.words[key].format_map(words)), "id": f"{name}.said"})
    return lines


def _record(d: Drawing, field: FormInput, label: str) -> Element:
    """What the new record hangs on; where it needs one and none is linked, what to do."""
    if field.value:
        return e.text(f"{escape(label)}: {escape(field.value, d.budget.text)}")
    return e.coloured(d.words["create.link_first"].format(field=escape(label)), "Warning")


def _input(d: Drawing, field: FormInput, name: str, caption: str) -> Element:
    match field.kind:
        case "choice" | "lookup":
            some = field.choices if len(field.choices) <= d.budget.choices else _near(field, d.budget.choices)
            none = [] if field.is_required and some else [e.choice("", "–")]
            options = [*none, *(e.choice(value, plain(text) or NOTHING) for value, text in some)]
            return e.choice_input(name, caption, field.value, caption, options)
        case "toggle":
            return e.toggle_input(name, caption, "true" if field.value == "true" else "false")
        case "date":
            return e.date_input(name, caption, field.value)
    limit = min(field.max or _LONGEST, _LONGEST)
    return e.text_input(name, caption, field.value[:limit], "", limit, multiline=field.kind == "lines")


def _near(field: FormInput, room: int) -> list[tuple[str, str]]:
    """The first ones, and the one that is chosen."""
    first = field.choices[: max(room, _SHORTER)]
    return list(dict.fromkeys([*first, *(one for one in field.choices if one[0] == field.value)]))
