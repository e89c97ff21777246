"""One run: the house, the service, the work, the kills, and the verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import sqlalchemy as sa

from simulators.contact_centre.scripts import new_run
from simulators.contact_centre.sender import Sender
from storage.engine import Database, utc_now
from storage.tables import events, jobs
from tests.kill.kill_agents import Desk
from tests.kill.kill_cases import Case, cases
from tests.kill.kill_house import ON_CARD, ON_PLATFORM, SECRET, House, open_house
from tests.kill.kill_judge import Verdict, judged
from tests.kill.kill_process import ServiceProcess
from tests.kill.kill_schedule import POINTS, Killer, plan
from tests.kill.kill_weather import Weather
from tests.kill.kill_work import Work

_SOON = timedelta(minutes=5)
_LOOK_SECONDS = 0.25
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How much of it."""

    seed: int
    interactions: int
    kills: int
    points: Sequence[str] = POINTS
    agents: int = 32
    at_once: int = 96
    customers: int = 60
    """Few enough that the CRMs' searches stay quick, enough that seldom one has two interactions at once."""
    spoil: str = ""
    patience: float = 180.0
    """Seconds that agents, senders and the judge wait for anything."""


@dataclass
class Report:
    """What was done and what came of it."""

    plan: Plan
    verdict: Verdict = field(default_factory=Verdict)
    killed: Mapping[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def problems(self) -> Sequence[str]:
        """Empty where all is right."""
        return self.verdict.problems

    def __str__(self) -> str:
        return "\n".join([*self.lines, *(f"  PROBLEM {text}" for text in self.problems[:40])])


async def play(database_url: str, folder: Path, plan_: Plan, say: Say = lambda _: None) -> Report:
    """The whole run. Raises RuntimeError where the service dies by itself or cannot be killed as planned."""
    begun = time.monotonic()
    async with AsyncExitStack() as stack:
        house = stack.enter_context(open_house(folder, plan_.agents, plan_.customers))
        database = Database(database_url)
        stack.callback(database.close)
        settings = house.settings(database_url)
        process = await stack.enter_async_context(ServiceProcess(folder, settings, plan_.spoil))
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        senders = {name: _sender(house, name, plan_) for name in (ON_CARD, ON_PLATFORM)}
        for sender in senders.values():
            stack.push_async_callback(sender.close)
        desk, weather = Desk(house, session, plan_.patience), Weather(house, plan_.seed)
        killer = Killer(house, process, plan_.seed)
        work = Work(desk, senders, weather, plan_.seed, plan_.at_once)
        todo = cases(plan_.seed, plan_.interactions, house.agents, house.customers, new_run())
        await _open_desks(house, desk)
        await _work_and_kill(work, todo, killer, plan_, say)
        worked = time.monotonic()
        weather.clears_up()
        left = await _idle(database, plan_.patience)
        verdict = judged(house, database, senders, todo)
        verdict.problems += left
        seconds = (worked - begun, time.monotonic() - worked)
        report = Report(plan_, verdict, dict(killer.killed))
        report.lines += _counted(plan_, killer, seconds)
        report.lines += [f"  {name}: {count}" for name, count in sorted(weather.armed.items())]
        report.lines += [f"  {name}: {count}" for name, count in verdict.counts.items()]
        report.lines.append(f"  buttons pressed again for want of an answer: {desk.repeated}")
        return report


def _sender(house: House, intake: str, plan_: Plan) -> Sender:
    return Sender(f"{house.service}/intake/v1/{intake}", SECRET, patience=plan_.patience)


async def _open_desks(house: House, desk: Desk) -> None:
    """Every agent has opened the pane and installed the app."""
    for person in house.agents:
        await desk.act(person, "customers.open", {})
        chat = house.teams.chats.with_member(person.oid)
        assert chat is not None
        chat.is_installed = True
        for activity in house.teams.envelope().installed(chat):
            answer = await house.teams.hands.send(activity)
            assert answer["status"] in (200, 202), answer


async def _work_and_kill(work: Work, todo: Sequence[Case], killer: Killer, plan_: Plan, say: Say) -> None:
    working = asyncio.create_task(work.run(todo))
    order = plan(plan_.seed, plan_.kills, plan_.points)
    killing = asyncio.create_task(_kill(work, order, killer, plan_, say))
    try:
        await asyncio.wait([working, killing], return_when=asyncio.FIRST_EXCEPTION)
        await killing
        await working
    finally:
        killing.cancel()
        working.cancel()


async def _kill(work: Work, order: Sequence[str], killer: Killer, plan_: Plan, say: Say) -> None:
    for number, point in enumerate(order):
        await work.until(2 * number * (plan_.interactions - 8) // plan_.kills)
        await killer.kill(point)
        say(f"{number + 1}/{plan_.kills} kills, {work.finished}/{plan_.interactions} interactions")


async def _idle(database: Database, patience: float) -> list[str]:
    """Nothing is under way any more; what is left when patience is at its end."""
    deadline = time.monotonic() + patience
    while True:
        left = await asyncio.to_thread(_left, database)
        if not left or time.monotonic() > deadline:
            return left
        await asyncio.sleep(_LOOK_SECONDS)


def _left(database: Database) -> list[str]:
    soon = utc_now() + _SOON
    waits = sa.or_(jobs.c.state == "leased", sa.and_(jobs.c.state == "ready", jobs.c.due_at < soon))
    with database.read() as connection:
        keys = connection.execute(sa.select(jobs.c.key).where(waits)).scalars().all()
        new = connection.execute(sa.select(events.c.event_id).where(events.c.state == "new")).scalars().all()
    return [f"job {key} is still there" for key in keys] + [f"event {one} is still new" for one in new]


def _counted(plan_: Plan, killer: Killer, seconds: tuple[float, float]) -> list[str]:
    kills = sum(killer.killed.values())
    times = f"{seconds[0]:.0f} s of work, {seconds[1]:.0f} s until idle, {killer.down_seconds:.0f} s down in all"
    lines = [f"seed {plan_.seed}: {plan_.interactions} interactions, {kills} kills; {times}"]
    lines += [f"  killed {point}: {killer.killed[point]}" for point in plan_.points]
    return lines + [f"    {place}: {count}" for place, count in sorted(killer.places.items())]
