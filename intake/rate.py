"""How much one intake takes in."""

from __future__ import annotations

from collections.abc import Callable


class TokenBucket:
    """Lets `rate` requests pass per second on average, and twice as many at once."""

    def __init__(self, rate: int, monotonic: Callable[[], float]) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._tokens = 2.0 * rate
        self._at = monotonic()

    def take(self) -> float:
        """0.0 and one token less; else the seconds until there is one."""
        now = self._monotonic()
        self._tokens = min(2.0 * self._rate, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0
