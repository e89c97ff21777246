"""kill -9, by plan: which point comes when, and whether the process really died there."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from simulators.kit.faults import Fault, Faults
from simulators.kit.server import JOURNAL
from tests.kill.kill_house import House
from tests.kill.kill_launcher import BEFORE_ANSWER, BEFORE_COMMIT
from tests.kill.kill_process import ServiceProcess
from tests.kill.kill_weather import ACTIVITY, ACTIVITY_ROW, TASK

IN_CALL, AFTER_CRM, CARD_UPDATE = (
    "during the CRM call",
    "after the CRM's commit and before ours",
    "during a card update",
)
POINTS = (BEFORE_COMMIT, BEFORE_ANSWER, IN_CALL, AFTER_CRM, CARD_UPDATE)
_TRY_SECONDS = 10.0
_TRIES = 6
_SIGKILL = 9


class Killer:
    """Kills `process` and starts it again; `killed` counts by point, `places` closer."""

    def __init__(self, house: House, process: ServiceProcess, seed: int) -> None:
        self._process = process
        self._dice = random.Random(seed)
        self._crms = (
            (house.salesforce_faults, house.salesforce_app, "POST", TASK),
            (house.dataverse.faults, house.dataverse.app, "POST", ACTIVITY),
            (house.dataverse.faults, house.dataverse.app, "PATCH", ACTIVITY_ROW),
        )
        self._chat = (house.teams.faults, house.teams.app)
        self.killed: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self.missed = 0
        """How often the work did not come to the point in time; another way to it was taken then."""
        self.down_seconds = 0.0

    async def kill(self, point: str) -> None:
        """The process has died at `point` and listens again. Raises RuntimeError where it cannot be killed there."""
        for _ in range(_TRIES):
            if await self._try(point):
                return
            self.missed += 1
        raise RuntimeError(f"the work never comes to the point {point!r}")

    async def _try(self, point: str) -> bool:
        pid = self._process.pid
        undo, is_there, place = self._arm(point, pid)
        death = asyncio.create_task(self._process.death())
        done, _ = await asyncio.wait([death], timeout=_TRY_SECONDS)
        undo()
        if not done and not is_there():
            # Disarmed: but it may have come to the point in this very moment.
            done, _ = await asyncio.wait([death], timeout=0.2)
        if not done and not is_there():
            death.cancel()
            return False
        died = time.monotonic()
        number = await death
        if number != _SIGKILL or not is_there():
            raise RuntimeError(f"it died by itself (signal {number}), not {point}:\n{self._process.last_lines()}")
        self.killed[point] += 1
        self.places[place] += 1
        await self._process.start()
        self.down_seconds += time.monotonic() - died
        return True

    def _arm(self, point: str, pid: int) -> Any:
        """How to disarm it, whether it was reached, and its name."""
        if point in (BEFORE_COMMIT, BEFORE_ANSWER):
            where = self._dice.choice(("desk", "jobs") if point == BEFORE_COMMIT else ("event", "action"))
            self._process.arm(point, where, self._dice.randrange(12 if point == BEFORE_COMMIT else 4))
            return self._process.disarm, lambda: self._process.noted(pid), f"{point}: {where}"
        faults, app, fault = self._fault(point)
        before = _signals(app)
        faults.arm({"fault": "signal", "pid": pid, **fault})
        place = f"{point}: {fault['method']} {fault['when']}"
        return lambda: _take_back(faults, pid), lambda: _signals(app) > before, place

    def _fault(self, point: str) -> tuple[Faults, web.Application, Fault]:
        after = self._dice.randrange(3)
        if point == CARD_UPDATE:
            method, path = self._dice.choice((("PUT", r"/activities/[^/]+$"), ("POST", "/activities$")))
            when = self._dice.choice(("before", "after", "instead"))
            return *self._chat, {"method": method, "path": path, "when": when, "after": after}
        faults, app, method, path = self._dice.choice(self._crms)
        when = "after" if point == AFTER_CRM else self._dice.choice(("before", "instead"))
        return faults, app, {"method": method, "path": path, "when": when, "after": after}


def _signals(app: web.Application) -> int:
    return sum(entry.get("fault") == "signal" for entry in list(app[JOURNAL]))


def _take_back(faults: Faults, pid: int) -> None:
    """What is armed against this process is not armed any more; the rest stays."""
    armed = faults.armed()
    faults.clear()
    faults.arm(*(fault for fault in armed if fault.get("pid") != pid))


def plan(seed: int, count: int, points: Sequence[str]) -> list[str]:
    """Every point as often as the others, in an order of its own in each round."""
    dice, order = random.Random(seed), []
    while len(order) < count:
        order += dice.sample(list(points), len(points))
    return order[:count]
