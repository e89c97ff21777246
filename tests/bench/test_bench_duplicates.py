"""The benchmark of suggestions and search on databases, at a small size: it measures what the product does."""

from __future__ import annotations

import pytest

from bench.databases import databases
from bench.duplicates import filling, searching, suggesting
from bench.duplicates.figures import measure
from bench.people.population import population
from bench.run import Run
from storage import index


def test_cards_are_indexed_and_found_again() -> None:
    among = population(300, with_duplicates=20)
    with databases("sqlite") as make:
        db = make()
        done: list[int] = []
        indexed = filling.fill(db, among.cards, done.append)
        with db.read() as connection:
            assert not index.is_behind(connection)
        searched = searching.measure(db, among.cards, 40)
        db.close()
    assert done[-1] == 300
    assert indexed.cpu_seconds > 0
    assert min(indexed.suggestion_bytes, indexed.search_bytes) > 0
    assert searched["mail"].share == 1
    assert searched["slip"].share > 0.9
    assert all(kind.times.wall for kind in searched.values())


def test_the_floor_runs_the_statements_of_the_use_case_and_its_scoring() -> None:
    among = population(300, with_duplicates=20)
    with databases("sqlite") as make:
        db = make()
        filling.fill(db, among.cards, lambda _done: None)
        cards = [question.card for question in among.questions]
        asked = suggesting.measure(db, cards, rounds=2)
        db.close()
    assert len(asked.first.wall) == len(cards)
    assert len(asked.ours.wall) == len(asked.floor.wall) == 2 * len(cards)
    assert asked.ratio > 0


@pytest.mark.postgres
def test_both_databases_are_measured() -> None:
    with Run(3, cards=200, is_quiet=True) as run:
        names = [figure.name.split(",")[0] for figure in measure(run) if figure.value is not None]
    kinds = ("duplicates", "search", "index")
    assert names == [f"{kind}.{dialect}" for dialect in ("sqlite", "postgresql") for kind in kinds]
