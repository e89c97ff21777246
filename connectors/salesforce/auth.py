"""Signing in to Salesforce: OAuth client credentials or JWT bearer. Neither gives a refresh token or a lifetime."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import jwt

from connectors.errors import CrmAuthFailed, CrmUnavailable
from connectors.http import HttpClient, Token
from connectors.salesforce.errors import refusal_of

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
JWT_LIFETIME_SECONDS = 180


@dataclass(frozen=True, slots=True)
class SalesforceAuth:
    """How we sign in. With `private_key` as `username` by JWT bearer, else by client credentials."""

    client_id: str
    client_secret: str = field(default="", repr=False)
    username: str = ""
    private_key: str = field(default="", repr=False)
    """PEM."""
    audience: str = "https://login.salesforce.com"
    """`https://test.salesforce.com` for a sandbox."""
    token_url: str = ""
    """Empty: the org's own address; needed for client credentials."""


def fetch_token(http: HttpClient, url: str, auth: SalesforceAuth) -> Token:
    """A fresh access token. Raises `CrmAuthFailed` for what an administrator must see to, else `CrmUnavailable`."""
    token_url = auth.token_url or f"{url}/services/oauth2/token"
    answer = http.request("sign_in", "POST", token_url, data=_form(http.crm, auth))
    body = answer.json()
    if answer.is_ok and isinstance(body, dict) and isinstance(body.get("access_token"), str):
        return Token(body["access_token"])
    refusal = refusal_of(body)
    passes = answer.status >= 500 or refusal.code == "rate_limit_exceeded" or (answer.is_ok and not refusal.code)
    kind = CrmUnavailable if passes else CrmAuthFailed
    raise kind(http.crm, "sign_in", status=answer.status, code=refusal.code, detail=refusal.message[:200])


def _form(crm: str, auth: SalesforceAuth) -> dict[str, str]:
    if auth.private_key:
        return {"grant_type": JWT_GRANT, "assertion": _assertion(crm, auth)}
    return {"grant_type": "client_credentials", "client_id": auth.client_id, "client_secret": auth.client_secret}


def _assertion(crm: str, auth: SalesforceAuth) -> str:
    claims = {
        "iss": auth.client_id,
        "sub": auth.username,
        "aud": auth.audience,
        "exp": int(time.time()) + JWT_LIFETIME_SECONDS,
    }
    try:
        return jwt.encode(claims, auth.private_key, algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        code = "private_key_unreadable"
    raise CrmAuthFailed(crm, "sign_in", code=code)
