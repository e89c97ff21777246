"""When to try again."""

from __future__ import annotations

import random

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 900.0


def backoff_seconds(attempts: int, *, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> float:
    """Doubling from `first` to `longest`, the upper half by chance, so that jobs do not come back in one flock."""
    whole = min(longest, first * 2.0 ** min(attempts - 1, 30))
    return whole / 2 + random.random() * whole / 2  # noqa: S311 - not a secret
