"""kill -9, by plan: which point comes when, and whether the process really died there."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

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
_TRY_SECONDS = 3.0
_TRIES = 60
"""A CRM may be paused for a while, and a machine busy. Each try is short: the work goes on meanwhile, and at its end
nothing comes to any point any more."""
_UPDATES = (("PUT", r"/activities/[^/]+$"), ("POST", "/activities$"))
_SIGKILL = 9
_TABLE = re.compile(r"Task|phonecalls|tasks|activities")
Place = tuple[Faults, web.Application]


@dataclass(frozen=True)
class Trap:
    """One armed point."""

    disarm: Callable[[], None]
    sprung: Callable[[], str]
    """What exactly killed the process; empty while nothing has."""


class Killer:
    """Kills `process` and starts it again; `killed` counts by point, `places` closer."""

    def __init__(self, house: House, process: ServiceProcess, seed: int) -> None:
        self._process = process
        self._dice = random.Random(seed)
        salesforce = (house.salesforce_faults, house.salesforce_app)
        dataverse = (house.dataverse.faults, house.dataverse.app)
        self._chat: Place = (house.teams.faults, house.teams.app)
        self._crms: tuple[tuple[Place, str, str], ...] = (
            (salesforce, "POST", TASK), (dataverse, "POST", ACTIVITY), (dataverse, "PATCH", ACTIVITY_ROW),
        )  # fmt: skip
        self.killed: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self.missed = 0
        """How often the work did not come to the point in time; another way to it was taken then."""
        self.down_seconds = 0.0

    async def kill(self, point: str) -> None:
        """The process has died at `point` and listens again. Raises RuntimeError where it cannot be killed there."""
        for number in range(_TRIES):
            if await self._try(point, is_first=number == 0):
                return
            self.missed += 1
        raise RuntimeError(f"the work never comes to the point {point!r}")

    async def _try(self, point: str, *, is_first: bool) -> bool:
        """Whatever comes first will do where the call that was diced for did not come."""
        trap = self._arm(point, self._dice.randrange(4) if is_first else 0, is_first=is_first)
        death = asyncio.create_task(self._process.death())
        done, _ = await asyncio.wait([death], timeout=_TRY_SECONDS)
        trap.disarm()
        if not done and not trap.sprung():
            # Disarmed: but it may have come to the point in this very moment.
            done, _ = await asyncio.wait([death], timeout=0.2)
        if not done and not trap.sprung():
            death.cancel()
            return False
        died = time.monotonic()
        number = await death
        if number != _SIGKILL or not trap.sprung():
            raise RuntimeError(f"it died by itself (signal {number}), not {point}:\n{self._process.last_lines()}")
        self.killed[point] += 1
        self.places[f"{point}: {trap.sprung()}"] += 1
        await self._process.start()
        self.down_seconds += time.monotonic() - died
        return True

    def _arm(self, point: str, after: int, *, is_first: bool) -> Trap:
        pid = self._process.pid
        if point in (BEFORE_COMMIT, BEFORE_ANSWER):
            where = self._dice.choice(("desk", "jobs") if point == BEFORE_COMMIT else ("event", "action"))
            self._process.arm(point, where, 3 * after if point == BEFORE_COMMIT else after)
            return Trap(self._process.disarm, lambda: where if self._process.noted(pid) else "")
        armed = list(self._faults(point, [self._dice.choice(_UPDATES)] if is_first else _UPDATES))
        for (faults, _), fault in armed:
            faults.arm({"fault": "signal", "pid": pid, "after": after, **fault})
        return Trap(partial(_disarm, armed, pid), partial(_sprung, armed, pid))

    def _faults(self, point: str, updates: Sequence[tuple[str, str]]) -> Iterator[tuple[Place, Fault]]:
        if point == CARD_UPDATE:
            for method, path in updates:
                yield self._chat, self._fault(method, path, ("before", "after", "instead"))
            return
        for place, method, path in self._crms:
            yield place, self._fault(method, path, ("after",) if point == AFTER_CRM else ("before", "instead"))

    def _fault(self, method: str, path: str, whens: Sequence[str]) -> Fault:
        return {"method": method, "path": path, "when": self._dice.choice(whens)}


def _sprung(armed: Sequence[tuple[Place, Fault]], pid: int) -> str:
    for (_, app), fault in armed:
        for entry in list(app[JOURNAL]):
            if entry.get("killed") == pid and entry["by"] == {"method": fault["method"], "path": fault["path"]}:
                # A batch is called by its own name: what it holds is in its body.
                table = (_TABLE.findall(entry["path"]) or [entry["path"].rpartition("/")[2]])[-1]
                return f"{entry['method']} {table}, {fault['when']}"
    return ""


def _disarm(armed: Sequence[tuple[Place, Fault]], pid: int) -> None:
    """What is armed against this process is not armed any more; the rest stays."""
    for (faults, _), _fault in armed:
        rest = [fault for fault in faults.armed() if fault.get("pid") != pid]
        faults.clear()
        faults.arm(*rest)


def plan(seed: int, count: int, points: Sequence[str]) -> list[str]:
    """Every point as often as the others, in an order of its own in each round."""
    dice, order = random.Random(seed), []
    while len(order) < count:
        order += dice.sample(list(points), len(points))
    return order[:count]
