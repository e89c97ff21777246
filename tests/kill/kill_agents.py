"""What agents do: they look at the card in their chat and press its buttons, again and again until it is done."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from simulators.demo.client import button
from simulators.entra.people import BOT_APP_ID, Person
from simulators.teams.chats import Message
from tests.kill.kill_house import House

_TOKEN = re.compile(rb"K\d{4}")
_LOOK_SECONDS = 0.1
_PANE_SECONDS = 4.0
"""After so long without the button an agent asks for the card anew."""


class GaveUp(Exception):
    """Something that an agent waited for did not come."""


class Screens:
    """The cards in the chats, found by the interaction that they show."""

    def __init__(self, house: House) -> None:
        self._teams = house.teams
        self._known: dict[str, tuple[int, str]] = {}

    def messages(self, person: Person, token: str) -> list[Message]:
        """Messages of the person's chat that show the interaction, the newest last."""
        chat = self._teams.chats.with_member(person.oid)
        assert chat is not None
        return [one for one in list(chat.messages.values()) if self.token(one) == token]

    def token(self, message: Message) -> str:
        """Of the interaction that the message shows; empty for none."""
        known = self._known.get(message.id)
        if known is None or known[0] != len(message.versions):
            found = _TOKEN.search(orjson.dumps(message.newest))
            known = (len(message.versions), found[0].decode() if found else "")
            self._known[message.id] = known
        return known[1]


class Desk:
    """All agents, over one session."""

    def __init__(self, house: House, session: aiohttp.ClientSession, patience: float) -> None:
        self.screens = Screens(house)
        self._house = house
        self._session = session
        self._patience = patience
        sign, url = house.entra.issuer.sso_token, house.urls["entra"]
        self._tokens = {one.oid: sign(one, url, BOT_APP_ID, 3600) for one in house.agents}
        self.repeated = 0
        """Buttons pressed again because nobody answered."""

    async def act(self, person: Person, verb: str, data: Mapping[str, Any], **inputs: str) -> dict[str, Any]:
        """Press a button until somebody answers. Inputs are named with `__` for the dot."""
        named = {name.replace("__", "."): text for name, text in inputs.items()}
        body = orjson.dumps({"action": {"verb": verb, "data": dict(data), "inputs": named}, "trigger": "manual"})
        headers = {"Authorization": f"Bearer {self._tokens[person.oid]}", "Content-Type": "application/json"}
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            try:
                url = f"{self._house.service}/pane/action"
                async with self._session.post(url, data=body, headers=headers) as answer:
                    if answer.status == 200:
                        found: dict[str, Any] = orjson.loads(await answer.read())
                        return found
            except (aiohttp.ClientError, TimeoutError, OSError):
                self.repeated += 1
            await asyncio.sleep(_LOOK_SECONDS)
        raise GaveUp(f"nobody answers {verb}")

    async def press(
        self, person: Person, token: str, verb: str, wanted: tuple[str, ...], record: str = "", **inputs: str
    ) -> None:
        """Press the button of the interaction's card until the notice is one of `wanted`."""
        deadline = time.monotonic() + self._patience
        ask_at = time.monotonic() + _PANE_SECONDS
        last = "no button"
        while time.monotonic() < deadline:
            data = self._button(person, token, verb, record)
            if data is not None:
                answer = await self.act(person, verb, data, **inputs)
                last = (answer["notice"] or {}).get("code", "")
                if last in wanted:
                    return
            if time.monotonic() > ask_at and verb.startswith("link."):
                await self._ask_crms(person, token)
                ask_at = time.monotonic() + _PANE_SECONDS
            await asyncio.sleep(_LOOK_SECONDS if data is None else 3 * _LOOK_SECONDS)
        raise GaveUp(f"{verb} {record}: {last}")

    async def _ask_crms(self, person: Person, token: str) -> None:
        """A look-up came to nothing: the agent presses Refresh (A-17)."""
        for message in self.screens.messages(person, token):
            if found := button(message.card, "card.refresh"):
                await self.act(person, "related.refresh", {"card": found["data"]["card"]})

    def _button(self, person: Person, token: str, verb: str, record: str) -> dict[str, Any] | None:
        """Data of the button as the card shows it; a record's Link is derived from any other's."""
        for message in reversed(self.screens.messages(person, token)):
            found = button(message.card, verb)
            if found is None and verb == "link.add":
                found = button(message.card, "link.remove")
            if found is None and verb == "link.remove":
                found = button(message.card, "link.add")
            if found is not None:
                data = found["data"]
                return {**data, "verb": verb, "record": record} if record else dict(data)
        return None
