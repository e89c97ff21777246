"""What a mapping makes of the facts of an interaction. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors import coerce
from connectors.coerce import Fact, Value
from connectors.mapping import ADDRESSES, ActivityMap, FieldMap, FormEntry, Part
from connectors.templates import Template, values_of


@dataclass(frozen=True, slots=True)
class MappedFields:
    """What to write, and what did not fit."""

    values: Mapping[str, Value]
    warnings: tuple[str, ...] = ()
    """Fields whose text was cut or whose fact was of no use."""
    notes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """By field that has a note for what does not fit: the whole text, or empty where it fits."""


def fields_for(activity: ActivityMap, facts: Mapping[str, Fact]) -> MappedFields:
    """Everything that a new activity says. Fields without a value are left out."""
    mapped = _mapped(activity.fields, facts)
    filled = {name: value for name, value in mapped.values.items() if value is not None}
    return MappedFields({**activity.values, **filled}, mapped.warnings, {k: v for k, v in mapped.notes.items() if v})


def changed_fields(activity: ActivityMap, facts: Mapping[str, Fact], changed: frozenset[str]) -> MappedFields:
    """Only the fields that come from those of the `changed` facts that may be amended; None empties a field."""
    touched = changed & activity.amend
    return _mapped(tuple(entry for entry in activity.fields if entry.sources & touched), facts)


def preview_of(note: str, notes: Mapping[str, str]) -> dict[str, str]:
    """How the notes of an activity stand in a preview; `note`: what the CRM calls one."""
    return {f"{note} ({field})": text for field, text in notes.items()}


def value_of(entry: FieldMap, facts: Mapping[str, Fact]) -> Value:
    """What the field says."""
    return _value(entry, facts)[0]


def first_value(entry: FormEntry, facts: Mapping[str, Fact]) -> Value:
    """What stands in a field of a new record before anybody types."""
    if entry.map.type == "choice" and not entry.map.choices and not entry.map.template:
        text = coerce.as_text(facts.get(entry.map.parts[0].source)) if entry.map.parts else ""
        return text or entry.map.otherwise
    if not (entry.map.template or entry.map.parts):
        return entry.map.otherwise
    return _value(entry.map, facts)[0]


def _mapped(entries: tuple[FieldMap, ...], facts: Mapping[str, Fact]) -> MappedFields:
    values: dict[str, Value] = {}
    warnings: list[str] = []
    notes: dict[str, str] = {}
    for entry in entries:
        values[entry.field], is_whole = _value(entry, facts)
        if not is_whole:
            warnings.append(entry.field)
        if entry.note:
            whole = _value(dataclasses.replace(entry, max=None), facts)[0]
            notes[entry.field] = "" if is_whole or whole is None else str(whole)
    return MappedFields(values, tuple(warnings), notes)


def _value(entry: FieldMap, facts: Mapping[str, Fact]) -> tuple[Value, bool]:
    """The value, and whether it says all that it should."""
    if entry.type == "text":
        return _text(entry, facts)
    fact = entry.template.render(values_of(facts)) if entry.template else facts.get(entry.parts[0].source)
    if fact is None or fact == "":
        return entry.otherwise, True
    is_named = entry.type == "choice" or bool(entry.choices)
    value = coerce.as_choice(fact, entry.choices, None) if is_named else _CONVERT[entry.type](fact)
    return (entry.otherwise, False) if value is None else (value, True)


_CONVERT: Mapping[str, Callable[[Fact], Value]] = {
    "bool": coerce.as_bool,
    "date": coerce.as_date,
    "datetime": coerce.as_datetime,
    "int": coerce.as_int,
    "number": coerce.as_number,
    "seconds": coerce.as_int,
    "minutes": coerce.as_minutes,
}


def _text(entry: FieldMap, facts: Mapping[str, Fact]) -> tuple[Value, bool]:
    address = coerce.as_text(facts.get(entry.link)) if entry.link else entry.note
    text, is_whole = _rendered(entry, facts) if entry.template else _joined(entry, facts, entry.max)
    if is_whole or not address:
        return text or entry.otherwise, is_whole
    room = entry.max - coerce.utf16_length(address) - 1 if entry.max else 0
    if room < 1:
        return text or entry.otherwise, False
    text, _ = _rendered(entry, facts, room) if entry.template else _joined(entry, facts, room)
    return "\n".join(filter(None, [str(text), address])), False


def _joined(entry: FieldMap, facts: Mapping[str, Fact], limit: int | None) -> tuple[str, bool]:
    written = [_part(part, facts.get(part.source)) for part in entry.parts]
    parts = [(text, part.source in ADDRESSES) for part, text in zip(entry.parts, written, strict=True) if text]
    whole = entry.join.join(text for text, _ in parts)
    text = coerce.join_parts(parts, entry.join, limit)
    return text, text == whole


def _part(part: Part, fact: Fact) -> str:
    text = coerce.as_text(fact)
    if not text:
        return ""
    return part.label + str(part.choices.get(text, text))


def _rendered(entry: FieldMap, facts: Mapping[str, Fact], limit: int | None = None) -> tuple[str, bool]:
    assert entry.template is not None
    given = values_of({name: facts.get(name) for name in entry.template.sources})
    text = entry.template.render(given)
    if text is None:
        return "", False
    limit = limit or entry.max
    if limit is None or coerce.utf16_length(text) <= limit:
        return coerce.as_text(text), True
    return coerce.as_text(_fitted(entry.template, given, text, limit)), False


def _fitted(template: Template, given: dict[str, str | int | None], text: str, limit: int) -> str:
    """In at most `limit` units: the longest facts are cut first; what stands around them stays, addresses too."""
    texts = {name: value for name, value in given.items() if isinstance(value, str) and name not in ADDRESSES}
    for name in sorted(texts, key=lambda name: len(texts[name]), reverse=True):
        excess = coerce.utf16_length(text) - limit
        if excess <= 0:
            return text
        given[name] = coerce.cut(texts[name], max(1, coerce.utf16_length(texts[name]) - excess))
        text = template.render(given) or ""
    if coerce.utf16_length(text) > limit:  # half an address opens nothing
        text = template.render(given | dict.fromkeys(ADDRESSES & given.keys())) or ""
    return coerce.cut(text, limit)
