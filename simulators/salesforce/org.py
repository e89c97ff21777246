"""What the org holds, and how records come and go."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from simulators.salesforce import ids
from simulators.salesforce.errors import is_deleted, not_found
from simulators.salesforce.metadata import Metadata
from simulators.salesforce.schema import SOBJECTS, Field, SObject

Record = dict[str, Any]
DAILY_LIMIT = 15000
CLOSED = {"Case": ("Closed",), "Opportunity": ("Closed Won", "Closed Lost"), "Task": ("Completed",)}


@dataclass(slots=True)
class Index:
    """Values of a unique field and whose they are; records are only ever added behind those that it knows."""

    known: dict[str, list[Record]] = field(default_factory=dict)
    count: int = 0
    rows: dict[str, Record] = field(default_factory=dict)

    def those(self, rows: dict[str, Record], name: str, value: str) -> Sequence[Record]:
        """The records whose field says `value`."""
        if rows is not self.rows or len(rows) < self.count:
            self.rows, self.known, self.count = rows, {}, 0
        for row in islice(reversed(rows.values()), len(rows) - self.count):
            self.known.setdefault(str(row.get(name) or "").lower(), []).append(row)
        self.count = len(rows)
        return [row for row in self.known.get(value, ()) if str(row.get(name) or "").lower() == value]


@dataclass(slots=True)
class Org:
    """One org. Only the event loop's thread touches it."""

    client_id: str = "simulated-consumer-key"
    client_secret: str = "simulated-consumer-secret"
    jwt_public_key: str = ""
    """PEM; where it is set, a JWT's signature is checked too."""
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {name: {} for name in SOBJECTS})
    sessions: dict[str, str] = field(default_factory=dict)
    """Access token → user id."""
    metadata: Metadata = field(default_factory=Metadata)
    integration_user: str = ""
    org_id: str = ids.to_18("00D5g000000sim0")
    requests_used: int = 24
    cursors: dict[str, tuple[list[Record], str]] = field(default_factory=dict)
    sign_ins: int = 0
    _counters: dict[str, int] = field(default_factory=dict)
    _made: dict[str, float] = field(default_factory=dict)
    _indexes: dict[tuple[str, str], Index] = field(default_factory=dict)

    def new_session(self, user: str) -> str:
        """A fresh access token for `user`."""
        token = f"{self.org_id[:15]}!{secrets.token_urlsafe(24)}"
        self.sessions[token] = user
        self.sign_ins += 1
        return token

    def age(self, record_id: str) -> float:
        """Seconds since the record was created."""
        return time.monotonic() - self._made.get(record_id, 0.0)

    def insert(self, kind: SObject, values: Mapping[str, Any], user: str | None = None) -> Record:
        """The new record, with defaults and what the org derives."""
        number = self._counters[kind.name] = self._counters.get(kind.name, 0) + 1
        now, by = timestamp(), user or self.integration_user
        record: Record = {name: _default(entry) for name, entry in kind.fields.items()}
        record["Id"] = ids.new_id(kind.prefix, number)
        record.update({name: now for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp") if name in record})
        record.update({name: by for name in ("CreatedById", "LastModifiedById", "OwnerId") if name in record})
        if kind.name == "ContentNote":
            record["FileType"] = "SNOTE"
        if kind.name == "Case":
            record["CaseNumber"] = f"{1000 + number:08d}"
        record.update(values)
        self.records.setdefault(kind.name, {})[record["Id"]] = record
        self._made[record["Id"]] = time.monotonic()
        self.derive(kind, record)
        return record

    def change(self, kind: SObject, record: Record, values: Mapping[str, Any], user: str | None = None) -> None:
        """The record says `values` from now on."""
        self._indexes = {
            key: index for key, index in self._indexes.items() if key[0] != kind.name or key[1] not in values
        }
        record.update(values)
        record["LastModifiedDate"] = record["SystemModstamp"] = timestamp()
        record["LastModifiedById"] = user or self.integration_user
        self.derive(kind, record)

    def derive(self, kind: SObject, record: Record) -> None:
        """Fields that the org computes."""
        if {"FirstName", "LastName"} <= set(record) and (kind.name != "Account" or record["IsPersonAccount"]):
            record["Name"] = " ".join(filter(None, [record["FirstName"], record["LastName"]]))
        if kind.name in CLOSED:
            record["IsClosed"] = (
                record.get("Status" if kind.name != "Opportunity" else "StageName") in CLOSED[kind.name]
            )
        if kind.name in ("Task", "Event"):
            record["AccountId"] = self._account_of(record)
        if kind.name == "Task":
            record["IsHighPriority"] = record["Priority"] == "High"
            if record["IsClosed"] and not record["CompletedDateTime"]:
                record["CompletedDateTime"] = timestamp()
        if kind.name == "Case" and record["ContactId"] and not record["AccountId"]:
            record["AccountId"] = self.any_record(record["ContactId"], "Contact").get("AccountId")

    def _account_of(self, task: Record) -> str | None:
        what, who = task["WhatId"], task["WhoId"]
        if what:
            if what.startswith("001"):
                return str(what)
            found = self.any_record(what, self.type_of(what)).get("AccountId")
            if found:
                return str(found)
        return self.any_record(who, "Contact").get("AccountId") if who and who.startswith("003") else None

    def delete(self, record: Record, master: str | None = None) -> None:
        """Into the recycle bin; with `master`, merged into that record."""
        record["IsDeleted"] = True
        if "MasterRecordId" in record:
            record["MasterRecordId"] = master

    def type_of(self, record_id: str) -> str:
        """The object type by its key prefix; empty for an unknown one."""
        return next((kind.name for kind in self.metadata.sobjects.values() if kind.prefix == record_id[:3]), "")

    def any_record(self, record_id: str | None, kind: str) -> Record:
        """The record, deleted or not; empty where there is none."""
        if not record_id or kind not in self.records:
            return {}
        return self.records[kind].get(ids.to_18(record_id), {})

    def live(self, kind: SObject, record_id: str) -> Record:
        """The record. Raises what Salesforce answers for a deleted or unknown one."""
        record = self.any_record(record_id, kind.name) if ids.is_id(record_id) else {}
        if not record:
            raise not_found(
                "Provided external ID field does not exist or is not accessible"
                if not ids.is_id(record_id)
                else "The requested resource does not exist"
            )
        if record.get("IsDeleted"):
            raise is_deleted()
        return record

    def rows(self, kind: SObject, *, with_deleted: bool = False) -> Iterator[Record]:
        """The type's records in the order of their creation."""
        return (row for row in self.records.get(kind.name, {}).values() if with_deleted or not row.get("IsDeleted"))

    def holding(self, kind: SObject, name: str, value: str) -> Sequence[Record]:
        """As `matching`, for a field that is unique: looked up, not looked for."""
        rows = self.records.get(kind.name, {})
        index = self._indexes.setdefault((kind.name, name), Index())
        return [row for row in index.those(rows, name, value.lower()) if not row.get("IsDeleted")]

    def matching(self, kind: SObject, name: str, value: str) -> Sequence[Record]:
        """Live records whose `name` is `value`, without regard to case."""
        return [row for row in self.rows(kind) if str(row.get(name) or "").lower() == value.lower()]


def timestamp() -> str:
    """Now, as Salesforce writes it."""
    now = datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}+0000"


def _default(entry: Field) -> Any:
    if entry.name == "UserType":
        return "Standard"
    if entry.type == "boolean":
        return entry.name == "IsActive"
    if entry.has("d") and entry.type == "picklist" and entry.values:
        return {"Priority": "Normal"}.get(entry.name, entry.values[0])
    return None
