"""Signing in: client credentials and JWT bearer, and who a token belongs to."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping
from typing import Any

import jwt
from aiohttp import web

from simulators.salesforce.errors import SalesforceError
from simulators.salesforce.org import Org, Record

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_MILLISECONDS = 10**11
"""Salesforce's own command line writes when its assertion ends in milliseconds, and is let in."""
_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")


class OAuthError(Exception):
    """`{"error": …, "error_description": …}`."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


def sign_in(org: Org, form: Mapping[str, Any], authorization: str, base: str) -> dict[str, Any]:
    """The token answer. Raises `OAuthError`."""
    grant = form.get("grant_type")
    if grant == "client_credentials":
        _check_client(org, *_client_of(form, authorization))
        user = org.integration_user
    elif grant == JWT_GRANT:
        user = _user_of_jwt(org, str(form.get("assertion", "")), base)
    else:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    token = org.new_session(user)
    return {
        "access_token": token,
        "signature": base64.b64encode(token.encode()[-24:]).decode(),
        "scope": "api",
        "instance_url": base,
        "id": f"{base}/id/{org.org_id}/{user}",
        "token_type": "Bearer",
        "issued_at": str(int(time.time() * 1000)),
    }


def _client_of(form: Mapping[str, Any], authorization: str) -> tuple[str, str]:
    if authorization.startswith("Basic "):
        try:
            client, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise OAuthError("invalid_client", "invalid client credentials") from error
        return client, secret
    return str(form.get("client_id", "")), str(form.get("client_secret", ""))


def _check_client(org: Org, client: str, secret: str) -> None:
    if client != org.client_id:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    if secret != org.client_secret:
        raise OAuthError("invalid_client", "invalid client credentials")


def _user_of_jwt(org: Org, assertion: str, base: str) -> str:
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
        if jwt.get_unverified_header(assertion).get("alg") != "RS256":
            raise OAuthError("invalid_grant", "invalid assertion")
        if org.jwt_public_key:
            jwt.decode(
                assertion, org.jwt_public_key, algorithms=["RS256"], options={"verify_aud": False, "verify_exp": False}
            )
    except jwt.PyJWTError as error:
        raise OAuthError("invalid_grant", "invalid assertion") from error
    if claims.get("iss") != org.client_id:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    if str(claims.get("aud")).rstrip("/") not in (*_AUDIENCES, base):
        raise OAuthError("invalid_grant", "audience is invalid")
    left = int(claims.get("exp", 0)) - time.time()
    if left <= 0 or 300 < left < _MILLISECONDS:
        raise OAuthError("invalid_grant", "expired authorization code" if left <= 0 else "invalid assertion")
    users = org.records["User"].values()
    user = next((row for row in users if row["Username"].lower() == str(claims.get("sub", "")).lower()), None)
    if user is None:
        raise OAuthError("invalid_grant", "user hasn't approved this consumer")
    if not user["IsActive"]:
        raise OAuthError("inactive_user", "user is inactive")
    return str(user["Id"])


def user_of(org: Org, request: web.Request) -> str:
    """The user whose token the request carries. Raises INVALID_SESSION_ID."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind not in ("Bearer", "OAuth") or not token:
        raise SalesforceError("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", status=401)
    if token not in org.sessions:
        raise SalesforceError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
    return org.sessions[token]


def identity(org: Org, user: Record, base: str) -> dict[str, Any]:
    """What `/id/ORG/USER` and userinfo say."""
    rest = f"{base}/services/data/v{{version}}/"
    return {
        "id": f"{base}/id/{org.org_id}/{user['Id']}",
        "sub": f"{base}/id/{org.org_id}/{user['Id']}",
        "user_id": user["Id"],
        "organization_id": org.org_id,
        "username": user["Username"],
        "preferred_username": user["Username"],
        "display_name": user["Name"],
        "name": user["Name"],
        "email": user["Email"],
        "user_type": "STANDARD",
        "active": user["IsActive"],
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "urls": {"rest": rest, "sobjects": rest + "sobjects/", "query": rest + "query/", "search": rest + "search/"},
    }
