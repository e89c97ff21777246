"""A bot in a house of its own: the stand-ins for Entra and Teams around it, a desk that writes down what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import requests
from aiohttp import web

from bot.connector import ConnectorClient
from bot.credentials import MsalTokens
from bot.ports import ConversationReference
from bot.wiring import Bot, BotSettings, make_bot
from customers.ids import CardId, UserId
from customers.ports import Action, Answer, BadAction, Change, UnknownVerb
from customers.shorts import CustomerShort, Short
from customers.views import Viewer
from simulators.entra.app import Entra
from simulators.entra.issuer import Issuer
from simulators.entra.people import BOT_APP_ID, BOT_APP_SECRET, ELINOR, TENANT_ID
from simulators.kit.app import Address
from simulators.kit.server import ADDRESS, running
from simulators.kit.tls import Authority
from simulators.teams.app import Teams


def card(text: str, version: str = "1") -> dict[str, Any]:
    """A card with one button."""
    data = {"verb": "link.add", "card": "c1", "version": version, "record": "salesforce:Contact:003"}
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": text}],
        "actions": [
            {
                "type": "Action.Execute",
                "verb": "link.add",
                "title": "Link",
                "data": data,
                "fallback": {"type": "Action.Submit", "title": "Link", "data": data},
            }
        ],
    }


class RecordingDesk:
    """Answers every verb it knows with a card that names it, and remembers who asked for what."""

    def __init__(self) -> None:
        self.acted: list[tuple[Viewer, Action]] = []
        self.answer: Answer | Exception | None = None

    async def act(self, viewer: Viewer, action: Action) -> Answer:
        self.acted.append((viewer, action))
        if isinstance(self.answer, Exception):
            raise self.answer
        if action.verb not in ("link.add", "card.refresh", "customers.open", "customers.search"):
            raise UnknownVerb(action.verb)
        if "card" not in action.data and not action.verb.startswith("customers."):
            raise BadAction("card is missing")
        return self.answer or Answer(card=card(f"{action.verb} done", "2"), card_id=CardId("c1"))

    async def changes(self, viewer: Viewer) -> AsyncIterator[Change]:
        for _ in ():
            yield Change(None)


class RecordingDirectory:
    """Knows everybody but those in `strangers`."""

    def __init__(self) -> None:
        self.chats: dict[str, ConversationReference] = {}
        self.strangers: set[str] = set()

    async def viewer(
        self, *, oid: str, tenant: str, name: str, email: str, language: str, time_zone: str
    ) -> Viewer | None:
        if oid in self.strangers:
            return None
        return Viewer(UserId(oid), tenant, name, email, language=language, time_zone=time_zone)

    async def remember(self, reference: ConversationReference) -> None:
        self.chats[reference.user_id] = reference

    async def forget(self, user_id: UserId, conversation_id: str) -> None:
        known = self.chats.get(user_id)
        if known is not None and known.conversation.id == conversation_id:
            del self.chats[user_id]


class RecordingShortCards:
    """Finds Edward, and whatever `links` say; `trouble` happens with every call."""

    app_link = "https://teams.microsoft.com/l/app/the-app"

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.found: list[CustomerShort] = []
        self.links: dict[str, Short] = {}
        self.trouble: Exception | None = None

    async def find(self, viewer: Viewer, text: str, skip: int, count: int) -> list[CustomerShort]:
        self._note("find", viewer, text, skip, count)
        return self.found[skip : skip + count]

    async def of_card(self, viewer: Viewer, card_id: CardId) -> Short | None:
        self._note("of_card", viewer, card_id)
        return next((one for one in self.found if one.card_id == card_id), None)

    async def of_link(self, viewer: Viewer, url: str) -> Short | None:
        self._note("of_link", viewer, url)
        return self.links.get(url)

    def _note(self, *asked: Any) -> None:
        self.asked.append(asked)
        if self.trouble is not None:
            raise self.trouble


Run = Callable[[Any], Any]


@dataclass
class House:
    """What a test sees: the bot's URL, the stand-ins, what was recorded."""

    url: str
    entra: Entra
    teams: Teams
    teams_url: str
    ca_file: Path
    desk: RecordingDesk
    directory: RecordingDirectory
    short_cards: RecordingShortCards
    bot: Bot
    run: Run
    """Runs a coroutine in the bot's own loop."""
    http: requests.Session = field(default_factory=requests.Session)

    @property
    def connector(self) -> ConnectorClient:
        return self.bot.connector

    @property
    def service_url(self) -> str:
        return f"{self.teams_url}/"

    def token(self, **order: Any) -> str:
        return self.entra.issuer.bot_token({"service_url": self.service_url, **order})

    def post(self, activity: Any, token: str | None = None, **headers: str) -> requests.Response:
        """POST an activity (a dict, or raw bytes) with a good token, or with the one given; "" sends none."""
        bearer = self.token() if token is None else token
        sent = {"Content-Type": "application/json", **headers}
        if bearer:
            sent["Authorization"] = f"Bearer {bearer}"
        raw = activity if isinstance(activity, bytes) else None
        body = None if raw is not None else activity
        return self.http.post(f"{self.url}/api/messages", data=raw, json=body, headers=sent, timeout=10)

    def invoke(self, verb: str = "link.add", **more: Any) -> dict[str, Any]:
        """A card action of Elinor's."""
        chat = self.teams.chats.with_member(ELINOR.oid)
        assert chat is not None
        value = {"action": {"type": "Action.Execute", "verb": verb, "data": {"card": "c1"}}, "trigger": "manual"}
        activity = {"type": "invoke", "name": "adaptiveCard/action", "value": value, **more}
        return self.teams.envelope().wrap(chat, **activity)

    def driver(self, name: str, **order: Any) -> Any:
        """One of the Teams stand-in's hands."""
        answer = requests.post(
            f"{self.teams_url}/_simulator/{name}",
            json={"user": "elinor", **order},
            verify=str(self.ca_file),
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


@cache
def shared_issuer() -> Issuer:
    """Keys take long to make; rotating them harms nobody else."""
    return Issuer()


@contextmanager
def open_house(authority: Authority, *, development: bool = False, tenants: tuple[str, ...] = ()) -> Iterator[House]:
    """Entra, Teams and the bot, each in a thread, over TLS where there are tokens."""
    entra = Entra(issuer=shared_issuer())
    with running(entra.app, tls=authority) as entra_url:
        teams = Teams("", "" if development else entra_url, ca_file=authority.ca_file)
        with running(teams.app, tls=authority) as teams_url:
            desk, directory, built = RecordingDesk(), RecordingDirectory(), Built()
            short_cards = RecordingShortCards()
            app = _app(authority, entra_url, Parts(desk, directory, short_cards, built, development, tenants))
            with running(app) as url:
                teams.hands.bot_url = f"{url}/api/messages"
                with requests.Session() as http:
                    yield House(
                        url=url,
                        entra=entra,
                        teams=teams,
                        teams_url=teams_url,
                        ca_file=authority.ca_file,
                        desk=desk,
                        directory=directory,
                        short_cards=short_cards,
                        bot=built.bot,
                        run=built.run,
                        http=http,
                    )


class Built:
    """What only exists once the bot's loop runs."""

    bot: Bot
    loop: asyncio.AbstractEventLoop

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)


