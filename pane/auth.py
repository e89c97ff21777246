"""Who is calling: a Teams SSO token from Entra, checked here; nothing in the body says who the agent is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from pane.keys import EntraKeys

LEEWAY_SECONDS = 60
SCOPE = "access_as_user"
V1_ISSUER = "https://sts.windows.net"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class SignInError(Exception):
    """The token is missing or wrong. `code` is stable and the page has words for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a token that was checked says. `oid` and `tenant` together are the person."""

    oid: str
    tenant: str
    name: str
    email: str
    memberships: frozenset[str]
    """Groups (object ids) and app roles (`role:NAME`), in lower case."""
    expires_at: float
    """Seconds since the epoch after which the token counts no more, leeway included."""


class SignIn:
    """Checks Teams SSO tokens: signature, issuer, audience, expiry, scope and tenant.

    Entra writes version 2 tokens (audience: the client id) or version 1 (audience: the `api://` address), depending
    on the app registration; both are accepted, each with the issuer of its version.
    """

    def __init__(
        self,
        keys: EntraKeys,
        *,
        client_id: str,
        tenants: Iterable[str],
        audiences: Iterable[str] = (),
        authority: str = "https://login.microsoftonline.com",
        v1_issuer: str = V1_ISSUER,
    ) -> None:
        self._keys = keys
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._audiences = [client_id, f"api://{client_id}", *audiences]
        self._authority = authority.rstrip("/")
        self._v1_issuer = v1_issuer.rstrip("/")

    async def check(self, authorization: str | None) -> SignedIn:
        """Who sent this `Authorization` header. Raises `SignInError`, or `KeysUnavailableError` where Entra is down."""
        token = _bearer(authorization)
        tenant, key_id, version = self._claimed(token)
        key = await self._keys.get(tenant, key_id)
        if key is None:
            raise SignInError("token_invalid")
        claims = self._verified(token, key, self._issuer(tenant, version))
        return self._signed_in(claims, tenant)

    def _claimed(self, token: str) -> tuple[str, str, str]:
        # Unverified: only to choose the key. The tenant is one of ours before anything is fetched for it.
        try:
            header = jwt.get_unverified_header(token)
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise SignInError("token_invalid") from error
        tenant = str(claims.get("tid", "")).lower()
        if tenant not in self._tenants:
            raise SignInError("tenant_not_allowed")
        return tenant, str(header.get("kid", "")), str(claims.get("ver", "2.0"))

    def _issuer(self, tenant: str, version: str) -> str:
        return f"{self._v1_issuer}/{tenant}/" if version == "1.0" else f"{self._authority}/{tenant}/v2.0"

    def _verified(self, token: str, key: jwt.PyJWK, issuer: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._audiences,
                issuer=issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "tid", "oid"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise SignInError("token_expired") from error
        except jwt.PyJWTError as error:
            raise SignInError("token_invalid") from error

    def _signed_in(self, claims: Mapping[str, Any], tenant: str) -> SignedIn:
        oid = str(claims["oid"]).lower()
        if SCOPE not in str(claims.get("scp", "")).split() or not _GUID.fullmatch(oid):
            raise SignInError("scope_missing")
        email = claims.get("preferred_username") or claims.get("upn") or claims.get("unique_name") or ""
        expires_at = float(claims["exp"]) + LEEWAY_SECONDS
        return SignedIn(oid, tenant, str(claims.get("name", "")), str(email), _memberships(claims), expires_at)


def _memberships(claims: Mapping[str, Any]) -> frozenset[str]:
    """Where somebody is in too many groups, Entra names none: fewer rights, never more."""
    groups, roles = claims.get("groups"), claims.get("roles")
    found = [str(group) for group in groups] if isinstance(groups, list) else []
    found += [f"role:{role}" for role in roles] if isinstance(roles, list) else []
    return frozenset(one.lower() for one in found)


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SignInError("token_missing")
    return token.strip()
