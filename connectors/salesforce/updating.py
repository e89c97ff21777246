"""Fields of a record that follow an edit of the profile: never over what somebody else has written meanwhile."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from connectors import updates
from connectors.coerce import Fact
from connectors.errors import CrmConflict, CrmSchemaDrift
from connectors.interface import RecordRef, RecordUpdate
from connectors.mapping import CrmMapping
from connectors.salesforce.errors import error_of, refusal_of
from connectors.salesforce.records import Records
from connectors.salesforce.rest import Rest

UPDATE = "update_record"


class Updating:
    """Updates records of one org. Safe for many threads."""

    def __init__(self, rest: Rest, mapping: CrmMapping, records: Records) -> None:
        self._rest = rest
        self._mapping = mapping
        self._records = records

    def compare(self, ref: RecordRef, facts: Mapping[str, Fact], before: Mapping[str, Fact]) -> RecordUpdate:
        """The mapped fields that are not as `facts` say, and when the record was last changed."""
        current = self._records.get(ref).ref
        record = self._mapping.records.get(current.type)
        entries = updates.touched(record.update if record else (), facts.keys())
        if not entries:
            raise CrmSchemaDrift(self._rest.crm, UPDATE, code="not_mapped", detail=f"{current.type}.update")
        fields = ",".join(["LastModifiedDate", *(entry.field for entry in entries)])
        row = self._rest.get(UPDATE, f"sobjects/{current.type}/{current.id}", {"fields": fields})
        found = updates.changes(entries, row, facts, before)
        return RecordUpdate(current, str(row.get("LastModifiedDate") or ""), found)

    def apply(self, update: RecordUpdate) -> None:
        """Only the changed fields are sent, on condition that the record has not been changed since it was read."""
        body = {change.field: change.mine for change in update.changes}
        if not body:
            return
        path, headers = f"sobjects/{update.ref.type}/{update.ref.id}", _unmodified_since(update.version)
        answer = self._rest.call(UPDATE, "PATCH", path, json_body=body, headers=headers)
        if answer.status == 412:
            raise CrmConflict(self._rest.crm, UPDATE, status=412, code="changed")
        if not answer.is_ok:
            error = error_of(self._rest.crm, UPDATE, answer)
            error.fields = tuple(sorted(refusal_of(answer.json()).refused_fields & set(body)))
            raise error


def _unmodified_since(version: str) -> dict[str, str]:
    """The header knows seconds only: a change within the second in which the record was last changed passes."""
    try:
        moment = datetime.fromisoformat(version).astimezone(UTC)
    except ValueError:
        return {}
    whole = moment.replace(microsecond=0) + timedelta(seconds=math.ceil(moment.microsecond / 1_000_000))
    return {"If-Unmodified-Since": format_datetime(whole, usegmt=True)}
