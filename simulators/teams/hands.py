"""A person's hands: install, remove, say, press. What the bot answers is handed back."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from simulators.entra.people import person
from simulators.kit.server import Handler, json_response
from simulators.teams import extension
from simulators.teams.buttons import find
from simulators.teams.chats import CARD, Chat, Chats, Message
from simulators.teams.inbound import Envelope, Json

_TIMEOUT = aiohttp.ClientTimeout(total=15)
"""As long as the Bot Connector waits for a bot."""


class HandsError(Exception):
    """The driver's call makes no sense: there is no such person, message or button."""


class Hands:
    """Sends signed activities to the bot. `sign` makes the token; None sends without one (development mode)."""

    def __init__(
        self,
        chats: Chats,
        envelope: Callable[[], Envelope],
        bot_url: str,
        sign: Callable[[str], Awaitable[str]] | None,
        tls: ssl.SSLContext | None,
    ) -> None:
        self.bot_url = bot_url
        self._chats = chats
        self._envelope = envelope
        self._sign = sign
        self._tls = tls

    def routes(self) -> list[web.RouteDef]:
        """The driver's routes under `/_simulator`."""
        known = {"install": self.install, "uninstall": self.uninstall, "say": self.say, "press": self.press}
        known |= {"find": self.find, "choose": self.choose, "paste": self.paste}
        return [web.post(f"/_simulator/{name}", _answering(act)) for name, act in known.items()]

    async def install(self, order: Json) -> Json:
        """`{user}`: the person installs the app; both activities go to the bot."""
        chat = self._chat(order)
        chat.is_installed = True
        answers = [await self.send(activity) for activity in self._envelope().installed(chat)]
        return {"conversation": chat.id, "member": chat.member_id, "answers": answers}

    async def uninstall(self, order: Json) -> Json:
        """`{user}`: the person removes the app."""
        chat = self._chat(order)
        chat.is_installed = False
        answers = [await self.send(activity) for activity in self._envelope().removed(chat)]
        return {"conversation": chat.id, "answers": answers}

    async def say(self, order: Json) -> Json:
        """`{user, text}`: the person writes to the bot."""
        return await self.send(self._envelope().said(self._chat(order), str(order.get("text", ""))))

    async def press(self, order: Json) -> Json:
        """The person presses a button and the bot's answer is shown to them.

        `{user, activity?, verb, data?, inputs?, trigger?, how?}`: the button is looked for on the card as the person
        sees it, in the message `activity` or the newest card. `action` in place of `verb` is sent unseen. `how` is
        `execute`, or `submit` for a client that knows the fallback alone.
        """
        chat = self._chat(order)
        message = self._message(chat, order)
        action = order.get("action") or _button(message, order)
        inputs = order.get("inputs") or {}
        if order.get("how") == "submit":
            data = (action.get("fallback") or action).get("data") or {}
            return await self.send(self._envelope().submitted(chat, message, {**data, **inputs}))
        shown = {name: value for name, value in action.items() if name in ("id", "verb", "title")}
        shown["data"] = {**(action.get("data") or {}), **inputs}
        answer = await self.send(self._envelope().executed(chat, message, shown, order.get("trigger", "manual")))
        _show(message, answer["body"])
        return answer

    async def find(self, order: Json) -> Json:
        """`{user, command, parameter, text?, skip?}`: the person looks for something in the message extension."""
        value = extension.query(order["command"], order["parameter"], order.get("text"), int(order.get("skip", 0)))
        return await self._asks(order, extension.QUERY, value)

    async def choose(self, order: Json) -> Json:
        """`{user, value}`: the person chooses a result; `value` is that of its preview's `tap`."""
        return await self._asks(order, extension.SELECT, order["value"])

    async def paste(self, order: Json) -> Json:
        """`{user, url, anonymous?}`: the person pastes a link; `anonymous` where they do not have the app."""
        name = extension.ANONYMOUS_LINK if order.get("anonymous") else extension.LINK
        return await self._asks(order, name, {"url": order["url"]})

    async def _asks(self, order: Json, name: str, value: Json) -> Json:
        """The bot's answer; `refused` says why a client could not show it."""
        activity = self._envelope().wrap(self._chat(order), type="invoke", name=name, value=value)
        is_link = name not in (extension.QUERY, extension.SELECT)
        answer = await self.send(extension.anonymous(activity) if name == extension.ANONYMOUS_LINK else activity)
        return answer | {"refused": extension.refusal(answer["body"], is_link=is_link)}

    async def send(self, activity: Json) -> Json:
        """POST one activity to the bot: `{status, body}`; status 0 when nobody answered."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self._sign is not None:
            headers["Authorization"] = "Bearer " + await self._sign(activity["serviceUrl"])
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.post(
                    self.bot_url, data=orjson.dumps(activity), headers=headers, ssl=self._tls or True
                ) as answer,
            ):
                return {"status": answer.status, "body": _json_or_text(await answer.read())}
        except (TimeoutError, aiohttp.ClientError) as error:
            return {"status": 0, "body": type(error).__name__}

    def _chat(self, order: Json) -> Chat:
        who = person(str(order.get("user", "")))
        chat = self._chats.with_member(who.oid) if who else None
        if chat is None:
            raise HandsError("no such user")
        return chat

    @staticmethod
    def _message(chat: Chat, order: Json) -> Message:
        wanted = order.get("activity")
        message = chat.messages.get(wanted) if wanted else chat.newest_card()
        if message is None or message.is_deleted:
            raise HandsError("no such message")
        return message


def _button(message: Message, order: Json) -> Json:
    button = find(message.card, str(order.get("verb")), order.get("data") or {})
    if button is None:
        raise HandsError("no such button on the card")
    return button


def _show(message: Message, body: Any) -> None:
    if isinstance(body, dict) and body.get("type") == CARD:
        message.shown = body["value"]


def _json_or_text(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")


def _answering(act: Callable[[Json], Awaitable[Json]]) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        try:
            order = orjson.loads(await request.read() or b"{}")
            return json_response(await act(order))
        except (HandsError, KeyError, ValueError) as error:
            return json_response({"error": str(error)}, 400)

    return answer
