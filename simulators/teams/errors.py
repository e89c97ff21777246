"""The Bot Connector's errors, in its own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from simulators.kit.faults import Fault
from simulators.kit.server import json_response


class ConnectorError(Exception):
    """A call that is refused: HTTP status, the Bot Connector's code, and headers."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.body: dict[str, Any] = {"error": {"code": code, "message": message}}
        self.headers = headers

    def response(self) -> web.Response:
        """The answer."""
        return json_response(self.body, self.status, self.headers)


def throttled(seconds: int | None) -> ConnectorError:
    """429; with Retry-After where `seconds` are given."""
    headers = None if seconds is None else {"Retry-After": str(seconds)}
    return ConnectorError(429, "TooManyRequests", "Too many requests to the conversation.", headers)


def not_installed() -> ConnectorError:
    """403: the person has not installed the app, or has removed it."""
    return ConnectorError(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")


FAULTS: dict[str, Callable[[Fault], ConnectorError]] = {
    "throttled": lambda fault: throttled(fault.get("retry_after")),
    "precondition_failed": lambda _: ConnectorError(412, "PreconditionFailed", "Precondition failed, please retry."),
    "bad_gateway": lambda _: ConnectorError(502, "BadGateway", "Bad gateway."),
    "gateway_timeout": lambda _: ConnectorError(504, "GatewayTimeout", "Gateway timeout."),
    "not_installed": lambda _: not_installed(),
    "forbidden": lambda _: ConnectorError(403, "ForbiddenOperationException", "The operation is forbidden."),
    "token_expired": lambda _: ConnectorError(401, "AuthorizationError", "Authorization has been denied."),
}
"""Faults beside the common ones, by name."""
