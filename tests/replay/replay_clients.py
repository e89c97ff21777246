"""Agents without a browser: they speak the pane's protocol, look at a card and press what is on it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from simulators.demo.client import button, elements
from simulators.entra.people import BOT_APP_ID, Person
from tests.kill.kill_house import House
from tests.replay.replay_judge import Seen

_PAUSE_SECONDS = 4.0
"""Between two presses of one agent, on average."""
_HABITS = {
    "link": 20, "notes": 20, "tag": 8, "comment": 10, "finish": 8, "search": 8, "show": 14, "merge": 2, "undo": 2,
    "section": 8,
}  # fmt: skip
_SECTIONS = ("wrap_up", "comments", "requests", "journey", "profile", "related", "identities")
_JSON = {"Content-Type": "application/json", "X-Language": "en", "X-Time-Zone": "Europe/London"}


class Client:
    """One agent. `seen` is what they had before them when, `presses` what came of what they did."""

    def __init__(self, house: House, person: Person, session: aiohttp.ClientSession, seed: int) -> None:
        token = house.entra.issuer.sso_token(person, house.urls["entra"], BOT_APP_ID, 7200)
        self._headers = _JSON | {"Authorization": f"Bearer {token}"}
        self._url, self._session = house.service, session
        self._dice = random.Random(seed)
        self._stale_card, self._stale_list = asyncio.Event(), asyncio.Event()
        self._turn = asyncio.Lock()
        self._card: Any = None
        self._shown = ""
        self._open: list[str] = []
        self._known, self._lines = "", dict[str, Any]()
        self._heard: dict[str, int] = {}
        self._is_fetching_list = False
        self.person = person
        self.seen: list[Seen] = []
        self.presses: Counter[str] = Counter()
        self.troubles: list[str] = []

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for work in (self._listen, self._keep_card, self._keep_list, self._live):
                group.create_task(work())

    # --- what the page does

    async def _listen(self) -> None:
        while True:
            url = f"{self._url}/pane/events"
            async with self._session.get(url, headers=self._headers, timeout=_ENDLESS) as stream:
                while block := await _block(stream):
                    change = orjson.loads(block.get("data", "{}"))
                    card, is_all = change.get("card"), block["event"] == "ready" or change.get("all")
                    if is_all:
                        self._known = ""
                    self._heard[card] = max(change.get("version", 0), self._heard.get(card, 0))
                    if is_all or not card or (self._is_behind() and not self._is_fetching_list):
                        self._stale_list.set()
                    if is_all or (self._shown and card == self._shown):
                        self._stale_card.set()

    async def _keep_card(self) -> None:
        while await self._stale_card.wait():
            self._stale_card.clear()
            async with self._turn:
                if self._shown:
                    await self.act("card.refresh", {"card": self._shown}, is_automatic=True)

    async def _keep_list(self) -> None:
        begun = -_LIST_PAUSE
        while await self._stale_list.wait():
            await asyncio.sleep(max(0.0, begun + _LIST_PAUSE - time.monotonic()))
            begun = time.monotonic()
            self._stale_list.clear()
            self._heard.clear()
            self._is_fetching_list = True
            about = {"card": self._shown} if self._shown else {}
            answer = await self._post("customers.open", about | {"known": self._known}, {}, is_automatic=True)
            self._take(answer)
            if self._is_behind():
                self._stale_list.set()
            self._is_fetching_list = False
            if not self._shown and self._open:
                await self.act("customers.show", {"card": self._open[0]})

    def _is_behind(self) -> bool:
        """True where the list has a card as it was before a change that was heard of since it was asked for."""
        have = {place[:32]: int(place.split(".")[1]) for place in self._lines}
        return any(have.get(card, version) < version for card, version in self._heard.items())

    def _take(self, answer: Mapping[str, Any]) -> None:
        """The list Open as it was told: lines that are new, and those that stay."""
        if not answer["type"].endswith("adaptive"):
            return
        self._known = answer["known"]
        news = {one.get("id"): one for one in answer["value"]["body"]}
        places = self._known.split(",")[1:]
        kept = {place: line for place, line in self._lines.items() if place in places}
        told = {place: news[f"customer.{place[:32]}"] for place in places if f"customer.{place[:32]}" in news}
        self._lines = kept | told
        self._open = [place[:32] for place in places]
        assert len(self._lines) == len(places), "a line is missing"

    async def act(
        self, verb: str, data: Mapping[str, str], inputs: Mapping[str, str] | None = None, *, is_automatic: bool = False
    ) -> dict[str, Any]:
        """Press; what the answer shows is before the agent from then on."""
        answer = await self._post(verb, data, inputs or {}, is_automatic=is_automatic)
        if answer["card"] and answer["type"].endswith("adaptive"):
            self._card, self._shown = answer["value"], answer["card"]
            self.seen.append(Seen(time.time(), self._shown, answer["version"]))
        return answer

    async def _post(
        self, verb: str, data: Mapping[str, str], inputs: Mapping[str, str], *, is_automatic: bool
    ) -> dict[str, Any]:
        trigger = "automatic" if is_automatic else "manual"
        body = orjson.dumps({"action": {"verb": verb, "data": data, "inputs": inputs}, "trigger": trigger})
        async with self._session.post(f"{self._url}/pane/action", data=body, headers=self._headers) as answer:
            found: dict[str, Any] = await answer.json()
            if answer.status != 200:
                self.troubles.append(f"{self.person.name}: {verb} {answer.status} {found.get('value')}")
                return {"card": None, "type": "", "value": {}, "notice": None}
        notice = found["notice"] or {}
        self.presses[f"{verb} {notice.get('code', '')}".strip()] += 1
        if notice.get("kind") == "error":
            self.troubles.append(f"{self.person.name}: {verb} {notice}")
        return found

    # --- what the agent does

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(self._dice.expovariate(1 / _PAUSE_SECONDS))
            habit = self._dice.choices(list(_HABITS), list(_HABITS.values()))[0]
            async with self._turn:
                if self._card is not None:
                    await getattr(self, f"_{habit}")()

    async def _press(self, verb: str, **inputs: str) -> bool:
        """Press the button, where it is there; everything that stands in the inputs goes along, as from a page."""
        found = button(self._card, verb)
        if found is None:
            return False
        stands = {one["id"]: str(one.get("value", "")) for one in elements(self._card) if _is_input(one)}
        typed = {name.replace("__", "."): text for name, text in inputs.items()}
        await self.act(verb, {name: text for name, text in found["data"].items() if name != "verb"}, stands | typed)
        return True

    async def _link(self) -> None:
        await self._press(self._dice.choice(("link.add", "link.add", "link.remove")))

    async def _notes(self) -> None:
        if not await self._press("wrapup.save", wrapup__notes=f"Agreed at {time.time():.2f}: *nothing* yet."):
            await self._section("wrap_up")

    async def _tag(self) -> None:
        await self._press("tag.add", wrapup__tag=self._dice.choice(("invoice", "delivery", "praise")))

    async def _comment(self) -> None:
        if not await self._press("comment.add", comment__text=f"Seen at {time.time():.2f}."):
            await self._section("comments")

    async def _finish(self) -> None:
        await self._press("wrapup.finish")

    async def _search(self) -> None:
        query = self._dice.choice(("Ferrars", "Steele", "4930", "lucy"))
        await self._post("customers.search", {}, {"query": query}, is_automatic=False)

    async def _show(self) -> None:
        if self._open:
            await self.act("customers.show", {"card": self._dice.choice(self._open)})

    async def _merge(self) -> None:
        """With the likeliest other card, if there is one."""
        if not button(self._card, "merge.preview") and not await self._press("merge.open"):
            return
        if await self._press("merge.preview") and not await self._press("merge.confirm"):
            await self._press("merge.open")

    async def _undo(self) -> None:
        if not await self._press("merge.undo"):
            await self._section("identities")

    async def _section(self, name: str = "") -> None:
        await self.act("card.section", {"card": self._shown, "section": name or self._dice.choice(_SECTIONS)})


_LIST_PAUSE = 0.25
"""Seconds between two fetches of the list, as the page has it."""
_ENDLESS = aiohttp.ClientTimeout(total=None, sock_connect=30)


async def _block(stream: aiohttp.ClientResponse) -> dict[str, str]:
    """The next event, heartbeats passed over; empty where the stream has ended."""
    while True:
        try:
            text = (await stream.content.readuntil(b"\n\n")).decode()
        except asyncio.IncompleteReadError:
            return {}
        if not text:
            return {}
        if not text.startswith(":"):
            return dict(line.split(": ", 1) for line in text.strip().splitlines())


def _is_input(element: Mapping[str, Any]) -> bool:
    return str(element.get("type", "")).startswith("Input.") and "id" in element
