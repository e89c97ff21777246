"""The interactions run: events are sent until they are believed, out of order and some twice; agents do their part."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from simulators.contact_centre.scripts import dated
from simulators.contact_centre.sender import Sender
from tests.kill.kill_agents import Desk, GaveUp
from tests.kill.kill_cases import CALL, MAIL, MISSED, SMS, WRAPPED, Case, agent_of
from tests.kill.kill_weather import Weather

_REPEATED = 0.1
_STEP_SECONDS = 0.005
_ARRIVAL_SECONDS = 0.2
"""Between two interactions, on average."""
Step = tuple[str, Mapping[str, Any]]


class Work:
    """All cases, so many at a time that each agent has two or three before them."""

    def __init__(self, desk: Desk, senders: Mapping[str, Sender], weather: Weather, seed: int, at_once: int) -> None:
        self._desk = desk
        self._senders = senders
        self._weather = weather
        self._dice = random.Random(seed)
        self._places = asyncio.Semaphore(at_once)
        self._repeats: list[asyncio.Task[bool]] = []
        self._moved = asyncio.Condition()
        self.begun = 0
        self.finished = 0

    async def run(self, cases: Sequence[Case]) -> None:
        """Every case is through, or says why it is not."""
        try:
            async with asyncio.TaskGroup() as group:
                for case in cases:
                    await self._places.acquire()
                    await asyncio.sleep(self._dice.random() * 2 * _ARRIVAL_SECONDS)
                    self._weather.changes()
                    group.create_task(self._case(case))
            await asyncio.gather(*self._repeats)
        finally:
            for repeat in self._repeats:
                repeat.cancel()

    async def until(self, steps: int) -> None:
        """Returns when so many beginnings and ends of cases have been seen."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.begun + self.finished >= steps)

    async def _case(self, case: Case) -> None:
        async with self._moved:
            self.begun += 1
            self._moved.notify_all()
        try:
            await self._play(case)
        except GaveUp as error:
            case.failure = str(error)
        self._places.release()
        async with self._moved:
            self.finished += 1
            self._moved.notify_all()

    async def _play(self, case: Case) -> None:
        if case.kind == MISSED:
            await self._happen(case, [("offered", {}), ("missed", {})])
            return
        begin: list[Step] = [] if case.kind in (MAIL, SMS) else [("offered", {})]
        await self._happen(case, [*begin, ("accepted", {})])
        for record in case.records:
            await self._link(case, record)
        if case.withdrawn:
            await self._desk.press(case.agent, case.token, "link.add", ("linked",), case.withdrawn)
            await self._desk.press(case.agent, case.token, "link.remove", ("unlinked", ""), case.withdrawn)
        await self._happen(case, _ending(case))
        if case.kind == CALL:
            done, notes = ("finished", "already_finished"), _notes(case)
            await self._desk.press(case.agent, case.token, "wrapup.finish", done, wrapup__notes=notes)
            case.notes = notes
        if case.kind == WRAPPED:
            case.notes = _notes(case)
        if case.late:
            await self._link(case, case.late)

    async def _link(self, case: Case, record: str) -> None:
        await self._desk.press(case.agent, case.token, "link.add", ("linked",), record)
        case.linked.add(record)

    async def _happen(self, case: Case, steps: Sequence[Step]) -> None:
        """The events are acknowledged; sent in any order, each with its own time."""
        now = datetime.now(UTC)
        events = []
        for number, (verb, data) in enumerate(steps):
            case.script(0, verb, **data)
            events.append(dated(case.script.steps[-1].event, now, number * _STEP_SECONDS))
        self._dice.shuffle(events)
        if not all(await asyncio.gather(*(self._send(case.intake, event) for event in events))):
            raise GaveUp("an event was not acknowledged")

    async def _send(self, intake: str, event: Mapping[str, Any]) -> bool:
        is_repeated, pause = self._dice.random() < _REPEATED, self._dice.random()
        sent = await self._senders[intake].send(event)
        if is_repeated:
            self._repeats.append(asyncio.create_task(self._again(intake, event, pause)))
        return sent

    async def _again(self, intake: str, event: Mapping[str, Any], pause: float) -> bool:
        await asyncio.sleep(pause)
        return await self._senders[intake].send(event)


def _ending(case: Case) -> list[Step]:
    ended = ("ended", {"end": {"by": "contact"}})
    if case.kind == MAIL:
        colleague = dict(agent_of(case.colleague))
        transfer = ("transferred", {"transfer": {"kind": "agent", "toAgent": colleague}})
        return [transfer, ("accepted", {"agent": colleague}), ("ended", {"agent": colleague})]
    if case.kind == SMS:
        return [("unassigned", {})]
    if case.kind == WRAPPED:
        ended = ("ended", {"end": {"by": "contact"}, "wrapup": {"expected": True}})
        wrapup = {"notes": _notes(case), "dispositions": [{"id": "d-3", "name": "Resolved"}]}
        return [("held", {}), ("resumed", {}), ended, ("wrapup_started", {}), ("wrapup_completed", {"wrapup": wrapup})]
    return [("held", {}), ("resumed", {}), ended]


def _notes(case: Case) -> str:
    return f"What was agreed in {case.token}."
