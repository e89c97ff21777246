"""Columns of a row that follow an edit of the profile: never over what somebody else has written meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors import updates
from connectors.coerce import Fact
from connectors.dynamics.records import as_guid
from connectors.dynamics.schema import Schema
from connectors.dynamics.web import WebApi
from connectors.errors import CrmConflict, CrmRecordNotFound, CrmSchemaDrift
from connectors.interface import CrmRecord, RecordRef, RecordUpdate
from connectors.mapping import CrmMapping

UPDATE = "update_record"


class Updating:
    """Updates rows of one environment. Safe for many threads."""

    def __init__(self, web: WebApi, schema: Schema, mapping: CrmMapping, get: Callable[[RecordRef], CrmRecord]) -> None:
        self._web = web
        self._schema = schema
        self._mapping = mapping
        self._get = get

    def compare(self, ref: RecordRef, facts: Mapping[str, Fact], before: Mapping[str, Fact]) -> RecordUpdate:
        """The mapped columns that are not as `facts` say, and the row's ETag."""
        current = self._get(ref).ref
        record = self._mapping.records.get(current.type)
        entries = updates.touched(record.update if record else (), facts.keys())
        if not entries:
            raise CrmSchemaDrift(self._web.crm, UPDATE, code="not_mapped", detail=f"{current.type}.update")
        select = ",".join(entry.field for entry in entries)
        row = self._web.read(UPDATE, self._path(current), {"$select": select})
        found = updates.changes(entries, row, facts, before)
        return RecordUpdate(current, str(row.get("@odata.etag") or ""), found)

    def apply(self, update: RecordUpdate) -> None:
        """Only the changed columns are sent, for the row as it was read."""
        body = {change.field: change.mine for change in update.changes}
        if not body:
            return
        answer = self._web.write(UPDATE, "PATCH", self._path(update.ref), body, {"If-Match": update.version or "*"})
        if answer.status == 412:
            raise CrmConflict(self._web.crm, UPDATE, status=412, code="changed")
        if not answer.is_ok:
            raise self._web.error(UPDATE, answer)

    def _path(self, ref: RecordRef) -> str:
        row_id = as_guid(ref.id)
        if row_id is None:
            raise CrmRecordNotFound(self._web.crm, UPDATE, code="not_an_id")
        return f"{self._schema.set_name(ref.type)}({row_id})"
