"""The whole product against the simulators, in one process: what the scenario tests live in."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from service.operations import Operations
from service.settings import Settings
from service.wiring import Service, named_database
from simulators.contact_centre.scripts import SOURCE, Script, dated, new_run
from simulators.contact_centre.sender import Sender, signed
from simulators.dataverse.app import Dataverse
from simulators.demo.client import button, elements
from simulators.entra.app import Entra
from simulators.entra.people import (
    BOT_APP_ID,
    BOT_APP_SECRET,
    CRM_APP_ID,
    CRM_APP_SECRET,
    TENANT_ID,
    WILLOUGHBY,
    person,
)
from simulators.kit.faults import Faults
from simulators.kit.server import running
from simulators.kit.tls import Authority
from simulators.salesforce.app import create_app
from simulators.salesforce.org import Org
from simulators.salesforce.seed import seeded
from simulators.teams.app import Teams

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
DEADLINE_SECONDS = 60.0
CONTACT = "salesforce:Contact:"
ACCOUNT = "dynamics:account:"


@dataclass
class Grounds:
    """What all tests share: keys and certificates take a while to make."""

    authority: Authority
    entra: Entra
    entra_url: str


@dataclass
class World:
    """One service and its surroundings."""

    grounds: Grounds
    org: Org
    salesforce_faults: Faults
    dataverse: Dataverse
    teams: Teams
    urls: Mapping[str, str]
    session: aiohttp.ClientSession
    tables: dict[str, Any]
    """The service's settings."""
    service_url: str = ""
    management_url: str = ""
    sender: Sender | None = None
    run: str = field(default_factory=new_run)
    scripts: dict[str, Script] = field(default_factory=dict)

    # --- the contact centre -------------------------------------------------------------------------------------

    def script(self, name: str = "call", channel: str = "voice", **changes: Any) -> Script:
        """An interaction of the contact centre, with Edward and Elinor unless `changes` say otherwise."""
        return self.scripts.setdefault(name, Script(self.run, name, channel, **changes))

    async def happens(self, verb: str, script: Script | None = None, **data: Any) -> dict[str, Any]:
        """`verb` happens to the interaction and is acknowledged; the event."""
        script = script or self.script()
        script(0, verb, **data)
        event = dated(script.steps[-1].event, seconds=-3600 * script.hours_ago)
        assert self.sender is not None
        assert await self.sender.send(event), self.sender.refused
        return event

    async def contact_merged(self, survivor: str, absorbed: str) -> None:
        """The contact centre makes one contact of two."""
        data = {"interaction": {"id": absorbed, "channel": "other"}, "merge": {"into": survivor, "from": absorbed}}
        fixed = {"specversion": "1.0", "source": SOURCE, "datacontenttype": "application/json", "subject": absorbed}
        event = dated({**fixed, "id": f"merged-{absorbed}", "type": "cc.contact.merged.v1", "data": data})
        assert self.sender is not None
        assert await self.sender.send(event), self.sender.refused

    async def posts(self, verb: str, **data: Any) -> aiohttp.ClientResponse:
        """As `happens`, once; the answer."""
        script = self.script()
        script(0, verb, **data)
        body = orjson.dumps(dated(script.steps[-1].event))
        headers = {"Content-Type": "application/cloudevents+json"}
        headers |= signed(SECRET, "m-1", int(time.time()), body)
        async with self.session.post(f"{self.service_url}/intake/v1/main", data=body, headers=headers) as answer:
            assert answer.status == 202
            return answer

    # --- the CRMs -----------------------------------------------------------------------------------------------

    def tasks(self) -> list[dict[str, Any]]:
        """Tasks that Salesforce holds."""
        return [dict(row) for row in self.org.records.get("Task", {}).values()]

    def phone_calls(self) -> list[dict[str, Any]]:
        """Phone calls that Dynamics holds."""
        rows: list[dict[str, Any]] = self.dataverse.state()["tables"]["phonecalls"]
        return rows

    async def administrators(self, crm: str, change: object) -> None:
        """A CRM's administrators change something: `salesforce` or `dataverse`."""
        async with self.session.post(f"{self.urls[crm]}/_simulator/metadata", json=change) as answer:
            assert answer.status == 204, await answer.text()

    # --- the chat -----------------------------------------------------------------------------------------------

    async def installs(self, name: str) -> None:
        """The person installs the app."""
        async with self.session.post(f"{self.urls['teams']}/_simulator/install", json={"user": name}) as answer:
            assert answer.status == 200, await answer.text()

    async def presses_in_chat(self, name: str, verb: str, **order: Any) -> dict[str, Any]:
        """The person presses a button of the newest card in their chat; what the bot answered."""
        order |= {"user": name, "verb": verb}
        async with self.session.post(f"{self.urls['teams']}/_simulator/press", json=order) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status == 200, found
            return found

    def chat_card(self, name: str) -> Any:
        """The newest card in the person's chat, or None."""
        who = person(name)
        assert who is not None
        chat = self.teams.chats.with_member(who.oid)
        assert chat is not None
        message = chat.newest_card()
        return message.card if message else None

    # --- the operators ------------------------------------------------------------------------------------------

    async def operators(self, act: Callable[[Operations], Any]) -> Any:
        """What `act` finds or does, as the command line does it beside the service."""
        database = named_database(Settings(**self.tables))
        try:
            return await asyncio.to_thread(act, Operations(database))
        finally:
            database.close()

    # --- time ---------------------------------------------------------------------------------------------------

    async def until(self, look: Callable[[], Any], what: str = "") -> Any:
        """What `look` (a function or a coroutine function) returns, once that is true. Fails after a while."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            found = look()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return found
            assert time.monotonic() < deadline, f"not there after {DEADLINE_SECONDS} s: {what or look}"
            await asyncio.sleep(0.02)

    async def idle(self) -> None:
        """Nothing waits in the queue any more."""
        await self.until(self._is_idle, "an idle service")

    async def _is_idle(self) -> bool:
        async with self.session.get(f"{self.management_url}/readyz") as answer:
            report = await answer.json()
        return report["status"] == "ready" and report["jobs"] == 0


@dataclass
class Agent:
    """A person at the pane."""

    world: World
    name: str
    token: str

    async def act(self, verb: str, data: Mapping[str, Any] | None = None, **inputs: str) -> dict[str, Any]:
        """Press a button; the pane's answer. Inputs are named as they are, or with `__` for the dot."""
        body = {
            "action": {
                "verb": verb,
                "data": dict(data or {}),
                "inputs": {name if "." in name else name.replace("__", "."): text for name, text in inputs.items()},
            },
            "trigger": "manual",
        }
        headers = {"Authorization": f"Bearer {self.token}", "X-Language": "en", "X-Time-Zone": "Europe/London"}
        url = f"{self.world.service_url}/pane/action"
        async with self.world.session.post(url, data=orjson.dumps(body), headers=headers | _JSON) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status == 200, found
            return found

    async def open_cards(self) -> list[str]:
        """Ids of the cards in the list Open."""
        shown = await self.act("customers.open")
        rows = [one["data"]["card"] for one in elements(shown["value"]) if _is(one, "customers.show")]
        return list(dict.fromkeys(rows))

    async def first_card(self) -> str:
        """The card at the top of Open, once there is one."""
        cards: list[str] = await self.world.until(self.open_cards, f"a card for {self.name}")
        return cards[0]

    async def card(self, card_id: str) -> Any:
        """The card as it is now."""
        return (await self.act("card.refresh", {"card": card_id}))["value"]

    async def button(self, card_id: str, verb: str, **data: str) -> dict[str, Any]:
        """A button of the card, once it is there."""

        async def look() -> Any:
            return button(await self.card(card_id), verb, **data)

        found: dict[str, Any] = await self.world.until(look, f"{verb} {data}")
        return found

    async def presses(self, card_id: str, verb: str, data: Mapping[str, str] | None = None, **inputs: str) -> Any:
        """Press a button that is on the card, found by what its data begins with."""
        found = await self.button(card_id, verb, **(data or {}))
        return await self.act(verb, found["data"], **inputs)

    async def unfolds(self, card_id: str, section: str) -> None:
        """Open a section of the card."""
        await self.act("card.section", {"card": card_id, "section": section})

    async def text(self, card_id: str) -> str:
        """All the words of the card."""
        card = await self.card(card_id)
        return "\n".join(str(one["text"]) for one in elements(card) if isinstance(one.get("text"), str))


