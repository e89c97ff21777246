"""Our border and our connector, with everything behind them ready: `python -m bench.ours`, figures (a) and (c)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, cast

import aiohttp
from aiohttp import web

from bench import serving
from bench.scene import Scene
from bot.activities import card_message
from bot.auth import TokenGate
from bot.connector import ConnectorClient
from bot.credentials import MsalTokens
from bot.extension import Extension
from bot.handler import CustomerCardBot
from bot.hosts import ServiceHosts
from bot.http import MessagesEndpoint
from bot.keys import SigningKeys
from bot.limiter import Limiter
from bot.performing import Performer
from bot.ports import Conversation, ConversationReference, Directory, ShortCards
from bot.turns import TurnAdapter
from customers.ids import UserId
from customers.ports import Action, Answer, Change, Desk
from customers.views import Viewer
from service import log
from service.processor import OneProcessor, settle


class ReadyDesk:
    """Answers every action with the scene's card."""

    def __init__(self, card: dict[str, Any]) -> None:
        self._answer = Answer(card=card)

    async def act(self, viewer: Viewer, action: Action) -> Answer:
        """The card."""
        return self._answer

    async def changes(self, viewer: Viewer) -> AsyncIterator[Change]:
        """None ever."""
        return
        yield


class EverybodyDirectory:
    """Everybody may use the card."""

    async def viewer(
        self, *, oid: str, tenant: str, name: str, email: str, language: str, time_zone: str
    ) -> Viewer | None:
        """The user."""
        return Viewer(UserId(oid), tenant, name, email, language, time_zone)

    async def remember(self, reference: ConversationReference) -> None:
        """Nobody is remembered."""

    async def forget(self, user_id: UserId, conversation_id: str) -> None:
        """Nobody was remembered."""


def connector(scene: Scene, session: aiohttp.ClientSession) -> ConnectorClient:
    """As the service makes it, but for the limiter's clock: a second passes at each look, or 7 messages a second
    would be the figure."""
    authority = f"https://login.microsoftonline.com/{scene.tenant_id}"
    tokens = MsalTokens(scene.app_id, authority, scene.secret)
    seconds = itertools.count(step=5.0)
    limiter = Limiter(clock=lambda: next(seconds))
    return ConnectorClient(session, tokens, ServiceHosts(), app_id=scene.app_id, limiter=limiter)


def _no_extension(directory: Directory) -> Extension:
    """No activity of the benchmarks asks it for anything."""
    return Extension(directory, cast("ShortCards", None))


def border(
    scene: Scene, session: aiohttp.ClientSession, client: ConnectorClient, desk: Desk, directory: Directory
) -> web.Application:
    """`POST /api/messages` as the service mounts it."""
    performer = Performer(desk, directory)
    gate = TokenGate(scene.app_id, SigningKeys(session), ServiceHosts(), [scene.tenant_id])
    turns = TurnAdapter(CustomerCardBot(performer, directory, client), client)
    app = web.Application()
    app.add_routes(MessagesEndpoint(gate, performer, _no_extension(directory), turns).routes())
    return app


def updater(scene: Scene, client: ConnectorClient) -> serving.Update:
    """The message of the scene replaced by a card that is a dict."""
    conversation = Conversation(scene.service_url, scene.conversation_id, scene.tenant_id)

    async def update() -> None:
        await client.update(conversation, scene.activity_id, card_message(scene.card))

    return update


@contextmanager
def as_in_the_field() -> Iterator[None]:
    """The process is as `customer-card serve` has it: its log, its garbage collector, its processor."""
    log.configure()
    settle()
    with OneProcessor():
        yield


async def _main() -> None:
    scene = serving.enter()
    async with aiohttp.ClientSession() as session:
        client = connector(scene, session)
        app = border(scene, session, client, ReadyDesk(scene.card), EverybodyDirectory())
        with as_in_the_field():
            await serving.serve(app, serving.updates(updater(scene, client)))


if __name__ == "__main__":
    asyncio.run(_main())
