"""Reading and writing single records: what `/sobjects/…` does, also as a part of a composite call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote

from simulators.kit.faults import Faults
from simulators.salesforce import faults as faulty
from simulators.salesforce import relations, rules
from simulators.salesforce.errors import SalesforceError, not_found
from simulators.salesforce.metadata import DuplicateRule
from simulators.salesforce.org import Org, Record
from simulators.salesforce.query import Reader
from simulators.salesforce.schema import SObject


@dataclass(frozen=True, slots=True)
class Result:
    """Status and body of one call, or of one part of a composite call."""

    status: int
    body: Any = None
    location: str = ""


@dataclass(slots=True)
class Api:
    """The API as one user sees it, in one version."""

    org: Org
    faults: Faults
    user: str
    base: str
    """`/services/data/v66.0`."""
    headers: Mapping[str, str]

    def hidden(self, kind: str) -> Sequence[str]:
        """Fields that field-level security takes away."""
        return [
            *faulty.field_names(self.faults, "field_hidden", kind),
            *self.org.metadata.fields_without(kind, "none"),
        ]

    def read_only(self, kind: str) -> Sequence[str]:
        """Fields that may be read only."""
        return [
            *faulty.field_names(self.faults, "field_read_only", kind),
            *self.org.metadata.fields_without(kind, "read"),
        ]

    def reader(self, *, with_deleted: bool = False) -> Reader:
        """For queries and searches."""
        return Reader(self.org, self.base, self.hidden, with_deleted=with_deleted)

    def sobject(self, name: str) -> SObject:
        """The type named in an address."""
        kind = self.org.metadata.find(name)
        if kind is None:
            raise not_found()
        return kind

    def create(self, name: str, body: Any) -> Result:
        """POST /sobjects/X."""
        kind = self.sobject(name)
        values = self._checked(kind, body, None)
        self._duplicates(kind, values)
        rules.check_unique(self.org, kind, values, None)
        if kind.name == relations.KIND:
            relations.begin(self.org, values)
        record = self.org.insert(kind, values, self.user)
        location = f"{self.base}/sobjects/{kind.name}/{record['Id']}"
        return Result(201, {"id": record["Id"], "success": True, "errors": []}, location)

    def read(self, name: str, record_id: str, fields: str = "") -> Result:
        """GET /sobjects/X/ID."""
        kind = self.sobject(name)
        return Result(200, self._shown(kind, self.org.live(kind, record_id), fields))

    def update(self, name: str, record_id: str, body: Any) -> Result:
        """PATCH /sobjects/X/ID."""
        kind = self.sobject(name)
        record = self.org.live(kind, record_id)
        self._unmodified(record)
        self.org.change(kind, record, self._checked(kind, body, record), self.user)
        return Result(204)

    def _unmodified(self, record: Record) -> None:
        """412 where the record was changed after the time in `If-Unmodified-Since`, which knows seconds only."""
        since = self.headers.get("If-Unmodified-Since")
        if since and datetime.fromisoformat(record["LastModifiedDate"]) > parsedate_to_datetime(since):
            raise SalesforceError("PRECONDITION_FAILED", "The record has been modified since.", status=412)

    def delete(self, name: str, record_id: str) -> Result:
        """DELETE /sobjects/X/ID."""
        kind = self._deletable(name)
        record = self.org.live(kind, record_id)
        self.org.delete(record)
        if kind.name in relations.ENDING:
            relations.end(self.org, kind.name, record)
        return Result(204)

    def read_by(self, name: str, field: str, value: str, fields: str = "") -> Result:
        """GET /sobjects/X/FIELD/VALUE."""
        kind, found = self._by_key(name, field, value)
        if len(found) != 1:
            return self._not_one(kind, found)
        return Result(200, self._shown(kind, found[0], fields))

    def upsert(self, name: str, field: str, value: str, body: Any, *, update_only: bool = False) -> Result:
        """PATCH /sobjects/X/FIELD/VALUE: 201 new, 200 changed, 300 several, 404 with updateOnly and none."""
        kind, found = self._by_key(name, field, value)
        if len(found) > 1 or (not found and update_only):
            return self._not_one(kind, found)
        if found:
            self.org.change(kind, found[0], self._checked(kind, body, found[0]), self.user)
            return Result(200, {"id": found[0]["Id"], "success": True, "errors": [], "created": False})
        made = self.create(name, body if field == "Id" else {**body, field: unquote(value)})
        return Result(201, {**made.body, "created": True}, made.location)

    def delete_by(self, name: str, field: str, value: str) -> Result:
        """DELETE /sobjects/X/FIELD/VALUE."""
        self._deletable(name)
        kind, found = self._by_key(name, field, value)
        if len(found) != 1:
            return self._not_one(kind, found)
        self.org.delete(found[0])
        return Result(204)

    def _by_key(self, name: str, field: str, value: str) -> tuple[SObject, Sequence[Record]]:
        kind = self.sobject(name)
        entry = kind.find(field)
        if entry is None or not entry.has("i") or entry.name in self.hidden(kind.name):
            raise not_found("Provided external ID field does not exist or is not accessible: " + field)
        return kind, self.org.matching(kind, entry.name, unquote(value))

    def _not_one(self, kind: SObject, found: Sequence[Record]) -> Result:
        if not found:
            raise not_found()
        return Result(300, [f"{self.base}/sobjects/{kind.name}/{record['Id']}" for record in found])

    def _shown(self, kind: SObject, record: Record, fields: str) -> Record:
        reader = self.reader()
        visible = [name for name in kind.fields if name not in self.hidden(kind.name)]
        names = [name.strip() for name in fields.split(",") if name.strip()] or visible
        for name in names:
            reader.field(kind, name)
        return reader.show(kind, record, names)

    def _deletable(self, name: str) -> SObject:
        kind = self.sobject(name)
        if not self.org.metadata.may_delete(kind):
            message = "insufficient access rights on object id"
            raise SalesforceError("INSUFFICIENT_ACCESS_OR_READONLY", message, status=403, fields=[])
        return kind

    def _checked(self, kind: SObject, body: Any, existing: Record | None) -> dict[str, Any]:
        if not self.org.metadata.may_write(kind):
            message = "insufficient access rights on object id"
            raise SalesforceError("INSUFFICIENT_ACCESS_OR_READONLY", message, status=403, fields=[])
        hidden, read_only = self.hidden(kind.name), self.read_only(kind.name)
        values = rules.checked(self.org, kind, body, existing=existing, hidden=hidden, read_only=read_only)
        if existing is not None:
            rules.check_unique(self.org, kind, values, existing)
        return values

    def _duplicates(self, kind: SObject, values: Mapping[str, Any]) -> None:
        """Before the database looks at unique fields: the rules may find what an earlier attempt has created."""
        rule = self.org.metadata.duplicates.get(kind.name) or self._armed_rule()
        if rule is None:
            return
        given = [name for name in rule.fields if values.get(name)]
        found = {row["Id"]: row for name in given for row in self.org.matching(kind, name, str(values[name]))}
        asked = "allowsave=true" in self.headers.get("Sforce-Duplicate-Rule-Header", "").lower().replace(" ", "")
        if found and not (rule.may_save and asked):
            raise rules.duplicates(kind, [*found.values()], self.base, may_save=rule.may_save)

    def _armed_rule(self) -> DuplicateRule | None:
        fault = next((f for f in self.faults.armed() if f["fault"] == "duplicate_rule"), None)
        return DuplicateRule(("Email",), bool(fault.get("may_save", True))) if fault else None


def safely(work: Any) -> Result:
    """The result of `work`, a refusal as its status and body."""
    try:
        result: Result = work()
    except SalesforceError as error:
        return Result(error.status, error.body())
    return result
