"""Texts that an activity has no room for, whole in notes (annotations) that hang on it, under ids made of its own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from connectors.coerce import cut
from connectors.dynamics.batch import Request
from connectors.dynamics.schema import Schema
from connectors.dynamics.web import WebApi
from connectors.errors import CrmRecordNotFound

NOTE = "annotation"
MOST = 100_000
"""What a note takes, in UTF-16 units."""
_ANY_VERSION = {"If-Match": "*"}


class Notes:
    """Writes the notes of activities of one environment."""

    def __init__(self, web: WebApi, schema: Schema) -> None:
        self._web = web
        self._schema = schema

    def created(self, target: str, row_id: str, notes: Mapping[str, str], caller: Mapping[str, str]) -> list[Request]:
        """What makes them, in the change set that makes the activity."""
        bodies = [self._body(target, row_id, field, text) for field, text in notes.items()]
        return [self._web.request_for("POST", self._schema.set_name(NOTE), body, caller) for body in bodies]

    def write(self, operation: str, target: str, row_id: str, notes: Mapping[str, str]) -> None:
        """By field, these texts stand in notes on the activity, and no empty one."""
        for field, text in notes.items():
            path = f"{self._schema.set_name(NOTE)}({_note_id(row_id, field)})"
            if not text:
                self._remove(operation, path)
                continue
            answer = self._web.write(operation, "PATCH", path, {"notetext": cut(text, MOST)}, _ANY_VERSION)
            if answer.status == 404:
                body = self._body(target, row_id, field, text)
                answer = self._web.write(operation, "POST", self._schema.set_name(NOTE), body)
            if not answer.is_ok:
                raise self._web.error(operation, answer)

    def _body(self, target: str, row_id: str, field: str, text: str) -> dict[str, Any]:
        return {
            "annotationid": _note_id(row_id, field),
            "subject": field,
            "notetext": cut(text, MOST),
            f"objectid_{target}@odata.bind": f"/{self._schema.set_name(target)}({row_id})",
        }

    def _remove(self, operation: str, path: str) -> None:
        answer = self._web.remove(operation, path)
        error = None if answer.is_ok else self._web.error(operation, answer)
        if error is not None and not isinstance(error, CrmRecordNotFound):
            raise error


def _note_id(row_id: str, field: str) -> str:
    return str(uuid.uuid5(uuid.UUID(row_id), field))
