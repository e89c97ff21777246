"""What is read for a card costs the same however many other cards there are: no statement goes through a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from index_world import RULES, World, email, phone

from bench.duplicates.filling import fill
from bench.people.cards import generate
from customers.ids import CardId, UserId
from customers.views import Viewer
from storage import cards, merges, schema
from storage.duplicates import pair, suggestions
from storage.engine import Database
from storage.lists import open_list, recent_list, search_list
from storage.merge_views import Preparation, panel
from storage.profile_forms import profile_view
from storage.profiles import profiles
from storage.request_views import Handling, requests_view
from storage.search import find
from storage.summaries import summaries
from storage.view_settings import ViewSettings
from storage.views import card_view

FEW, MANY = 200, 3000
ELINOR = Viewer(UserId("elinor"), "tenant", "Elinor")
READS: dict[str, Callable[[sa.Connection, CardId, CardId], object]] = {
    "suggestions": lambda connection, card, _other: suggestions(connection, card, RULES),
    "a pair": lambda connection, card, other: pair(connection, card, other, RULES),
    "the merge panel": lambda connection, card, _other: panel(connection, card, Preparation().to_json(), RULES),
    "summaries": lambda connection, card, other: summaries(connection, [card, other]),
    "a name": lambda connection, _card, _other: find(connection, "Edwrad Ferrars"),
    "a number": lambda connection, _card, _other: find(connection, "0151 12345678"),
    "an address": lambda connection, _card, _other: find(connection, "e.ferrars@norland.example"),
    "profiles": lambda connection, card, other: profiles(connection, [card, other]),
    "a card": lambda connection, card, _other: card_view(connection, ELINOR, card, ViewSettings()),
    "requests": lambda connection, card, _other: requests_view(
        connection, ELINOR.user_id, card, Handling(), current=None, members=[card], was_merged=True
    ),
    "a profile": lambda connection, card, _other: profile_view(connection, card),
    "open": lambda connection, _card, _other: open_list(connection, ELINOR.user_id),
    "recent": lambda connection, _card, _other: recent_list(connection, ELINOR.user_id),
    "search": lambda connection, _card, _other: search_list(connection, ELINOR.user_id, "ferrars"),
}


class Counted:
    """A database with Edward's two cards among `strangers` others, and how many steps SQLite takes for a read."""

    def __init__(self, folder: Path, strangers: int) -> None:
        self.database = Database(f"sqlite:///{folder / f'{strangers}.db'}")
        schema.upgrade(self.database)
        fill(self.database, [*generate(strangers, 1)], lambda _done: None)
        world = World(self.database)
        self._card = world.card(phone("+4915112345678"), name="Edward Ferrars")
        self._other = world.card(email("e.ferrars@norland.example"), name="Edward Ferrars", indexed=False)
        world.call(self._card)
        absorbed = world.card(phone("+4915112345670"), name="Eddie Ferrars")
        with self.database.write() as tx:
            merges.merge(tx, self._card, absorbed, ELINOR.user_id, picks={})
            cards.open_view(tx, ELINOR.user_id, self._card)
            cards.open_view(tx, ELINOR.user_id, self._other)
            cards.update_view(tx, ELINOR.user_id, self._other, closed_at=tx.now)

    def steps(self, read: Callable[[sa.Connection, CardId, CardId], object]) -> int:
        """Of the virtual machine, in tens."""
        taken = 0

        def step() -> None:
            nonlocal taken
            taken += 1

        with self.database.read() as connection:
            driver = connection.connection.dbapi_connection
            assert driver is not None
            driver.set_progress_handler(step, 10)
            try:
                read(connection, self._card, self._other)
            finally:
                driver.set_progress_handler(None, 10)
        return taken


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Counted, Counted]]:
    folder = tmp_path_factory.mktemp("many")
    both = Counted(folder, FEW), Counted(folder, MANY)
    yield both
    for one in both:
        one.database.close()


@pytest.mark.parametrize("name", READS)
def test_a26_a27_a_read_takes_no_more_steps_among_many_cards(counted: tuple[Counted, Counted], name: str) -> None:
    few, many = (one.steps(READS[name]) for one in counted)
    assert 0 < many <= 3 * few + 100, f"{few}0 steps among {FEW} cards, {many}0 among {MANY}"
