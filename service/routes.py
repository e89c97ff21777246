"""Every address of the service with who may call it: docs/access.md is made from it, a test calls each as everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Route:
    """One address."""

    method: str
    path: str
    who: str
    proof: str
    is_management: bool = False


_TEAMS = "token of the Bot Framework: signature, issuer, audience, expiry, service URL, endorsement, tenant"
_USER = "agents, supervisors, admins"
_SSO = "token of Entra, Teams SSO or in a browser: signature, issuer, audience, expiry, scope, tenant; then `[access]`"
_INSIDE = "whoever reaches the management port: keep it inside"

ROUTES: Final = (
    Route("POST", "/api/messages", "Teams", _TEAMS),
    Route(
        "POST", "/intake/v1/{name}", "the contact centre", "signature of the raw body; a bearer token where it is set"
    ),
    Route("OPTIONS", "/intake/v1/{name}", "the contact centre", "`allowed_origins`; it stores nothing"),
    Route("GET", "/pane", "everybody", "nothing: it leads to the page"),
    Route("GET", "/pane/", "everybody", "nothing: the page is empty without a sign-in"),
    Route("GET", "/pane/config", "everybody", "nothing: ids that are no secrets"),
    Route("GET", "/pane/static/{version}/{name}", "everybody", "nothing: scripts and styles"),
    Route("POST", "/pane/action", _USER, _SSO),
    Route("GET", "/pane/events", _USER, _SSO),
    Route("GET", "/healthz", "operators", _INSIDE, is_management=True),
    Route("GET", "/readyz", "operators", _INSIDE, is_management=True),
    Route("GET", "/metrics", "operators", _INSIDE, is_management=True),
)


def check_routes(app: web.Application, *, is_management: bool = False) -> None:
    """Raises RuntimeError, and so stops the start, for an address without a row."""
    rows = {(row.method, row.path) for row in ROUTES if row.is_management == is_management}
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    if served - rows:
        raise RuntimeError(f"without a row in service/routes.py: {sorted(served - rows)}")
