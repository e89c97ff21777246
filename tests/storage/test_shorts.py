"""Customers in short: found page by page in the order of the product's search, and those of late."""

from __future__ import annotations

import pytest
from index_world import World, email, phone

from customers.ids import CardId, UserId
from customers.model import Channel
from customers.shorts import CustomerShort
from storage import cards, shorts
from storage.engine import Database
from storage.lists import PAGED_ROWS
from tests.desk.merging_world import Shop

ELINOR = UserId("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def found(world: World, text: str, skip: int = 0, count: int = 25) -> list[CustomerShort]:
    with world.database.read() as connection:
        return shorts.found(connection, ELINOR, text, skip, count)


def test_all_pages_together_are_all_answers_once(world: World) -> None:
    cards_made = {world.card(phone(f"+49151000{number:04}"), name=f"Edward Ferrars {number}") for number in range(60)}
    pages = [found(world, "ferrars", skip) for skip in (0, 25, 50, 75)]
    assert [len(page) for page in pages] == [25, 25, 10, 0]
    assert {one.card_id for page in pages for one in page} == cards_made
    assert found(world, "ferrars", PAGED_ROWS) == []


def test_a_customer_in_short_has_name_company_and_what_was_found(world: World) -> None:
    card = world.card(phone("+4915112345678"), email("e@norland.example"), name="Edward", company="Classics, Inc.")
    (one,) = found(world, "e@norl")
    assert one == CustomerShort(card, "Edward", "Classics, Inc.", Channel.VOICE, "", "e@norland.example")


@pytest.mark.rule("P-05")
def test_p05_a_card_that_was_merged_is_the_one_that_stands_for_it(database: Database) -> None:
    shop = Shop(database)
    call, mail = shop.newcomer("Edward Ferrars"), shop.newcomer("", "Classics, Inc.")
    assert shop.merge(call, mail).card is not None
    with database.read() as connection:
        known = [shorts.of_card(connection, card) for card in (call, mail, CardId("nowhere"))]
    assert known[0] == known[1]
    assert known[0] is not None
    assert (known[0].card_id, known[0].name, known[0].company) == (call, "Edward Ferrars", "Classics, Inc.")
    assert known[2] is None


@pytest.mark.rule("B-02", "B-28")
def test_those_of_late_are_the_open_ones_and_then_the_closed_ones(world: World) -> None:
    made = [world.card(name=f"Customer {number}") for number in range(4)]
    for card in made[:3]:
        with world.database.write() as tx:
            cards.open_view(tx, ELINOR, card)
    with world.database.write() as tx:
        cards.update_view(tx, ELINOR, made[1], closed_at=tx.now)
    with world.database.read() as connection:
        late = [one.card_id for one in shorts.recent(connection, ELINOR, 0, 25)]
        assert shorts.recent(connection, ELINOR, 1, 1)[0].card_id == late[1]
    assert set(late[:2]) == {made[0], made[2]}
    assert late[2:] == [made[1]]
