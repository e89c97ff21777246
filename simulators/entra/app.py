"""The stand-in's HTTP side."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from simulators.entra.grants import Client, GrantError, grant
from simulators.entra.interactive import Interactive
from simulators.entra.issuer import BOT_ISSUER, LIFETIME, Issuer
from simulators.entra.pages import routes
from simulators.entra.people import (
    BOT_APP_ID,
    BOT_APP_SECRET,
    CRM_APP_ID,
    CRM_APP_SECRET,
    PEOPLE,
    TENANT_ID,
    person,
)
from simulators.kit.faults import Faults
from simulators.kit.server import ADDRESS, json_response, serve, simulator_app

_SSO_REFUSALS = {
    "consent_missing": (
        "invalid_grant", 65001, "The user or administrator has not consented to use the application with ID.",
    ),
    "session_revoked": (
        "invalid_grant", 50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
    ),
}  # fmt: skip
DEFAULT_CLIENTS = (Client(BOT_APP_ID, BOT_APP_SECRET), Client(CRM_APP_ID, CRM_APP_SECRET))


class Entra:
    """One tenant. `app` is what to serve; `issuer` signs, for tests that want a token without asking over HTTP.

    People sign in by hand at `authorize` (authorisation code with PKCE) and out again at `logout`; see `interactive`.
    The stand-in for `getAuthToken()` refuses with the faults `consent_missing` and `session_revoked`, and lays the
    claims of the fault `claims` over those of the token (null takes one away).
    Faults of its own: `key_rotation` (before the next token; `drop_old` withdraws the old keys), `throttled` and
    `invalid_client` at the token endpoint. Making an `issuer` takes a while; several stand-ins may share one.
    """

    def __init__(
        self, clients: Iterable[Client] = DEFAULT_CLIENTS, faults: Faults | None = None, issuer: Issuer | None = None
    ) -> None:
        self.clients = {client.id: client for client in clients}
        self.faults = faults or Faults()
        self.issuer = issuer or Issuer()
        self.interactive = Interactive(self.issuer, self.clients)
        self.app = simulator_app("entra", self.faults, self._state)
        self._add_routes()

    def _state(self) -> dict[str, Any]:
        kids = [key.kid for key in self.issuer.tenant.all()]
        return {"tenant": TENANT_ID, "clients": sorted(self.clients), "keys": kids, "users": _users()}

    def _add_routes(self) -> None:
        add = self.app.router
        add.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._metadata)
        add.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        add.add_get("/{tenant}/discovery/keys", self._keys)
        add.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        add.add_routes(routes(self.interactive))
        add.add_get("/botframework/.well-known/openidconfiguration", self._bot_metadata)
        add.add_get("/botframework/.well-known/keys", self._bot_keys)
        add.add_post("/_simulator/bot-token", self._bot_token)
        add.add_get("/_simulator/sso-token", self._sso_token)
        add.add_get("/_simulator/users", self._list_users)

    async def _metadata(self, request: web.Request) -> web.Response:
        tenant = request.match_info["tenant"]
        if tenant != TENANT_ID:
            refused = GrantError(400, "invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
            return json_response(refused.body, refused.status)
        return json_response(_tenant_metadata(self.app[ADDRESS].url), headers=_cors(request))

    async def _keys(self, _: web.Request) -> web.Response:
        return json_response(self.issuer.tenant_keys(self.app[ADDRESS].url))

    async def _bot_metadata(self, _: web.Request) -> web.Response:
        base = f"{self.app[ADDRESS].url}/botframework"
        return json_response(
            {
                "issuer": BOT_ISSUER,
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": f"{base}/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _bot_keys(self, _: web.Request) -> web.Response:
        return json_response(self.issuer.bot_keys())

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("grant_type") in ("authorization_code", "refresh_token"):
            return await self._user_token(request, form)
        try:
            self._raise_fault(request)
            await self._rotate(request)
            authorization = request.headers.get("Authorization", "")
            return json_response(
                grant(form, authorization, request.match_info["tenant"], self.clients, self.issuer),
                headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
            )
        except GrantError as refused:
            return json_response(refused.body, refused.status)

    async def _user_token(self, request: web.Request, form: dict[str, str]) -> web.Response:
        """For pages: they have no secret, and Entra asks that they say where they stand."""
        try:
            self._raise_fault(request)
            self._refuse(request)
            await self._rotate(request)
            laid_over = self.faults.take(request.method, request.path, "claims") or {}
            told = self.interactive.tokens(form, self.app[ADDRESS].url, laid_over.get("claims"))
            return json_response(told, headers={"Cache-Control": "no-store", **_cors(request)})
        except GrantError as refused:
            return json_response(refused.body, refused.status, _cors(request))

    def _refuse(self, request: web.Request) -> None:
        if not request.headers.get("Origin"):
            text = "Tokens issued for the 'Single-Page Application' client-type may only be redeemed cross-origin."
            raise GrantError(400, "invalid_request", 9002327, text)
        fault = self.faults.take(request.method, request.path, *_SSO_REFUSALS)
        if fault is not None:
            raise GrantError(400, *_SSO_REFUSALS[fault["fault"]])

    def _raise_fault(self, request: web.Request) -> None:
        fault = self.faults.take(request.method, request.path, "throttled", "invalid_client")
        if fault is not None and fault["fault"] == "throttled":
            raise GrantError(429, "temporarily_unavailable", 90055, "The request was throttled.")
        if fault is not None:
            raise GrantError(401, "invalid_client", 7000222, "The provided client secret keys are expired.")

    async def _rotate(self, request: web.Request) -> None:
        fault = self.faults.take(request.method, request.path, "key_rotation")
        if fault is not None:
            for ring in (self.issuer.tenant, self.issuer.bot_framework):
                await asyncio.to_thread(ring.rotate, drop_old=bool(fault.get("drop_old")))

    async def _bot_token(self, request: web.Request) -> web.Response:
        _loopback_only(request)
        await self._rotate(request)
        try:
            order = orjson.loads(await request.read() or b"{}")
        except ValueError:
            return json_response({"error": "not JSON"}, 400)
        return json_response({"token": self.issuer.bot_token(order)})

    async def _sso_token(self, request: web.Request) -> web.Response:
        _loopback_only(request)
        await self._rotate(request)
        who = person(request.query.get("user", ""))
        if who is None:
            return json_response({"error": "no such user", "users": _users()}, 404, _cors(request))
        refusal = self.faults.take(request.method, request.path, *_SSO_REFUSALS)
        if refusal is not None:
            refused = GrantError(400, *_SSO_REFUSALS[refusal["fault"]])
            return json_response(refused.body, refused.status, _cors(request))
        seconds = int(request.query.get("expires_in", LIFETIME))
        audience = request.query.get("app_id", BOT_APP_ID)
        laid_over = self.faults.take(request.method, request.path, "claims") or {}
        token = self.issuer.sso_token(who, self.app[ADDRESS].url, audience, seconds, laid_over.get("claims"))
        return json_response({"token": token, "expires_in": seconds}, headers=_cors(request))

    async def _list_users(self, request: web.Request) -> web.Response:
        return json_response({"users": _users()}, headers=_cors(request))


def _users() -> list[dict[str, str]]:
    return [asdict(one) for one in PEOPLE]


def _tenant_metadata(url: str) -> dict[str, Any]:
    base = f"{url}/{TENANT_ID}"
    return {
        "issuer": f"{base}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "tenant_region_scope": "EU",
    }


def _loopback_only(request: web.Request) -> None:
    if not _is_loopback(request.remote or ""):
        raise web.HTTPForbidden


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _cors(request: web.Request) -> dict[str, str]:
    """Pages that a loopback address serves may read the answer."""
    origin = request.headers.get("Origin", "")
    if not _is_loopback(urlsplit(origin).hostname or ""):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--client", action="append", default=[], metavar="ID:SECRET", help="one more application")


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    serve(_factory, argv, _options)


def _factory(arguments: argparse.Namespace) -> web.Application:
    pairs = (text.partition(":") for text in arguments.client)
    return Entra([*DEFAULT_CLIENTS, *(Client(name, secret) for name, _, secret in pairs)]).app
