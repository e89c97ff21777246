"""Headers and bodies that every answer of the pane shares."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

FRAME_ANCESTORS = (
    "https://teams.microsoft.com",
    "https://*.teams.microsoft.com",
    "https://*.cloud.microsoft",
    "https://*.office.com",
    "https://*.microsoft365.com",
    "https://outlook.office.com",
    "https://outlook.office365.com",
    "https://outlook.live.com",
)
"""Where Teams, Outlook and Microsoft 365 show tabs."""
TEAMS_HOSTS = "https://res.cdn.office.net/teams-js/validDomains/json/validDomains.json"
TRUSTED_TYPES = (
    "adaptivecards#markdownPassthroughPolicy",
    "adaptivecards#restoreContentsPolicy",
    "adaptivecards#deprecatedExportedFunctionPolicy",
)
"""The only ways HTML may enter the page: what the cards library made from Markdown that we rendered without HTML."""
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


def page_headers(*sign_ins: str) -> dict[str, str]:
    """Headers of the page itself: what it may load, where it may stand, what it may use.

    Styles need no exception: the cards library sets them through the CSSOM, which the policy does not restrict.
    TeamsJS fetches the newest list of its hosts when it is loaded, which is inside Teams only. `sign_ins` are the
    addresses that the page may fetch tokens from.
    """
    connect = f"'self' {TEAMS_HOSTS}"
    for address in sign_ins:
        parts = urlsplit(address)
        connect += f" {parts.scheme}://{parts.netloc}"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
        f"connect-src {connect}; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'self' {' '.join(FRAME_ANCESTORS)}; "
        f"require-trusted-types-for 'script'; trusted-types {' '.join(TRUSTED_TYPES)}"
    )
    return {
        **_COMMON,
        "Content-Security-Policy": policy,
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }


def file_headers() -> dict[str, str]:
    """Headers of files."""
    return dict(_COMMON)


def json_answer(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """`body` as JSON that nobody keeps."""
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type="application/json",
        headers={**_COMMON, "Cache-Control": "no-store", **(headers or {})},
    )


def error_answer(status: int, code: str, headers: dict[str, str] | None = None) -> web.Response:
    """An error in the shape that Teams uses; `code` is stable, and the page has words for it."""
    if status == web.HTTPUnauthorized.status_code:
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"', **(headers or {})}
    body = {"statusCode": status, "type": ERROR, "value": {"code": code, "message": _MESSAGES.get(code, code)}}
    return json_answer(body, status, headers)


_MESSAGES = {
    "token_missing": "Send a Teams SSO token in the Authorization header.",
    "token_invalid": "The token is not one that Entra made out to this app.",
    "token_expired": "The token has expired; ask Teams for a new one.",
    "tenant_not_allowed": "The token comes from a tenant that this service is not set up for.",
    "scope_missing": "The token lacks the scope access_as_user.",
    "not_enabled": "No administrator has enabled the customer card for this user.",
    "keys_unavailable": "Entra's signing keys cannot be fetched at the moment.",
    "not_json": "Send application/json.",
    "too_large": "The body is too long.",
    "malformed": "The body is not {action: {verb, data, inputs}, trigger}.",
    "unknown_verb": "No action has this verb.",
    "bad_action": "The action's data is missing or malformed.",
    "internal": "Something went wrong here; it has been recorded.",
}
