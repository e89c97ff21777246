"""Salesforce's answers become our errors: by the code in the body first, then by the status."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import (
    CrmAuthFailed,
    CrmConflict,
    CrmDisabled,
    CrmError,
    CrmForbidden,
    CrmProtocolError,
    CrmRateLimited,
    CrmRecordNotFound,
    CrmRejected,
    CrmSchemaDrift,
    CrmUnavailable,
)
from connectors.http import Answer

DAILY_PAUSE_SECONDS = 900.0
"""The daily limit is a sliding window of 24 hours: calls are let through again bit by bit."""
CONCURRENT_PAUSE_SECONDS = 5.0
DETAIL_LIMIT = 500
GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})
"""A record that was named is not there any more, or never was."""

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,79}|[a-z][a-z_]{1,39}")
_COLUMN = re.compile(r"No such column '([A-Za-z0-9_.]+)'")
_REFUSED = re.compile(r"Unable to create/update fields: ([A-Za-z0-9_, ]+)")
BY_CODE: Mapping[str, type[CrmError]] = {
    **dict.fromkeys(("INVALID_SESSION_ID", "INVALID_AUTH_HEADER", "INVALID_LOGIN"), CrmAuthFailed),
    **dict.fromkeys(
        ("API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "FUNCTIONALITY_NOT_ENABLED", "STORAGE_LIMIT_EXCEEDED"),
        CrmDisabled,
    ),
    **dict.fromkeys(
        (
            *("INSUFFICIENT_ACCESS_OR_READONLY", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"),
            "INSUFFICIENT_ACCESS",
        ),
        CrmForbidden,
    ),
    "UNABLE_TO_LOCK_ROW": CrmConflict,
    "UNKNOWN_EXCEPTION": CrmProtocolError,  # Salesforce does not know either: some tries, then a person looks
    **dict.fromkeys(("REQUEST_LIMIT_EXCEEDED",), CrmRateLimited),
    **dict.fromkeys(("SERVER_UNAVAILABLE", "QUERY_TIMEOUT"), CrmUnavailable),
    **dict.fromkeys(
        ("ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID", "CANNOT_UPDATE_CONVERTED_LEAD"),
        CrmRecordNotFound,
    ),
    **dict.fromkeys(
        (
            *("INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE", "INVALID_TYPE", "REQUIRED_FIELD_MISSING"),
            *("FIELD_INTEGRITY_EXCEPTION", "JSON_PARSER_ERROR", "UNSUPPORTED_API_VERSION", "MALFORMED_QUERY"),
            *("MALFORMED_SEARCH", "INVALID_QUERY_FILTER_OPERATOR", "MISSING_ARGUMENT", "EXCEEDED_ID_LIMIT"),
            # The mapping keeps to lengths and values: the field has changed since.
            *("STRING_TOO_LONG", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "NUMBER_OUTSIDE_VALID_RANGE"),
        ),
        CrmSchemaDrift,
    ),
    **dict.fromkeys(
        (
            *("FIELD_CUSTOM_VALIDATION_EXCEPTION", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "DUPLICATE_VALUE"),
            *("DUPLICATES_DETECTED", "INVALID_EMAIL_ADDRESS", "INACTIVE_OWNER_OR_USER"),
            "OPERATION_WITH_INVALID_USER_TYPE_EXCEPTION",
        ),
        CrmRejected,
    ),
}


_BY_STATUS: Mapping[int, type[CrmError]] = {
    401: CrmAuthFailed,
    403: CrmForbidden,
    404: CrmRecordNotFound,
    409: CrmConflict,
    412: CrmConflict,
    429: CrmRateLimited,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One entry of Salesforce's error list."""

    code: str
    message: str = ""
    fields: Sequence[str] = ()

    @property
    def refused_fields(self) -> frozenset[str]:
        """The fields that Salesforce does not know, or lets nobody like us write."""
        named = set(self.fields)
        if match := _COLUMN.search(self.message):
            named.add(match[1])
        if match := _REFUSED.search(self.message):
            named.update(name.strip() for name in match[1].split(","))
        return frozenset(named)


def refusal_of(body: Any) -> Refusal:
    """The first error of a body; an empty one where the body is not Salesforce's."""
    entry = body[0] if isinstance(body, list) and body else body
    if not isinstance(entry, dict):
        return Refusal("")
    code = entry.get("errorCode") or entry.get("statusCode") or entry.get("error") or ""
    message = entry.get("message") or entry.get("error_description") or ""
    fields = entry.get("fields")
    names = [name for name in fields if isinstance(name, str)] if isinstance(fields, list) else []
    is_code = isinstance(code, str) and _CODE.fullmatch(code) is not None
    return Refusal(code if is_code else "", message if isinstance(message, str) else "", names)


def error_of(crm: str, operation: str, answer: Answer) -> CrmError:
    """What went wrong, from a whole answer."""
    return error_from(crm, operation, answer.status, refusal_of(answer.json()), _request_id(answer))


def error_from(crm: str, operation: str, status: int, refusal: Refusal, request_id: str = "") -> CrmError:
    """What went wrong, from the status and the first error of the body."""
    kind = _kind(status, refusal)
    return kind(
        crm,
        operation,
        status=status,
        code=refusal.code,
        request_id=request_id,
        retry_after=_pause(kind, refusal),
        detail=refusal.message[:DETAIL_LIMIT],
    )


def _kind(status: int, refusal: Refusal) -> type[CrmError]:
    if "UNABLE_TO_LOCK_ROW" in refusal.message:
        return CrmConflict  # a trigger wraps it in its own error
    known = BY_CODE.get(refusal.code) or _BY_STATUS.get(status)
    if known is CrmRecordNotFound and not refusal.code:
        return CrmProtocolError  # a 404 that is not Salesforce's says nothing of the record
    return known or (CrmUnavailable if status >= 500 else CrmProtocolError)


def _pause(kind: type[CrmError], refusal: Refusal) -> float | None:
    if kind is not CrmRateLimited:
        return None
    return CONCURRENT_PAUSE_SECONDS if "concurrent" in refusal.message.lower() else DAILY_PAUSE_SECONDS


def _request_id(answer: Answer) -> str:
    text = answer.headers.get("X-SFDC-Request-Id", "")
    return text if re.fullmatch(r"[A-Za-z0-9-]{1,64}", text) else ""