_JSON = {"Content-Type": "application/json"}


@asynccontextmanager
async def built(
    grounds: Grounds,
    database_url: str,
    folder: Path,
    *,
    before: Callable[[World], object] = lambda _world: None,
    **tables: Any,
) -> AsyncIterator[World]:
    """The world, running. `tables` replace or add to those of the settings; `crm={}` takes the CRMs away.

    `before` happens before the service starts, and may change `tables` too.
    """
    async with surrounded(grounds, database_url, **tables) as world:
        before(world)
        async with Service(Settings(**world.tables)) as addresses:
            await inhabited(world, addresses.web, addresses.management)
            yield world


@asynccontextmanager
async def surrounded(grounds: Grounds, database_url: str, **tables: Any) -> AsyncIterator[World]:
    """Everything but the service."""
    async with AsyncExitStack() as stack:
        org, salesforce_faults = seeded(), Faults()
        tls, ca_file = grounds.authority, grounds.authority.ca_file
        dataverse = Dataverse(entra=grounds.entra_url, ca_file=ca_file)
        teams = Teams("", grounds.entra_url, ca_file=ca_file)
        urls = {
            "salesforce": stack.enter_context(running(create_app(org, salesforce_faults), tls=tls)),
            "dataverse": stack.enter_context(running(dataverse.app, tls=tls)),
            "teams": stack.enter_context(running(teams.app, tls=tls)),
        }
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls.client_context()))
        await stack.enter_async_context(session)
        chosen = _settings(grounds, urls, database_url) | tables
        world = World(grounds, org, salesforce_faults, dataverse, teams, urls, session, chosen)
        yield world
        if world.sender is not None:
            await world.sender.close()


