"""What does not fit, said once. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.interface import MappingProblem
from connectors.mapping import CrmMapping


def distinct(problems: Iterable[MappingProblem], mapping: CrmMapping) -> tuple[MappingProblem, ...]:
    """Each once: what one channel has from another by `like` is said of the first alone."""
    kept: dict[tuple[str, str, str], MappingProblem] = {}
    for one in problems:
        table, _, rest = one.key.partition(".")
        channel, _, place = rest.partition(".")
        target = mapping.activities[channel].target if table == "activities" else channel
        kept.setdefault((f"{table}.{target}", place, one.problem), one)
    return tuple(kept.values())
