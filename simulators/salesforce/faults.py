"""Faults of Salesforce's own, beside those that every simulator knows."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from simulators.kit.app import calls_of
from simulators.kit.faults import Fault, Faults
from simulators.salesforce.errors import SalesforceError

WRITES = ("POST", "PATCH", "DELETE")

# By name: the code, the message, the status.
_ANY_CALL = {
    "daily_limit": ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", 403),
    "concurrent_limit": (
        "REQUEST_LIMIT_EXCEEDED",
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
        403,
    ),
    "api_disabled": ("API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.", 403),
    "server_unavailable": ("SERVER_UNAVAILABLE", "The server is currently unavailable.", 503),
    "unknown_exception": (
        "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. ErrorId: 1-2 (3)",
        500,
    ),
    "query_timeout": ("QUERY_TIMEOUT", "Your query request was running for too long.", 400),
}
_WRITES = {
    "lock": ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: {id}", 400),
    "lock_in_trigger": (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        (
            "TaskTrigger: execution of AfterInsert\n\ncaused by: System.DmlException: Update failed. First "
            "exception on row 0 "
            "with id {id}; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record: []"
        ),
        400,
    ),
    "trigger": (
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        (
            "TaskTrigger: execution of AfterInsert\n\ncaused by: System.NullPointerException: Attempt to "
            "de-reference a null "
            "object\n\nTrigger.TaskTrigger: line 3, column 1"
        ),
        400,
    ),
    "validation": ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "An outcome is needed before a call can be closed.", 400),
    "forbidden": ("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", 403),
    "forbidden_reference": (
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "insufficient access rights on cross-reference id",
        400,
    ),
    "owner_inactive": ("INACTIVE_OWNER_OR_USER", "operation performed with inactive user [{id}] as owner of task", 400),
    "storage": ("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", 403),
}
NAMES = (*_ANY_CALL, *_WRITES, "session_expired", "session_never_valid", "sign_in_refused", "html", "empty", "garbage")
"""Beside these: `field_hidden`, `field_read_only`, `search_delay`, `duplicate_rule`, `page_size`."""


def raise_armed(faults: Faults, request: web.Request) -> None:
    """Raise the error of a fault that is armed for this call of the API."""
    calls = calls_of(request)
    fault = faults.take_any(calls, *_ANY_CALL)
    if fault is not None:
        raise _error(fault, *_ANY_CALL[fault["fault"]])
    if request.method in WRITES and len(calls) == 1:
        raise_on_write(faults, request.method, request.path)


def raise_on_write(faults: Faults, method: str, path: str) -> None:
    """Raise the error of a fault that is armed for writing this, by itself or as one record of a collection."""
    fault = faults.take(method, path, *_WRITES)
    if fault is not None:
        raise _error(fault, *_WRITES[fault["fault"]])


def _error(fault: Fault, code: str, message: str, status: int) -> SalesforceError:
    text = str(fault.get("message", message)).replace("{id}", str(fault.get("id", "0015g000000sim1")))
    fields = fault.get("fields", [] if status == 400 else None)
    return SalesforceError(str(fault.get("code", code)), text, status=int(fault.get("status", status)), fields=fields)


def odd_answer(faults: Faults, request: web.Request) -> web.Response | None:
    """An answer that is no JSON of Salesforce's, where one is armed."""
    fault = faults.take_any(calls_of(request), "html", "empty", "garbage")
    if fault is None:
        return None
    if fault["fault"] == "empty":
        return web.Response(status=int(fault.get("status", 500)))
    if fault["fault"] == "garbage":
        return web.Response(text='{"records": [', status=int(fault.get("status", 200)), content_type="application/json")
    page = "<!DOCTYPE html><html><body><h1>We are down for maintenance.</h1></body></html>"
    return web.Response(text=page, status=int(fault.get("status", 503)), content_type="text/html")


def field_names(faults: Faults, name: str, kind: str) -> Sequence[str]:
    """Fields of `kind` that standing faults of this name take away; they are not used up."""
    return [
        str(fault["field"])
        for fault in faults.armed()
        if fault["fault"] == name and fault.get("object", "Task") == kind and "field" in fault
    ]


def search_delay(faults: Faults) -> float:
    """Seconds until a new record is in the search index."""
    return max((float(f.get("seconds", 60)) for f in faults.armed() if f["fault"] == "search_delay"), default=0.0)


def page_size(faults: Faults, asked: int) -> int:
    """Rows of one page of a query's answer; Salesforce may always give fewer than asked for."""
    return min((int(f.get("rows", 2)) for f in faults.armed() if f["fault"] == "page_size"), default=asked)
