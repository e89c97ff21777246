"""How busy each processor is with others' work: from `/proc/stat` and this process's own clock."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STAT = Path("/proc/stat")
_IDLE, _WAITING_FOR_DISK, _STOLEN = 3, 4, 7


@dataclass(frozen=True, slots=True)
class Look:
    """What had been counted at one moment."""

    ticks: Mapping[int, tuple[int, int]]
    """For each processor: how long it was busy, and how long it was there. Empty where the system does not say."""
    own_seconds: float
    """What this process had used, all its threads together."""
    at: float


def look(stat: Path = STAT) -> Look:
    """What is counted now."""
    try:
        lines = stat.read_text("ascii").splitlines()
    except (OSError, ValueError):
        lines = []
    return Look(dict(_ticks(line) for line in lines if _is_one(line)), time.process_time(), time.monotonic())


def others(before: Look, after: Look, own: int | None = None) -> dict[int, float]:
    """The share of each processor, 0 to 1, that others have taken between two looks; this process was on `own`.

    A processor that was not counted is not there.
    """
    shares = {}
    for cpu, (busy, everything) in after.ticks.items():
        earlier = before.ticks.get(cpu)
        if earlier and everything > earlier[1]:
            shares[cpu] = (busy - earlier[0]) / (everything - earlier[1])
    if own in shares:
        shares[own] -= (after.own_seconds - before.own_seconds) / (after.at - before.at)
    return {cpu: min(1.0, max(0.0, share)) for cpu, share in shares.items()}


def _is_one(line: str) -> bool:
    return line.startswith("cpu") and line[3:4].isdigit()


def _ticks(line: str) -> tuple[int, tuple[int, int]]:
    name, *fields = line.split()
    # What a hypervisor has stolen could not be used either: it counts as busy. What follows is counted in "user" too.
    counted = [int(field) for field in fields[: _STOLEN + 1]]
    everything = sum(counted)
    return int(name[3:]), (everything - counted[_IDLE] - counted[_WAITING_FOR_DISK], everything)
