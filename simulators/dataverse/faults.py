"""What Dataverse answers when it will not: faults of this simulator, by name.

A fault that is armed may carry `status`, `code`, `message` and `retry_after` of its own in place of those here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.dataverse.errors import DataverseError
from simulators.kit.faults import Fault

BURST = {
    "x-ms-ratelimit-burst-remaining-xrm-requests": "7999",
    "x-ms-ratelimit-time-remaining-xrm-requests": "1,200.00",
}
"""On every answer; the comma is the service's own."""
_SPENT = {
    "x-ms-ratelimit-burst-remaining-xrm-requests": "0",
    "x-ms-ratelimit-time-remaining-xrm-requests": "1,031.25",
}
SIGN_IN = ("session_expired", "session_never_valid")
IMPERSONATION = ("impersonation_denied", "impersonation_disabled")
"""Fall on calls in another user's name only."""
OF_A_BATCH = ("limit_requests", "limit_time", "limit_concurrent", "busy", "sql_error", "not_a_member")
"""Fall on a whole `$batch`; all others on one of the requests in it."""
EMPTY_CODE = "empty_code"
"""The work is done or refused as ever; a refusal comes without its code."""
DELETED = "deleted_meanwhile"
"""A user deletes the row that the path names, just before the work."""
UNREADABLE = "unreadable"
"""200 with a page of a proxy in place of JSON."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way to refuse."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


def _limit(code: str, message: str, retry_after: int) -> Refusal:
    return Refusal(429, code, message, {"Retry-After": str(retry_after), **_SPENT})


REFUSALS: dict[str, Refusal] = {
    "limit_requests": _limit("0x80072322", "Number of requests exceeded the limit of 6000 over 300 seconds.", 17),
    "limit_time": _limit("0x80072321", "Combined execution time of incoming requests exceeded the limit.", 240),
    "limit_concurrent": _limit("0x80072326", "Number of concurrent requests exceeded the limit of 52.", 5),
    "search_limit": _limit("0x80048d0b", "Too many search requests: one in a second.", 1),
    "duplicate_as_500": Refusal(500, "0x80040333", "A record was not created or updated because a duplicate exists."),
    "duplicate": Refusal(412, "0x80040333", "A record was not created or updated because a duplicate exists."),
    "validation": Refusal(400, "0x80040265", "Close the open quality check before you add an activity."),
    "privilege": Refusal(403, "0x80040220", "Principal user is missing prvCreateActivity privilege."),
    "secured_column": Refusal(403, "0x8004f507", "Caller does not have enough privilege to a secured column."),
    "not_a_member": Refusal(403, "0x80072560", "The user is not a member of the organization."),
    "impersonation_denied": Refusal(403, "0x80040220", "Principal is missing prvActOnBehalfOfAnotherUser privilege."),
    "impersonation_disabled": Refusal(403, "0x80040225", "The specified user is either disabled or not a member."),
    "undeclared": Refusal(400, "0x80048d19", "An undeclared property 'new_gone' was found in the payload."),
    "stale_version": Refusal(
        412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided."
    ),
    "key_not_active": Refusal(400, "0x80060891", "The index of the alternate key is not active."),
    "busy": Refusal(503, "0x80044352", "The server is busy and the request was not completed."),
    "sql_error": Refusal(500, "0x80044151", "Generic SQL error."),
}


def refusal(fault: Fault) -> DataverseError:
    """The error that an armed fault answers with."""
    base = REFUSALS[fault["fault"]]
    headers: dict[str, Any] = dict(base.headers)
    if "retry_after" in fault:
        headers["Retry-After"] = str(fault["retry_after"])
    status = int(fault.get("status", base.status))
    return DataverseError(status, fault.get("code", base.code), fault.get("message", base.message), headers)
