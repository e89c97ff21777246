"""(i) Reading and drawing the card of a customer with 10,000 interactions, beside that of one with 10."""

from __future__ import annotations

import random

from bench.databases import databases
from bench.duplicates.timing import Times, ratio
from bench.histories import ELINOR, gather, kinds, of_kind
from bench.postgres import PostgresMissing
from bench.report import Figure, Goal
from bench.run import Run
from cards.render import customer_card_json
from customers.ids import CardId
from customers.views import Surface
from storage.engine import Database
from storage.view_settings import ViewSettings
from storage.views import card_view

FEW, MANY = 10, 10_000
_GOAL = Goal(1.5)
_SETTINGS = ViewSettings(crm_labels={"salesforce": "Salesforce"})
_READS = 60
"""Of each card, a round."""


def measure(run: Run, few: int = FEW, many: int = MANY) -> list[Figure]:
    """A figure for each database, kind of history, and whether every section is open."""
    figures = []
    for dialect in ("sqlite", "postgresql"):
        try:
            with databases(dialect) as make:
                figures += _measured(run, make(), dialect, (few, many))
        except PostgresMissing as missing:
            figures.append(Figure(f"history.{dialect}", "ms", None, notes=[str(missing)], goal=_GOAL))
    return figures


def _measured(run: Run, db: Database, dialect: str, counts: tuple[int, int]) -> list[Figure]:
    figures = []
    cases = [(kind, is_open) for kind in kinds() for is_open in (False, True)]
    made = {case: [of_kind(db, case[0], count, sections=case[1]) for count in counts] for case in cases}
    gather(db)
    for (kind, is_open), (few, many) in made.items():
        short, long = _timed(run, db, few, many)
        name = f"history.{dialect}.{kind.replace(' ', '_')}.{'all_open' if is_open else 'usual'}"
        what = f"a card with {counts[1]:,} interactions; floor: one with {counts[0]}"
        figures.append(Figure(name, "ms", long.p50, short.p50, ratio(long, short), _GOAL, notes=[what, f"ours {long}"]))
    db.close()
    return figures


def _timed(run: Run, db: Database, few: CardId, many: CardId) -> tuple[Times, Times]:
    """Both read in turn, so that they have the same neighbours."""
    short, long = Times(), Times()
    sides = [(few, short), (many, long)]
    for card, _ in sides:
        _drawn(db, card)
    for number in range(run.rounds):
        run.on_round(number)
        for _ in range(_READS):
            for card, times in random.sample(sides, 2):
                times.of(lambda card=card: _drawn(db, card))  # type: ignore[misc]
    return short, long


def _drawn(db: Database, card: CardId) -> bytes:
    with db.read() as connection:
        view = card_view(connection, ELINOR, card, _SETTINGS)
    assert view is not None
    return customer_card_json(view, ELINOR, Surface.PANE).json
