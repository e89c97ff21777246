"""Plays steps against the clock: in their own time, faster, or as fast as they are taken in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.contact_centre.scripts import Step, dated
from simulators.contact_centre.sender import Sender


@dataclass(frozen=True, slots=True)
class Playing:
    """How steps are played."""

    speed: float = 1.0
    """How many times faster than life; 0: as fast as they are taken in, all of it in the past."""
    repeat: float = 0.0
    """The share of events that is sent twice."""
    shuffle: int = 0
    """Events change places with others up to so many places away."""
    senders: int = 1
    """How many are sent at the same time."""
    seed: int = 0


async def play(
    steps: Sequence[Step], sender: Sender, playing: Playing, tell: Callable[[Step, bool], None] = lambda _, __: None
) -> bool:
    """Sends all steps, and tells of each whether it was acknowledged. True when all were."""
    queue = _out_of_order(_timed(steps, playing), playing)
    begun = asyncio.get_running_loop().time()
    first = queue[0][0] if queue else 0.0
    limit = asyncio.Semaphore(playing.senders)
    results: list[bool] = []

    async def send(step: Step, event: dict[str, Any]) -> None:
        async with limit:
            is_acknowledged = await sender.send(event)
        results.append(is_acknowledged)
        tell(step, is_acknowledged)

    async with asyncio.TaskGroup() as group:
        for second, step, event in queue:
            await asyncio.sleep(max(0.0, begun + second - first - asyncio.get_running_loop().time()))
            task = group.create_task(send(step, event))
            if playing.senders == 1:
                await task
    return all(results)


def _timed(steps: Sequence[Step], playing: Playing) -> list[tuple[float, Step, dict[str, Any]]]:
    """Each step with the second at which it is sent, and its event with the time at which it happens."""
    now = datetime.now(UTC)
    if playing.speed <= 0:
        last = max((step.second for step in steps), default=0.0)
        begin = now - timedelta(seconds=last)
        return [(0.0, step, dated(step.event, begin, step.second)) for step in steps]
    return [(step.second / playing.speed, step, dated(step.event, now, step.second / playing.speed)) for step in steps]


def _out_of_order(
    queue: list[tuple[float, Step, dict[str, Any]]], playing: Playing
) -> list[tuple[float, Step, dict[str, Any]]]:
    """The queue with the repetitions and the disorder that were asked for."""
    rnd = random.Random(playing.seed)
    places: list[tuple[float, tuple[float, Step, dict[str, Any]]]] = []
    for place, item in enumerate(queue):
        times = 2 if rnd.random() < playing.repeat else 1
        places += [(place + rnd.uniform(0, playing.shuffle), item) for _ in range(times)]
    return [item for _, item in sorted(places, key=lambda pair: pair[0])]
