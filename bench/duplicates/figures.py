"""(h) Suggestions and the search box among many cards: on both databases, beside their raw statements and scoring."""

from __future__ import annotations

import os
from collections.abc import Mapping

from bench.databases import databases
from bench.duplicates import filling, searching, suggesting
from bench.duplicates.filling import Indexed
from bench.duplicates.searching import Searching
from bench.duplicates.suggesting import Suggesting
from bench.people.population import Population, population
from bench.postgres import PostgresMissing
from bench.report import Figure, Goal
from bench.run import Run
from storage.search import LIMIT

BESIDE_RAW = 1.5
LISTED = 0.95
"""Of the full names with one slip."""
_IDEAL = "the same keys and scores in C++ in memory, among 1,000,000: p50 0.043 ms, p99 0.103 ms"
_GOALS = {"sqlite": 5, "postgresql": 8}
"""Milliseconds of the slowest hundredth of the suggestions among 1,000,000 cards on a quiet machine."""
_SEARCHES = 400


def measure(run: Run) -> list[Figure]:
    """Of `run.cards` cards; a database that is not there is said to be missing."""
    among = population(run.cards, with_duplicates=400)
    return [figure for dialect in ("sqlite", "postgresql") for figure in _measure(run, dialect, among)]


def _measure(run: Run, dialect: str, among: Population) -> list[Figure]:
    try:
        with databases(dialect) as make:
            db = make()
            indexed = filling.fill(db, among.cards, run.on_progress)
            run.clear_line()
            asked = suggesting.measure(db, [question.card for question in among.questions], max(run.rounds // 3, 1))
            searched = searching.measure(db, among.cards, _SEARCHES)
            db.close()
    except PostgresMissing as missing:
        return [Figure(f"duplicates.{dialect}", "ms", None, notes=[str(missing)], goal=Goal(BESIDE_RAW))]
    count = len(among.cards)
    return [_suggestions(dialect, count, asked), *_searches(dialect, searched), _import(dialect, count, indexed)]


def _suggestions(dialect: str, count: int, asked: Suggesting) -> Figure:
    return Figure(
        name=f"duplicates.{dialect}, {count:,} cards",
        unit="ms p50 for the suggestions of a card, read and scored",
        value=asked.ours.p50,
        floor=asked.floor.p50,
        ratio=asked.ratio,
        goal=Goal(BESIDE_RAW),
        notes=[
            f"asked for the first time: {asked.first}; goal p99 below {_GOALS[dialect]} ms among 1,000,000",
            f"asked again: {asked.ours}",
            f"its raw statements and scoring: {asked.floor}",
            f"load {os.getloadavg()[0]:.1f}; {_IDEAL}",
        ],
    )


def _searches(dialect: str, searched: Mapping[str, Searching]) -> list[Figure]:
    slip, mail = searched["slip"], searched["mail"]
    return [
        Figure(
            name=f"search.{dialect}",
            unit=f"of the full names with one slip have their card among the {LIMIT} that are listed",
            value=slip.share,
            floor=LISTED,
            ratio=slip.share / LISTED,
            goal=Goal(1.0, is_ceiling=False),
            notes=[
                f"a name with a slip: {slip.times}; goal .967 and p99 below 10 ms",
                f"each beginning of a name: {searched['keystroke'].times}",
                f"a number: {searched['phone'].times}; goal 1 ms",
                f"an address: {mail.times}, listed {mail.share:.3f}; goal 1 ms",
                f"load {os.getloadavg()[0]:.1f}",
            ],
        )
    ]


def _import(dialect: str, count: int, indexed: Indexed) -> Figure:
    each = indexed.suggestion_bytes / count
    return Figure(
        name=f"index.{dialect}",
        unit="seconds to index 100,000 cards",
        value=indexed.seconds / count * 100_000,
        notes=[
            f"{indexed.seconds:.0f} s for {count:,} ({indexed.cpu_seconds:.0f} s CPU of this process)",
            f"{each:.0f} bytes a card for suggestions, {indexed.search_bytes / count:.0f} for the search box",
            f"load {os.getloadavg()[0]:.1f}",
        ],
    )
