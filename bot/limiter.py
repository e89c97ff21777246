"""Staying within the Bot Connector's limits, so that 429 is the exception."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

WRITES = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""Sends, updates and creations per conversation: (calls, seconds)."""
READS = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
"""Look-ups of members per conversation."""
PER_TENANT = ((50, 1.0),)
"""All calls of one app in one tenant."""
_SLACK = 0.1
"""Seconds that one call may be faster on its way than another."""
_IDLE_SECONDS = 3700.0

Windows = tuple[tuple[int, float], ...]


class Full(Exception):
    """The next free place is too far away."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.1f} s")
        self.seconds = seconds


class Window:
    """Places in time for the calls of one key: handed out in order, never more than the windows allow."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._taken: deque[float] = deque(maxlen=max(count for count, _ in windows))

    def next_place(self, now: float) -> float:
        """The moment from which the next call may be made."""
        taken = self._taken
        free = [taken[-count] + seconds + _SLACK for count, seconds in self._windows if len(taken) >= count]
        return max(now, self.idle_since(), *free)

    def take(self, at: float) -> None:
        """The call is made at `at`."""
        self._taken.append(at)

    def idle_since(self) -> float:
        """The last place that was taken."""
        return self._taken[-1] if self._taken else float("-inf")


class Limiter:
    """`wait` returns when the call may be made. Raises Full where that is more than `patience` seconds away."""

    def __init__(
        self,
        *,
        patience: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._windows: OrderedDict[tuple[Windows, str], Window] = OrderedDict()

    async def wait(self, conversation_id: str, tenant_id: str, *, is_read: bool = False) -> None:
        """Take a place in the conversation's windows, then in the tenant's."""
        await self._wait_for(READS if is_read else WRITES, conversation_id)
        await self._wait_for(PER_TENANT, tenant_id)

    async def _wait_for(self, windows: Windows, key: str) -> None:
        now = self._clock()
        window = self._window(windows, key, now)
        place = window.next_place(now)
        if place - now > self._patience:
            raise Full(place - now)
        window.take(place)
        if place > now:
            await self._sleep(place - now)

    def _window(self, windows: Windows, key: str, now: float) -> Window:
        window = self._windows.setdefault((windows, key), Window(windows))
        self._windows.move_to_end((windows, key))
        oldest = next(iter(self._windows))
        if now - self._windows[oldest].idle_since() > _IDLE_SECONDS and self._windows[oldest] is not window:
            del self._windows[oldest]
        return window
