"""Record types of the org's objects: which there are, which values their pick lists have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.salesforce.errors import SalesforceError, not_found
from simulators.salesforce.ids import new_id
from simulators.salesforce.schema import Field, SObject, parse_field

MASTER = "012000000000000AAA"
FIELD = parse_field("RecordTypeId reference flags=cun to=RecordType as=RecordType")
"""Objects with record types have it, others do not."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """One of an object's. A pick list that is not named has all of its values."""

    object: str
    name: str
    id: str
    picklists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    is_default: bool = False
    """For the integration user."""
    is_available: bool = True

    def values(self, entry: Field) -> tuple[str, ...]:
        """What the pick list has in records of this type."""
        return self.picklists.get(entry.name, entry.values)


Types = Iterable[RecordType]


def read(wanted: Mapping[str, Any], number: int) -> RecordType:
    """A record type as it came by `POST /_simulator/metadata`."""
    return RecordType(
        object=str(wanted["object"]),
        name=str(wanted["record_type"]),
        id=new_id("012", number),
        picklists={name: tuple(map(str, values)) for name, values in wanted.get("picklists", {}).items()},
        defaults={name: str(value) for name, value in wanted.get("defaults", {}).items()},
        is_default=bool(wanted.get("default")),
        is_available=bool(wanted.get("available", True)),
    )


def infos(types: Types) -> list[dict[str, Any]]:
    """`recordTypeInfos` of a describe."""
    types = list(types)
    has_default = any(one.is_default for one in types)
    return [
        *(_info(one.name, one.id, is_default=one.is_default, is_available=one.is_available) for one in types),
        _info("Master", MASTER, is_default=not has_default, is_available=True),
    ]


def _info(name: str, id_: str, *, is_default: bool, is_available: bool) -> dict[str, Any]:
    return {
        "active": True,
        "available": is_available,
        "defaultRecordTypeMapping": is_default,
        "developerName": name.replace(" ", "_"),
        "master": id_ == MASTER,
        "name": name,
        "recordTypeId": id_,
    }


def picklist_values(kind: SObject, types: Types, record_type_id: str, hidden: Iterable[str], base: str) -> Any:
    """`/ui-api/object-info/X/picklist-values/ID`. Raises 404 for an unknown record type."""
    found = _of(types, record_type_id)
    if found is None and record_type_id[:15] != MASTER[:15]:
        raise not_found()
    one = found or RecordType(kind.name, "Master", MASTER)
    path = f"{base}/ui-api/object-info/{kind.name}/picklist-values/{one.id}"
    lists = [entry for entry in kind.fields.values() if entry.type == "picklist" and entry.name not in set(hidden)]
    return {
        "eTag": "9ba38ab0bb0eab1d0c5f0dfb1d2d1c9a",
        "picklistFieldValues": {
            entry.name: {
                "controllerValues": {},
                "defaultValue": _value(one.defaults[entry.name]) if entry.name in one.defaults else None,
                "eTag": "9ba38ab0bb0eab1d0c5f0dfb1d2d1c9a",
                "url": f"{path}/{entry.name}",
                "values": [_value(value) for value in one.values(entry)],
            }
            for entry in lists
        },
    }


def _value(value: str) -> dict[str, Any]:
    return {"attributes": None, "label": value, "validFor": [], "value": value}


def check(kind: SObject, types: Types, values: Mapping[str, Any]) -> None:
    """Raises where the record type is not the user's, or a restricted pick list has no such value in it."""
    types = [one for one in types if one.object == kind.name]
    wanted = values.get(FIELD.name)
    found = _of(types, str(wanted)) if wanted else next((one for one in types if one.is_default), None)
    if wanted and (found is None or not found.is_available):
        message = f"Record Type ID: this ID value isn't valid for the user: {wanted}"
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", message, fields=[FIELD.name])
    for name, value in values.items() if found else ():
        entry = kind.fields.get(name)
        if found and entry and entry.has("r") and value is not None and value not in found.values(entry):
            message = f"{name}: bad value for restricted picklist field: {value}"
            raise SalesforceError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, fields=[name])


def _of(types: Types, record_type_id: str) -> RecordType | None:
    return next((one for one in types if one.id[:15] == record_type_id[:15]), None)
