"""The Bot Connector's limits: so many calls per conversation in so many seconds."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

WRITES = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
READS = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
PER_TENANT = ((50, 1.0),)


class Limits:
    """Counts calls per key; `exceeded` says how long to wait. Refused calls do not count."""

    def __init__(self, windows: tuple[tuple[int, float], ...], clock: Callable[[], float] = time.monotonic) -> None:
        self._windows = windows
        self._clock = clock
        most = max(count for count, _ in windows)
        self._calls: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=most))

    def exceeded(self, key: str) -> int | None:
        """Whole seconds until a call with `key` counts again; None when this one does, and is counted."""
        now, calls = self._clock(), self._calls[key]
        waits = [calls[-count] + window - now for count, window in self._windows if len(calls) >= count]
        wait = max(waits, default=0.0)
        if wait > 0:
            return math.ceil(wait)
        calls.append(now)
        return None
