"""The token endpoint: client credentials with a secret or a certificate, and Entra's own errors."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import jwt
from cryptography import x509

from simulators.entra.issuer import LIFETIME, Issuer
from simulators.entra.people import TENANT_ID

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Client:
    """A registered application: it proves itself with `secret` or with the key of `certificate` (PEM)."""

    id: str
    secret: str = ""
    certificate: str = ""


class GrantError(Exception):
    """The request is refused: an HTTP status and the body that Entra would send."""

    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        self.body: dict[str, Any] = {
            "error": error,
            "error_description": f"AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} "
            f"Timestamp: {stamp}",
            "error_codes": [number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={number}",
        }


def grant(
    form: Mapping[str, str], authorization: str, tenant: str, clients: Mapping[str, Client], issuer: Issuer
) -> dict[str, Any]:
    """The body of a token answer. Raises GrantError."""
    if tenant != TENANT_ID:
        raise GrantError(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
    if form.get("grant_type") != "client_credentials":
        raise GrantError(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
    given = {**_basic(authorization), **form}
    client = _proven(given, clients)
    return {
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "ext_expires_in": LIFETIME,
        "access_token": issuer.app_token(client.id, _audience(given.get("scope", ""))),
    }


def _basic(authorization: str) -> dict[str, str]:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": unquote(name), "client_secret": unquote(secret)}


def _proven(given: Mapping[str, str], clients: Mapping[str, Client]) -> Client:
    if not given.get("client_id"):
        raise GrantError(400, "invalid_request", 900144, "The request body must contain: 'client_id'.")
    client = clients.get(given["client_id"])
    if client is None:
        text = f"Application with identifier '{given['client_id']}' was not found in the directory."
        raise GrantError(400, "unauthorized_client", 700016, text)
    if given.get("client_assertion_type") == _ASSERTION:
        _check_assertion(client, given.get("client_assertion", ""))
    elif not given.get("client_secret"):
        text = "The request body must contain: 'client_assertion' or 'client_secret'."
        raise GrantError(401, "invalid_client", 7000218, text)
    elif not client.secret or given["client_secret"] != client.secret:
        raise GrantError(401, "invalid_client", 7000215, "Invalid client secret provided.")
    return client


def _check_assertion(client: Client, assertion: str) -> None:
    try:
        key: Any = x509.load_pem_x509_certificate(client.certificate.encode()).public_key()
        claims = jwt.decode(assertion, key, algorithms=["RS256", "PS256"], options={"verify_aud": False})
    except (ValueError, jwt.PyJWTError) as error:
        text = "Client assertion failed signature validation."
        raise GrantError(401, "invalid_client", 700027, text) from error
    if claims.get("iss") != client.id or claims.get("sub") != client.id:
        raise GrantError(401, "invalid_client", 700023, "Client assertion is not the client's own.")


def _audience(scope: str) -> str:
    resource, slash, name = scope.rpartition("/")
    if name != ".default" or not slash or "://" not in resource:
        text = f"The provided value for the input parameter 'scope' is not valid: '{scope}'."
        raise GrantError(400, "invalid_scope", 70011, text)
    return resource
