"""What a prototype measured of the same rules on cards of its own generator: ours must be as hard as those were."""

from __future__ import annotations

from collections.abc import Mapping

from bench.people.quality import Recall
from bench.people.strata import Stratum

TOLERANCE = 0.03
SHARES = {
    Stratum.SAME_CONTACT: 0.26,
    Stratum.BOTH_NAMES: 0.36,
    Stratum.NAME_IN_ADDRESS: 0.12,
    Stratum.ONE_PART: 0.08,
    Stratum.NOTHING: 0.18,
}
"""Of all pairs."""
RECALL = {
    100_000: {
        "exact number, mailbox": (0.259, 0.344, 1.0, 0.0, 0.0),
        "exact, or the full name": (0.449, 0.596, 1.0, 0.527, 0.0),
    },
    1_000_000: {
        "Salesforce's standard": (0.124, 0.168, 0.456, 0.018, 0.0),
        "Dynamics' default": (0.346, 0.469, 0.741, 0.437, 0.0),
        "Genesys, exact": (0.255, 0.346, 0.990, 0.001, 0.0),
        "address book": (0.422, 0.571, 0.994, 0.466, 0.0),
    },
}
"""By the number of cards: all pairs, the reachable ones, and the first three strata."""


def distance(count: int, recalls: Mapping[str, Recall]) -> float | None:
    """The greatest difference from the prototype's figures; None where it has none for `count` cards."""
    if count not in RECALL:
        return None
    apart = [abs(next(iter(recalls.values())).share(one) - share) for one, share in SHARES.items()]
    for name, expected in RECALL[count].items():
        apart += [abs(ours - theirs) for ours, theirs in zip(columns(recalls[name]), expected, strict=False)]
    return max(apart)


def columns(found: Recall) -> list[float]:
    """All pairs, the reachable ones, then each stratum."""
    return [found.all, found.reachable, *(found.of([one]) for one in Stratum)]
