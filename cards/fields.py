"""Fields of a company's own, written in and read (B-38, B-39): the same for activities and customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cards import elements as e
from cards import texts
from cards.drawing import Pen
from cards.elements import Element
from cards.escape import NOTHING, clip, escape, plain, shown
from cards.links import all_of, linked
from cards.sections import left_out
from customers.fields import Field, FieldType, FieldView
from customers.wrap_up import fingerprint

_MARK: Final = 8
"""Characters of a fingerprint: there are many of them on one card."""
_FEW_ON_A_LINE: Final = 5


def mark(text: str) -> str:
    """The fingerprint of what stands in one input."""
    return fingerprint(text)[:_MARK]


def marks(fields: Sequence[FieldView]) -> str:
    """Comes back with every press: what stood in the fields before anybody typed."""
    return " ".join(f"{one.field.name}:{mark(one.standing)}" for one in fields if one.may_write)


def marks_of(drawn: Sequence[str]) -> dict[str, str]:
    """What `marks` wrote, by field."""
    return dict(one.split(":", 1) for one in drawn if ":" in one)


def inputs(d: Pen, fields: Sequence[FieldView], prefix: str) -> list[Element]:
    """Each with what is wrong with it, and the help for it; `prefix` and the name make the id of an input."""
    if not d.budget.requests:  # the smallest of cards: a field must not show less than the whole of it
        return read(d, fields)
    return [part for one in fields for part in (_parts(d, one, prefix) if one.may_write else _line(d, one))]


def read(d: Pen, fields: Sequence[FieldView]) -> list[Element]:
    """What is written in them; on the smallest of cards, in how many."""
    lines = [part for one in fields for part in _line(d, one)]
    return lines if d.budget.requests else left_out(d, len(lines))


def _parts(d: Pen, view: FieldView, prefix: str) -> list[Element]:
    field, input_id = view.field, f"{prefix}{view.field.name}"
    parts = [_input(d, view, input_id)]
    if view.problem:
        parts.append({**e.coloured(_problem(d, view), "Attention"), "id": f"{input_id}.problem"})
    if view.value and not view.standing:
        parts.append(e.note(d.words["own.before"].format(value=escape(view.value, d.budget.text))))
    if field.type in (FieldType.TEXT, FieldType.LINK) and (links := all_of(view.value)):
        parts.append(e.note(d.words["links"].format(links=links)))
    if help_ := escape(field.help.of(d.language)):
        parts.append(e.note(help_))
    return parts


def _input(d: Pen, view: FieldView, input_id: str) -> Element:
    field, caption = view.field, _caption(d, view.field)
    value = view.standing if view.typed is None else view.typed
    match field.type:
        case FieldType.NUMBER:
            number = view._replace(value=value).standing
            return e.number_input(input_id, caption, _number(number))
        case FieldType.DATE:
            return e.date_input(input_id, caption, view._replace(value=value).standing)
        case FieldType.CHOICE:
            return _choice(d, field, input_id, caption, value)
        case FieldType.LINK:
            return e.link_input(input_id, caption, shown(value, field.longest), field.longest)
    # What was written while more was allowed stays whole.
    longest = max(field.longest, len(view.value))
    return e.text_input(input_id, caption, shown(value, longest), "", longest, multiline=field.is_long)


def _number(written: str) -> float | None:
    if not written:
        return None
    return float(written) if "." in written else int(written)


def _choice(d: Pen, field: Field, input_id: str, caption: str, value: str) -> Element:
    none = d.words["own.nothing_chosen"]
    options = [e.choice("", none), *(e.choice(one.value, _named(field, one.value, d)) for one in field.choices)]
    if value and value not in {one.value for one in field.choices}:
        options.append(e.choice(value, _named(field, value, d)))  # it is gone, and what was chosen stays to be seen
    return e.choice_input(input_id, caption, value, none, options)


def _named(field: Field, value: str, d: Pen) -> str:
    return plain(clip(field.choice(value, d.language), d.budget.text)) or NOTHING


def _caption(d: Pen, field: Field) -> str:
    label = plain(field.label(d.language))
    return d.words["own.required"].format(label=label) if field.is_required else label


def _problem(d: Pen, view: FieldView) -> str:
    field, code = view.field, view.problem
    if code == "changed":
        theirs = _short(d, view)
        return d.words["own.problem.changed"].format(theirs=theirs) if theirs else d.words["own.problem.emptied"]
    if code == "range":
        code = "most" if field.least is None else "least" if field.most is None else code
    blanks = {
        "least": d.writer.decimal(str(field.least)),
        "most": d.writer.decimal(str(field.most)),
        "limit": d.writer.number(field.longest),
    }
    return d.words[f"own.problem.{code}"].format(**blanks)


def line(d: Pen, fields: Sequence[FieldView]) -> str:
    """What is written in the first few of them, on one line; cut to the room there is."""
    shorts = [f"{escape(one.field.label(d.language))}: {short}" for one in fields if (short := _short(d, one))]
    hidden = len(shorts) - _FEW_ON_A_LINE
    more = [texts.counted(d.words, "more", hidden, d.writer.number(hidden))] if hidden > 0 else []
    return " · ".join([*shorts[:_FEW_ON_A_LINE], *more])


def _short(d: Pen, view: FieldView) -> str:
    is_text = view.field.type in (FieldType.TEXT, FieldType.LINK)
    return linked(view.value, d.budget.text) if is_text else written(d, view)


def _line(d: Pen, view: FieldView) -> list[Element]:
    value = written(d, view)
    return [e.text(f"{escape(view.field.label(d.language), d.budget.text)}: {value}")] if value else []


def written(d: Pen, view: FieldView) -> str:
    """The value as the viewer's locale writes it, for a TextBlock; empty where there is none."""
    if view.field.type in (FieldType.TEXT, FieldType.LINK):
        return linked(view.value, view.field.longest if d.budget.requests else d.budget.text)
    return escape(said(d, view.field, view.value), d.budget.text)


def said(d: Pen, field: Field, value: str) -> str:
    """The value as the viewer's locale writes it; not escaped yet."""
    match field.type:
        case FieldType.NUMBER:
            return d.writer.decimal(value) if value else ""
        case FieldType.DATE:
            return d.writer.day(value)
        case FieldType.CHOICE:
            return field.choice(value, d.language)
    return value
