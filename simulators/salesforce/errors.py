"""Salesforce's error bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class SalesforceError(Exception):
    """One refused call: `[{"message": …, "errorCode": …, "fields": […]}]`."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        fields: Sequence[str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields
        self.extra = dict(extra or {})

    def body(self) -> list[dict[str, Any]]:
        """As the REST API writes it."""
        entry: dict[str, Any] = {**self.extra, "message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = list(self.fields)
        return [entry]

    def item(self) -> dict[str, Any]:
        """As a collection's item writes it."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}


class UnknownFeatureError(Exception):
    """Salesforce knows this, the simulator does not: 501."""


def not_found(message: str = "The requested resource does not exist") -> SalesforceError:
    """404 NOT_FOUND."""
    return SalesforceError("NOT_FOUND", message, status=404)


def is_deleted() -> SalesforceError:
    """404 ENTITY_IS_DELETED."""
    return SalesforceError("ENTITY_IS_DELETED", "entity is deleted", status=404, fields=[])


def no_such_column(field: str, kind: str) -> SalesforceError:
    """A field that does not exist, or that this user may not see: Salesforce says the same of both."""
    return SalesforceError("INVALID_FIELD", f"No such column '{field}' on sobject of type {kind}", fields=None)


def not_writable(field: str) -> SalesforceError:
    """A field that may be read but not written."""
    return SalesforceError(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {field}. Please check the security settings of this field and verify that "
        "it is read/write for your profile or permission set.",
        fields=[field],
    )