@dataclass
class Parts:
    desk: RecordingDesk
    directory: RecordingDirectory
    short_cards: RecordingShortCards
    built: Built
    development: bool
    tenants: tuple[str, ...]


def _app(authority: Authority, entra_url: str, parts: Parts) -> web.Application:
    app = web.Application()
    app[ADDRESS] = Address()
    app[BOT] = []

    async def wiring(app: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(ssl=authority.client_context())
        async with aiohttp.ClientSession(connector=connector) as session:
            bot = make_bot(
                _settings(authority, entra_url, parts), session, parts.desk, parts.directory, parts.short_cards
            )
            app[BOT].append(bot)
            parts.built.loop = asyncio.get_running_loop()
            parts.built.bot = bot
            yield
            await bot.close()

    app.router.add_post("/api/messages", _late)
    app.cleanup_ctx.append(wiring)
    return app


BOT: web.AppKey[list[Bot]] = web.AppKey("bot", list)


async def _late(request: web.Request) -> web.Response:
    # A handler that is there before the loop runs, when the bot cannot be made yet.
    return await request.app[BOT][0].endpoint.post(request)


def _settings(authority: Authority, entra_url: str, parts: Parts) -> BotSettings:
    if parts.development:
        return BotSettings(development=True)
    return BotSettings(
        app_id=BOT_APP_ID,
        tenant_id=TENANT_ID,
        credential=BOT_APP_SECRET,
        allowed_tenants=parts.tenants,
        service_hosts=["127.0.0.1"],
        login_url=entra_url,
        metadata_url=f"{entra_url}/botframework/.well-known/openidconfiguration",
        ca_file=str(authority.ca_file),
        page="https://card.example/pane/",
    )


def msal_tokens(entra_url: str, authority: Authority, secret: str = BOT_APP_SECRET) -> MsalTokens:
    """Tokens of the bot's application, from the stand-in."""
    return MsalTokens(
        BOT_APP_ID,
        f"{entra_url}/{TENANT_ID}",
        secret,
        ca_file=str(authority.ca_file),
        instance_discovery=False,
    )
