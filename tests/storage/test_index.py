"""The index holds what the cards say, whatever became of them."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from index_world import INTAKE, World, email, external, held, phone, social, unindexed, wanted

from customers.matching import packing
from customers.matching.addresses import ID
from customers.matching.packing import unpack
from customers.model import Channel
from storage import cards, index, index_state, schema
from storage import tables as t
from storage.engine import Database
from storage.index_tables import card_keys, match_cards
from storage.match_inputs import MatchRules


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_a_new_card_is_indexed_once(world: World) -> None:
    world.card(phone("+4915112345678"), name="Edward Ferrars", company="Classics, Inc.", indexed=False)
    assert world.index() == 1
    assert held(world.database) == wanted(world.entries())
    assert world.index() == 0


def test_what_a_card_learns_is_indexed_and_what_it_knows_already_is_not(world: World) -> None:
    card = world.card(phone("+4915112345678"), name="Edward Ferrars")
    world.learns(card, phone("+4915112345678"), name="Eddie")
    assert world.index() == 0
    world.learns(card, email("e.ferrars@norland.example", "E. Ferrars"), company="Norland")
    assert world.index() == 1
    assert held(world.database) == wanted(world.entries())


def test_a_card_that_is_gone_is_gone_from_the_index(world: World) -> None:
    card = world.card(phone("+4915112345678"), name="Edward Ferrars")
    world.card(phone("+4915112345679"), name="Edward Dashwood")
    world.drops(card)
    assert held(world.database) == wanted(world.entries())
    assert len(held(world.database)["forms"]) == 1


def test_an_event_of_a_new_caller_pays_nothing_for_the_index(world: World) -> None:
    """The row is new, and says by its default that it is not indexed."""
    seen: list[str] = []
    engine = world.database.engine
    with world.database.write() as tx:
        sa.event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        card = cards.create(tx, Channel.VOICE)
        cards.add_identities(tx, card, Channel.VOICE, [phone("+4915112345678")])
        cards.fill_customer(tx, card, {"name": "Edward Ferrars"})
    assert not [one for one in seen if "is_indexed" in one and not one.startswith("INSERT")]
    assert world.index() == 1


def test_the_newest_cards_are_indexed_first(world: World) -> None:
    world.card(name="Edward Ferrars", indexed=False)
    newest = world.card(name="Elinor Dashwood", indexed=False)
    assert world.index_some(1) == 1
    assert [*held(world.database)["forms"]] == [newest]


def test_ids_stand_for_a_person_where_the_settings_say_so(world: World) -> None:
    card = world.card(external("shop", "4711"), external("", "9"), social("telegram", "eferrars"))
    world.call(card)
    world.learns(card, external("shop", "4711", source="urn:another"))
    world.index()
    form = unpack(held(world.database)["forms"][card][0])
    assert form.person_ids == (("urn:test|shop", "4711"),)
    assert set(form.handles) == {f"{ID}urn.test|:9", f"{ID}urn.another|shop:4711", "telegram:eferrars"}


def test_a_linked_person_is_part_of_the_card_until_it_is_taken_back(world: World) -> None:
    card = world.card(name="Edward Ferrars")
    call = world.call(card)
    link = world.links(call, "003A")
    world.links(call, "500B", level="related")
    assert world.index() == 1
    assert unpack(held(world.database)["forms"][card][0]).person_ids == (("salesforce:Contact", "003A"),)
    world.unlinks(link)
    assert world.index() == 1
    assert unpack(held(world.database)["forms"][card][0]).person_ids == ()


def test_other_rules_have_every_card_indexed_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_state, "SWEPT_AT_ONCE", 2)
    for number in range(5):
        world.call(world.card(external("crm", str(number)), name=f"Edward {number}"))
    world.rules = MatchRules({INTAKE: frozenset({"crm"})})
    with world.database.write() as tx:
        assert index_state.prepare(tx, world.rules)
        assert index_state.prepare(tx, world.rules)
    assert world.index() == 5
    assert held(world.database) == wanted(world.entries())
    assert all(unpack(form).person_ids for form, _ in held(world.database)["forms"].values())


def test_another_release_has_everything_indexed_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        world.card(name=f"Edward Ferrars {number}")
    following = str(int(packing.VERSION) + 1)
    monkeypatch.setattr(packing, "VERSION", following)
    monkeypatch.setattr(index_state, "VERSION", following)
    with world.database.write() as tx:
        assert index_state.prepare(tx, world.rules)
    assert not held(world.database)["keys"]
    assert world.index() == 3
    assert held(world.database) == wanted(world.entries())
    assert all(form.startswith(f"{following}|") for form, _ in held(world.database)["forms"].values())


def test_the_tables_of_a_newer_release_are_left_alone(world: World) -> None:
    with world.database.write() as tx:
        tx.execute(sa.text("update index_state set version = 99"))
    world.card(name="Edward Ferrars", indexed=False)
    with world.database.write() as tx:
        assert not index_state.prepare(tx, world.rules)
        assert index.reindex(tx, 10, world.rules) == 0
        assert unindexed(tx) == 1


def test_who_dies_at_work_leaves_nothing_half_done(world: World) -> None:
    world.card(phone("+4915112345678"), name="Edward Ferrars", indexed=False)
    with suppress(RuntimeError), world.database.write() as tx:
        assert index.reindex(tx, 10, world.rules) == 1
        raise RuntimeError("killed")
    assert not held(world.database)["forms"]
    assert world.index() == 1
    assert held(world.database) == wanted(world.entries())


@pytest.mark.postgres
def test_a_card_that_somebody_changes_is_left_for_the_next_time(postgres_url: str) -> None:
    database = Database(postgres_url)
    world = World(database)
    card = world.card(name="Edward Ferrars")
    other = Database(postgres_url)
    with other.write() as tx:
        tx.execute(sa.update(t.cards).where(t.cards.c.id == card).values(is_indexed=False))
        assert world.index() == 0
    assert world.index() == 1
    other.close()
    database.close()


def test_keys_are_found_by_number_alone(world: World) -> None:
    """Rows are small: a key and a number."""
    world.card(name="Edward Ferrars")
    with world.database.read() as connection:
        numbers = set(connection.execute(sa.select(card_keys.c.card)).scalars())
        assert numbers == set(connection.execute(sa.select(match_cards.c.id)).scalars())


def test_two_spellings_of_one_channel_are_one_card(world: World) -> None:
    card = world.card(phone("+4915112345678"), channel=Channel.VOICE, name="Müller, Thomas")
    form = unpack(held(world.database)["forms"][card][0])
    assert dataclasses.asdict(form)["names"] == ("muller thomas",)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def first_version(request: pytest.FixtureRequest, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A database with the tables of 0.1.0."""
    cluster = request.getfixturevalue("postgres") if request.param == "postgres" else None
    url = cluster.empty() if cluster else f"sqlite:///{tmp_path}/first.db"
    database = Database(url)
    upgrade = schema.command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(schema.command, "upgrade", lambda config, _revision: upgrade(config, "0001"))
        schema.upgrade(database)
    yield database
    database.close()
    if cluster:
        cluster.drop(url)


def test_cards_of_the_first_version_are_indexed_after_the_upgrade(first_version: Database) -> None:
    with first_version.write() as tx:
        now = 1 if first_version.dialect == "sqlite" else tx.now
        for number in range(7):
            values = {"id": f"{number:032}", "now": now}
            for table, more in (("customers", "name, updated_at"), ("cards", "customer_id, channel, changed_at")):
                what = "'Edward Ferrars', :now" if table == "customers" else ":id, 'voice', :now"
                insert = f"insert into {table} (id, created_at, {more}) values (:id, :now, {what})"
                tx.execute(sa.text(insert), values)
    schema.upgrade(first_version)
    world = World(first_version)
    assert world.index(batch=3) == 7
    assert len(held(first_version)["forms"]) == 7
    assert held(first_version) == wanted(world.entries())
