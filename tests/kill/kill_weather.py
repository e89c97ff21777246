"""What goes wrong by itself, as the dice have it: answers lost, sessions expired, limits, locks, outages."""

from __future__ import annotations

import random
from collections import Counter

from simulators.kit.faults import Fault, Faults
from tests.kill.kill_house import House

TASK = r"/sobjects/Task$"
ACTIVITY = r"/(phonecalls|tasks)$"
ACTIVITY_ROW = r"/(phonecalls|tasks)\("
_SALESFORCE: tuple[Fault, ...] = (
    {"fault": "answer_lost", "method": "POST", "path": TASK},
    {"fault": "answer_lost", "method": "POST", "path": TASK},
    {"fault": "answer_lost", "method": "GET", "path": "/services/data/"},
    {"fault": "session_expired", "path": "/services/data/"},
    {"fault": "session_expired", "method": "POST", "path": TASK},
    {"fault": "lock", "method": "POST", "path": TASK},
    {"fault": "outage", "method": "POST", "path": TASK},
)
_DATAVERSE: tuple[Fault, ...] = (
    {"fault": "answer_lost", "method": "POST", "path": ACTIVITY},
    {"fault": "answer_lost", "method": "POST", "path": ACTIVITY},
    {"fault": "answer_lost", "method": "PATCH", "path": ACTIVITY_ROW},
    {"fault": "session_expired", "path": "/api/data/"},
    {"fault": "session_expired", "method": "POST", "path": ACTIVITY},
    {"fault": "limit_requests", "retry_after": 1, "method": "POST", "path": ACTIVITY},
    {"fault": "busy", "method": "PATCH", "path": ACTIVITY_ROW},
)
_TEAMS: tuple[Fault, ...] = (
    {"fault": "throttled", "retry_after": 1},
    {"fault": "precondition_failed", "method": "PUT"},
    {"fault": "bad_gateway"},
    {"fault": "answer_lost", "method": "PUT"},
)
_SHARE = 0.4


class Weather:
    """Armed bit by bit, as the work goes on."""

    def __init__(self, house: House, seed: int) -> None:
        self._dice = random.Random(seed)
        places = (
            ("salesforce", house.salesforce_faults, _SALESFORCE),
            ("dynamics", house.dataverse.faults, _DATAVERSE),
        )
        self._places: tuple[tuple[str, Faults, tuple[Fault, ...]], ...] = (
            *places, *places, ("teams", house.teams.faults, _TEAMS),
        )  # fmt: skip
        self.armed: Counter[str] = Counter()

    def changes(self) -> None:
        """Perhaps one thing more goes wrong soon."""
        if self._dice.random() > _SHARE:
            return
        name, faults, kinds = self._dice.choice(self._places)
        fault = self._dice.choice(kinds)
        if any(one["fault"] == fault["fault"] == "session_expired" for one in faults.armed()):
            return  # twice in one call is no expired session but a token that never counts
        faults.arm({**fault, "after": self._dice.randrange(4)})
        self.armed[f"{name}: {fault['fault']}"] += 1

    def clears_up(self) -> None:
        """Nothing goes wrong any more."""
        for _, faults, _ in self._places:
            faults.clear()
