"""Why a message did not reach Teams. `str()` of these is safe to log: status and code, never a body."""

from __future__ import annotations


class DeliveryError(Exception):
    """A call to the Bot Connector that came to nothing."""

    def __init__(self, operation: str, status: int = 0, code: str = "") -> None:
        super().__init__(f"{operation}: {status or 'no answer'} {code}".rstrip())
        self.operation = operation
        self.status = status
        """HTTP status; 0 where there was no answer."""
        self.code = code


class DeliveryRetry(DeliveryError):
    """The reason passes: 429, 412, 5xx, network. Try again after `retry_after` seconds (None: when you like)."""

    def __init__(
        self,
        operation: str,
        status: int = 0,
        code: str = "",
        *,
        retry_after: float | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(operation, status, code)
        self.retry_after = retry_after
        self.outcome_unknown = outcome_unknown
        """True where Teams may have carried the call out all the same."""


class NotAuthorised(DeliveryRetry):
    """No token could be had, or the Bot Connector did not take it: an administrator must look at the credentials."""


class NotInstalled(DeliveryError):
    """403 or 404: the user has not installed the app, has removed or blocked it, or the chat is gone."""


class TooLarge(DeliveryError):
    """The message is over the limit of its size; it is not sent again as it is."""


class DeliveryRejected(DeliveryError):
    """Teams does not take this message, and would not later."""


class MessageGone(DeliveryRejected):
    """The message to be changed is not there any more: send a new one."""
