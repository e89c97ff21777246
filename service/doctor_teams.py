"""`doctor`: certificates, clock, Entra and the Bot Framework, and whether Teams reaches the service."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from yarl import URL

from bot.credentials import MsalTokens
from bot.http import PATH
from bot.keys import KeysUnavailableError as BotKeysUnavailableError
from bot.keys import SigningKeys
from bot.wiring import tokens_of
from connectors.http import tls_context
from pane.keys import EntraKeys, KeysUnavailableError
from service.errors import ConfigError
from service.findings import Finding, bad, good, left
from service.settings import Settings
from service.wiring import bot_settings, tenants

CLOCK_SECONDS = 30
"""Half of what tokens of the pane are allowed to differ."""
RENEW_DAYS = 14
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_DAY = 86_400
_APP_ID = "check teams.app_id: it is the application (client) id of the app registration in Entra"
_RENEWED = (
    "make a new client secret in Entra (Certificates & secrets) and write its value, not its id, where "
    "teams.client_secret points to"
)
_ADVICE = {
    700016: _APP_ID,
    90002: "check teams.tenant_id: it is the directory (tenant) id of the app registration",
    900023: "check teams.tenant_id: it is the directory (tenant) id of the app registration",
    7000215: _RENEWED,
    7000222: f"the client secret has ended: {_RENEWED}",
    700027: "upload the certificate of teams.certificate in Entra (Certificates & secrets)",
    90055: "Entra asks for patience: try again in a minute",
}
"""What to do about Entra's error codes."""


def certificates(settings: Settings, now: float) -> list[Finding]:
    """Those that the settings name: read, within their time, and with a key where one is needed."""
    findings = []
    if settings.http.ca_file:
        findings.append(_certificate("http.ca_file", settings.http.ca_file, now, needs_key=False))
    if settings.teams.certificate:
        findings.append(_certificate("teams.certificate", settings.teams.certificate, now, needs_key=True))
    return findings


def _certificate(key: str, file: str, now: float, *, needs_key: bool) -> Finding:
    try:
        pem = Path(file).read_bytes()
        ends = min(found.not_valid_after_utc for found in x509.load_pem_x509_certificates(pem))
        if needs_key and not isinstance(load_pem_private_key(pem, None), RSAPrivateKey):
            return bad(key, f"{file}: the key is not an RSA key", "make one with an RSA key: Entra takes no other")
    except OSError as error:
        return bad(key, f"{file}: {error.strerror}", f"let {key} name a file that this user can read")
    except (ValueError, TypeError):
        wanted = "a certificate and its private key without a pass phrase" if needs_key else "certificates"
        return bad(key, f"{file}: not {wanted}", f"write {wanted}, as PEM, into this file")
    days = (ends.timestamp() - now) / _DAY
    if days < RENEW_DAYS:
        said = "has ended" if days < 0 else f"ends in {days:.0f} days"
        return bad(key, f"{said} ({ends:%Y-%m-%d})", "renew it, and put the new one in its place")
    return good(key, f"until {ends:%Y-%m-%d}")


async def teams(settings: Settings, now: Callable[[], float]) -> list[Finding]:
    """Entra, the bot's credentials, the keys that tokens are checked with, the clock, and the public address."""
    if not settings.teams.app_id:
        return [good("teams", "development: no app id, this machine alone")]
    try:
        context = tls_context(settings.http.authorities())
    except ConfigError as error:
        return [bad("http.ca_file", str(error), "mend this setting")]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context), timeout=_TIMEOUT) as session:
        return [
            *await _entra(settings, session, now),
            await asyncio.to_thread(_credentials, settings),
            await _bot_keys(settings, session),
            *await _public(settings, session, context, now()),
        ]


async def _entra(settings: Settings, session: aiohttp.ClientSession, now: Callable[[], float]) -> list[Finding]:
    authority = settings.teams.authority.rstrip("/")
    address = f"{authority}/{settings.teams.tenant_id}/v2.0/.well-known/openid-configuration"
    network = f"allow https from here to {authority}, or check teams.authority and http.ca_file"
    try:
        async with session.get(address) as answer:
            status, date = answer.status, answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return [bad("entra", _why(error), network)]
    findings = [_clock(date, now())]
    if status >= 500:
        findings.append(bad("entra", f"it answers {status}", "try again in a minute"))
    elif status != 200:
        findings.append(bad("entra", "Entra does not know teams.tenant_id", _ADVICE[90002]))
    else:
        findings.append(await _pane_keys(settings, session, authority))
    return findings


