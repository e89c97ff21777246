"""Who may call `POST /api/messages`.

The token is checked here, not by the SDK, which lets tokens without expiry pass and answers bad ones with 500: a
published key's signature, issuer, audience, expiry (required), and that the token speaks for this activity: its service
URL is the token's, and the key is endorsed for the activity's channel.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import jwt
import orjson
from aiohttp import web
from yarl import URL

from bot.hosts import ServiceHosts, is_loopback, is_loopback_url
from bot.keys import KeysUnavailableError, SigningKeys

ISSUER = "https://api.botframework.com"
ANONYMOUS_LINK = "composeExtension/anonymousQueryLink"
"""The one activity in which Teams may leave out who it comes from; it is told nothing about anybody."""
LEEWAY = 300
"""Seconds that clocks may differ."""
_CHECKS: Any = {"require": ["exp", "iss", "aud"]}
_TOKEN_LIMIT = 16_384
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


class AuthError(Exception):
    """The caller is refused: 401, 403, or 503 while the keys cannot be had. `reason` is for the log, not for them."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a valid token speaks for."""

    service_url: str
    channels: frozenset[str]


class Gate(Protocol):
    """Lets callers in."""

    async def admit(self, request: web.Request) -> Caller:
        """Check what the request itself shows. Raises AuthError."""
        ...

    def check(self, caller: Caller, activity: Mapping[str, Any]) -> None:
        """Check that `caller` may send this activity. Raises AuthError."""
        ...


class TokenGate:
    """Teams, with a Bot Framework token. `tenants` are those allowed; empty: all."""

    def __init__(
        self,
        app_id: str,
        keys: SigningKeys,
        hosts: ServiceHosts,
        tenants: Collection[str] = (),
        *,
        issuer: str = ISSUER,
    ) -> None:
        if not app_id:
            raise ValueError("TokenGate needs the bot's app id")
        self._app_id = app_id
        self._keys = keys
        self._hosts = hosts
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._issuer = issuer

    async def admit(self, request: web.Request) -> Caller:
        """The caller behind the bearer token. Raises AuthError."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > _TOKEN_LIMIT:
            raise AuthError(401, "no_token")
        try:
            key = await self._keys.get(_key_id(token.partition(".")[0]))
        except KeysUnavailableError as error:
            raise AuthError(503, "keys_unavailable") from error
        if key is None:
            raise AuthError(401, "unknown_key")
        return Caller(self._service_url(token, key.public), key.endorsements)

    def _service_url(self, token: str, key: Any) -> str:
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=self._issuer,
                leeway=LEEWAY,
                options=_CHECKS,
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise AuthError(401, type(error).__name__) from error
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str) or not service_url:
            raise AuthError(401, "no_service_url")
        return service_url

    def check(self, caller: Caller, activity: Mapping[str, Any]) -> None:
        """The token speaks for this activity, and its service URL and tenant are among ours. Raises AuthError."""
        if activity.get("serviceUrl") != caller.service_url:
            raise AuthError(401, "wrong_service_url")
        channel = activity.get("channelId")
        if not isinstance(channel, str) or channel not in caller.channels:
            raise AuthError(401, "not_endorsed")
        if not self._hosts.allows(caller.service_url):
            raise AuthError(403, "foreign_service_url")
        tenant = tenant_of(activity)
        is_nobody = not tenant and activity.get("name") == ANONYMOUS_LINK
        if self._tenants and tenant not in self._tenants and not is_nobody:
            raise AuthError(403, "foreign_tenant")


class LoopbackGate:
    """Development mode: no tokens, and nobody but this machine, which no proxy speaks for."""

    async def admit(self, request: web.Request) -> Caller:
        """A caller on this machine, by peer address and Host. Raises AuthError."""
        if not is_loopback(request.remote or "") or any(name in request.headers for name in _FORWARDED):
            raise AuthError(401, "not_loopback")
        try:
            host = URL(f"http://{request.host}").host
        except ValueError:
            host = None
        if not is_loopback(host or ""):
            raise AuthError(401, "not_loopback")
        return Caller("", frozenset())

    def check(self, caller: Caller, activity: Mapping[str, Any]) -> None:
        """Answers would go to this machine too. Raises AuthError."""
        if not is_loopback_url(str(activity.get("serviceUrl", ""))):
            raise AuthError(401, "not_loopback")


def tenant_of(activity: Mapping[str, Any]) -> str:
    """The tenant that the activity comes from, in lower case; empty where it names none."""
    for name, path in (("conversation", ("tenantId",)), ("channelData", ("tenant", "id"))):
        found: Any = activity.get(name)
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            return found.lower()
    return ""


@lru_cache(maxsize=256)
def _key_id(header: str) -> str:
    """The key id in a token's first part, which is the same in all tokens of one key."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except ValueError as error:
        raise AuthError(401, "not_a_token") from error
    kid = found.get("kid") if isinstance(found, dict) else None
    if not isinstance(kid, str):
        raise AuthError(401, "no_key_id")
    return kid
