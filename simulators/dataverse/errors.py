"""Dataverse's error answers: `{"error": {"code": "0x…", "message": "…"}}` and the status that goes with each code."""

from __future__ import annotations

from collections.abc import Mapping

DUPLICATE_ROW = "0x80040237"
NOT_FOUND = "0x80040217"
NOT_FOUND_BY_KEY = "0x80060891"
KEY_IN_USE = "0x80060892"
BAD_PATH = "0x80060888"
UNDECLARED = "0x80048d19"
VERSION_MISMATCH = "0x80060882"
TOO_LONG = "0x80044331"
BAD_STATUS = "0x80048408"
READ_ONLY = "0x80040203"
USER_DISABLED = "0x80040225"
NOT_A_MEMBER = "0x80072560"
NO_PRIVILEGE = "0x80040220"
UNEXPECTED = "0x80040216"
SECURED = "0x8004f507"
PLUGIN = "0x80040265"
DUPLICATE = "0x80040333"


class DataverseError(Exception):
    """What a client is answered instead of the work."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def body(self) -> dict[str, dict[str, str]]:
        """The JSON that the service sends."""
        return {"error": {"code": self.code, "message": self.message}}


def bad_request(message: str, code: str = BAD_PATH) -> DataverseError:
    """400: the URL or the body is not understood."""
    return DataverseError(400, code, message)


def not_found(table: str, row_id: str) -> DataverseError:
    """404: no row has this primary key."""
    return DataverseError(404, NOT_FOUND, f"{table} With Id = {row_id} Does Not Exist")