async def _pane_keys(settings: Settings, session: aiohttp.ClientSession, authority: str) -> Finding:
    keys = EntraKeys(session, authority)
    for tenant in tenants(settings):
        try:
            await keys.get(tenant, "doctor")
        except KeysUnavailableError:
            return bad("entra", f"no signing keys for {tenant}", "check teams.allowed_tenants")
    return good("entra", f"tenants {', '.join(tenants(settings))}")


def _clock(date: str, now: float) -> Finding:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return good("clock", "not compared: Entra's answer has no date")
    off = round(now - theirs.astimezone(UTC).timestamp())
    if abs(off) <= CLOCK_SECONDS:
        return good("clock", f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC")
    detail = f"{abs(off)} seconds {'ahead of' if off > 0 else 'behind'} Entra's"
    return bad("clock", detail, "let NTP set it (timedatectl set-ntp true): tokens and signatures have a time")


def _credentials(settings: Settings) -> Finding:
    """The bot's own token, as it is asked for when a card is sent."""
    try:
        tokens = tokens_of(bot_settings(settings))
    except ConfigError as error:
        return bad("bot.credentials", str(error), "let teams.certificate name a PEM file that this user can read")
    answer = tokens.answer() if isinstance(tokens, MsalTokens) else {}
    if isinstance(answer.get("access_token"), str):
        return good("bot.credentials", "Entra hands out the bot's token")
    return bad("bot.credentials", _said(answer), _advice(settings, answer))


def _said(answer: Mapping[str, Any]) -> str:
    codes = ", ".join(f"AADSTS{code}" for code in answer.get("error_codes") or ())
    return " ".join(part for part in (str(answer.get("error", "no answer")), codes) if part)


def _advice(settings: Settings, answer: Mapping[str, Any]) -> str:
    for code in answer.get("error_codes") or ():
        if code in _ADVICE:
            return _ADVICE[code]
    if answer.get("error_codes"):
        return "look the code up at https://login.microsoftonline.com/error"
    return f"check teams.certificate, and https from here to {settings.teams.authority}"


async def _bot_keys(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    keys = SigningKeys(session, settings.teams.bot_metadata)
    try:
        await keys.get("doctor")
    except BotKeysUnavailableError:
        to_do = f"allow https from here to {settings.teams.bot_metadata}: without it no call of Teams can be checked"
        return bad("bot.keys", "the Bot Framework's signing keys cannot be fetched", to_do)
    return good("bot.keys")


async def _public(
    settings: Settings, session: aiohttp.ClientSession, context: ssl.SSLContext, now: float
) -> list[Finding]:
    """Teams' way in: the certificate of the public address, the page behind it, and the bot's own address."""
    url = settings.service.public_url.rstrip("/")
    if not url:
        if settings.teams.development:
            return []
        return [bad("public_url", "service.public_url is missing", "write the address under which Teams finds it")]
    try:
        found = await _reached(settings, session, url)
        return [found if not found.is_good else await _lasting(found, url, context, now)]
    except aiohttp.ClientSSLError:
        to_do = "give the proxy a certificate of a public authority for this domain, with its chain"
        return [bad("public_url", f"{url}: its certificate is not trusted", to_do)]
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        to_do = "start the service and the proxy before it, and let the domain point there (docs/install.md, step 3)"
        return [left("public_url", f"{url}: {_why(error)}", to_do)]


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name is not known here"
    return "no answer in time" if isinstance(error, TimeoutError) else "it cannot be reached"


async def _reached(settings: Settings, session: aiohttp.ClientSession, url: str) -> Finding:
    async with session.get(f"{url}/pane/config") as answer:
        told = await answer.json(content_type=None) if answer.status == 200 else {}
    async with session.post(f"{url}{PATH}", json={}) as answer:
        refused = answer.status
    if not isinstance(told, dict) or str(told.get("clientId", "")).lower() != settings.teams.app_id.lower():
        to_do = "let the proxy hand everything below this address on to service.port, unchanged"
        return bad("public_url", f"{url}/pane/ is not this service", to_do)
    if refused != 401:
        to_do = f"let the proxy hand on POST {PATH}, with its Authorization header"
        return bad("public_url", f"{url}{PATH} answers {refused} instead of 401", to_do)
    return good("public_url", f"{url}: messaging endpoint {url}{PATH}")


async def _lasting(found: Finding, url: str, context: ssl.SSLContext, now: float) -> Finding:
    """`found`, unless the certificate of the address ends soon."""
    address = URL(url)
    if address.scheme != "https":
        return found
    async with asyncio.timeout(_TIMEOUT.total):
        _, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    ends = ssl.cert_time_to_seconds(writer.get_extra_info("peercert")["notAfter"])
    writer.transport.abort()
    if ends - now >= RENEW_DAYS * _DAY:
        return found
    said = f"its certificate ends on {datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
    return bad("public_url", f"{url}: {said}", "renew it at the proxy, and let the proxy do so by itself")
