"""Calls timed one by one: what the clock says, and what this thread used of a processor."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from bench.measure import percentile

_T = TypeVar("_T")


@dataclass(slots=True)
class Times:
    """Milliseconds of many calls."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Of this thread: what a database's server uses is not among it."""

    def of(self, call: Callable[[], _T]) -> _T:
        """What `call` returns; how long it took is kept."""
        began, cpu = time.perf_counter(), time.thread_time()
        result = call()
        self.cpu.append((time.thread_time() - cpu) * 1000)
        self.wall.append((time.perf_counter() - began) * 1000)
        return result

    @property
    def p50(self) -> float:
        """The middle call on the clock."""
        return median(self.wall)

    @property
    def p99(self) -> float:
        """The hundredth of the calls that took longest took longer."""
        return percentile(sorted(self.wall), 0.99)

    def __str__(self) -> str:
        used = sorted(self.cpu)
        return (
            f"p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms"
            f" (CPU {percentile(used, 0.5):.2f} and {percentile(used, 0.99):.2f})"
        )


def ratio(ours: Times, floor: Times) -> float:
    """The middle of what each call is to its floor, by the clock: both were measured one after the other."""
    return median(one / other for one, other in zip(ours.wall, floor.wall, strict=True))
