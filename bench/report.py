"""What is printed and kept of a run: each figure beside its floor and its peers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.measure import Results, Series, ratio


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit on the ratio to the floor."""

    limit: float
    is_ceiling: bool = True

    def holds(self, value: float) -> bool:
        """True where `value` is on the right side of the limit."""
        return value <= self.limit if self.is_ceiling else value >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.is_ceiling else '>='} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of ours, its floor and its peers."""

    name: str
    unit: str
    value: float | None
    """None where it could not be measured here; the notes say why."""
    floor: float | None = None
    ratio: float | None = None
    goal: Goal | None = None
    peers: Mapping[str, float | None] = field(default_factory=dict)
    """None for a peer that is not available here; the notes say why."""
    notes: Sequence[str] = ()
    table: Sequence[str] = ()

    @property
    def passed(self) -> bool | None:
        """Whether the goal is met; None without one. A figure that could not be measured has not met its goal."""
        if self.goal is None:
            return None
        return self.ratio is not None and self.goal.holds(self.ratio)

    def as_json(self, machine: Mapping[str, Any]) -> dict[str, Any]:
        """The figure as `results.json` keeps it."""
        return {
            "name": self.name,
            "value": _round(self.value),
            "unit": self.unit,
            "ratio_to_floor": _round(self.ratio),
            "floor": _round(self.floor),
            "peers": {name: _round(value) for name, value in self.peers.items()},
            "goal": str(self.goal) if self.goal else None,
            "passed": self.passed,
            "notes": list(self.notes),
            "machine": dict(machine),
        }


def lines(figure: Figure) -> list[str]:
    """The figure as it is printed."""
    verdict = {True: "met", False: "MISSED", None: ""}[figure.passed]
    goal = f"   goal {figure.goal}: {verdict}" if figure.goal else ""
    beside = f" = {figure.ratio:.2f} × floor ({_number(figure.floor)})" if figure.ratio is not None else ""
    head = f"{figure.name}: {_number(figure.value)} {figure.unit}{beside}{goal}"
    return [head, *(f"    {line}" for line in figure.table), *(f"    note: {note}" for note in figure.notes)]


def write(figures: Sequence[Figure], machine: Mapping[str, Any], path: Path) -> None:
    """Keep the figures in `path`, a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([figure.as_json(machine) for figure in figures], indent=2, ensure_ascii=False) + "\n")


def table(results: Results, floor: str, columns: Mapping[str, str], compared: str) -> list[str]:
    """A line per variant: medians of `columns` (figure to heading), and `compared` as a multiple of the floor's."""
    heads = [f"{heading:>14}" for heading in columns.values()]
    width = max(len(name) for name in results)
    said = [f"{'':{width}}{''.join(heads)}{'× floor':>10}{'(best)':>9}"]
    for name, series in results.items():
        cells = "".join(f"{_number(series[figure].median) if figure in series else '–':>14}" for figure in columns)
        said.append(f"{name:{width}}{cells}{_times(series[compared], results[floor][compared])}")
    return said


def _times(ours: Series, floor: Series) -> str:
    return f"{ratio(ours, floor):>10.2f}{f'({ours.best / floor.best:.2f})':>9}"


def _number(value: float | None) -> str:
    if value is None:
        return "not available"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _round(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")
