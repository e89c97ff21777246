"""A mapping against the org's own description of itself, as the integration user sees it (P-11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.errors import CrmRecordNotFound
from connectors.mapping import ActivityMap, CrmMapping, FieldMap, RecordType
from connectors.salesforce.rest import Rest

Described = Mapping[str, Mapping[str, Any]]
_TYPES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"string", "textarea", "combobox", "picklist", "phone", "email", "url"}),
    "date": frozenset({"date"}),
    "datetime": frozenset({"datetime"}),
    **dict.fromkeys(("int", "seconds", "minutes"), frozenset({"int", "double"})),
}


def problems(rest: Rest, mapping: CrmMapping) -> tuple[str, ...]:
    """Sentences, each beginning with the mapping's key. One describe call for each type."""
    found: list[str] = []
    described: dict[str, Described | None] = {}
    for name in dict.fromkeys([*mapping.records, *(entry.target for entry in mapping.activities.values())]):
        described[name] = _describe(rest, name)
    for name, record in mapping.records.items():
        found += _record(record, described[name])
    for channel, activity in mapping.activities.items():
        found += _activity(f"activities.{channel}", activity, described[activity.target])
    return tuple(found)


def _describe(rest: Rest, name: str) -> Described | None:
    try:
        body = rest.get("describe", f"sobjects/{name}/describe")
    except CrmRecordNotFound:
        return None
    return {entry["name"]: entry for entry in body["fields"]}


def _record(record: RecordType, fields: Described | None) -> Iterator[str]:
    at = f"records.{record.type}"
    if fields is None:
        yield f"{at}: the integration user sees no object of this name"
        return
    relations = {entry.get("relationshipName") for entry in fields.values()}
    for name in record.fields:
        first, _, rest = name.partition(".")
        if (rest and first not in relations) or (not rest and name not in fields):
            yield f"{at}: field {name} does not exist, or field-level security hides it from the integration user"


def _activity(at: str, activity: ActivityMap, fields: Described | None) -> Iterator[str]:
    if fields is None:
        yield f"{at}: the integration user sees no object {activity.target}"
        return
    yield from _key(at, activity, fields)
    for name in activity.values:
        if not fields.get(name, {}).get("createable"):
            yield f"{at}.values.{name}: does not exist, or the integration user may not write it"
    for entry in activity.fields:
        yield from _field(f"{at}.fields.{entry.field}", activity, entry, fields.get(entry.field))
    mapped = {*activity.values, *(entry.field for entry in activity.fields), "WhoId", "WhatId", "OwnerId"}
    for name, field in fields.items():
        is_required = field.get("createable") and not field.get("nillable") and not field.get("defaultedOnCreate")
        if is_required and name not in mapped and field.get("type") != "boolean":
            yield f"{at}: field {name} is required by Salesforce and not mapped"


def _key(at: str, activity: ActivityMap, fields: Described) -> Iterator[str]:
    entry = fields.get(activity.key, {})
    lacking = [flag for flag in ("externalId", "unique", "createable") if not entry.get(flag)]
    if not activity.key or lacking:
        what = ", ".join(lacking) or "name"
        yield (
            f"{at}.key: {activity.key or 'no field'} lacks {what}: make a custom field of Activity, Text(64), External "
            "ID and Unique, and let the integration user write it; without it one interaction could become two Tasks"
        )


def _field(at: str, activity: ActivityMap, entry: FieldMap, field: Mapping[str, Any] | None) -> Iterator[str]:
    if field is None:
        yield f"{at}: does not exist, or field-level security hides it from the integration user"
        return
    if not field.get("createable"):
        yield f"{at}: the integration user may not write it"
    if entry.sources & activity.amend and not field.get("updateable"):
        yield f"{at}: comes from a fact that may be amended, and Salesforce lets nobody change it"
    if entry.type in _TYPES and field.get("type") not in _TYPES[entry.type]:
        yield f"{at}: is of type {field.get('type')}, the mapping says {entry.type}"
    length = field.get("length") or 0
    if entry.type == "text" and length and (entry.max is None or entry.max > length):
        yield f"{at}.max: the field takes {length} characters: write max = {length}"
    if field.get("restrictedPicklist") and entry.choices:
        active = {value["value"] for value in field.get("picklistValues", []) if value.get("active")}
        for value in sorted(str(choice) for choice in entry.choices.values() if choice not in active):
            yield f"{at}.choices: {value!r} is no value of the picklist"
