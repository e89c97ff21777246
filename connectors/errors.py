"""What can go wrong with a CRM. `str()` of each is safe to log: no record content, no token, no customer data.

CrmError
├── CrmUnavailable      5xx, network, time-out: may pass; a write's outcome may be unknown
├── CrmRateLimited      too many calls: the whole CRM waits `retry_after` seconds
├── CrmConflict         a locked row, a changed version: soon again
├── CrmAuthFailed       the CRM does not accept our sign-in: an administrator
├── CrmDisabled         the CRM takes nothing from anybody: API switched off, storage full: an administrator
├── CrmForbidden        signed in, not allowed: an administrator
├── CrmRecordNotFound   deleted, or never there
├── CrmRejected         the CRM's validation refused the values: `detail` has its words for the agent
│   └── CrmDuplicates   the CRM's rules take other records for the same
├── CrmSchemaDrift      a mapped field or type is missing: the CRM's administrator
└── CrmProtocolError    an answer that cannot be read
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from connectors.interface import CrmRecord


class CrmError(Exception):
    """A CRM call failed."""

    reason: ClassVar[str] = "protocol"
    """Stable code that alerts, retry policy and texts read."""

    def __init__(
        self,
        crm: str,
        operation: str,
        *,
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
        detail: str = "",
        fields: Sequence[str] = (),
    ) -> None:
        self.crm = crm
        self.operation = operation
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        """Seconds the CRM asked us to wait, where it did."""
        self.detail = detail
        """The CRM's own words for people; may hold customer data, never logged."""
        self.fields = tuple(fields)
        """The CRM's names of the fields that it says this of, where it does."""
        super().__init__(crm, operation)

    def __str__(self) -> str:
        parts = [f"{self.crm}: {self.operation}: {self.reason}"]
        if self.status is not None:
            parts.append(f"HTTP {self.status}")
        if self.code:
            parts.append(self.code)
        if self.request_id:
            parts.append(f"request {self.request_id}")
        return ", ".join(parts)


class CrmUnavailable(CrmError):
    """5xx, a network failure or a time-out. A write may or may not have happened: repeat it only under its key."""

    reason = "unavailable"


class CrmRateLimited(CrmError):
    """Too many calls. Nothing was written."""

    reason = "rate_limited"


class CrmConflict(CrmError):
    """A locked row or a changed version. Nothing was written."""

    reason = "conflict"


class CrmAuthFailed(CrmError):
    """Our sign-in is not accepted, also not after a new token."""

    reason = "auth"


class CrmDisabled(CrmError):
    """The CRM as a whole does not take anything: its API is switched off, its storage is full. Nothing was written."""

    reason = "disabled"


class CrmForbidden(CrmError):
    """Signed in, but this user may not."""

    reason = "forbidden"


class CrmRecordNotFound(CrmError):
    """No such record: deleted, merged away without a master, or never there."""

    reason = "not_found"


class CrmRejected(CrmError):
    """The CRM's validation or duplicate rules refused the values; `detail` says why in its words."""

    reason = "rejected"


class CrmDuplicates(CrmRejected):
    """The CRM's rules take other records for the same as the one that was to be created. Nothing was written."""

    def __init__(
        self, crm: str, operation: str, matches: Sequence[CrmRecord], *, may_create: bool, detail: str = ""
    ) -> None:
        super().__init__(crm, operation, code="duplicates", detail=detail)
        self.matches = tuple(matches)
        """Those of them that may be seen."""
        self.may_create = may_create
        """True where the CRM creates it all the same when it is asked to."""


class CrmSchemaDrift(CrmError):
    """A mapped field, type or relation is missing, hidden, or does not take what is mapped; `detail` names it."""

    reason = "schema"


class CrmProtocolError(CrmError):
    """The answer could not be understood."""

    reason = "protocol"
