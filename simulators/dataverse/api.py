"""The Web API without HTTP: one call in, one answer out. `$batch` calls it once for each of its parts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.dataverse import duplicates, metadata
from simulators.dataverse.errors import (
    DUPLICATE_ROW,
    NOT_FOUND_BY_KEY,
    UNEXPECTED,
    VERSION_MISMATCH,
    DataverseError,
    bad_request,
)
from simulators.dataverse.paths import Target, parse_target
from simulators.dataverse.query import Preferences, Reader
from simulators.dataverse.schema import Table
from simulators.dataverse.search import search
from simulators.dataverse.store import Caller, Store
from simulators.dataverse.values import Row

ORGANIZATION_ID = "5b3c1e0a-6f3d-4a57-9a44-0d6a3f0c9e21"
_UNKNOWN = re.compile(r"(Merge|QualifyLead|CloseIncident|Retrieve\w+|(Entity|Relationship)Definitions|\$metadata)\b")
BUSINESS_UNIT_ID = "8d3a7c52-19f4-4e0b-b0d6-3f1f5b7d2c10"
VERSION = "9.2.26112.190"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, signed in."""

    method: str
    path: str
    """Behind `/api/data/v9.2/`, decoded."""
    caller: Caller
    base: str
    options: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """The body. Raises 400 where it is no JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise bad_request("An error occurred while validating input parameters: invalid JSON.", UNEXPECTED)
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `body` None is 204's nothing."""

    status: int
    body: dict[str, Any] | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Api:
    """All that the simulated environment can do."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def answer(self, call: Call) -> Reply:
        """The answer to `call`. Raises DataverseError for every refusal."""
        special = self._function(call)
        if special is not None:
            return Reply(200, special)
        target = parse_target(call.path, self.store.sets)
        if call.method == "GET":
            return self._read(call, target)
        if target.rest:
            return self._references(call, target)
        return self._write(call, target)

    def _function(self, call: Call) -> dict[str, Any] | None:
        """The answer of a function or action; None where the path names rows."""
        name = call.path.rstrip("()")
        if name == "WhoAmI":
            return self._who_am_i(call)
        if name == "RetrieveVersion":
            return {"@odata.context": f"{call.base}/api/data/v9.2/$metadata", "Version": VERSION}
        if name.startswith("EntityDefinitions") and call.method == "GET":
            return metadata.answer(self.store.tables, call.path, call.options, call.base)
        if name == "searchquery" and call.method == "POST":
            return search(self.store, call.json())
        if name.startswith("RetrieveDuplicates("):
            return self._duplicates(call)
        if _UNKNOWN.match(name):
            raise DataverseError(501, "", f"This simulator does not know {call.path}.")
        return None

    def _duplicates(self, call: Call) -> dict[str, Any]:
        table = self.store.tables.get(call.options.get("@type", "").strip("'"))
        reader = self._reader(call)
        rows = duplicates.retrieve(self.store, call.options)
        assert table is not None  # or it was refused
        return {"value": [reader.row(table, row, {}) for row in rows]}

    def _who_am_i(self, call: Call) -> dict[str, Any]:
        return {
            "@odata.context": f"{call.base}/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse",
            "BusinessUnitId": BUSINESS_UNIT_ID,
            "UserId": call.caller.user_id,
            "OrganizationId": ORGANIZATION_ID,
        }

    def _reader(self, call: Call) -> Reader:
        return Reader(self.store, call.base, _preferences(call))

    def _read(self, call: Call, target: Target) -> Reply:
        reader = self._reader(call)
        if target.is_set and target.rest == "$count":
            return Reply(200, str(reader.count(target.table, call.options)))
        if target.is_set and target.rest:
            raise DataverseError(501, "", f"This simulator does not know {call.path}.")
        if target.is_set:
            return Reply(200, reader.page(target.table, call.options))
        row = self._row(target)
        if target.rest:
            return self._read_property(call, target, row)
        if call.headers.get("if-none-match") == f'W/"{row["@version"]}"':
            return Reply(304)
        return Reply(200, reader.one(target.table, row, call.options))

    def _read_property(self, call: Call, target: Target, row: Row) -> Reply:
        table, name = target.table, target.rest
        reader = self._reader(call)
        if name in table.navigation:
            column, other = table.navigation[name]
            if row.get(f"@{column.name}") != other:
                return Reply(204)
            linked = self.store.get(self.store.tables[other], row[column.property_name])
            return Reply(200, reader.one(self.store.tables[other], linked, call.options))
        if table.is_activity and name == table.parties:
            drawn = reader.row(table, row, {"$select": table.primary_id, "$expand": name})
            return Reply(200, {"value": drawn[name]})
        table.check(name)
        return Reply(200, {"@odata.context": f"{call.base}/api/data/v9.2/$metadata", "value": row[name]})

    def _references(self, call: Call, target: Target) -> Reply:
        navigation, _, mark = target.rest.partition("/")
        if mark != "$ref" or call.method not in ("DELETE", "PUT"):
            raise DataverseError(501, "", f"This simulator does not know {call.method} {call.path}.")
        value = None if call.method == "DELETE" else call.json().get("@odata.id")
        body = {f"{navigation}@odata.bind": value}
        self.store.update(target.table, self._row(target), body, call.caller)
        return Reply(204)

    def _write(self, call: Call, target: Target) -> Reply:
        if call.method == "POST" and target.is_set:
            duplicates.check(self.store, target.table, call.json(), call.headers)
            return self._created(call, target.table, self.store.create(target.table, call.json(), call.caller))
        if call.method == "DELETE" and not target.is_set:
            row = self._row(target)
            _match_version(call, row)
            self.store.delete(target.table, row[target.table.primary_id])
            return Reply(204)
        if call.method == "PATCH" and not target.is_set:
            return self._upsert(call, target)
        raise DataverseError(405, "0x80060888", "The requested resource does not support this http method.")

    def _upsert(self, call: Call, target: Target) -> Reply:
        row = self._find(target)
        if row is None:
            if "if-match" in call.headers:
                raise _missing(target)
            body = {**target.key, **call.json()}
            duplicates.check(self.store, target.table, body, call.headers)
            return self._created(
                call, target.table, self.store.create(target.table, body, call.caller, row_id=target.row_id)
            )
        if call.headers.get("if-none-match") == "*":
            raise DataverseError(412, DUPLICATE_ROW, "A record with matching key values already exists.")
        _match_version(call, row)
        self.store.update(target.table, row, call.json(), call.caller)
        return self._stored(call, target.table, row, 200)

    def _created(self, call: Call, table: Table, row: Row) -> Reply:
        return self._stored(call, table, row, 201)

    def _stored(self, call: Call, table: Table, row: Row, status: int) -> Reply:
        address = f"{call.base}/api/data/v9.2/{table.set_name}({row[table.primary_id]})"
        headers = {"OData-EntityId": address}
        if _preferences(call).representation:
            drawn = self._reader(call).one(table, row, call.options)
            return Reply(status, drawn, {**headers, "Preference-Applied": "return=representation"})
        return Reply(204, None, headers)

    def _find(self, target: Target) -> Row | None:
        if target.row_id is not None:
            return self.store.find(target.table, target.row_id)
        return self.store.find_by_key(target.table, target.key)

    def _row(self, target: Target) -> Row:
        row = self._find(target)
        if row is None:
            raise _missing(target)
        return row


def _preferences(call: Call) -> Preferences:
    return Preferences.parse(call.headers.get("prefer", ""))


def _missing(target: Target) -> DataverseError:
    if target.key:
        return DataverseError(404, NOT_FOUND_BY_KEY, "A record with the specified key values does not exist.")
    return DataverseError(404, "0x80040217", f"{target.table.name} With Id = {target.row_id} Does Not Exist")


def _match_version(call: Call, row: Row) -> None:
    wanted = call.headers.get("if-match")
    if wanted and wanted not in ("*", f'W/"{row["@version"]}"'):
        raise DataverseError(
            412,
            VERSION_MISMATCH,
            "The version of the existing record doesn't match the RowVersion property provided.",
        )
