"""What both CRMs do alike about records that agents create: how a form is filled in, how typed texts become values."""

from __future__ import annotations

from collections.abc import Sequence

from connectors import coerce
from connectors.coerce import Value
from connectors.interface import FormField, RecordDraft, RecordRef
from connectors.mapping import CreateMap, FormEntry, first_value

KINDS = {"text": "text", "date": "date", "int": "number", "choice": "choice"}


def form_field(
    entry: FormEntry, draft: RecordDraft, *, label: str, required: bool, length: int, choices: Sequence[tuple[str, str]]
) -> FormField:
    """The field of the form, filled in; `label`, `required`, `length` (0: any) and `choices` are the CRM's."""
    limits = [limit for limit in (entry.map.max, length) if limit]
    longest = min(limits) if limits else None
    value = first_value(entry, draft.facts)
    text = coerce.cut(coerce.as_text(value), longest) if not isinstance(value, bool) else str(value).lower()
    if choices and text not in dict(choices):
        text = ""
    return FormField(
        name=entry.name,
        label=entry.label or {"en": label},
        kind="lines" if entry.is_long else KINDS[entry.map.type],
        value=text,
        is_required=entry.is_required or required,
        max=longest,
        choices=choices,
    )


def record_field(entry: FormEntry, linked: RecordRef | None, label: str, *, is_required: bool) -> FormField:
    """What a new record hangs on: said, not typed."""
    shown = entry.label or {"en": label}
    return FormField(entry.name, shown, "record", str(linked or ""), entry.is_required or is_required)


def first_linked(entry: FormEntry, draft: RecordDraft) -> RecordRef | None:
    """The linked record that the new one hangs on."""
    return next((ref for kind in entry.records for ref in draft.linked if ref.type == kind), None)


def values_of(created: CreateMap, draft: RecordDraft) -> dict[str, Value]:
    """What is written, but for what the new record hangs on: constants, what was typed, what nobody sees."""
    written: dict[str, Value] = dict(created.values)
    for entry in created.fields:
        if entry.is_typed:
            value = typed_value(entry, draft.values.get(entry.name, ""))
        else:
            value = None if entry.records else first_value(entry, draft.facts)
        if value is not None and value != "":
            written[entry.name] = value
    return written


def typed_value(entry: FormEntry, text: str) -> Value:
    """What the agent typed, as the CRM takes it; a text that is no such value goes as it is, and the CRM says so."""
    bare = coerce.as_text(text)
    if entry.map.type == "date":
        return coerce.as_date(bare) or bare
    if entry.map.type == "int":
        number = coerce.as_int(bare)
        return bare if number is None else number
    return bare


def missing(form: Sequence[FormField]) -> tuple[str, ...]:
    """Required fields that nothing is known for."""
    return tuple(one.name for one in form if one.is_required and not one.value)
