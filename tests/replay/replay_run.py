"""One run: a made-up day, faster than life, with agents at pages and without, and the verdict."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp
from playwright.async_api import Browser

from simulators.contact_centre.day import HOURS, day
from simulators.contact_centre.player import Playing, play
from simulators.contact_centre.scripts import Script, Step, new_run
from simulators.contact_centre.sender import Sender
from storage.engine import Database
from tests.kill.kill_agents import Desk
from tests.kill.kill_cases import agent_of
from tests.kill.kill_house import House
from tests.kill.kill_run import _open_desks
from tests.replay.replay_clients import Client
from tests.replay.replay_house import open_replay, sender
from tests.replay.replay_judge import Committed, Lags, lags
from tests.replay.replay_pages import TypingPage, typing_page
from tests.replay.replay_versions import Versions

_FIRST_HEAP = 0.2
"""The first of the two measurements: minute 2 of 10."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of a day."""

    interactions: int = 2000
    agents: int = 20
    seconds: float = 600
    spoilt: Sequence[str] = ("", "")
    """For each page how it is spoilt."""
    seed: int = 1811

    @property
    def hours(self) -> float:
        """As much of the day as makes all runs equally busy."""
        return HOURS * self.interactions / 2000


@dataclass
class PageVerdict:
    """What one page did."""

    name: str
    lags: Lags
    broken: Sequence[str]
    typed: int
    fields: int
    heaps: Sequence[int]
    errors: Sequence[str]

    @property
    def growth(self) -> float:
        """Of its heap, from the first measurement to the last."""
        return self.heaps[-1] / self.heaps[0]

    def __str__(self) -> str:
        sizes = " → ".join(f"{one / 2**20:.1f}" for one in self.heaps)
        said = (
            f"  {self.name}: {self.typed} letters in {self.fields} fields, {len(self.broken)} times something changed"
        )
        return f"{said}; heap {sizes} MiB ({self.growth:.2f} ×); {self.lags}"


@dataclass
class Report:
    """The whole run."""

    plan: Plan
    pages: list[PageVerdict] = field(default_factory=list)
    clients: Lags = field(default_factory=partial(Lags, ()))
    presses: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    events: int = 0
    versions: int = 0

    def __str__(self) -> str:
        plan_, verbs = self.plan, Counter[str]()
        for name, count in self.presses.items():
            verbs[name.split()[0]] += count
        head = (
            f"{plan_.interactions} interactions, {plan_.agents} agents, {plan_.seconds:.0f} s: {self.events} events, "
        )
        head += f"{self.versions} versions of cards, {sum(verbs.values())} answers to clients"
        lines = [
            head,
            *map(str, self.pages),
            f"  {plan_.agents - len(self.pages)} clients: {self.clients}",
            "  " + ", ".join(f"{name} {count}" for name, count in verbs.most_common()),
        ]
        changed = [f"  CHANGED {page.name}: {text}" for page in self.pages for text in page.broken[:5]]
        return "\n".join([*lines, *changed, *(f"  PROBLEM {text}" for text in self.troubles[:20])])


async def replay(database_url: str, folder: Path, browser: Browser, plan: Plan) -> Report:
    """The day is over; nothing of it runs any more."""
    async with AsyncExitStack() as stack:
        house = stack.enter_context(open_replay(folder, database_url, plan.agents))
        database = Database(database_url)
        stack.callback(database.close)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        outbox = sender(house)
        stack.push_async_callback(outbox.close)
        at_pages, others = house.agents[: len(plan.spoilt)], house.agents[len(plan.spoilt) :]
        clients = [Client(house, one, session, plan.seed + number) for number, one in enumerate(others)]
        await _open_all(house, session)
        assert await play(_beginning(house, plan), outbox, Playing(speed=1))
        pages = [
            await stack.enter_async_context(typing_page(browser, one, number, spoilt))
            for number, (one, spoilt) in enumerate(zip(at_pages, plan.spoilt, strict=True))
        ]
        for page in pages:
            await page.open(house)
        run = new_run()
        team = [dict(agent_of(one)) for one in house.agents]
        steps = day(run, agents=0, interactions=plan.interactions, seed=plan.seed, hours=plan.hours, team=team)
        versions = stack.enter_context(Versions(database))
        await _live(steps, outbox, plan, pages, clients)
        return await _judged(Report(plan, events=len(outbox.acknowledged)), versions.committed, pages, clients)


async def _live(
    steps: Sequence[Step], outbox: Sender, plan: Plan, pages: Sequence[TypingPage], clients: Sequence[Client]
) -> None:
    """For as long as the plan says; the pages are measured at its beginning and at its end."""
    speed = plan.hours * 3600 / plan.seconds
    at_work = [client.run() for client in clients] + [page.type() for page in pages]
    tasks = [asyncio.create_task(one) for one in at_work]
    tasks.append(asyncio.create_task(play(steps, outbox, Playing(speed=speed, senders=20))))
    try:
        for share in (_FIRST_HEAP, 1 - _FIRST_HEAP):
            done, _ = await asyncio.wait(tasks, timeout=share * plan.seconds, return_when=asyncio.FIRST_EXCEPTION)
            for one in done:
                one.result()
            for page in pages:
                await page.measure()
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _open_all(house: House, session: aiohttp.ClientSession) -> None:
    await _open_desks(house, Desk(house, session, 60))


def _beginning(house: House, plan: Plan) -> list[Step]:
    """Whoever sits at a page, and two others, have a call with one and the same customer that lasts all day."""
    run, steps = new_run(), []
    for number, person in enumerate(house.agents[: len(plan.spoilt) + 2]):
        customer = house.customers[0]
        contact = {"name": customer.name, "identities": [{"kind": "phone", "value": customer.phone}]}
        call = Script(run, f"all-day-{number}", "voice", dict(agent_of(person)), contact)
        steps += call(0, "offered")(0, "accepted").steps
    return steps


async def _judged(
    report: Report, committed: Sequence[Committed], pages: Sequence[TypingPage], clients: Sequence[Client]
) -> Report:
    end = time.time()
    report.versions = len(committed)
    for page in pages:
        seen, broken, typed = await page.told()
        found = lags(committed, seen, end)
        name = page.person.name
        report.pages.append(PageVerdict(name, found, broken, typed, page.fields, page.heaps, page.errors))
    report.clients = Lags(tuple(one for client in clients for one in lags(committed, client.seen, end).seconds))
    for client in clients:
        report.presses += client.presses
        report.troubles += client.troubles
    return report
