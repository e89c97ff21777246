"""What the org refuses to write, in the order and the words in which it refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from simulators.salesforce import ids, record_types
from simulators.salesforce.errors import SalesforceError, no_such_column, not_writable
from simulators.salesforce.org import Org, Record
from simulators.salesforce.schema import Field, SObject

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


def checked(
    org: Org,
    kind: SObject,
    body: Any,
    *,
    existing: Record | None = None,
    hidden: Sequence[str] = (),
    read_only: Sequence[str] = (),
) -> dict[str, Any]:
    """The values of `body` as they may be stored. Raises the error that Salesforce answers."""
    if not isinstance(body, Mapping):
        raise SalesforceError(
            "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body."
        )
    values: dict[str, Any] = {}
    for name, value in body.items():
        if name == "attributes":
            continue
        entry = _writable(kind, name, is_new=existing is None, hidden=hidden, read_only=read_only)
        values[entry.name] = _typed(entry, None if value == "" else value)
    if existing is None:
        _required(kind, values)
    for name, value in values.items():
        _fits(org, kind, kind.fields[name], value)
    whole = {**(existing or {}), **values}
    record_types.check(kind, org.metadata.types_of(kind.name), whole)
    if kind.name in ("Task", "Event"):
        _activity(whole, org)
    if kind.name == "Event":
        _event(values, whole)
    org.metadata.check_rules(kind, whole)
    return values


def _writable(kind: SObject, name: str, *, is_new: bool, hidden: Sequence[str], read_only: Sequence[str]) -> Field:
    entry = kind.find(name)
    if entry is None or entry.name in hidden:
        raise no_such_column(name, kind.name)
    if not entry.has("c" if is_new else "u") or entry.name in read_only:
        raise not_writable(entry.name)
    return entry


def _typed(entry: Field, value: Any) -> Any:
    if value is None:
        return False if entry.type == "boolean" else None
    if entry.type == "boolean" and not isinstance(value, bool):
        raise _unreadable("boolean", value)
    if entry.type == "int":
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            raise _unreadable("int", value)
        return int(value)
    if entry.type == "currency" and not isinstance(value, int | float):
        raise _unreadable("double", value)
    if entry.type in ("date", "datetime"):
        return _time(entry.type, value)
    if entry.type not in ("boolean", "currency") and not isinstance(value, str):
        return str(value)
    return value


def _time(kind: str, value: Any) -> str:
    pattern = _DATE if kind == "date" else _DATETIME
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _unreadable(kind, value)
    return value if kind == "date" else re.sub(r"(Z|\+00:?00)$", "+0000", value)


def _unreadable(kind: str, value: Any) -> SalesforceError:
    shape = "VALUE_STRING" if isinstance(value, str) else "VALUE_NUMBER_INT"
    message = (
        f"Cannot deserialize instance of {kind} from {shape} value {value} or request may be missing a required field"
    )
    return SalesforceError("JSON_PARSER_ERROR", f"{message} at [line:1, column:2]")


def _required(kind: SObject, values: Mapping[str, Any]) -> None:
    missing = [entry.name for entry in kind.fields.values() if entry.is_required and not values.get(entry.name)]
    if kind.name == "Account" and values.get("LastName"):
        missing.remove("Name")
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise SalesforceError("REQUIRED_FIELD_MISSING", message, fields=missing)


def _fits(org: Org, kind: SObject, entry: Field, value: Any) -> None:
    if value is None:
        return
    if entry.length and isinstance(value, str) and len(value.encode("utf-16-le")) // 2 > entry.length:
        message = f"{entry.name}: data value too large: {value} (max length={entry.length})"
        raise SalesforceError("STRING_TOO_LONG", message, fields=[entry.name])
    if entry.has("r") and value not in entry.values:
        message = f"{entry.name}: bad value for restricted picklist field: {value}"
        raise SalesforceError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, fields=[entry.name])
    if entry.type == "email" and "@" not in value:
        message = f"{entry.name}: invalid email address: {value}"
        raise SalesforceError("INVALID_EMAIL_ADDRESS", message, fields=[entry.name])
    if entry.type == "reference" and entry is not record_types.FIELD:
        _reference(org, kind, entry, value)


def _reference(org: Org, kind: SObject, entry: Field, value: str) -> None:
    if not ids.is_id(value):
        message = f"{_LABELS.get(entry.name, entry.name)}: id value of incorrect type: {value}"
        raise SalesforceError("MALFORMED_ID", message, fields=[entry.name])
    target = org.type_of(value)
    if target and target not in entry.refers:
        message = f"{_LABELS.get(entry.name, entry.name)}: id value of incorrect type: {value}"
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", message, fields=[entry.name])
    record = org.any_record(value, target)
    if not record:
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=[])
    if record.get("IsDeleted"):
        raise SalesforceError("ENTITY_IS_DELETED", "entity is deleted", fields=[])
    if entry.name == "OwnerId" and not record["IsActive"]:
        message = f"operation performed with inactive user [{value}] as owner of {kind.label.lower()}"
        raise SalesforceError("INACTIVE_OWNER_OR_USER", message, fields=[])


_LABELS = {"WhoId": "Name ID", "WhatId": "Related To ID", "OwnerId": "Owner ID"}


def _event(values: dict[str, Any], event: Mapping[str, Any]) -> None:
    """An event has a beginning, and an end or a duration; the other of the two follows."""
    start, end, minutes = event.get("StartDateTime"), event.get("EndDateTime"), event.get("DurationInMinutes")
    if not start or (not end and minutes is None):
        missing = ["StartDateTime"] if not start else ["EndDateTime", "DurationInMinutes"]
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise SalesforceError("REQUIRED_FIELD_MISSING", message, fields=missing)
    begin = datetime.fromisoformat(start)
    if not end:
        values["EndDateTime"] = (begin + timedelta(minutes=minutes or 0)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        return
    length = datetime.fromisoformat(end) - begin
    if length < timedelta():
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", "Event duration can't be negative", fields=["EndDateTime"])
    values["DurationInMinutes"] = int(length.total_seconds() // 60)


def _activity(task: Mapping[str, Any], org: Org) -> None:
    who, what = task.get("WhoId"), task.get("WhatId")
    if not who or not str(who).startswith("00Q"):
        return
    if org.any_record(who, "Lead").get("IsConverted"):
        raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", fields=[])
    if what:
        message = "Related To ID: Leads cannot be related to another record through Related To: "
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", f"{message}{what}", fields=["WhatId"])


def check_unique(org: Org, kind: SObject, values: Mapping[str, Any], existing: Record | None) -> None:
    """Raises DUPLICATE_VALUE: the last of all refusals, because the database says it."""
    for name, value in values.items():
        if not kind.fields[name].has("q") or value is None:
            continue
        for other in org.holding(kind, name, str(value)):
            if other is not existing:
                message = f"duplicate value found: {name} duplicates value on record with id: {other['Id'][:15]}"
                raise SalesforceError("DUPLICATE_VALUE", message, fields=[])


def duplicates(kind: SObject, found: Sequence[Record], base: str, *, may_save: bool) -> SalesforceError:
    """DUPLICATES_DETECTED with its misspelt key, as the REST API sends it."""
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {
                "attributes": {"type": kind.name, "url": f"{base}/sobjects/{kind.name}/{record['Id']}"},
                "Id": record["Id"],
            },
        }
        for record in found
    ]
    message = "Es sieht so aus, als ob dieser Datensatz bereits vorhanden ist."
    match = {
        "entityType": kind.name,
        "errors": [],
        "matchEngine": "ExactMatchEngine",
        "matchRecords": records,
        "rule": f"{kind.name}_Matching_Rule",
        "size": len(records),
        "success": True,
    }
    result = {
        "allowSave": may_save,
        "duplicateRule": f"{kind.name}_Duplicate_Rule",
        "duplicateRuleEntityType": kind.name,
        "errorMessage": message,
        "matchResults": [match],
    }
    return SalesforceError("DUPLICATES_DETECTED", message, extra={"duplicateResut": result})
