"""`python -m bench [--only NAME] [--rounds N] [--cards N] [--seed N] [--wrapups N] [--out FILE] [--strict]`"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import machine
from bench.processes import ProcessFailed
from bench.report import Figure, Goal, lines, write
from bench.run import CARDS, SEED, WRAPUPS, Run

BENCHMARKS = (
    *("border", "link_add", "proactive", "render", "outbox", "matching", "people", "duplicates", "history"),
    *("throughput", "census"),
)
"""Modules with `measure(run)`, in the order in which they are run."""
ASKED_FOR = ("matching", "people", "duplicates", "history", "throughput", "census")
"""Those that take long, and are run only when they are named."""


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks asked for, print and keep their figures; the exit status."""
    options = _parser().parse_args(arguments)
    with Run(options.rounds, cards=options.cards, seed=options.seed, wrapups=options.wrapups) as run:
        print(_where())
        figures = [figure for name in options.only or _usual() for figure in _measure(name, run)]
    return conclude(figures, options.out, is_strict=options.strict)


def _usual() -> list[str]:
    return [name for name in BENCHMARKS if name not in ASKED_FOR]


def conclude(figures: Sequence[Figure], out: Path, *, is_strict: bool) -> int:
    """The figures are kept in `out`; 1 where a goal was missed and that counts, else 0."""
    write(figures, machine.describe(), out)
    missed = [figure.name for figure in figures if figure.passed is False]
    print(f"{len(figures)} figures in {out}" + (f"; goal missed: {', '.join(missed)}" if missed else ""))
    return 1 if missed and is_strict else 0


def _measure(name: str, run: Run) -> list[Figure]:
    try:
        figures: list[Figure] = importlib.import_module(f"bench.{name}").measure(run)
    except ProcessFailed as failure:
        figures = [Figure(name, "", None, notes=[str(failure)], goal=Goal(0.0))]
    run.clear_line()
    for figure in figures:
        print("\n".join(lines(figure)), flush=True)
    return figures


def _where() -> str:
    said = machine.describe()
    load = " ".join(f"{value:.1f}" for value in said["load"])
    return f"{said['processor']}, {said['cores']} cores, Python {said['python']}, load average {load}\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench", description="Figures of ours beside their floors and peers.")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="this one alone; may be repeated")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each variant (default 7)")
    parser.add_argument(
        "--cards", type=int, default=CARDS, help=f"cards of `people`, `census` and `duplicates` (default {CARDS:,})"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="other cards of `people` and `census`")
    parser.add_argument(
        "--wrapups", type=int, default=WRAPUPS, help=f"wrap-ups of `throughput` for each CRM (default {WRAPUPS:,})"
    )
    parser.add_argument("--out", type=Path, default=Path("bench/results.json"), help="where the figures are kept")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is missed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
