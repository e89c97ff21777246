"""Texts that an activity has no room for, whole in notes beside it (ContentNote).

A note takes no key of ours, so it is looked for among those of the activity before it is made, by a title that is the
same for ever; it is made together with its link, or not at all.
"""

from __future__ import annotations

import base64
import html
import re
import uuid
from collections.abc import Collection, Mapping
from uuid import UUID

from connectors.errors import CrmProtocolError, CrmRecordNotFound
from connectors.salesforce import queries
from connectors.salesforce.errors import error_from, error_of, refusal_of
from connectors.salesforce.rest import Rest

NOTE, LINK = "ContentNote", "ContentDocumentLink"
_MARK = re.compile(r"(.+) \([0-9a-f]{8}\)")
_HALTED = "PROCESSING_HALTED"


def title(field: str, key: UUID) -> str:
    """What the note of a field is called."""
    return f"{field} ({uuid.uuid5(key, field).hex[:8]})"


class Notes:
    """Writes the notes of activities in one org. Safe for many threads."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def write(
        self, operation: str, activity_id: str, key: UUID, notes: Mapping[str, str], *, amends: bool = False
    ) -> None:
        """By field, these texts stand in notes beside the activity; with `amends` as they are now, and no empty one."""
        there = self._there(operation, activity_id)
        for field, text in notes.items():
            name = title(field, key)
            note = there.get(name, "")
            if text and not note:
                self._create(operation, activity_id, name, text)
            elif note and text and amends:
                answer = self._rest.call(
                    operation, "PATCH", f"sobjects/{NOTE}/{note}", json_body={"Content": _content(text)}
                )
                if not answer.is_ok:
                    raise error_of(self._rest.crm, operation, answer)
            elif note and amends:
                self._remove(operation, note)

    def remove(self, operation: str, activity_id: str, fields: Collection[str]) -> None:
        """Of the activity's notes none is left that we wrote for one of `fields`."""
        for name, note in self._there(operation, activity_id).items():
            mark = _MARK.fullmatch(name)
            if mark and mark[1] in fields:
                self._remove(operation, note)

    def _there(self, operation: str, activity_id: str) -> dict[str, str]:
        """The activity's notes: title → id."""
        rows = self._rest.queries(operation, [queries.notes_of(activity_id)])[0]
        return {str((row.get("ContentDocument") or {}).get("Title")): str(row["ContentDocumentId"]) for row in rows}

    def _create(self, operation: str, activity_id: str, name: str, text: str) -> None:
        place = f"{self._rest.base}/sobjects"
        link = {"ContentDocumentId": "@{note.id}", "LinkedEntityId": activity_id, "ShareType": "V"}
        parts = [
            {"referenceId": "note", "url": f"{place}/{NOTE}", "body": {"Title": name, "Content": _content(text)}},
            {"referenceId": "link", "url": f"{place}/{LINK}", "body": link},
        ]
        body = {"allOrNone": True, "compositeRequest": [{"method": "POST", **part} for part in parts]}
        answer = self._rest.body_of(operation, self._rest.call(operation, "POST", "composite", json_body=body))
        found = answer.get("compositeResponse") if isinstance(answer, dict) else None
        if not isinstance(found, list) or len(found) != len(parts):
            raise CrmProtocolError(self._rest.crm, operation, code="no_composite_results")
        refused = [(int(one["httpStatusCode"]), refusal_of(one.get("body"))) for one in found]
        for status, refusal in refused:
            if status >= 300 and refusal.code != _HALTED:
                raise error_from(self._rest.crm, operation, status, refusal)

    def _remove(self, operation: str, note: str) -> None:
        answer = self._rest.call(operation, "DELETE", f"sobjects/{NOTE}/{note}")
        error = None if answer.is_ok else error_of(self._rest.crm, operation, answer)
        if error is not None and not isinstance(error, CrmRecordNotFound):
            raise error


def _content(text: str) -> str:
    """Notes are HTML, in base64."""
    return base64.b64encode(html.escape(text, quote=False).replace("\n", "<br>").encode()).decode()
