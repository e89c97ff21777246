"""Things of which few are common and most are rare, as names are."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, Protocol, TypeVar

Thing = TypeVar("Thing")
Thing_co = TypeVar("Thing_co", covariant=True)


class Drawn(Protocol[Thing_co]):
    """Things that are drawn, some more often than others."""

    def draw(self, random: Random) -> Thing_co:
        """One of them."""
        ...


class Ranked(Generic[Thing]):
    """Things, the commonest first; the r-th is drawn with a weight of 1 / (r + shift) ** exponent (Zipf-Mandelbrot).

    With 13 and 1.05 over 20,000 names the first has 1.1 %, the tenth 0.6 %, the thousandth 0.012 %: about what the
    censuses of the United States and the telephone books of Germany show for surnames.
    """

    def __init__(self, things: Sequence[Thing], shift: float = 13.0, exponent: float = 1.05) -> None:
        self.things = things
        self._sums = [*accumulate((rank + shift) ** -exponent for rank in range(1, len(things) + 1))]

    def draw(self, random: Random) -> Thing:
        """One of them."""
        return self.things[min(bisect(self._sums, random.random() * self._sums[-1]), len(self.things) - 1)]


class Weighted(Generic[Thing]):
    """Things with a weight each."""

    def __init__(self, weights: Mapping[Thing, float]) -> None:
        self._things = [*weights]
        self._sums = [*accumulate(weights.values())]

    def draw(self, random: Random) -> Thing:
        """One of them."""
        return self._things[min(bisect(self._sums, random.random() * self._sums[-1]), len(self._things) - 1)]
