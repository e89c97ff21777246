"""What does not fit, said once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.interface import MappingProblem
from connectors.mapping import CrmMapping, RecordType


def distinct(problems: Iterable[MappingProblem], mapping: CrmMapping) -> tuple[MappingProblem, ...]:
    """Each once: what one channel has from another by `like` is said of the first alone."""
    kept: dict[tuple[str, str, str], MappingProblem] = {}
    for one in problems:
        table, _, rest = one.key.partition(".")
        channel, _, place = rest.partition(".")
        target = mapping.activities[channel].target if table == "activities" else channel
        kept.setdefault((f"{table}.{target}", place, one.problem), one)
    return tuple(kept.values())


def date_problems(record: RecordType, is_date: Mapping[str, bool]) -> Iterator[MappingProblem]:
    """A date that is none, and dates that people would read as the CRM writes them. Nothing waits for it."""
    at = f"records.{record.type}"
    if record.date and not is_date.get(record.date, True):
        yield MappingProblem(f"{at}.date", f"{record.date} is no date", "name a field with a day or a moment", False)
    for place, names in (("title", record.title), ("subtitle", record.subtitle)):
        for name in names:
            if is_date.get(name):
                problem = f"{name} is a date: it would stand there as the CRM writes it"
                to_do = f"name it in {at}.date: it is then written as each agent's locale writes it"
                yield MappingProblem(f"{at}.{place}", problem, to_do, False)
