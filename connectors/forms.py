"""What both CRMs do alike about records that agents create: how a form is filled in, how typed texts become values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from connectors import coerce
from connectors.coerce import Value
from connectors.errors import CrmSchemaDrift
from connectors.interface import FormField, RecordDraft, RecordRef
from connectors.mapped import first_value
from connectors.mapping import CreateMap, CrmMapping, FormEntry

KINDS = {"text": "text", "date": "date", "int": "number", "bool": "toggle", "choice": "choice"}


CREATE = "create_record"


class Described(NamedTuple):
    """What a CRM says of a field that may be written."""

    label: str
    is_required: bool
    length: int
    """0: any."""
    choices: Sequence[tuple[str, str]]
    default: str = ""
    """What the CRM itself would write of a pick list, or of what is true or false; empty: nothing."""


def created_map(crm: str, mapping: CrmMapping, kind: str) -> CreateMap:
    """How records of the type are created. Raises where the mapping does not say."""
    record = mapping.records.get(kind)
    if record is None or record.create is None:
        raise CrmSchemaDrift(crm, CREATE, code="not_mapped", detail=f"{kind} has no [create].")
    return record.create


def form(
    created: CreateMap,
    draft: RecordDraft,
    describe: Callable[[FormEntry], Described | None],
    linked: Callable[[FormEntry], RecordRef | None],
) -> Iterator[FormField]:
    """The form, filled in. What nobody may write, for which `describe` has None, is not in it: nobody types in vain."""
    for entry in created.fields:
        said = None if entry.is_hidden else describe(entry)
        if said is None:
            continue
        if entry.lookups:
            yield _lookup_field(entry, draft, said)
        elif not entry.records:
            yield _form_field(entry, draft, said)
        elif (record := linked(entry)) or entry.is_required or said.is_required:
            yield _record_field(entry, record, said)


def filled(draft: RecordDraft, fields: Sequence[FormField]) -> RecordDraft:
    """`draft` as it is where the agent changes nothing in the form."""
    return replace(draft, values={one.name: one.value for one in fields} | dict(draft.values))


def _form_field(entry: FormEntry, draft: RecordDraft, said: Described) -> FormField:
    is_picked = entry.map.type == "choice"
    choices = said.choices if is_picked else ()
    limits = [limit for limit in (entry.map.max, 0 if is_picked else said.length) if limit]
    longest = min(limits) if limits else None
    value = first_value(entry, draft.facts)
    text = coerce.cut(coerce.as_text(value), longest) if not isinstance(value, bool) else str(value).lower()
    if choices and text not in dict(choices):
        text = said.default if said.default in dict(choices) else ""
    is_toggle = entry.map.type == "bool"
    if is_toggle:
        text = text or said.default or "false"
    return FormField(
        name=entry.name,
        label=entry.label or {"en": said.label},
        kind="lines" if entry.is_long else KINDS[entry.map.type],
        value=text,
        is_required=not is_toggle and (entry.is_required or said.is_required),
        max=longest,
        choices=choices,
    )


def _record_field(entry: FormEntry, linked: RecordRef | None, said: Described) -> FormField:
    """What a new record hangs on: said, not typed."""
    shown = entry.label or {"en": said.label}
    return FormField(entry.name, shown, "record", str(linked or ""), entry.is_required or said.is_required)


def _lookup_field(entry: FormEntry, draft: RecordDraft, said: Described) -> FormField:
    """The linked ones are there to be chosen, the first of them is."""
    linked = [str(ref) for kind in entry.lookups for ref in draft.linked if ref.type == kind]
    return FormField(
        name=entry.name,
        label=entry.label or {"en": said.label},
        kind="lookup",
        value=linked[0] if linked else "",
        is_required=entry.is_required or said.is_required,
        choices=tuple((ref, ref) for ref in linked),
        types=entry.lookups,
    )


def first_linked(entry: FormEntry, draft: RecordDraft) -> RecordRef | None:
    """The linked record that the new one hangs on."""
    return next((ref for kind in entry.records for ref in draft.linked if ref.type == kind), None)


def looked_up(crm: str, entry: FormEntry, draft: RecordDraft) -> RecordRef | None:
    """The record that the agent has chosen; none where it is of another type than the mapping says."""
    try:
        ref = RecordRef.parse(draft.values.get(entry.name, ""))
    except ValueError:
        return None
    return ref if ref.crm == crm and ref.type in entry.lookups else None


def values_of(created: CreateMap, draft: RecordDraft) -> dict[str, Value]:
    """What is written, but for what the new record hangs on: constants, what was typed, what nobody sees."""
    written: dict[str, Value] = dict(created.values)
    for entry in created.fields:
        if entry.is_typed:
            value = typed_value(entry, draft.values.get(entry.name, ""))
        else:
            value = None if entry.records or entry.lookups else first_value(entry, draft.facts)
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
    if entry.map.type == "bool":
        return bare == "true" if bare else None
    return bare


def missing(form: Sequence[FormField]) -> tuple[str, ...]:
    """Required fields that nothing is known for."""
    return tuple(one.name for one in form if one.is_required and not one.value)
