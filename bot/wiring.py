"""The bot put together, for `service` and for whoever measures it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import aiohttp

from bot.auth import Gate, LoopbackGate, TokenGate
from bot.connector import ConnectorClient
from bot.credentials import MsalTokens, NoTokens
from bot.extension import Extension
from bot.handler import CustomerCardBot
from bot.hosts import TEAMS_HOSTS, ServiceHosts
from bot.http import MessagesEndpoint
from bot.keys import METADATA_URL, SigningKeys
from bot.limiter import Limiter
from bot.performing import Performer
from bot.ports import Directory, ShortCards
from bot.turns import TurnAdapter
from customers.ports import Desk

LOGIN_URL = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class BotSettings:
    """What an administrator decides. Without `app_id` the bot works in development mode: this machine only."""

    app_id: str = ""
    tenant_id: str = ""
    credential: str | Mapping[str, str] = field(default="", repr=False)
    """The client secret, or msal's mapping of a certificate: `private_key`, `thumbprint` …"""
    allowed_tenants: Collection[str] = ()
    """Empty: `tenant_id` alone."""
    service_hosts: Collection[str] = TEAMS_HOSTS
    login_url: str = LOGIN_URL
    metadata_url: str = METADATA_URL
    ca_file: str = ""
    """Trusted for Entra in place of the machine's authorities; empty for Microsoft's own."""
    development: bool = False
    page: str = ""
    """Where the pane stands, for dialogs of Teams; empty where Teams has no address of it."""


@dataclass(frozen=True, slots=True)
class Bot:
    """The ways in and out. `routes()` of the endpoint are to be mounted; `connector` is for messages unasked."""

    endpoint: MessagesEndpoint
    connector: ConnectorClient
    keys: SigningKeys
    tokens: MsalTokens | NoTokens

    async def warm_up(self) -> None:
        """Afterwards the first request need not wait for signing keys, if Microsoft answered. Never raises for that."""
        if isinstance(self.tokens, MsalTokens):
            await self.keys.warm_up()

    async def close(self) -> None:
        """Nothing is under way afterwards; the session is the caller's."""
        await self.keys.close()
        if isinstance(self.tokens, MsalTokens):
            await self.tokens.close()


def make_bot(
    settings: BotSettings,
    session: aiohttp.ClientSession,
    desk: Desk,
    directory: Directory,
    short_cards: ShortCards,
    *,
    limiter: Limiter | None = None,
) -> Bot:
    """The bot over `session`, which all calls share. Raises ValueError where neither app id nor development is set."""
    if not settings.app_id and not settings.development:
        raise ValueError("the bot needs an app id, or development mode on a loopback address")
    keys = SigningKeys(session, settings.metadata_url)
    tokens = tokens_of(settings)
    hosts = ServiceHosts(settings.service_hosts if settings.app_id else ("127.0.0.1", "localhost", "::1"))
    connector = ConnectorClient(session, tokens, hosts, app_id=settings.app_id, limiter=limiter)
    performer = Performer(desk, directory)
    turns = TurnAdapter(CustomerCardBot(performer, directory, connector, settings.page), connector)
    extension = Extension(directory, short_cards)
    endpoint = MessagesEndpoint(_gate(settings, keys, hosts), performer, extension, turns)
    return Bot(endpoint, connector, keys, tokens)


def _gate(settings: BotSettings, keys: SigningKeys, hosts: ServiceHosts) -> Gate:
    if not settings.app_id:
        return LoopbackGate()
    own = [settings.tenant_id] if settings.tenant_id else []
    return TokenGate(settings.app_id, keys, hosts, settings.allowed_tenants or own)


def tokens_of(settings: BotSettings) -> MsalTokens | NoTokens:
    """Where the bot's own tokens come from; nothing is asked for yet."""
    if not settings.app_id:
        return NoTokens()
    return MsalTokens(
        settings.app_id,
        # A multi-tenant bot's tokens are the Bot Framework's own tenant's.
        f"{settings.login_url.rstrip('/')}/{settings.tenant_id or 'botframework.com'}",
        settings.credential,
        ca_file=settings.ca_file,
        # msal asks Microsoft about every authority that it does not know, stand-ins included.
        instance_discovery=settings.login_url == LOGIN_URL,
    )
