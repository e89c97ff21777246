"""A mapping against the environment's own description of itself (P-11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.dynamics.schema import Schema
from connectors.dynamics.web import WebApi
from connectors.errors import CrmRecordNotFound, CrmSchemaDrift
from connectors.mapping import ActivityMap, CrmMapping, FieldMap, RecordType

Described = Mapping[str, Mapping[str, Any]]
"""Logical name → the column's metadata, with `MaxLength` where it has one."""
_TYPES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"String", "Memo"}),
    "date": frozenset({"DateTime"}),
    "datetime": frozenset({"DateTime"}),
    **dict.fromkeys(("int", "seconds", "minutes"), frozenset({"Integer", "BigInt", "Decimal", "Double"})),
    "choice": frozenset({"String", "Boolean", "Picklist", "Integer", "Status"}),
}
_OURS = frozenset({"activityid", "regardingobjectid", "ownerid", "statecode", "statuscode", "from", "to"})
_COLUMNS = "LogicalName,AttributeType,RequiredLevel,IsValidForCreate,IsValidForUpdate,IsValidForRead,IsSecured"


def problems(web: WebApi, schema: Schema, mapping: CrmMapping) -> tuple[str, ...]:
    """Sentences, each beginning with the mapping's key. Some metadata calls for each type."""
    tables = dict.fromkeys([*mapping.records, *(entry.target for entry in mapping.activities.values())])
    described = {name: _describe(web, name) for name in tables}
    found: list[str] = []
    for name, record in mapping.records.items():
        found += _record(record, described[name], described)
    for channel, activity in mapping.activities.items():
        found += _activity(f"activities.{channel}", activity, described[activity.target])
    return (*found, *_regarding(schema, mapping))


def _describe(web: WebApi, table: str) -> Described | None:
    path = f"EntityDefinitions(LogicalName='{table}')/Attributes"
    try:
        rows = web.read("describe", path, {"$select": _COLUMNS}).get("value", [])
    except (CrmRecordNotFound, CrmSchemaDrift):
        return None
    columns = {row["LogicalName"]: dict(row) for row in rows}
    for kind in ("String", "Memo"):
        cast = f"{path}/Microsoft.Dynamics.CRM.{kind}AttributeMetadata"
        for row in web.read("describe", cast, {"$select": "LogicalName,MaxLength"}).get("value", []):
            columns[row["LogicalName"]]["MaxLength"] = row.get("MaxLength")
    return columns


def _logical(name: str) -> str:
    return name.removeprefix("_").removesuffix("_value") if name.startswith("_") else name


def _record(
    record: RecordType, columns: Described | None, all_columns: Mapping[str, Described | None]
) -> Iterator[str]:
    at = f"records.{record.type}"
    if columns is None:
        yield f"{at}: the environment has no table of this logical name (names are in lower case)"
        return
    for name in record.fields:
        yield from _readable(f"{at}: column {name}", columns.get(_logical(name)))
    for number, entry in enumerate(record.related):
        place = f"{at}.related[{number}]"
        if entry.parent:
            yield from _readable(f"{place}.parent: column {entry.parent}", columns.get(_logical(entry.parent)))
        others = all_columns.get(entry.type)
        if entry.child and others is not None:
            yield from _readable(f"{place}.child: column {entry.child}", others.get(_logical(entry.child)))


def _readable(what: str, column: Mapping[str, Any] | None) -> Iterator[str]:
    if column is None:
        yield f"{what} does not exist"
    elif column.get("IsSecured"):
        yield f"{what} is secured: give the application user a column security profile that may read it"


def _activity(at: str, activity: ActivityMap, columns: Described | None) -> Iterator[str]:
    if columns is None:
        yield f"{at}: the environment has no table {activity.target}"
        return
    for name in activity.values:
        if not columns.get(name, {}).get("IsValidForCreate"):
            yield f"{at}.values.{name}: does not exist, or cannot be set at creation"
    for entry in activity.fields:
        yield from _field(f"{at}.fields.{entry.field}", activity, entry, columns.get(entry.field))
    mapped = {*activity.values, *(entry.field for entry in activity.fields), *_OURS}
    for name, column in columns.items():
        level = (column.get("RequiredLevel") or {}).get("Value")
        if level == "ApplicationRequired" and column.get("IsValidForCreate") and name not in mapped:
            yield f"{at}: column {name} is required by the business and not mapped"


def _field(at: str, activity: ActivityMap, entry: FieldMap, column: Mapping[str, Any] | None) -> Iterator[str]:
    if column is None:
        yield f"{at}: does not exist"
        return
    if not column.get("IsValidForCreate"):
        yield f"{at}: cannot be set at creation"
    if entry.sources & activity.amend and not column.get("IsValidForUpdate"):
        yield f"{at}: comes from a fact that may be amended, and Dynamics lets nobody change it"
    if column.get("IsSecured"):
        yield f"{at}: is secured: give the application user a column security profile that may write it"
    if column.get("AttributeType") not in _TYPES[entry.type]:
        yield f"{at}: is of type {column.get('AttributeType')}, the mapping says {entry.type}"
    length = column.get("MaxLength") or 0
    if entry.type == "text" and length and (entry.max is None or entry.max > length):
        yield f"{at}.max: the column takes {length} characters: write max = {length}"


def _regarding(schema: Schema, mapping: CrmMapping) -> Iterator[str]:
    targets = dict.fromkeys(entry.target for entry in mapping.activities.values())
    for target in targets:
        for table in mapping.records:
            try:
                schema.regarding(table, target)
            except (CrmSchemaDrift, CrmRecordNotFound):
                yield f"records.{table}: a {target} cannot be set regarding it: switch on activities for the table"
