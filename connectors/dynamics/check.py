"""A mapping against the environment's own description of itself (P-11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.dynamics.check_forms import form_problems, update_problems
from connectors.dynamics.describe import Column, Describer, TableInfo, is_required, logical
from connectors.dynamics.notes import NOTE
from connectors.dynamics.schema import Schema
from connectors.dynamics.sharing import TARGETS
from connectors.dynamics.web import WebApi
from connectors.errors import CrmForbidden, CrmRecordNotFound, CrmSchemaDrift
from connectors.interface import MappingProblem
from connectors.mapping import ActivityMap, CrmMapping, FieldMap, RecordType
from connectors.problems import date_problems, distinct

_TYPES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"String", "Memo"}),
    "date": frozenset({"DateTime"}),
    "datetime": frozenset({"DateTime"}),
    **dict.fromkeys(("int", "seconds", "minutes"), frozenset({"Integer", "BigInt", "Decimal", "Double"})),
    "number": frozenset({"Decimal", "Double", "Money"}),
    "choice": frozenset({"String", "Boolean", "Picklist", "Integer", "Status"}),
}
_CHOICES: Mapping[str, type] = {"Boolean": bool, "Picklist": int, "Integer": int, "Status": int, "String": str}
_WORDS = {bool: "true or false", int: "whole numbers, the options' values", str: "texts"}
_OURS = frozenset({"activityid", "regardingobjectid", "ownerid", "statecode", "statuscode", "from", "to"})
_DATES = frozenset({"DateTime"})
_SEARCHED = frozenset({"String", "Memo"})
COMPLETED = 1
_NAME = "correct the logical name, which is in lower case, or add the column"
_SECURED = "make sure that a column security profile lets the application user do that"

Problems = Iterator[MappingProblem]


def problems(web: WebApi, schema: Schema, mapping: CrmMapping) -> tuple[MappingProblem, ...]:
    """Everything that does not fit. Some metadata calls for each type."""
    env = Describer(web)
    found: list[MappingProblem] = []
    for record in mapping.records.values():
        found += _record(env, record)
        found += [*form_problems(env, record), *update_problems(env, record)]
    for channel, activity in mapping.activities.items():
        found += _activity(env, web, f"activities.{channel}", activity)
    return distinct([*found, *_regarding(env, schema, mapping)], mapping)


# --- records --------------------------------------------------------------------------------------------------------


def _record(env: Describer, record: RecordType) -> Problems:
    at = f"records.{record.type}"
    table = env.table(record.type)
    if table is None:
        to_do = "correct the name: logical names are in lower case"
        yield MappingProblem(at, f"the environment has no table {record.type}", to_do)
        return
    for name in record.fields:
        yield from _readable(at, name, table)
    for what, names in (("phone", record.phone), ("email", record.email), ("name", record.name)):
        for name in names:
            column = table.columns.get(logical(name))
            if column is not None and column.get("AttributeType") not in _SEARCHED:
                kind = column.get("AttributeType")
                yield MappingProblem(f"{at}.search.{what}", f"column {name} is of type {kind}", "name columns of text")
    dates = {name: table.columns[logical(name)] for name in record.fields if logical(name) in table.columns}
    yield from date_problems(record, {name: one.get("AttributeType") in _DATES for name, one in dates.items()})
    for number, entry in enumerate(record.related):
        place, other = f"{at}.related[{number}]", env.table(entry.type)
        if entry.parent:
            yield from _readable(f"{place}.parent", entry.parent, table)
        if entry.child and other is not None:
            yield from _readable(f"{place}.child", entry.child, other)
        if entry.order and other is not None:
            yield from _readable(f"{place}.order", entry.order.split(" ")[0], other)
    if customer := record.options.get("customer"):
        yield from _readable(f"{at}.customer", customer, table)


def _readable(at: str, name: str, table: TableInfo) -> Problems:
    column = table.columns.get(logical(name))
    if column is None:
        yield MappingProblem(at, f"{table.name} has no column {name}", _NAME)
    elif column.get("IsSecured"):
        yield MappingProblem(at, f"column {name} is secured", _SECURED, stops=False)


# --- activities -----------------------------------------------------------------------------------------------------


def _activity(env: Describer, web: WebApi, at: str, activity: ActivityMap) -> Problems:
    table = env.table(activity.target)
    if table is None or not table.is_activity:
        what = "no table" if table is None else "a table that is no activity,"
        to_do = "write phonecall, task, email, or the logical name of a custom activity"
        yield MappingProblem(f"{at}.target", f"the environment has {what} {activity.target}", to_do)
        return
    for name, value in activity.values.items():
        yield from _constant(f"{at}.values.{name}", table.columns.get(name), value)
    for entry in activity.fields:
        yield from _field(f"{at}.fields.{entry.field}", activity, entry, table.columns.get(entry.field))
    mapped = {*activity.values, *(entry.field for entry in activity.fields), *_OURS}
    for name, column in table.columns.items():
        if is_required(column) and name not in mapped:
            problem = f"column {name} is required by the business and not mapped"
            yield MappingProblem(at, problem, f"add {at}.fields.{name}")
    yield from _statuses(at, activity, table)
    yield from _notes(env, at, activity, table)
    if activity.together and activity.target not in TARGETS:
        problem = f"several people cannot be parties of one {activity.target}"
        yield MappingProblem(f"{at}.people", problem, 'write phonecall or email, or people = "each"', False)
    yield from _owner(web, at, activity)


def _notes(env: Describer, at: str, activity: ActivityMap, table: TableInfo) -> Problems:
    if not activity.noted or (table.has_notes and env.table(NOTE) is not None):
        return
    problem, to_do = f"a {table.name} has no notes", f"switch on notes for {table.name}, or cut the text"
    if table.has_notes:
        problem = "the application user sees no notes"
        to_do = "let the application user read, create and write notes (annotation), or cut the text"
    yield from (MappingProblem(f"{at}.fields.{name}.overflow", problem, to_do) for name in activity.noted)


def _constant(at: str, column: Column | None, value: Any) -> Problems:
    if column is None or not column.get("IsValidForCreate"):
        yield MappingProblem(at, "does not exist, or cannot be set at creation", "take it out of `values`")
    else:
        yield from _chosen(at, column, [value], stops=True)


def _field(at: str, activity: ActivityMap, entry: FieldMap, column: Column | None) -> Problems:
    stops = not entry.optional
    if column is None:
        yield MappingProblem(at, "does not exist", _NAME, stops)
        return
    if not column.get("IsValidForCreate"):
        yield MappingProblem(at, "cannot be set at creation", "take it out of the mapping", stops)
    if entry.sources & activity.amend and not column.get("IsValidForUpdate"):
        problem = "comes from a source that may be amended, and Dynamics lets nobody change the column"
        yield MappingProblem(at, problem, "take the source out of `amend`, or the column out of the mapping", stops)
    if column.get("IsSecured"):
        yield MappingProblem(at, "is secured", _SECURED, stops=False)
    if column.get("AttributeType") not in _TYPES[entry.type]:
        told = f"is of type {column.get('AttributeType')}, the mapping says {entry.type}"
        yield MappingProblem(f"{at}.type", told, "correct the type, or name another column", stops)
        return
    length = column.get("MaxLength") or 0
    if entry.type == "text" and length and (entry.max is None or entry.max > length):
        yield MappingProblem(f"{at}.max", f"the column takes {length} characters", f"write max = {length}")
    if entry.type == "choice":
        written = [*entry.choices.values(), *([entry.otherwise] if entry.otherwise is not None else [])]
        yield from _chosen(f"{at}.choices", column, written, stops)


def _chosen(at: str, column: Column, values: list[Any], stops: bool) -> Problems:
    wanted = _CHOICES.get(str(column.get("AttributeType")))
    odd = [value for value in values if wanted is not None and type(value) is not wanted]
    if odd and wanted is not None:
        told = f"{column.get('AttributeType')} takes {_WORDS[wanted]}, not {odd[0]!r}"
        yield MappingProblem(at, told, "correct the values", stops)
        return
    options: Mapping[int, str] = column.get("Options") or {}
    known = ", ".join(f"{value} ({label})" for value, label in options.items())
    for value in values if options else ():
        if value not in options:
            yield MappingProblem(at, f"{value!r} is no option of the column", f"choose among {known}", stops)


def _statuses(at: str, activity: ActivityMap, table: TableInfo) -> Problems:
    states: Mapping[int, int] = table.columns.get("statuscode", {}).get("States") or {}
    for name in ("completed", "completed_inbound"):
        told = activity.options.get(name)
        if told and states and states.get(int(told) if told.isdigit() else -1) != COMPLETED:
            known = ", ".join(str(status) for status, state in states.items() if state == COMPLETED)
            yield MappingProblem(f"{at}.{name}", f"{told} is no status of completed rows", f"choose among {known}")


def _owner(web: WebApi, at: str, activity: ActivityMap) -> Problems:
    if not activity.owner:
        return
    try:
        row = web.read("owner", f"systemusers({activity.owner})", {"$select": "isdisabled"})
    except CrmForbidden:
        return  # we may not read users; the CRM says at the first activity whether it takes this one
    except (CrmRecordNotFound, CrmSchemaDrift):
        row = {"isdisabled": True}
    if row.get("isdisabled"):
        yield MappingProblem(f"{at}.owner", f"user {activity.owner} is unknown or disabled", "name an enabled user")


def _regarding(env: Describer, schema: Schema, mapping: CrmMapping) -> Problems:
    targets = dict.fromkeys(entry.target for entry in mapping.activities.values())
    for target in [name for name in targets if env.table(name) is not None]:
        for table in [name for name in mapping.records if env.table(name) is not None]:
            try:
                schema.regarding(table, target)
            except (CrmSchemaDrift, CrmRecordNotFound):
                problem = f"a {target} cannot be set regarding it"
                yield MappingProblem(f"records.{table}", problem, "switch on activities for the table, or take it out")
