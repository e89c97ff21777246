"""The section Wrap-up: notes, outcome, tags (A-32), and the banner that says when nothing is linked yet (P-06)."""

from __future__ import annotations

from functools import cache
from typing import Final

from cards import elements as e
from cards import fields, memory, shared, texts
from cards.actions import ON_WRAP_UP, Verb, button, execute, leg_ids
from cards.drawing import Drawing, spoken
from cards.escape import NOTHING, clip, field, lines, markdown, shown
from cards.links import all_of, linked
from cards.sections import and_more
from cards.shapes import Json, Shape, joined, part, slot, text, written
from customers.model import TAG_LIMIT, TEXT_LIMIT
from customers.views import InteractionView, Section, WrapUpView
from customers.wrap_up import DrawnField, DrawnFields

NOTES_INPUT: Final = "wrapup.notes"
DISPOSITION_INPUT: Final = "wrapup.disposition"
TAG_INPUT: Final = "wrapup.tag"
DRAWN_INPUT: Final = "wrapup.drawn"
FIELD_INPUT: Final = "wrapup.field."
"""What the ids of the company's own fields begin with; the interaction and the field's name follow."""
FIELDS_DRAWN: Final = "wrapup.fields"
_CHOICE_ID_LIMIT: Final = 200


def not_linked_banner(d: Drawing) -> list[Json]:
    """Says in wrap-up that the interaction is written nowhere, until a record is linked (P-06)."""
    if not d.view.is_unlinked_in_wrap_up or Section.CURRENT not in d.sections:
        return []
    return [shared.not_linked(d.language)]


def summary(d: Drawing) -> Json:
    """The outcome, or whether there are notes."""
    wrap_up = _wrap_up(d)
    if said := outcome(wrap_up):
        return shared.NOTE.fill(d.shown(said) or text(NOTHING))
    return d.note("summary.wrap_up.notes" if wrap_up.notes else "summary.wrap_up.empty")


def content(d: Drawing) -> list[Json]:
    """Inputs where the viewer may write, else what was written."""
    wrap_up, interaction = _wrap_up(d), d.view.interaction
    if interaction is None or not (d.may_change and wrap_up.may_edit):
        return _written(d, wrap_up)
    data = interaction.id, interaction.leg_id, wrap_up
    known = memory.recall(d.kept, "wrap_up", data)
    return [*(known or memory.keep(d.kept, "wrap_up", data, _fields(d, interaction, wrap_up)))]


def _fields(d: Drawing, interaction: InteractionView, wrap_up: WrapUpView) -> list[Json]:
    leg = leg_ids(interaction, wrap_up.version)
    return [
        _notes(d.language).fill(field(wrap_up.notes, TEXT_LIMIT)),
        *_links(d, wrap_up.notes),
        *([_DRAWN.fill(text(drawn(d, interaction.leg_id, wrap_up)))] if d.in_chat else ()),
        _disposition(d, wrap_up),
        *(_own_fields(d, interaction, wrap_up) if wrap_up.fields else ()),
        *(_tags(d, wrap_up, leg) if d.may_handle else _tags_said(d, wrap_up)),
        _end(d.language, wrap_up.may_finish, d.may_handle).fill(leg),
    ]


def _own_fields(d: Drawing, interaction: InteractionView, wrap_up: WrapUpView) -> list[Json]:
    """The company's own, with what says of which activity they are and what they showed (B-38)."""
    if not d.budget.requests:  # the smallest of cards has no inputs for them
        return [written(one) for one in fields.read(d, wrap_up.fields)]
    came = wrap_up.fields_drawn or fields_drawn(interaction)
    parts = fields.inputs(d, wrap_up.fields, f"{FIELD_INPUT}{interaction.id}.")
    return [written(*parts, e.hidden_input(FIELDS_DRAWN, came))]


def fields_drawn(interaction: InteractionView) -> str:
    """Of which activity the company's own fields are, and what is stored in them."""
    return f"{interaction.leg_id} {interaction.id} {fields.marks(interaction.wrap_up.fields)}"


def _links(d: Drawing, notes: str) -> list[Json]:
    """What stands in a field cannot be pressed there (B-43)."""
    links = all_of(notes)
    return [shared.line(d.language, "links", e.note, "links").fill(text(links))] if links else []


def _wrap_up(d: Drawing) -> WrapUpView:
    return WrapUpView(may_edit=False) if d.view.interaction is None else d.view.interaction.wrap_up


def outcome(wrap_up: WrapUpView) -> str:
    """What the chosen outcome is called; not escaped."""
    return wrap_up.disposition_label or dict(wrap_up.dispositions).get(wrap_up.disposition, wrap_up.disposition)


@cache
def _notes(language: str) -> Shape:
    words = texts.of(language)
    placeholder = words["wrapup.notes.placeholder"]
    notes = e.text_input(NOTES_INPUT, words["wrapup.notes"], slot("value"), placeholder, TEXT_LIMIT, multiline=True)
    return Shape("value", notes)


_DRAWN: Final = Shape("drawn", e.hidden_input(DRAWN_INPUT, slot("drawn")))
"""Comes back from the chat with every press: so what was typed is known from what was only shown."""


