"""What Dataverse's refusals mean: by the body's code, then by what we sent, then by the status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.errors import (
    CrmAuthFailed,
    CrmConflict,
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

ALREADY_THERE = "0x80040237"
DUPLICATE = "0x80040333"
SECURED_COLUMN = "0x8004f507"
_USER = frozenset({"0x80040225", "0x80072560"})
_IMPERSONATION_PRIVILEGE = "prvactonbehalfofanotheruser"

BY_CODE: Mapping[str, type[CrmError]] = {
    "0x80040217": CrmRecordNotFound,
    "0x80060891": CrmRecordNotFound,
    ALREADY_THERE: CrmConflict,
    "0x80060882": CrmConflict,
    "0x80060883": CrmConflict,
    "0x80060893": CrmConflict,
    "0x80060892": CrmRejected,
    # Documented as 500: a rule for duplicates refused the row. Repeating it will not help.
    DUPLICATE: CrmRejected,
    "0x80040265": CrmRejected,
    # The mapping keeps to lengths: the column has become shorter since.
    "0x80044331": CrmSchemaDrift,
    "0x80040220": CrmForbidden,
    "0x80048306": CrmForbidden,
    "0x80042f09": CrmForbidden,
    "0x80040225": CrmForbidden,
    "0x80072560": CrmForbidden,
    SECURED_COLUMN: CrmSchemaDrift,
    "0x80060888": CrmSchemaDrift,
    "0x8006088a": CrmSchemaDrift,
    "0x80048d19": CrmSchemaDrift,
    "0x80072322": CrmRateLimited,
    "0x80072321": CrmRateLimited,
    "0x80072326": CrmRateLimited,
    "0x80044352": CrmUnavailable,
    "0x80044151": CrmUnavailable,
}
_BY_STATUS: Mapping[int, type[CrmError]] = {
    400: CrmRejected,
    401: CrmAuthFailed,
    403: CrmForbidden,
    404: CrmRecordNotFound,
    408: CrmUnavailable,
    409: CrmConflict,
    412: CrmConflict,
    413: CrmRejected,
    429: CrmRateLimited,
}
_UNKNOWN_PROPERTY = re.compile(r"undeclared property|could not find a property named", re.IGNORECASE)
_CODE = re.compile(r"0x[0-9a-fA-F]{8}")


def error_of(crm: str, operation: str, answer: Answer) -> CrmError:
    """The error that `answer`, which is no success, stands for."""
    code, message = body_of(answer)
    return _class_of(answer.status, code, message)(
        crm,
        operation,
        status=answer.status,
        code=code,
        request_id=answer.headers.get("x-ms-service-request-id", ""),
        retry_after=retry_after(answer.headers.get("Retry-After")),
        detail=message,
    )


def body_of(answer: Answer) -> tuple[str, str]:
    """Code (lower case, empty where there is none that we know to be one) and message."""
    body = answer.json()
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "", ""
    code = str(error.get("code") or "")
    return code.lower() if _CODE.fullmatch(code) else "", str(error.get("message") or "")


def _class_of(status: int, code: str, message: str) -> type[CrmError]:
    if code in BY_CODE:
        return BY_CODE[code]
    if status == 400 and _UNKNOWN_PROPERTY.search(message):
        return CrmSchemaDrift
    if status >= 500:
        return CrmUnavailable
    return _BY_STATUS.get(status, CrmProtocolError)


def is_already_there(answer: Answer) -> bool:
    """True where a POST with our own id was answered that a row has it. The code may be empty: then 412 alone says it,
    as neither a version nor detection of duplicates was asked for.
    """
    return answer.status == 412 and body_of(answer)[0] in (ALREADY_THERE, "")


def is_about_the_caller(error: CrmError) -> bool:
    """True where the CRM would not act as the agent (unknown, disabled, or we may not); nothing was done."""
    if not isinstance(error, CrmForbidden):
        return False
    return error.code in _USER or _IMPERSONATION_PRIVILEGE in error.detail.lower()


def is_no_user(error: CrmError) -> bool:
    """True where the CRM says that the agent is no (enabled) user of it."""
    return error.code in _USER


def retry_after(text: str | None) -> float | None:
    """Seconds to wait, of a header that says them or a time."""
    if not text:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
