"""How many may start now."""

from __future__ import annotations


class Rate:
    """A token bucket that holds one second's worth, at least one. `now` is monotonic seconds."""

    def __init__(self, per_second: float | None, now: float) -> None:
        """None: no limit."""
        if per_second is not None and per_second <= 0:
            raise ValueError("a rate is above 0 per second")
        self._per_second = per_second
        self._size = max(1.0, per_second or 0.0)
        self._tokens = self._size
        self._at = now

    def available(self, now: float, wanted: int) -> int:
        """How many of `wanted` may start."""
        if self._per_second is None:
            return wanted
        self._fill(now)
        return min(wanted, int(self._tokens))

    def take(self, count: int) -> None:
        """This many have started."""
        self._tokens -= count

    def next_at(self, now: float) -> float:
        """When at least one may start."""
        if self._per_second is None:
            return now
        self._fill(now)
        return now + max(0.0, (1.0 - self._tokens) / self._per_second)

    def _fill(self, now: float) -> None:
        if self._per_second is not None:
            self._tokens = min(self._size, self._tokens + (now - self._at) * self._per_second + 1e-9)
        self._at = now
