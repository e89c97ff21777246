"""The search box finds a card by whatever is typed of it, and says what it found."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from counted import counted
from index_world import World, email, external, phone, social

from customers.ids import CardId
from customers.model import Channel
from storage import search
from storage import tables as t
from storage.duplicates import suggestions
from storage.engine import Database
from storage.lists import search_list
from storage.search import _COMMON, Found
from storage.search_statements import FEW, Near, near


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def found(world: World, text: str) -> list[Found]:
    with world.database.read() as connection:
        return search.find(connection, text)


def ids(world: World, text: str) -> list[CardId]:
    return [one.card_id for one in found(world, text)]


def marked(world: World, text: str) -> list[tuple[str, str]]:
    return [(mark.field.value, mark.matched) for one in found(world, text) for mark in one.marks]


EDWARD = [
    "Edward Ferrars", "ferrars edward", "Ferrars, Edward", "edw", "f", "ferr", "edw ferr", "edward f",
    "Dr. Edward Ferrars", "Edwrad Ferrars", "Edward Ferars", "Edwart Ferrarz", "ferrasr", "frerars",
    "Eddie Ferrars", "ted ferrars",
    "FERRARS", "Classics", "classics in", "classics ferrars", "Ferrars Classics, Inc.", "clas",
    "+49 151 12345678", "0151 12345678", "015112345678", "004915112345678", "+49 (0)151 123 456 78", "0151/123",
    "+4915", "345678", "4915112345678", "e.ferrars@norland.example", "E.Ferrars@", "e.ferrars+shop@norland.example",
    "e.fer", "norland.example", "@norland.example", "norland", "@norl", "eferrars", "@eferr", "K-4711", "k-47", "4711",
]  # fmt: skip
NOBODY = ["", "  ", "xyzzy", "Jane Bennet", "99999", "%", "_", "+", "@", "' or 1=1",
          "jane@bennet.test", "+44 151 12345678"]  # fmt: skip


@pytest.mark.parametrize("is_indexed", [True, False])
def test_b29_a_card_is_found_by_whatever_part_of_it_is_typed(world: World, is_indexed: bool) -> None:
    known = (phone("+4915112345678"), email("e.ferrars@norland.example"), social("telegram", "eferrars"))
    ids_given = (external("", "K-4711"), external("crm", "4711"))
    card = world.card(*known, *ids_given, name="Edward Ferrars", company="Classics, Inc.", indexed=is_indexed)
    lucy = (phone("+442079460958"), email("lucy@steele.test"))
    world.card(*lucy, name="Lucy Steele", company="Holborn Ltd", indexed=is_indexed)
    assert {typed: ids(world, typed) for typed in EDWARD} == {typed: [card] for typed in EDWARD}
    assert {typed: ids(world, typed) for typed in NOBODY} == {typed: [] for typed in NOBODY}


@pytest.mark.parametrize("name", ["Jörg Müller", "Joerg Mueller", "Jorg Muller"])
def test_an_umlaut_is_found_in_each_spelling(world: World, name: str) -> None:
    card = world.card(name=name)
    for typed in ["Jörg Müller", "joerg mueller", "jorg muller", "Mueller", "mül", "müll", "Mülelr", "joerg"]:
        assert ids(world, typed) == [card]


def test_what_is_exact_stands_before_what_begins_so_and_that_before_what_was_mistyped(world: World) -> None:
    mistyped = world.card(name="Edward Farrars")
    begins = world.card(name="Edward Ferrarson")
    exact = world.card(name="Edward Ferrars")
    assert ids(world, "Edward Ferrars") == [exact, begins, mistyped]


def test_of_equal_cards_the_one_that_changed_last_comes_first(world: World) -> None:
    cards = [world.card(name="Edward Ferrars") for _ in range(3)]
    with world.database.write() as tx:
        for at, card in enumerate((cards[1], cards[2], cards[0])):
            later = tx.now + timedelta(hours=at)
            tx.execute(sa.update(t.cards).where(t.cards.c.id == card).values(changed_at=later))
    assert ids(world, "Ferrars") == [cards[0], cards[2], cards[1]]


def test_merged_cards_are_found_once_as_the_one_that_stands_for_them(world: World) -> None:
    call = world.card(phone("+4915112345678"), name="Edward Ferrars")
    mail = world.card(email("e.ferrars@norland.example"), channel=Channel.EMAIL, name="E. Ferrars")
    world.merges(mail, call)
    assert ids(world, "ferrars") == [call]
    assert ids(world, "e.ferrars@norland.example") == [call]
    assert ("email", "e.ferrars@norl") in marked(world, "e.ferrars@norl")


MARKS = [
    ("mul", [("name", "Mül")]),
    ("mueller", [("name", "Müller")]),
    ("thomas mülle", [("name", "Thomas"), ("name", "Mülle")]),
    ("Mülelr", [("name", "Müller")]),
    ("classics", [("company", "Classics")]),
    ("0151 1234", [("phone", "1511234")]),
    ("345678", [("phone", "345678")]),
    ("t.mueller@ac", [("email", "t.mueller@ac")]),
    ("acme", [("email", "acme")]),
    ("tom_m", [("handle", "tom_m")]),
]


def test_what_was_found_is_marked_as_it_is_shown(world: World) -> None:
    known = (phone("+4915112345678"), email("t.mueller@acme.test"), social("telegram", "tom_m88"))
    world.card(*known, name="Thomas Müller", company="Classics, Inc.")
    for typed, marks in MARKS:
        assert set(marks) <= set(marked(world, typed)), typed


def test_whoever_types_finds_the_list_as_before(world: World) -> None:
    card = world.card(phone("+4915112345678"), name="Edward Ferrars")
    with world.database.read() as connection:
        view = search_list(connection, "user", "ferr")  # type: ignore[arg-type]
    assert [(row.card_id, row.customer_name, row.identity) for row in view.rows] == [
        (card, "Edward Ferrars", "+4915112345678")
    ]


def test_a_card_of_a_full_house_that_is_not_indexed_yet_is_found_by_number_and_address(world: World) -> None:
    card = world.card(phone("+4915112345678"), email("e.ferrars@norland.example"), indexed=False)
    for number in range(30):
        world.card(name=f"Lucy Steele {number}", indexed=False)
    assert ids(world, "+49 151 12345678") == [card]
    assert ids(world, "E.Ferrars@norland.example") == [card]


@pytest.mark.parametrize("typed", ["Jhn Ferrars", "ferrars jhn", "Jon Ferrars"])
def test_b29_a_short_name_is_found_without_one_of_its_letters(world: World, typed: str) -> None:
    card = world.card(email("info@norland.test"), name="John Ferrars")
    world.card(email("post@norland.test"), name="Ada Ferrars")
    assert ids(world, typed) == [card]


@pytest.mark.parametrize("typed", ["Frau Hartmann", "hartmann, frau", "Mrs Hartmann"])
def test_b29_how_somebody_is_addressed_is_no_name(world: World, typed: str) -> None:
    card = world.card(email("h@h.test"), name="Ida Hartmann")
    world.card(email("f@h.test"), name="Frauke Hartung")
    assert ids(world, typed) == [card]


def test_b29_many_neighbours_of_one_word_leave_room_for_those_of_the_other(world: World) -> None:
    for number in range(450):
        letters = "".join(chr(ord("b") + int(digit)) for digit in f"{number:03}")
        world.card(email(f"{number}@a.test"), name=f"Sandra{letters} Sandr{letters}", indexed=False)
    world.card(email("s@s.test"), name="Sandra Schreiber")
    with world.database.read() as connection:
        rows = near(connection, [Near("sandra"), Near("schteiber")])
    assert [row.term for row in rows if row.at] == ["schreiber"]
    assert sum(not row.at for row in rows) > 450


def test_b29_a_beginning_with_a_slip_finds_words_of_about_its_length_and_where_there_is_none_longer_ones(
    world: World,
) -> None:
    long = world.card(name="Anna Schimmelpfennig")
    assert ids(world, "shcimm") == ids(world, "anna shcimm") == [long]
    short = world.card(name="Anna Schimmel")
    assert ids(world, "shcimm") == [short]
    assert ids(world, "shcimmelpf") == [long]


def test_b29_of_two_words_that_others_have_the_rarer_one_is_taken_for_the_mistyped_one(world: World) -> None:
    card = world.card(name="Sandra Friedrich")
    for number in range(_COMMON + 1):
        world.card(name=f"Sandra Nachname{number}", indexed=False)
    world.card(name="Tom Freidrih")
    assert ids(world, "Sandra Freidrih") == [card]


@pytest.mark.parametrize(
    ("typed", "begun"),
    [("+49 151 12345678", "+49 151"), ("0151 123", "0151"), ("e.ferrars@norland.example", "e.f")],
)
def test_a_number_and_an_address_take_one_statement_and_one_more_where_many_begin_so(
    world: World, typed: str, begun: str
) -> None:
    card = world.card(phone("+4915112345678"), email("e.ferrars@norland.example"), name="Edward Ferrars")
    for at in range(FEW + 1):
        world.card(phone(f"+49151999{at:05}"), email(f"e.f{at}@barton.example"), name=f"Name{at}", indexed=False)
    world.index()
    with counted(world.database) as seen:
        assert ids(world, typed) == [card]
    assert len(seen) == 1, seen
    with counted(world.database) as seen:
        assert len(found(world, begun)) == search.LIMIT
    assert len(seen) == 2, seen


def test_what_is_shown_is_the_same_whether_few_or_many_are_found(world: World) -> None:
    merged, root = (world.card(phone(f"+4915112345{at:03}"), name=f"Edward{at} Ferrars{at}") for at in range(2))
    world.merges(merged, root)
    few = found(world, "0151 12345")
    for at in range(2, search.LIMIT):
        world.card(phone(f"+4915112345{at:03}"), name=f"Edward{at} Ferrars{at}", indexed=False)
    assert [one for one in found(world, "0151 12345") if one.card_id == root] == few
    world.index()
    world.card(phone("+4915112345999"), name="Lucy Steele")
    assert [one for one in found(world, "0151 12345") if one.card_id == root] == few != []


def test_a_card_of_many_such_numbers_stands_there_once_and_leaves_room_for_what_the_word_finds(world: World) -> None:
    known = [social("telegram", f"ferrars{number}") for number in range(25)]
    of_values = world.card(*known, name="Edward")
    of_word = world.card(name="Edward Ferrars")
    assert sorted(ids(world, "ferrars")) == sorted([of_values, of_word])


@pytest.mark.postgres
@pytest.mark.parametrize("many", [0, 300_000])
def test_what_is_looked_up_again_and_again_is_planned_once(postgres_url: str, many: int) -> None:
    """A plan that is made for the values each time takes longer than the answer. How many rows there are decides what a
    plan seems to cost that does not know how many of them are wanted."""
    database = Database(postgres_url, pool_size=1)
    world = World(database)
    known = (phone("+4915112345678"), email("e.ferrars@norland.example"))
    card = world.card(*known, name="Edward Ferrars")
    values = "insert into search_values select 'N' || number, 1 from generate_series(1000000, 999999 + :many) as number"
    with database.write() as tx:
        tx.execute(sa.text(values), {"many": many})
        tx.execute(sa.text("analyze"))
    for _ in range(12):
        for typed in ("+49 151 12345678", "e.ferrars@norland.example", "edw", "Edwrad Ferrars"):
            assert ids(world, typed) == [card]
        with database.read() as connection:
            suggestions(connection, card)
    with database.read() as connection:
        plans = connection.execute(sa.text("select statement, custom_plans, generic_plans from pg_prepared_statements"))
        again = [statement for statement, custom, generic in plans if generic == 0 and custom > 6]
    database.close()
    assert again == []
