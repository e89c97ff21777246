"""The Bot Connector's REST API."""

from __future__ import annotations

import argparse
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from simulators.entra.people import BOT_APP_ID, PEOPLE, TENANT_ID, Person
from simulators.kit.faults import Faults
from simulators.kit.server import ADDRESS, Handler, json_response, note, serve, simulator_app
from simulators.kit.tls import Authority
from simulators.kit.tokens import TokenChecker, TokenError
from simulators.teams.chats import Chat, Chats, Message
from simulators.teams.errors import FAULTS, ConnectorError, not_installed, throttled
from simulators.teams.hands import Hands
from simulators.teams.inbound import Envelope
from simulators.teams.limits import PER_TENANT, READS, WRITES, Limits

AUDIENCE = "https://api.botframework.com"
SIZE_LIMIT = 80_000
"""Bytes of one message counted as UTF-16: what Microsoft advises bots to stay under."""


class Teams:
    """One tenant's Teams and one bot in it. `app` is what to serve.

    With `entra_url` calls need a token that the Entra stand-in has signed, and activities to `bot_url` carry one;
    without it there are no tokens at all. `ca_file` is the authority to trust in both.
    """

    def __init__(
        self,
        bot_url: str = "",
        entra_url: str = "",
        *,
        app_id: str = BOT_APP_ID,
        ca_file: Path | None = None,
        faults: Faults | None = None,
        size_limit: int = SIZE_LIMIT,
        people: Iterable[Person] = PEOPLE,
    ) -> None:
        self.faults = faults or Faults()
        self.chats = Chats(app_id, people)
        self._app_id = app_id
        self._entra_url = entra_url
        self._size_limit = size_limit
        self._tls = ssl.create_default_context(cafile=str(ca_file)) if ca_file else None
        keys = f"{entra_url}/{TENANT_ID}/discovery/v2.0/keys"
        self._checker = TokenChecker(keys, AUDIENCE, ca_file=ca_file) if entra_url else None
        self._writes, self._reads, self._tenant = Limits(WRITES), Limits(READS), Limits(PER_TENANT)
        self.hands = Hands(self.chats, self.envelope, bot_url, self._sign if entra_url else None, self._tls)
        self.app = simulator_app("teams", self.faults, lambda: {"conversations": self.chats.state()})
        self._add_routes()

    def envelope(self) -> Envelope:
        """How activities to the bot begin."""
        return Envelope(f"{self.app[ADDRESS].url}/", self._app_id, TENANT_ID)

    def _add_routes(self) -> None:
        chat = "/v3/conversations/{conversation}"
        add = self.app.router
        add.add_post("/v3/conversations", self._guarded(self._create))
        add.add_post(f"{chat}/activities", self._guarded(self._send))
        add.add_post(f"{chat}/activities/{{activity}}", self._guarded(self._send))
        add.add_put(f"{chat}/activities/{{activity}}", self._guarded(self._update))
        add.add_delete(f"{chat}/activities/{{activity}}", self._guarded(self._delete))
        add.add_get(f"{chat}/members", self._guarded(self._members))
        add.add_get(f"{chat}/pagedmembers", self._guarded(self._paged_members))
        add.add_get(f"{chat}/members/{{member}}", self._guarded(self._member))
        add.add_routes(self.hands.routes())
        add.add_get("/_simulator/chat", self._chat_now)

    def _guarded(self, handler: Callable[[web.Request], Awaitable[web.Response]]) -> Handler:
        async def guarded(request: web.Request) -> web.Response:
            try:
                await self._admit(request)
                return await handler(request)
            except ConnectorError as error:
                note(request, code=error.body["error"]["code"])
                return error.response()

        return guarded

    async def _admit(self, request: web.Request) -> None:
        """Token, armed faults, limits: in this order."""
        if self._checker is not None:
            try:
                claims = await self._checker.claims(request.headers)
            except TokenError as error:
                raise ConnectorError(401, "AuthorizationError", "Authorization has been denied.") from error
            if claims.get("appid") != self._app_id:
                raise ConnectorError(403, "ForbiddenOperationException", "The token is another application's.")
        fault = self.faults.take(request.method, request.path, *FAULTS)
        if fault is not None:
            note(request, fault=fault["fault"])
            raise FAULTS[fault["fault"]](fault)
        limits = self._reads if request.method == "GET" else self._writes
        for one, key in ((limits, request.match_info.get("conversation", "")), (self._tenant, self._app_id)):
            wait = one.exceeded(key)
            if wait is not None:
                raise throttled(wait)

    async def _create(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        members = body.get("members")
        if not isinstance(members, list) or len(members) != 1 or not isinstance(members[0], dict):
            raise ConnectorError(400, "BadSyntax", "Exactly one member is needed.")
        chat = self.chats.with_member(str(members[0].get("id", "")))
        if chat is None:
            raise ConnectorError(404, "NotFound", "The member was not found in the tenant.")
        _writable(chat)
        return json_response({"id": chat.id, "serviceUrl": self.envelope().service_url}, 201)

    async def _send(self, request: web.Request) -> web.Response:
        chat, activity = _writable(self._chat(request)), await self._activity(request)
        message = Message()
        message.write(activity)
        chat.messages[message.id] = message
        return json_response({"id": message.id}, 201)

    async def _update(self, request: web.Request) -> web.Response:
        chat, activity = _writable(self._chat(request)), await self._activity(request)
        message = _message(chat, request)
        message.write(activity)
        return json_response({"id": message.id})

    async def _delete(self, request: web.Request) -> web.Response:
        _message(_writable(self._chat(request)), request).is_deleted = True
        return web.Response(status=200)

    async def _members(self, request: web.Request) -> web.Response:
        return json_response([_writable(self._chat(request)).member(TENANT_ID)])

    async def _paged_members(self, request: web.Request) -> web.Response:
        return json_response({"members": [_writable(self._chat(request)).member(TENANT_ID)]})

    async def _member(self, request: web.Request) -> web.Response:
        chat = _writable(self._chat(request))
        if self.chats.with_member(request.match_info["member"]) is not chat:
            raise ConnectorError(404, "MemberNotFoundInConversation", "The member is not in the conversation.")
        return json_response(chat.member(TENANT_ID))

    async def _chat_now(self, request: web.Request) -> web.Response:
        """`?user=`: what the person sees: `[{id, text, card}]`, oldest first."""
        shown = [
            {"id": message.id, "text": message.newest.get("text"), "card": message.card}
            for chat in self.chats
            if request.query.get("user", "").casefold() in (chat.person.email, chat.person.oid)
            for message in chat.messages.values()
            if not message.is_deleted
        ]
        return json_response(shown)

    def _chat(self, request: web.Request) -> Chat:
        chat = self.chats.chat(request.match_info["conversation"])
        if chat is None:
            raise ConnectorError(404, "ConversationNotFound", "Conversation not found.")
        return chat

    async def _body(self, request: web.Request) -> dict[str, Any]:
        raw = await request.read()
        if 2 * len(raw) > self._size_limit and len(raw.decode().encode("utf-16-le")) > self._size_limit:
            raise ConnectorError(413, "MessageSizeTooBig", "Message size too large.")
        try:
            body = orjson.loads(raw)
        except ValueError as error:
            raise ConnectorError(400, "BadSyntax", "The body is not JSON.") from error
        if not isinstance(body, dict):
            raise ConnectorError(400, "BadSyntax", "The body is not an object.")
        return body

    async def _activity(self, request: web.Request) -> dict[str, Any]:
        activity = await self._body(request)
        if not activity.get("type"):
            raise ConnectorError(400, "BadSyntax", "Activity type is missing.")
        return activity

    async def _sign(self, service_url: str) -> str:
        order = orjson.dumps({"service_url": service_url, "app_id": self._app_id})
        url = f"{self._entra_url}/_simulator/bot-token"
        async with aiohttp.ClientSession() as session, session.post(url, data=order, ssl=self._tls or True) as answer:
            return str(orjson.loads(await answer.read())["token"])


def _writable(chat: Chat) -> Chat:
    if not chat.is_installed:
        raise not_installed()
    return chat


def _message(chat: Chat, request: web.Request) -> Message:
    message = chat.messages.get(request.match_info["activity"])
    if message is None or message.is_deleted:
        raise ConnectorError(404, "ActivityNotFoundInConversation", "The activity is not in the conversation.")
    return message


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bot", default="", metavar="URL", help="the bot's messaging endpoint, …/api/messages")
    parser.add_argument("--entra", default="", metavar="URL", help="the Entra stand-in; without it there are no tokens")
    parser.add_argument("--app-id", default=BOT_APP_ID)


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    serve(_factory, argv, _options)


def _factory(arguments: argparse.Namespace) -> web.Application:
    ca_file = Authority(arguments.tls).ca_file if arguments.tls else None
    return Teams(arguments.bot, arguments.entra, app_id=arguments.app_id, ca_file=ca_file).app
