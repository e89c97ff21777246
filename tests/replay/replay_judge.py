"""Who saw which version when, against what was committed: pure, so that it can be judged itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

LIMIT_SECONDS = 1.0
GONE = math.inf
"""The version of a card that is not shown any more: it was merged into another one."""


class Committed(NamedTuple):
    """From `at` on the database has `version` of the card."""

    at: float
    card: str
    version: float


class Seen(NamedTuple):
    """From `at` on somebody has `version` of the card before them, until they see something else."""

    at: float
    card: str
    version: float


@dataclass(frozen=True, slots=True)
class Lags:
    """How long after their commits versions were seen."""

    seconds: tuple[float, ...]

    @property
    def late(self) -> int:
        """How many were not there within the limit."""
        return sum(one > LIMIT_SECONDS for one in self.seconds)

    @property
    def longest(self) -> float:
        """Of all."""
        return max(self.seconds, default=0.0)

    def quantile(self, share: float) -> float:
        """So many of them took no longer."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0

    def __str__(self) -> str:
        half, most = self.quantile(0.5), self.quantile(0.99)
        return (
            f"{len(self.seconds)} versions, {self.late} late; {half:.2f} s, 99 % {most:.2f} s, max {self.longest:.2f} s"
        )


def lags(committed: Sequence[Committed], seen: Sequence[Seen], end: float) -> Lags:
    """Of every version of a card that was before the viewer when it was committed: until it, or a newer one, was.

    Both in the order of time. Who turns to another card does not miss what becomes of the first one afterwards.
    """
    found = []
    for at, card, version in committed:
        before = None
        for number, one in enumerate(seen):
            if one.at > at:
                break
            before = number
        if before is not None and seen[before].card == card:
            found.append(_until(seen[before:], card, version, end) - at)
    return Lags(tuple(max(0.0, one) for one in found))


def _until(seen: Sequence[Seen], card: str, version: float, end: float) -> float:
    return next((one.at for one in seen if one.card != card or one.version >= version), end)
