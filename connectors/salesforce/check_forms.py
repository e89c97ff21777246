"""Forms of a mapping against the org: can what agents create from the card be created? (P-11, A-19)

Nothing here keeps activities from being written: whatever does not fit costs the form alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.interface import MappingProblem
from connectors.mapping import CreateMap, FormEntry, RecordType
from connectors.salesforce.creating import NO_CHOICES, RECORD_TYPE
from connectors.salesforce.describe import Describer, Field, PickList, SObject, is_required

_TYPES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"string", "textarea", "combobox", "phone", "email", "url"}),
    "date": frozenset({"date"}),
    "int": frozenset({"int", "double"}),
    "bool": frozenset({"boolean"}),
    "choice": frozenset({"picklist", "combobox"}),
}
_GRANT = "give the integration user's permission set edit access to it, or take it out of the mapping"

Problems = Iterator[MappingProblem]


def update_problems(org: Describer, record: RecordType) -> Problems:
    """What keeps edits of the profile from being written back."""
    kind = org.object(record.type)
    for entry in record.update if kind is not None else ():
        at, field = f"records.{record.type}.update.{entry.field}", kind.fields.get(entry.field) if kind else None
        if field is None or not field.get("updateable"):
            yield _problem(at, "does not exist, or may not be changed by the integration user", _GRANT)
        elif field.get("type") not in _TYPES[entry.type]:
            told = f"is of type {field.get('type')}, the mapping says {entry.type}"
            yield _problem(at, told, "correct the type, or name another field")
        elif entry.type == "text" and (entry.max or 0) > int(field.get("length") or 0) > 0:
            yield _problem(at, f"the field takes {field.get('length')} characters", f"write max = {field['length']}")


def form_problems(org: Describer, record: RecordType) -> Problems:
    """What keeps agents from creating records of the type, or fields from being in the form."""
    created, kind = record.create, org.object(record.type)
    if created is None or kind is None:
        return
    at = f"records.{record.type}.create"
    if not kind.is_createable:
        to_do = "give its permission set Create on it, or take `create` out"
        yield _problem(at, f"the integration user may not create a {record.type}", to_do)
        return
    yield from _key(at, created, kind)
    record_type = str(created.values.get(RECORD_TYPE, ""))
    lists = org.pick_lists(kind, record_type)
    if record_type and record_type[:15] not in {str(one["recordTypeId"])[:15] for one in kind.record_types}:
        yield _problem(f"{at}.values.{RECORD_TYPE}", "is no record type of the integration user's", _types(kind))
    for name, value in created.values.items():
        yield from _constant(f"{at}.values.{name}", kind.fields.get(name), value, lists.get(name, NO_CHOICES))
    for entry in created.fields:
        field, choices = kind.fields.get(entry.name), lists.get(entry.name, NO_CHOICES)
        yield from _entry(f"{at}.fields.{entry.name}", entry, field, choices)
    named = {*created.values, *(entry.name for entry in created.fields), created.key, "OwnerId"}
    for name in [name for name, field in kind.fields.items() if is_required(field) and name not in named]:
        problem = f"field {name} is required by Salesforce and not in the form"
        yield _problem(at, problem, f"add {at}.fields.{name}, or a constant")


def _problem(at: str, problem: str, to_do: str) -> MappingProblem:
    return MappingProblem(at, problem, to_do, stops=False)


def _key(at: str, created: CreateMap, kind: SObject) -> Problems:
    entry = kind.fields.get(created.key, {})
    lacking = [flag for flag in ("externalId", "unique", "createable") if not entry.get(flag)]
    if not created.key or lacking:
        what = f"{created.key or 'no field'} lacks {', '.join(lacking) or 'a name'}"
        to_do = f"make a field of {kind.name}, Text(64), External ID and Unique, that the integration user may edit"
        yield _problem(f"{at}.key", f"{what}, so agents cannot create a {kind.name}", to_do)
    elif int(entry.get("length") or 0) < 36:
        yield _problem(f"{at}.key", f"{created.key} is too short for our key", "make it Text(64)")


def _types(kind: SObject) -> str:
    known = (f"{one['recordTypeId']} ({one.get('name')})" for one in kind.record_types)
    return f"choose among {', '.join(known)}" if kind.record_types else "assign one to it, or take the line out"


def _constant(at: str, field: Field | None, value: Any, choices: PickList) -> Problems:
    if field is None or not field.get("createable"):
        yield _problem(at, "does not exist, or may not be written by the integration user", _GRANT)
    elif field.get("type") == "picklist" and str(value) not in choices.values:
        yield _problem(at, f"{value!r} is no active value of the pick list", _among(choices))


def _entry(at: str, entry: FormEntry, field: Field | None, choices: PickList) -> Problems:
    if field is None or not field.get("createable"):
        yield _problem(at, "does not exist, or may not be written by the integration user", _GRANT)
        return
    if entry.records or entry.lookups:
        place = f"{at}.{'lookup' if entry.lookups else 'record'}"
        for kind in (*entry.records, *entry.lookups):
            if kind not in (field.get("referenceTo") or ()):
                yield _problem(place, f"the field does not point to {kind}", "name the lookup that does")
        return
    if entry.name == RECORD_TYPE and entry.is_hidden:
        return
    if field.get("type") not in _TYPES[entry.map.type]:
        told = f"is of type {field.get('type')}, the mapping says {entry.map.type}"
        yield _problem(f"{at}.type", told, "correct the type, or name another field")
        return
    length = int(field.get("length") or 0)
    if entry.map.type == "text" and length and (entry.map.max or 0) > length:
        yield _problem(f"{at}.max", f"the field takes {length} characters", f"write max = {length}")
    if entry.map.type == "choice" and field.get("restrictedPicklist"):
        written = {*map(str, entry.map.choices.values()), *([str(entry.map.otherwise)] if entry.map.otherwise else [])}
        for value in sorted(written - set(choices.values)):
            yield _problem(f"{at}.choices", f"{value!r} is no active value of the pick list", _among(choices))


def _among(choices: PickList) -> str:
    return f"choose among {', '.join(choices.values)}"
