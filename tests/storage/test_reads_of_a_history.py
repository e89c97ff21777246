"""A card costs the same however long its customer's history is: statements, and steps of SQLite's machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bench.histories import ELINOR, OUTCOMES, gather, kinds, of_kind
from customers.ids import CardId
from customers.journey import Look
from customers.views import CardView
from storage import groups, lists, schema, tables
from storage.cards import live_legs
from storage.engine import Database
from storage.journey import PAGE_ROWS, Journey
from storage.view_settings import ViewSettings
from storage.views import card_view
from tests.desk.test_statement_counts import counted
from tests.storage.steps import steps

FEW, MANY = 20, 800
SETTINGS = ViewSettings(crm_labels={"salesforce": "Salesforce"})


@pytest.fixture(scope="module", params=[False, True], ids=["planned blindly", "planned with figures"])
def histories(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.db'}")
    schema.upgrade(database)
    database.made = {  # type: ignore[attr-defined]
        (kind, is_open, count): of_kind(database, kind, count, sections=is_open)
        for kind in kinds()
        for is_open in (False, True)
        for count in (FEW, MANY)
    }
    if request.param:
        gather(database)
    yield database
    database.close()


def cards_of(database: Database, kind: str, *, is_open: bool) -> tuple[CardId, CardId]:
    made: dict[tuple[str, bool, int], CardId] = database.made  # type: ignore[attr-defined]
    return made[kind, is_open, FEW], made[kind, is_open, MANY]


def read(database: Database, card: CardId) -> CardView:
    with database.write() as tx:  # the engine whose statements are counted
        found = card_view(tx.connection, ELINOR, card, SETTINGS)
    assert found is not None
    return found


@pytest.mark.rule("B-32")
@pytest.mark.parametrize("is_open", [False, True], ids=["usual", "all open"])
@pytest.mark.parametrize("kind", [*kinds()])
def test_b32_a_card_with_a_long_history_costs_what_one_with_a_short_one_costs(
    histories: Database, kind: str, is_open: bool
) -> None:
    few, many = cards_of(histories, kind, is_open=is_open)
    with counted(histories) as short:
        read(histories, few)
    with counted(histories) as long:
        shown = read(histories, many)
    assert len(long) == len(short) > 0
    assert shown.journey.has_more or len(shown.journey.rows) == PAGE_ROWS
    taken = [
        steps(histories, lambda connection, card=card: card_view(connection, ELINOR, card, SETTINGS))
        for card in (few, many)
    ]
    assert taken[1] <= 1.5 * taken[0] + 30, f"{taken[0]}0 steps for {FEW}, {taken[1]}0 for {MANY}"


@pytest.mark.rule("B-32")
@pytest.mark.parametrize(
    "look", [Look(), Look(channel="email"), Look(query=OUTCOMES[1])], ids=["all", "channel", "words"]
)
@pytest.mark.parametrize("kind", [*kinds()])
def test_b32_the_last_page_costs_what_the_first_costs(histories: Database, kind: str, look: Look) -> None:
    _, card = cards_of(histories, kind, is_open=True)
    with histories.read() as connection:
        members = groups.members(connection, card)
        journey = Journey(connection, card, members, None, was_merged=len(members) > 1)
        oldest = journey.opened(look)
        for _ in range(15):
            assert oldest.older is not None
            oldest = journey.opened(look.older(oldest.older))
    late = look.older(oldest.rows[0].cursor)
    taken = [
        steps(
            histories,
            lambda connection, at=at: Journey(connection, card, members, None, was_merged=len(members) > 1).opened(at),
        )
        for at in (look, late)
    ]
    assert taken[1] <= 1.5 * taken[0] + 30


@pytest.mark.parametrize("kind", [*kinds()])
def test_b02_the_list_takes_the_same_steps_for_a_row_with_a_long_history(histories: Database, kind: str) -> None:
    taken = []
    for card in cards_of(histories, kind, is_open=False):
        only = sa.update(tables.desk_views).values(closed_at=None)
        with histories.write() as tx:
            tx.execute(sa.update(tables.desk_views).values(closed_at=tx.now))
            tx.execute(only.where(tables.desk_views.c.card_id == card))
        taken.append(steps(histories, lambda connection: lists.open_list(connection, ELINOR.user_id)))
    assert taken[1] <= 1.5 * taken[0] + 30


@pytest.mark.parametrize("kind", [*kinds()])
def test_what_is_done_on_a_card_looks_at_what_is_open_on_it(histories: Database, kind: str) -> None:
    """Every change of a card asks who works on it, every list for the newest leg of each of its rows."""
    few, many = cards_of(histories, kind, is_open=False)
    with histories.write() as tx:
        taken = [steps(histories, lambda _c, card=card: live_legs(tx, card), tx.connection) for card in (few, many)]
    assert taken[1] <= 1.5 * taken[0] + 30