async def inhabited(world: World, web: str, management: str) -> None:
    """The service listens at these addresses, and everybody knows it."""
    if world.sender is not None:
        await world.sender.close()
    world.service_url, world.management_url = web, management
    world.teams.hands.bot_url = f"{web}/api/messages"
    world.sender = Sender(f"{web}/intake/v1/main", SECRET)


def agent(world: World, name: str, **claims: Any) -> Agent:
    """The person, signed in; `claims` are laid over those of their token."""
    who = person(name)
    assert who is not None
    token = world.grounds.entra.issuer.sso_token(who, world.grounds.entra_url, BOT_APP_ID, 3600, claims)
    return Agent(world, name, token)


def _settings(grounds: Grounds, urls: Mapping[str, str], database_url: str) -> dict[str, Any]:
    return {
        "service": {"port": 0, "management_port": 0, "country": "DE"},
        "database": {"url": database_url},
        "teams": {
            "app_id": BOT_APP_ID,
            "tenant_id": TENANT_ID,
            "client_secret": BOT_APP_SECRET,
            "authority": grounds.entra_url,
            "bot_metadata": f"{grounds.entra_url}/botframework/.well-known/openidconfiguration",
            "development": True,
        },
        "access": {"supervisors": [WILLOUGHBY.email]},
        "http": {"ca_file": str(grounds.authority.ca_file)},
        "intake": {"main": {"secrets": [SECRET], "wrapup": "card", "country": "DE"}},
        "crm": {
            "salesforce": {
                "kind": "salesforce",
                "url": urls["salesforce"],
                "auth": {"client_id": Org().client_id, "client_secret": Org().client_secret},
            },
            "dynamics": {
                "kind": "dynamics",
                "url": urls["dataverse"],
                "auth": {
                    "client_id": CRM_APP_ID,
                    "client_secret": CRM_APP_SECRET,
                    "tenant_id": TENANT_ID,
                    "authority": grounds.entra_url,
                },
            },
        },
    }


def _is(element: Mapping[str, Any], verb: str) -> bool:
    return element.get("type") == "Action.Execute" and element.get("verb") == verb