def drawn(d: Drawing, leg_id: str, wrap_up: WrapUpView) -> str:
    """What the fields show, and what is stored."""
    if wrap_up.drawn:
        return wrap_up.drawn
    notes = DrawnField.of(shown(wrap_up.notes, TEXT_LIMIT), wrap_up.notes)
    standing = _chosen(wrap_up) if wrap_up.dispositions else clip(lines(outcome(wrap_up)), d.budget.text)
    return str(DrawnFields(leg_id, notes, DrawnField.of(standing, wrap_up.disposition)))


def _chosen(wrap_up: WrapUpView) -> str:
    return wrap_up.disposition if len(wrap_up.disposition) <= _CHOICE_ID_LIMIT else ""


def _disposition(d: Drawing, wrap_up: WrapUpView) -> Json:
    if not wrap_up.dispositions:
        length = d.budget.text
        return _outcome_text(d.language, length).fill(field(outcome(wrap_up), length))
    known = tuple([option for option in wrap_up.dispositions if option[0] and len(option[0]) <= _CHOICE_ID_LIMIT])
    options = known[: d.budget.choices]
    chosen = _chosen(wrap_up)
    choices = [shared.choices(options, d.budget.text)] if options else []
    if chosen and chosen not in dict(options):
        # What was chosen stays to be seen, also where the list no longer has it or is cut.
        choices.append(written(e.choice(chosen, shared.choice_name(outcome(wrap_up), d.budget.text))))
    return _outcome_choice(d.language).fill(text(chosen), joined(choices))


@cache
def _outcome_text(language: str, length: int) -> Shape:
    words = texts.of(language)
    caption, asked = words["wrapup.disposition"], words["wrapup.disposition.placeholder"]
    return Shape("value", e.text_input(DISPOSITION_INPUT, caption, slot("value"), asked, length))


@cache
def _outcome_choice(language: str) -> Shape:
    words = texts.of(language)
    caption, choose = words["wrapup.disposition"], words["wrapup.disposition.choose"]
    return Shape("value choices", e.choice_input(DISPOSITION_INPUT, caption, slot("value"), choose, [part("choices")]))


def _tags(d: Drawing, wrap_up: WrapUpView, leg: Json) -> list[Json]:
    tags = list(dict.fromkeys(wrap_up.tags))
    kept = tags[: d.budget.tags]
    lines = [d.note("wrapup.tags")] if kept else []
    lines += [_tag_line(d, tag, leg) for tag in kept]
    return lines + and_more(d, len(tags) - len(kept))


def _tag_line(d: Drawing, tag: str, leg: Json) -> Json:
    name, said = markdown(tag, 2 * TAG_LIMIT) or text(NOTHING), text(spoken(tag))
    return _tag(d.language).fill(name, said, text(tag), leg)


@cache
def _tag(language: str) -> Shape:
    title = texts.of(language)["wrapup.tag.remove"].replace("{tag}", slot("said"))
    remove = execute(Verb.TAG_REMOVE, {**ON_WRAP_UP, "tag": slot("tag")}, title)
    cross = e.button([e.label("✕")], remove, f"tag.remove.{slot('tag')}")
    return Shape("name said tag on_wrap_up", e.row(e.chip(slot("name"), "emphasis"), cross))


@cache
def _end(language: str, may_finish: bool, may_tag: bool) -> Shape:
    """The field for a new tag, where there may be one (B-25), and the buttons."""
    words = texts.of(language)
    tag = e.text_input(TAG_INPUT, words["wrapup.tag"], "", words["wrapup.tag.placeholder"], TAG_LIMIT)
    add = button(Verb.TAG_ADD, ON_WRAP_UP, words["button.add_tag"], "tag.add")
    buttons = [button(Verb.WRAPUP_SAVE, ON_WRAP_UP, words["button.save"], "wrapup.save")]
    if may_finish:
        buttons.append(button(Verb.WRAPUP_FINISH, ON_WRAP_UP, words["button.finish"], "wrapup.finish", "positive"))
    adding = [tag, e.actions([add], "tag.actions")] if may_tag else []
    return Shape("on_wrap_up", *adding, e.actions(buttons, "wrapup.actions"))


def _written(d: Drawing, wrap_up: WrapUpView) -> list[Json]:
    lines = []
    if chosen := outcome(wrap_up):
        lines.append(_said(d.language, "wrapup.disposition").fill(d.shown(chosen)))
    if wrap_up.notes:
        lines.append(_said(d.language, "wrapup.notes").fill(text(linked(wrap_up.notes, TEXT_LIMIT))))
    lines += [written(one) for one in fields.read(d, wrap_up.fields)]
    return [*lines, *_tags_said(d, wrap_up)] or [d.note("wrapup.empty")]


def _tags_said(d: Drawing, wrap_up: WrapUpView) -> list[Json]:
    if not wrap_up.tags:
        return []
    tags = b", ".join([markdown(tag, TAG_LIMIT) for tag in wrap_up.tags[: d.budget.tags]])
    said = _said(d.language, "wrapup.tags").fill(tags)
    return [said, *and_more(d, len(wrap_up.tags) - d.budget.tags)]


@cache
def _said(language: str, key: str) -> Shape:
    return Shape("text", e.text(f"{texts.of(language)[key]}: {slot('text')}"))
