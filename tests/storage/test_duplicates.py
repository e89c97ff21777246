"""Suggestions out of the tables: whose they are, what is left out, what comes first."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from counted import counted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_world import SOURCE, World, email, external, phone, social

from bench.matching_table import KeyTable
from customers.identities import Identity
from customers.ids import CardId
from customers.matching.candidates import CAP
from customers.matching.packing import unpack
from customers.matching.reasons import ReasonCode
from customers.matching.suggest import SHOWN, Likelihood
from customers.model import Channel, IdentityKind
from storage.duplicates import STRANGERS, Duplicate, pair, suggestions
from storage.engine import Database
from storage.index_tables import card_keys, match_cards, metadata, token_counts
from storage.postings import under_keys, under_rare_keys
from storage.tables import distinctions, merge_proposals
from storage.token_counts import token_counts as count_tokens

MOBILE = "+4915112345678"
SUGGESTING = 4
"""Statements: the group; keys; forms; counts."""


@pytest.fixture
def world(database: Database) -> World:
    """A house with a crowd, so that a shared fact is rare."""
    made = World(database)
    for number in range(40):
        made.card(phone(f"+44207183{number:04}"), name=f"Vorname{number} Nachname{number}", indexed=False)
    made.index()
    return made


def found(world: World, card: CardId) -> list[Duplicate]:
    with world.database.read() as connection:
        return suggestions(connection, card, world.rules)


def ids(world: World, card: CardId) -> list[CardId]:
    return [one.card_id for one in found(world, card)]


def tell_apart(world: World, one: CardId, other: CardId) -> None:
    with world.database.write() as tx:
        left, right = sorted((one, other))
        row = {"left_id": left, "right_id": right, "decided_at": tx.now}
        tx.execute(sa.insert(distinctions), row)


def propose(world: World, survivor: str, absorbed: str) -> None:
    with world.database.write() as tx:
        keys = {"survivor_key": f"{SOURCE}|:{survivor}", "absorbed_key": f"{SOURCE}|:{absorbed}"}
        tx.execute(sa.insert(merge_proposals), keys | {"proposed_at": tx.now})


def test_the_same_person_on_another_channel_is_suggested_with_reasons(world: World) -> None:
    call = world.card(phone(MOBILE), name="Edward Ferrars")
    chat = world.card(social("whatsapp", MOBILE[1:]), channel=Channel.CHAT, name="Ferrars, Edwrad")
    (one,) = found(world, call)
    assert (one.card_id, one.likelihood, one.is_proposed) == (chat, Likelihood.VERY_LIKELY, False)
    assert {ReasonCode.SAME_MOBILE, ReasonCode.NAME_TYPO} <= {reason.code for reason in one.reasons}


def test_a_card_that_is_not_indexed_yet_has_suggestions_too(world: World) -> None:
    known = world.card(phone(MOBILE), name="Edward Ferrars")
    new = world.card(social("whatsapp", MOBILE[1:]), channel=Channel.CHAT, indexed=False)
    assert ids(world, new) == [known]


def test_nobody_is_suggested_for_a_card_that_is_gone(world: World) -> None:
    assert found(world, CardId("0" * 32)) == []


def test_merged_cards_are_one_candidate_and_ask_as_one(world: World) -> None:
    call = world.card(phone(MOBILE), name="Edward Ferrars")
    mail = world.card(email("e.ferrars@norland.example"), channel=Channel.EMAIL)
    chat = world.card(social("whatsapp", MOBILE[1:]), channel=Channel.CHAT)
    sms = world.card(email("e.ferrars@norland.example"), channel=Channel.CHAT)
    world.merges(mail, call)
    assert {*ids(world, call)} == {chat, sms}
    assert ids(world, sms)[0] == call
    by_root = {one.card_id: one for one in found(world, chat)}
    assert mail not in by_root
    assert by_root[call].reasons[0].code is ReasonCode.SAME_MOBILE


def test_cards_that_were_told_apart_are_never_suggested_whatever_is_merged_later(world: World) -> None:
    call = world.card(phone(MOBILE), name="Edward Ferrars")
    chat = world.card(social("whatsapp", MOBILE[1:]), channel=Channel.CHAT, name="Edward Ferrars")
    tell_apart(world, chat, call)
    assert ids(world, call) == []
    assert ids(world, chat) == []
    another = world.card(name="Edward Ferrars")
    assert {*ids(world, another)} == {call, chat}
    world.merges(call, another)
    assert ids(world, another) == []
    assert ids(world, chat) == []


def test_different_ids_of_one_person_forbid_and_ids_of_a_channel_do_not(world: World) -> None:
    one = world.card(phone(MOBILE), external("shop", "1"), name="Edward Ferrars")
    other = world.card(
        social("whatsapp", MOBILE[1:]), external("shop", "2"), channel=Channel.CHAT, name="Edward Ferrars"
    )
    for card in (one, other):
        world.call(card)
        world.learns(card, social("telegram", f"user{card}"))
    world.index()
    assert ids(world, one) == []
    world.rules = type(world.rules)()
    fresh = World(world.database, world.rules)
    fresh.index()
    assert ids(fresh, one) == [other]


def test_a_person_id_that_any_card_of_the_group_shares_forbids_no_more(world: World) -> None:
    one = world.card(phone(MOBILE), name="Edward Ferrars")
    other = world.card(social("whatsapp", MOBILE[1:]), channel=Channel.CHAT, name="Edward Ferrars")
    third = world.card(name="Edward Ferrars")
    world.links(world.call(one), "003A")
    world.links(world.call(other), "003B")
    world.index()
    assert other not in ids(world, one)
    world.links(world.call(third), "003B")
    world.merges(third, one)
    world.index()
    assert ids(world, one) == [other]


def test_what_the_contact_centre_made_one_comes_first(world: World) -> None:
    call = world.card(phone(MOBILE), external("", "c1"), name="Edward Ferrars")
    likely = world.card(social("whatsapp", MOBILE[1:]), channel=Channel.CHAT, name="Edward Ferrars")
    proposed = world.card(external("", "c2"), channel=Channel.EMAIL, name="Lucy Steele")
    propose(world, "c1", "c2")
    assert [(one.card_id, one.is_proposed) for one in found(world, call)] == [(proposed, True), (likely, False)]
    assert found(world, proposed)[0].card_id == call
    tell_apart(world, call, proposed)
    assert ids(world, call) == [likely]


def test_a_pair_is_judged_for_itself(world: World) -> None:
    call = world.card(phone(MOBILE), name="Edward Ferrars")
    lucy = world.card(name="Lucy Steele")
    with world.database.read() as connection:
        one = pair(connection, call, lucy, world.rules)
        assert one is not None
        assert (one.card_id, one.likelihood) == (lucy, Likelihood.POSSIBLE)
        assert [reason.code for reason in one.reasons] == [ReasonCode.NAME_DIFFERS] * 2
        assert pair(connection, call, CardId("0" * 32)) is None


def statements(world: World, card: CardId) -> int:
    with counted(world.database) as seen:
        found(world, card)
    return len(seen)


def test_suggestions_take_as_many_statements_whoever_there_is(world: World) -> None:
    call = world.card(phone(MOBILE), name="Edward Ferrars")
    assert statements(world, call) == SUGGESTING - 1  # nobody has a key in common: there is no form to read
    for number in range(30):
        world.card(name=f"Edward Ferrars {number}", indexed=False)
    world.index()
    assert statements(world, call) == SUGGESTING


def test_whoever_shares_the_mailbox_of_very_many_is_found_all_the_same(world: World) -> None:
    def one_of_many(number: int) -> Identity:
        return Identity(IdentityKind.EMAIL, f"all@barton.example|{number}", "all@barton.example")

    for number in range(CAP + 5):
        world.card(one_of_many(number), channel=Channel.EMAIL, indexed=False)
    world.index()
    call = world.card(one_of_many(CAP + 5), channel=Channel.EMAIL, name="Edward Ferrars")
    assert statements(world, call) == SUGGESTING + 1
    shared = [ReasonCode.SAME_EMAIL in {reason.code for reason in one.reasons} for one in found(world, call)]
    assert shared == [True] * SHOWN


@given(held=st.lists(st.sets(st.integers(1, 9)), min_size=4, max_size=4), most=st.integers(0, 9))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_of_keys_that_many_cards_have_none_is_read(database: Database, held: list[set[int]], most: int) -> None:
    rows = [{"k": key, "card": card} for key, cards in enumerate(held) for card in cards]
    with database.write() as tx:
        tx.execute(sa.delete(card_keys))
        tx.execute(sa.insert(card_keys), rows) if rows else None
    with database.read() as connection:
        rare, newest = under_rare_keys(connection, range(5), most), under_keys(connection, range(5), most)
    ordered = {key: sorted(cards, reverse=True) for key, cards in enumerate(held) if cards}
    assert rare == {key: cards if len(cards) <= most else [] for key, cards in ordered.items()}
    assert newest == {key: cards[:most] for key, cards in ordered.items() if most}


def test_what_is_decided_is_asked_for_where_anything_is(world: World) -> None:
    call, other = (world.card(name="Edward Ferrars") for _ in range(2))
    with world.database.write() as tx:
        tx.execute(sa.insert(distinctions).values(left_id=call, right_id=other, decided_by="elinor", decided_at=tx.now))
    assert [statements(world, card) for card in (call, other)] == [SUGGESTING + 1] * 2
    assert [ids(world, card) for card in (call, other)] == [[], []]


def test_a_token_is_counted_whatever_letters_it_has(database: Database) -> None:
    counts = {
        token: number for number, token in enumerate(["Nmuller", "H\"o'b\\", "Oü %s ? :x {}", "S\U0001f600", "E\n"], 1)
    }
    with database.write() as tx:
        tx.execute(sa.insert(token_counts), [{"token": token, "cards": cards} for token, cards in counts.items()])
    with database.read() as connection:
        assert count_tokens(connection, [*counts, "Nnobody"]) == counts
        assert count_tokens(connection, ["Nnobody"]) == {}


NAMES = st.sampled_from(["Edward Ferrars", "Eddie Ferrars", "Ferrars, Edwrad", "E. Ferrars", "Thomas Müller", "Müler"])
PEOPLE = st.lists(st.tuples(NAMES, st.sampled_from([MOBILE, "+4915112345679", ""])), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE)
def test_the_tables_find_whom_the_same_table_in_memory_finds(database: Database, people: list[tuple[str, str]]) -> None:
    with database.write() as tx:
        for table in reversed(metadata.sorted_tables):
            tx.execute(sa.delete(table))
    world = World(database)
    for name, number in people:
        world.card(*([phone(number)] if number else []), name=name, indexed=False)
    world.index()
    with database.read() as connection:
        stored = connection.execute(sa.select(match_cards.c.card_id, match_cards.c.form)).all()
    table = KeyTable({card: unpack(form) for card, form in stored}, STRANGERS)
    for card, _ in stored:
        expected = table.suggest(card)
        assert [(one.card_id, one.probability, one.reasons) for one in found(world, CardId(card))] == [
            (one.card, one.probability, one.reasons) for one in expected
        ]
