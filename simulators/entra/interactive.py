"""Signing in by hand: who may, and codes that a page without a secret exchanges for tokens (PKCE)."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson

from simulators.entra.grants import GrantError
from simulators.entra.issuer import LIFETIME, Issuer
from simulators.entra.people import TENANT_ID, Person

SCOPE = "access_as_user"
LOOPBACK = ("127.0.0.1", "localhost")
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a code or a refresh token stands for."""

    person: Person
    client_id: str
    scope: str
    redirect_uri: str = ""
    challenge: str = ""
    nonce: str = ""


@dataclass
class Interactive:
    """The sign-ins under way at one stand-in, and who has consented."""

    issuer: Issuer
    clients: Iterable[str]
    """Applications whose pages may sign people in; at a loopback address, as Entra allows it for development."""
    codes: dict[str, Ticket] = field(default_factory=dict)
    refresh_tokens: dict[str, Ticket] = field(default_factory=dict)
    needs_consent: bool = False
    """True: people are asked once whether the application may sign them in."""
    consented: set[str] = field(default_factory=set)
    """Object ids."""

    def check(self, asked: Form) -> None:
        """Raises GrantError for what Entra shows on a page of its own: the application cannot be told."""
        if asked.get("client_id") not in set(self.clients):
            text = f"Application with identifier '{asked.get('client_id')}' was not found in the directory."
            raise GrantError(400, "unauthorized_client", 700016, text)
        address = urlsplit(asked.get("redirect_uri", ""))
        if address.hostname not in LOOPBACK or address.query or address.fragment:
            text = f"The redirect URI '{asked.get('redirect_uri')}' does not match those of the application."
            raise GrantError(400, "invalid_request", 50011, text)

    def refusal(self, asked: Form) -> tuple[str, str]:
        """Error and description that the application is told at once; empty where all is well."""
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return "invalid_request", "AADSTS9002325: Proof Key for Code Exchange is required."
        if f"{asked['client_id']}/{SCOPE}" not in asked.get("scope", "").split():
            return "invalid_resource", "AADSTS500011: The resource principal was not found in the tenant."
        return "", ""

    def code(self, asked: Form, who: Person) -> str:
        """A code for the person, good once."""
        made = secrets.token_urlsafe(24)
        challenge, nonce = asked.get("code_challenge", ""), asked.get("nonce", "")
        self.codes[made] = Ticket(who, asked["client_id"], asked["scope"], asked["redirect_uri"], challenge, nonce)
        return made

    def tokens(self, form: Form, url: str, claims: Mapping[str, Any] | None) -> dict[str, Any]:
        """The body of a token answer for a code or a refresh token. Raises GrantError."""
        ticket = self._of_code(form) if form["grant_type"] == "authorization_code" else self._of_refresh_token(form)
        if ticket.client_id != form.get("client_id"):
            raise GrantError(400, "invalid_grant", 700005, "The grant was issued to another application.")
        renewed = secrets.token_urlsafe(24)
        self.refresh_tokens[renewed] = ticket
        who, client_id = ticket.person, ticket.client_id
        by_itself = {"azp": client_id, **(claims or {})}
        seconds = LIFETIME if "exp" not in by_itself else max(0, int(by_itself["exp"]) - int(time.time()))
        named = {"uid": who.oid, "utid": TENANT_ID}
        return {
            "token_type": "Bearer",
            "scope": ticket.scope,
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": self.issuer.sso_token(who, url, client_id, LIFETIME, by_itself),
            "refresh_token": renewed,
            "id_token": self.issuer.sso_token(who, url, client_id, LIFETIME, {"scp": None, "nonce": ticket.nonce}),
            "client_info": base64.urlsafe_b64encode(orjson.dumps(named)).decode().rstrip("="),
        }

    def _of_code(self, form: Form) -> Ticket:
        ticket = self.codes.pop(form.get("code", ""), None)
        if ticket is None or ticket.redirect_uri != form.get("redirect_uri"):
            raise GrantError(400, "invalid_grant", 54005, "The code has been used, or was made out to another page.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != ticket.challenge:
            raise GrantError(400, "invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        return ticket

    def _of_refresh_token(self, form: Form) -> Ticket:
        ticket = self.refresh_tokens.pop(form.get("refresh_token", ""), None)
        if ticket is None:
            raise GrantError(400, "invalid_grant", 700084, "The refresh token was issued to a page and has expired.")
        return ticket
