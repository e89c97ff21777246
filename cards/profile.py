"""The section Profile: what is known of the customer, and the form to write it in (E-14, E-19…E-23, B-13…B-15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cards import elements as e
from cards import fields
from cards.actions import Verb, button
from cards.drawing import IDENTITY_LENGTH, Drawing
from cards.elements import Element
from cards.escape import NOTHING, escape, shown
from cards.fields import mark
from cards.labels import TAG_INPUT, tags
from cards.links import linked
from cards.sections import left_out
from cards.shapes import Json, written
from cards.writing_back import update_items
from customers.fields import FieldView
from customers.model import TAG_LIMIT, TEXT_LIMIT, IdentityKind
from customers.profile_form import GENDERS, LABELS, MOST_CONTACTS, ContactPoint, Detail, ProfileView

INPUT: Final = "profile"
DRAWN_INPUT: Final = "profile.drawn"
OWN_INPUT: Final = "profile.own."
"""What the ids of the company's own fields begin with; the field's name follows."""
NEW: Final = "new"
"""Instead of the id of a number or address."""
_CONTACT_LIMIT: Final = 320


def summary(_d: Drawing) -> Json:
    """What is in it is read when it is opened."""
    return b""


def content(d: Drawing) -> list[Json]:
    """The form where the viewer writes in it, else what was written."""
    view = d.view.profile
    if view is None:
        return []
    items = _form(d, view) if view.is_editing and d.may_edit else _written(d, view)
    return [written(e.group(items, "profile.panel"))]


# --- reading ------------------------------------------------------------------------------------------------------


def _written(d: Drawing, view: ProfileView) -> list[Element]:
    items = [_line(d, one, view.values[one]) for one in view.shown if view.values.get(one)]
    items += fields.read(d, view.own)
    for kind in view.kinds:
        points = view.of_kind(kind)
        items += [_contact(d, one) for one in points[: d.budget.contacts]]
        items += left_out(d, len(points) - d.budget.contacts)
    items += tags(d, view)
    items += _kept(d, view)
    items += [e.note(d.words["profile.also"].format(line=one)) for one in _own_kept(d, view)]
    if not items:
        items = [e.note(d.words["profile.none"])]
    items += update_items(d, view)
    if d.may_edit and view.may_write:
        edit = button(Verb.PROFILE_EDIT, d.ids, d.words["profile.edit"], "profile.edit")
        items.append(e.actions([edit], "profile.edit.actions"))
    return items


def _own_kept(d: Drawing, view: ProfileView) -> list[str]:
    """Of merged cards (C-16)."""
    shown = {one.field.name: one for one in view.own}
    kept = [shown[name]._replace(value=value) for name, value in view.own_kept if name in shown]
    return [fields.line(d, [one]) for one in kept[: d.budget.merges]]


def _kept(d: Drawing, view: ProfileView) -> list[Element]:
    """Values of merged cards that others are shown instead of, with where they came from (C-16)."""
    kept = [one for one in view.kept if one.field in view.shown]
    lines = [f"{_said(d, Detail(one.field), one.value)} · {d.words[f'channel.{one.channel}']}" for one in kept]
    notes = [e.note(d.words["profile.also"].format(line=line)) for line in lines[: d.budget.merges]]
    return [*notes, *left_out(d, len(lines) - len(notes))]


def _line(d: Drawing, detail: Detail, value: str) -> Element:
    return {**e.text(_said(d, detail, value)), "id": f"profile.value.{detail}"}


def _said(d: Drawing, detail: Detail, value: str) -> str:
    write = linked if detail is Detail.NOTES else escape
    said = write(d.value(detail, value), TEXT_LIMIT if d.budget.requests else d.budget.text) or NOTHING
    return f"{d.words[f'profile.{detail}']}: {said}"


def _contact(d: Drawing, point: ContactPoint) -> Element:
    value = d.writer.phone(point.value) if point.kind is IdentityKind.PHONE else point.value
    line = f"{_caption(d, point.kind, point.label)}: {escape(value, IDENTITY_LENGTH)}"
    if point.is_primary:
        line = f"{line} · {d.words['profile.primary']}"
    return {**e.text(line), "id": f"profile.contact.{point.id}"}


def _caption(d: Drawing, kind: IdentityKind, label: str) -> str:
    return f"{d.words[f'identity.{kind}']} ({d.words.get(f'label.{label}', NOTHING)})"


# --- writing ------------------------------------------------------------------------------------------------------


def form_texts(view: ProfileView, phone: Callable[[str], str]) -> dict[str, str]:
    """What stands in the inputs of the form, by their ids, before anybody types."""
    own = {f"{OWN_INPUT}{one.field.name}": one.standing for one in view.own if one.may_write}
    texts = {f"{INPUT}.{one}": shown(view.values.get(one, ""), TEXT_LIMIT) for one in view.shown}
    for kind in view.kinds:
        points = view.of_kind(kind)[:MOST_CONTACTS]
        for point in points:
            value = phone(point.value) if kind is IdentityKind.PHONE else point.value
            texts[f"{INPUT}.{kind}.{point.id}"] = value
            texts[f"{INPUT}.{kind}.{point.id}.label"] = point.label
        if len(points) > 1:
            texts[f"{INPUT}.{kind}.primary"] = points[0].id
        texts[f"{INPUT}.{kind}.{NEW}"] = ""
        texts[f"{INPUT}.{kind}.{NEW}.label"] = LABELS[kind][0]
    return {name: text for name, text in texts.items() if name.split(".")[1] not in view.read_only} | own


def drawn_of(texts: Mapping[str, str]) -> str:
    """Comes back with every press: what stood in the form, as fingerprints."""
    return " ".join(f"{name.removeprefix(f'{INPUT}.')}:{mark(text)}" for name, text in texts.items())


def _form(d: Drawing, view: ProfileView) -> list[Element]:
    stored = form_texts(view, d.writer.phone)
    texts = {**stored, **{name: text for name, text in view.typed.items() if name in stored}}
    rows = [_field(d, view, one, texts) for one in view.shown]
    rows += fields.inputs(d, [_own(view, one, texts) for one in view.own], OWN_INPUT)
    for kind in view.kinds:
        rows += _points(d, view, kind, texts)
    rows += tags(d, view, shown(view.typed.get(TAG_INPUT, ""), TAG_LIMIT))
    save = button(Verb.PROFILE_SAVE, d.ids, d.words["button.save"], "profile.save", "positive")
    cancel = button(Verb.PROFILE_CANCEL, d.ids, d.words["profile.cancel"], "profile.cancel")
    if not d.budget.requests:  # the smallest of cards has no inputs for the company's own fields
        stored = {name: text for name, text in stored.items() if not name.startswith(OWN_INPUT)}
    drawn = view.typed.get(DRAWN_INPUT) or drawn_of(stored)
    return [*rows, e.hidden_input(DRAWN_INPUT, drawn), e.actions([save, cancel], "profile.form.actions")]


def _own(view: ProfileView, one: FieldView, texts: Mapping[str, str]) -> FieldView:
    name = one.field.name
    return one._replace(typed=texts.get(f"{OWN_INPUT}{name}"), problem=view.problems.get(name, ""))


def _field(d: Drawing, view: ProfileView, detail: Detail, texts: Mapping[str, str]) -> Element:
    name, words = f"{INPUT}.{detail}", d.words
    value, caption = texts.get(name), words[f"profile.{detail}"]
    is_long = value is not None and not d.budget.requests and len(value) > d.budget.text and detail is not Detail.NOTES
    if value is None or is_long:  # not to be written, or no room for the whole of it
        return e.text(_said(d, detail, view.values.get(detail, "")))
    if detail is Detail.GENDER:
        options = [e.choice("", words["gender.none"]), *(e.choice(one, words[f"gender.{one}"]) for one in GENDERS)]
        return e.choice_input(name, caption, value, words["gender.none"], options)
    if detail is Detail.BIRTH_DATE:
        return e.date_input(name, caption, value)
    asked = words.get(f"profile.{detail}.placeholder", "")
    return e.text_input(name, caption, value, asked, TEXT_LIMIT, multiline=detail is Detail.NOTES)


def _points(d: Drawing, view: ProfileView, kind: IdentityKind, texts: Mapping[str, str]) -> list[Element]:
    """Each number or address with its label, one more to be filled in, and which comes first."""
    points = view.of_kind(kind)[:MOST_CONTACTS]
    if kind.value in view.read_only:
        return [_contact(d, one) for one in points[: d.budget.contacts]]
    room = points[: d.budget.contacts] if d.budget.requests else ()
    rows = [one for point in room for one in _written_or_said(d, point, texts)]
    rows += left_out(d, len(points) - len(room))
    if not d.budget.requests:  # the smallest of cards
        return rows
    if len(points) < MOST_CONTACTS:
        rows += _point(d, kind, NEW, texts, d.words[f"profile.{kind}.new"])
    if len(points) > 1:
        name = f"{INPUT}.{kind}.primary"
        options = [e.choice(one.id, texts[f"{INPUT}.{kind}.{one.id}"] or NOTHING) for one in room]
        caption = d.words[f"profile.{kind}.primary"]
        rows.append(e.choice_input(name, caption, texts[name], caption, options))
    return rows


def _written_or_said(d: Drawing, point: ContactPoint, texts: Mapping[str, str]) -> list[Element]:
    """One that is longer than a field takes is said: a field that shows less of it would save less of it."""
    if len(texts[f"{INPUT}.{point.kind}.{point.id}"]) > _CONTACT_LIMIT:
        return [_contact(d, point)]
    return _point(d, point.kind, point.id, texts, d.words[f"profile.{point.kind}"])


def _point(d: Drawing, kind: IdentityKind, key: str, texts: Mapping[str, str], caption: str) -> list[Element]:
    name = f"{INPUT}.{kind}.{key}"
    options = [e.choice(one, d.words[f"label.{one}"]) for one in LABELS[kind]]
    asked = d.words[f"profile.{kind}.label"]
    placeholder = d.words[f"profile.{kind}.placeholder"]
    return [
        e.text_input(name, caption, texts[name], placeholder, _CONTACT_LIMIT),
        e.choice_input(f"{name}.label", asked, texts[f"{name}.label"], asked, options),
    ]
