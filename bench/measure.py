"""Variants measured alternately, in a new order each round, and what is said of their figures."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Sample = Mapping[str, float]
"""What one round of one variant showed: figure name to value."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Something to measure: each call of `run` is one round."""

    name: str
    run: Callable[[], Sample]


@dataclass(slots=True)
class Series:
    """The rounds of one figure of one variant."""

    values: list[float] = field(default_factory=list)
    lower_is_better: bool = True

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.values)

    @property
    def best(self) -> float:
        """The best round. Noise on a busy machine is one-sided, so this is the better estimate of a cost."""
        return min(self.values) if self.lower_is_better else max(self.values)


Results = dict[str, dict[str, Series]]
"""Variant name to figure name to series."""


def alternate(
    variants: Sequence[Variant],
    rounds: int,
    *,
    seed: int = 1,
    higher_is_better: frozenset[str] = frozenset(),
    on_round: Callable[[int], None] = lambda _number: None,
) -> Results:
    """Every variant measured once a round, in an order of the round's own, so that none has the quiet minutes."""
    order = random.Random(seed)
    results: Results = {variant.name: {} for variant in variants}
    for number in range(rounds):
        on_round(number)
        for variant in order.sample(variants, len(variants)):
            for name, value in variant.run().items():
                better_low = name not in higher_is_better
                results[variant.name].setdefault(name, Series(lower_is_better=better_low)).values.append(value)
    return results


def ratio(ours: Series, floor: Series) -> float:
    """Ours to the floor, round by round, and the middle of that: both sides had the same neighbours."""
    return statistics.median(mine / theirs for mine, theirs in zip(ours.values, floor.values, strict=True))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the sorted values lie."""
    if not ordered:
        raise ValueError("no values")
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
