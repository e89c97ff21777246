"""A mapping against the org's own description of itself, as the integration user sees it (P-11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.errors import CrmSchemaDrift
from connectors.interface import MappingProblem
from connectors.mapping import ActivityMap, CrmMapping, FieldMap, RecordType, RelatedList
from connectors.problems import date_problems, distinct
from connectors.salesforce import queries, sharing
from connectors.salesforce.activities import STANDARD, link_field
from connectors.salesforce.check_forms import form_problems, update_problems
from connectors.salesforce.describe import Describer, Field, SObject, active_values, is_required
from connectors.salesforce.notes import LINK, NOTE
from connectors.salesforce.rest import Rest

_TYPES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"string", "textarea", "combobox", "picklist", "phone", "email", "url"}),
    "date": frozenset({"date"}),
    "datetime": frozenset({"datetime"}),
    **dict.fromkeys(("int", "seconds", "minutes"), frozenset({"int", "double"})),
    "number": frozenset({"double", "currency", "percent"}),
    "choice": frozenset({"string", "textarea", "combobox", "picklist", "boolean", "int", "double"}),
}
_SEARCHED = {
    "phone": frozenset({"phone", "string"}),
    "email": frozenset({"email", "string"}),
    "name": frozenset({"string", "textarea", "combobox", "picklist", "phone", "email", "url"}),
}
_DATES = frozenset({"date", "datetime"})
_UNSEEN = "does not exist, or field-level security hides it from the integration user"
_SHOW = "correct the name, or give the integration user's permission set read access to it"
_WRITE = "give the integration user's permission set edit access to it, or take it out of the mapping"

Problems = Iterator[MappingProblem]


def problems(rest: Rest, mapping: CrmMapping) -> tuple[MappingProblem, ...]:
    """Everything that does not fit. One describe call for each type."""
    org = Describer(rest)
    found: list[MappingProblem] = []
    for record in mapping.records.values():
        found += _record(org, record)
        found += [*form_problems(org, record), *update_problems(org, record)]
    for channel, activity in mapping.activities.items():
        found += _activity(org, rest, f"activities.{channel}", activity, mapping)
    return distinct(found, mapping)


# --- records --------------------------------------------------------------------------------------------------------


def _record(org: Describer, record: RecordType) -> Problems:
    at = f"records.{record.type}"
    kind = org.object(record.type)
    if kind is None or not kind.is_queryable:
        to_do = "correct the name, or give the integration user's permission set read access to the object"
        yield MappingProblem(at, f"the integration user sees no object {record.type}", to_do)
        return
    for name in record.fields:
        if not _is_visible(org, kind, name):
            yield MappingProblem(at, f"field {name} {_UNSEEN}", _SHOW)
    for what, names in (("phone", record.phone), ("email", record.email), ("name", record.name)):
        yield from _searched(f"{at}.search.{what}", kind, what, names)
    types = {name: kind.fields[name].get("type") for name in record.fields if name in kind.fields}
    yield from date_problems(record, {name: one in _DATES for name, one in types.items()})
    for number, entry in enumerate(record.related):
        yield from _related(org, f"{at}.related[{number}]", kind, entry)


def _is_visible(org: Describer, kind: SObject, path: str) -> bool:
    first, _, rest = path.partition(".")
    if not rest:
        return first in kind.fields
    reference = kind.relation(first)
    if reference is None:
        return False
    targets = [org.object(name) for name in reference.get("referenceTo") or ()]
    return any(target is not None and rest in target.fields for target in targets)


def _searched(at: str, kind: SObject, what: str, names: tuple[str, ...]) -> Problems:
    for name in names:
        field = kind.fields.get(name)
        if field is None:
            continue
        if field.get("type") not in _SEARCHED[what]:
            yield MappingProblem(at, f"field {name} is of type {field.get('type')}", f"name fields of {what}s here")
        elif not field.get("filterable", True):
            yield MappingProblem(at, f"field {name} cannot be searched by a query", "take it out of `search`")


def _related(org: Describer, at: str, kind: SObject, entry: RelatedList) -> Problems:
    other = org.object(entry.type)
    if entry.parent:
        yield from _points(f"{at}.parent", kind, entry.parent, entry.type)
    if entry.child and other is not None:
        yield from _points(f"{at}.child", other, entry.child, kind.name)
    if entry.through:
        between = org.object(entry.through)
        if between is None:
            yield MappingProblem(f"{at}.through", f"the integration user sees no object {entry.through}", _SHOW)
            return
        yield from _points(f"{at}.near", between, entry.near, kind.name)
        yield from _points(f"{at}.far", between, entry.far, entry.type)
    order = entry.order.split(" ")[0]
    if order and other is not None and not other.fields.get(order, {}).get("sortable", order in other.fields):
        yield MappingProblem(f"{at}.order", f"field {order} {_UNSEEN}, or cannot be sorted by", _SHOW)


def _points(at: str, kind: SObject, name: str, target: str) -> Problems:
    field = kind.fields.get(name)
    if field is None:
        yield MappingProblem(at, f"field {name} of {kind.name} {_UNSEEN}", _SHOW)
    elif name != "Id" and target not in (field.get("referenceTo") or ()):
        yield MappingProblem(at, f"field {name} of {kind.name} does not point to {target}", "name the lookup that does")


# --- activities -----------------------------------------------------------------------------------------------------


def _activity(org: Describer, rest: Rest, at: str, activity: ActivityMap, mapping: CrmMapping) -> Problems:
    kind = org.object(activity.target)
    if kind is None or not kind.is_createable:
        to_do = f"give its permission set Create and Edit on {activity.target}, or correct the name"
        yield MappingProblem(f"{at}.target", f"the integration user may not create a {activity.target}", to_do)
        return
    yield from _key(at, activity, kind)
    yield from _links(at, activity, kind, mapping)
    yield from _owner(rest, at, activity, kind)
    yield from _times(at, activity)
    yield from _people(org, at, activity)
    yield from _notes(org, at, activity)
    if activity.withdraw and not kind.is_deletable:
        to_do = f"give its permission set Delete on {activity.target}, or take `withdraw` out"
        yield MappingProblem(f"{at}.withdraw", f"the integration user may not delete a {activity.target}", to_do, False)
    for name, value in activity.values.items():
        yield from _constant(f"{at}.values.{name}", kind.fields.get(name), value)
    for entry in activity.fields:
        yield from _field(f"{at}.fields.{entry.field}", activity, entry, kind.fields.get(entry.field))
    mapped = {*activity.values, *(entry.field for entry in activity.fields), *activity.link.values(), activity.key}
    for name, field in kind.fields.items():
        if is_required(field) and name not in mapped | {"OwnerId"}:
            yield MappingProblem(
                at, f"field {name} is required by Salesforce and not mapped", f"add {at}.fields.{name}"
            )


def _key(at: str, activity: ActivityMap, kind: SObject) -> Problems:
    entry = kind.fields.get(activity.key, {})
    lacking = [flag for flag in ("externalId", "unique", "createable") if not entry.get(flag)]
    if not activity.key or lacking:
        owner = "Activity" if activity.target in STANDARD else activity.target
        yield MappingProblem(
            f"{at}.key",
            f"{activity.key or 'no field'} lacks {', '.join(lacking) or 'a name'}, so one interaction could become "
            "two activities",
            f"make a custom field of {owner}, Text(64), External ID and Unique, and let the integration user edit it",
        )
    elif int(entry.get("length") or 0) < 36:
        yield MappingProblem(f"{at}.key", f"{activity.key} is too short for our key", "make it Text(64)")


def _links(at: str, activity: ActivityMap, kind: SObject, mapping: CrmMapping) -> Problems:
    for record in mapping.records.values():
        name = link_field(activity, record.type)
        if not name:
            to_do = f'write link = {{ {record.type} = "…__c" }}, or take records.{record.type} out'
            yield MappingProblem(f"{at}.link", f"{activity.target} has no link for {record.type}", to_do)
            continue
        field = kind.fields.get(name, {})
        if not field.get("createable"):
            yield MappingProblem(f"{at}.link", f"field {name} {_UNSEEN}, or may not be written", _WRITE)
        elif record.type not in (field.get("referenceTo") or ()):
            what = "Allow Activities on the object" if name == "WhatId" else "name the lookup that does"
            yield MappingProblem(f"records.{record.type}", f"a {activity.target}'s {name} cannot point to it", what)


def _notes(org: Describer, at: str, activity: ActivityMap) -> Problems:
    kinds = [org.object(name) for name in (NOTE, LINK)] if activity.noted else []
    if not all(kind is not None and kind.is_createable for kind in kinds):
        to_do = "switch on Notes (Setup, Notes Settings), and let the integration user create notes; or cut the text"
        problem = "the integration user may not create notes"
        yield from (MappingProblem(f"{at}.fields.{name}.overflow", problem, to_do) for name in activity.noted)


def _people(org: Describer, at: str, activity: ActivityMap) -> Problems:
    if not activity.together:
        return
    if activity.target not in sharing.TARGETS:
        problem = f"several people cannot stand on one {activity.target}"
        yield MappingProblem(f"{at}.people", problem, 'write a Task, or people = "each"', False)
        return
    relation = org.object(sharing.RELATION)
    if relation is None or not relation.is_createable:
        to_do = 'switch on "Allow Users to Relate Multiple Contacts to Tasks and Events", or write people = "each"'
        yield MappingProblem(f"{at}.people", "the org does not relate several contacts to a Task", to_do)


def _owner(rest: Rest, at: str, activity: ActivityMap, kind: SObject) -> Problems:
    if not activity.owner:
        return
    if "OwnerId" not in kind.fields:
        yield MappingProblem(f"{at}.owner", f"a {activity.target} has no owner of its own", "take it out")
    elif activity.owner.startswith("005"):
        try:
            rows = rest.queries("owner", [queries.user_by_id(activity.owner)])[0]
        except CrmSchemaDrift:
            rows = []
        if not rows or not rows[0].get("IsActive"):
            yield MappingProblem(f"{at}.owner", f"user {activity.owner} is unknown or inactive", "name an active user")


def _times(at: str, activity: ActivityMap) -> Problems:
    mapped = {*activity.values, *(entry.field for entry in activity.fields)}
    if activity.target == "Event" and not ("StartDateTime" in mapped and mapped & {"EndDateTime", "DurationInMinutes"}):
        problem = "an Event needs StartDateTime, and EndDateTime or DurationInMinutes"
        yield MappingProblem(at, problem, 'map them: { template = "{{ started_at }}", type = "datetime" }')


def _constant(at: str, field: Field | None, value: Any) -> Problems:
    """Constants are left out where Salesforce refuses them; only without a status an activity is not done."""
    stops = at.endswith(".Status")
    if field is None or not field.get("createable"):
        what = _UNSEEN if field is None else "may not be written by the integration user"
        yield MappingProblem(at, what, _WRITE, stops)
    elif field.get("type") == "picklist" and str(value) not in active_values(field):
        known = ", ".join(active_values(field))
        yield MappingProblem(at, f"{value!r} is no active value of the pick list", f"choose among {known}", stops)


def _field(at: str, activity: ActivityMap, entry: FieldMap, field: Field | None) -> Problems:
    stops = not entry.optional
    if field is None:
        yield MappingProblem(at, _UNSEEN, _SHOW, stops)
        return
    if not field.get("createable"):
        yield MappingProblem(at, "may not be written by the integration user", _WRITE, stops)
    elif entry.sources & activity.amend and not field.get("updateable"):
        problem = "comes from a source that may be amended, and Salesforce lets nobody change the field"
        yield MappingProblem(at, problem, "take the source out of `amend`, or the field out of the mapping", stops)
    if field.get("type") not in _TYPES[entry.type]:
        told = f"is of type {field.get('type')}, the mapping says {entry.type}"
        yield MappingProblem(f"{at}.type", told, "correct the type, or name another field", stops)
        return
    length = field.get("length") or 0
    if entry.type == "text" and length and (entry.max is None or entry.max > length):
        yield MappingProblem(f"{at}.max", f"the field takes {length} characters", f"write max = {length}")
    yield from _picked(at, entry, field)


def _picked(at: str, entry: FieldMap, field: Field) -> Problems:
    if field.get("type") not in ("picklist", "combobox") or not (field.get("picklistValues")):
        return
    known, is_restricted = active_values(field), bool(field.get("restrictedPicklist"))
    stops = is_restricted and not entry.optional
    to_do = f"choose among {', '.join(known)}"
    if is_restricted and entry.type == "text":
        yield MappingProblem(f"{at}.type", "is a restricted pick list", f'write type = "choice" and {to_do}', stops)
        return
    written = {str(choice) for choice in entry.choices.values()} if entry.type == "choice" else set()
    written |= {str(entry.otherwise)} if entry.otherwise is not None and is_restricted else set()
    for value in sorted(written - set(known)):
        yield MappingProblem(f"{at}.choices", f"{value!r} is no active value of the pick list", to_do, stops)
