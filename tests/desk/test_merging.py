"""Merging cards and parting them again: nothing is lost, nothing is there twice, everything can be taken back."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.events import AgentRef, IdentityClaim, InteractionEvent
from customers.ids import CardId
from customers.merging import ProfileField
from customers.model import Channel, IdentityKind, Verb
from customers.ports import Action
from customers.views import Surface, Viewer
from desk import interactions
from desk.changes import card_changed
from desk.work import Work
from storage import cards, groups, lists, merge_views, merges, records, tables
from storage.engine import Database
from tests.desk.everything_world import PICKS, Everything
from tests.desk.merging_world import ELINOR, MARIANNE, SETTINGS, Shop

NAME, COMPANY = ProfileField.NAME, ProfileField.COMPANY
SUPERVISOR = Viewer(ELINOR.user_id, "tenant", "Elinor Dashwood", roles=frozenset({"supervisor"}))


@pytest.fixture(autouse=True)
def _all_interactions_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card shows the newest few; here all are counted."""
    monkeypatch.setattr("storage.journey.PAGE_ROWS", 50)


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def code(answer: object) -> str:
    notice = answer.notice  # type: ignore[attr-defined]
    return notice.code if notice else ""


# --- any sequence -----------------------------------------------------------------------------------------------

PEOPLE = 4
NUMBER = st.integers(0, PEOPLE - 1)
AGENT = st.sampled_from([ELINOR, MARIANNE])
TAG = st.sampled_from(["VIP", "vip", "Friday"])
PHONE = st.sampled_from(["+442079460001", "+442079460002"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), NUMBER, NUMBER, st.booleans()),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("again"), st.integers(0, 9)),
        st.tuples(st.just("edit"), NUMBER, st.sampled_from(ProfileField), st.sampled_from(["Ann", "Bea", "Cleo"])),
        st.tuples(st.sampled_from(["label", "unlabel"]), NUMBER, TAG),
        st.tuples(st.just("own"), NUMBER, st.sampled_from(["K-17", "K-99"])),
        st.tuples(st.sampled_from(["note", "strike", "first"]), NUMBER, PHONE),
        st.tuples(st.sampled_from(["call", "close", "show"]), NUMBER, AGENT),
    ),
    max_size=10,
)


def carry_out(all_: Everything, step: tuple) -> None:  # type: ignore[type-arg]
    shop = all_.shop
    match step:
        case ("merge", one, other, picks):
            survivor, absorbed = shop.root(shop.cards[one]), shop.root(shop.cards[other])
            answer = shop.merge(survivor, absorbed, picks=dict.fromkeys(PICKS, shop.cards[other]) if picks else None)
            assert code(answer) == ("merge_with_itself" if survivor == absorbed else "merged")
        case ("undo", at) if shop.edges:
            edge = shop.edges[at % len(shop.edges)]
            assert code(shop.undo(edge)) == ("merge_undone" if edge.stands else "already_undone")
        case ("again", at) if shop.edges:
            edge = shop.edges[at % len(shop.edges)]
            is_free = not edge.stands and {edge.survivor, edge.absorbed} <= {*shop.roots()}
            assert code(shop.again(edge)) == ("merged_again" if is_free else "merge_gone")
        case ("edit", one, field, value):
            shop.edit(shop.cards[one], field, value)
        case (
            "own" | "label" | "unlabel" | "note" | "strike" | "first" | "call" | "close" | "show" as what,
            one,
            value,
        ):
            getattr(all_, what)(shop.cards[one], value)


def check(all_: Everything) -> None:
    """What must hold after any step."""
    shop = all_.shop
    roots = shop.roots()
    assert {card: shop.root(card) for card in shop.cards} == {card: shop.expected_root(card) for card in shop.cards}
    views = {root: shop.view(root) for root in roots}
    identities = Counter(one.value for view in views.values() for one in view.identities)
    assert identities == Counter(f"{shop.run}-{number}" for number in range(PEOPLE))
    own = shop.all_values()
    for root, view in views.items():
        form = shop.profile(root)
        assert (view.customer_name, view.company) == (form.values[NAME], form.values[COMPANY])
        members = [card for card in shop.cards if shop.root(card) == root]
        for field in ProfileField:
            values = [form.values[field], *(one.value for one in view.kept if one.field == field)]
            assert Counter(filter(None, values)) == Counter({own[card][field] for card in members} - {""})
    assert Counter(one for root in roots for one in shop.interactions_of(root)) == Counter(shop.all_interactions())
    all_.check()


@given(steps=STEPS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.rule("A-30", "C-05", "C-16", "P-01", "P-03")
def test_p01_any_sequence_keeps_every_value_identity_and_interaction_exactly_once(
    database: Database, steps: list[tuple[object, ...]]
) -> None:
    shop = Shop(database)
    all_ = Everything(shop)
    for number in range(PEOPLE):
        all_.newcomer(name=f"Person {number}" if number % 2 else "", company="" if number % 2 else f"House {number}")
    for step in steps:
        carry_out(all_, step)
        check(all_)


@given(steps=STEPS, one=NUMBER, other=NUMBER)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.rule("C-05", "P-01")
def test_p01_a_merge_and_its_undo_leave_both_cards_as_they_were(
    database: Database, steps: list[tuple[object, ...]], one: int, other: int
) -> None:
    shop = Shop(database)
    all_ = Everything(shop)
    for number in range(PEOPLE):
        all_.newcomer(name=f"Person {number}")
    for step in steps:
        carry_out(all_, step)
    survivor, absorbed = shop.root(shop.cards[one]), shop.root(shop.cards[other])
    if survivor == absorbed:
        return
    before = [(shop.lasting(card), shop.profile(card)) for card in (survivor, absorbed)], all_.lists()
    shop.merge(survivor, absorbed)
    merge = next(edge for edge in shop.edges if edge.stands and edge.absorbed == absorbed)
    shop.undo(merge)
    assert ([(shop.lasting(card), shop.profile(card)) for card in (survivor, absorbed)], all_.lists()) == before


# --- one by one -------------------------------------------------------------------------------------------------


@pytest.mark.rule("A-28", "A-30", "C-16")
def test_a28_the_open_card_survives_its_fields_stay_and_empty_ones_are_filled(shop: Shop) -> None:
    call = shop.newcomer(name="Edward Ferrars")
    mail = shop.newcomer(name="E. Ferrars", company="Norland")
    answer = shop.merge(call, mail)
    assert code(answer) == "merged"
    assert answer.card_id == call
    view = shop.view(call)
    assert (view.customer_name, view.company) == ("Edward Ferrars", "Norland")
    assert [(one.value, one.channel) for one in view.kept] == [("E. Ferrars", "email")]
    assert {one.channel for one in view.identities} == {"voice", "email"}


@pytest.mark.rule("P-05")
def test_p05_the_old_card_id_leads_to_the_merged_card(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Edward"), shop.newcomer()
    shop.merge(call, mail)
    assert shop.view(mail).card_id == call
    for verb in ("card.refresh", "customers.show"):
        assert shop.press(verb, card=mail).card_id == call


@pytest.mark.rule("P-02", "C-16")
def test_c16_a_picked_value_is_shown_and_the_other_one_kept(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Mr Ferras"), shop.newcomer(name="Edward Ferrars")
    shop.merge(call, mail, picks={NAME: mail})
    assert shop.view(call).customer_name == "Edward Ferrars"
    assert [one.value for one in shop.view(call).kept] == ["Mr Ferras"]
    shop.undo(shop.edges[0])
    assert shop.view(call).customer_name == "Mr Ferras"
    assert shop.view(mail).customer_name == "Edward Ferrars"
    shop.again(shop.edges[0])
    assert shop.view(call).customer_name == "Edward Ferrars"


@pytest.mark.rule("P-13")
def test_p13_a_card_that_changed_since_the_preview_is_not_merged(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    drawn = shop.about(call, mail)
    shop.interaction(1)
    assert code(shop.press("merge.confirm", **drawn)) == "merge_changed"
    assert shop.roots() == [call, mail]


@pytest.mark.rule("P-04")
def test_p04_a_card_is_never_merged_with_itself_or_with_a_part_of_itself(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    assert code(shop.merge(call, call)) == "merge_with_itself"
    shop.merge(call, mail)
    assert code(shop.press("merge.preview", card=call, others=mail)) == "merge_with_itself"
    assert code(shop.press("merge.confirm", **shop.about(call, mail))) == "merge_gone"


@pytest.mark.parametrize("verb", ["merge.preview", "merge.confirm", "merge.dismiss", "merge.undo"])
def test_what_no_database_takes_ends_in_a_notice(shop: Shop, verb: str) -> None:
    call = shop.newcomer()
    answer = shop.press(verb, card=call, others="nobody", merge="nothing", leg="\0x")
    assert answer.notice is not None
    assert answer.notice.kind in ("warning", "error")


def test_several_cards_are_merged_together_and_parted_one_by_one(shop: Shop) -> None:
    call, mail, chat = (shop.newcomer(name=name) for name in ("Edward", "E. Ferrars", "eddie"))
    shop.merge(call, mail, chat, picks={NAME: chat})
    assert shop.roots() == [call]
    assert shop.view(call).customer_name == "eddie"
    shop.undo(next(edge for edge in shop.edges if edge.absorbed == mail))
    assert shop.roots() == [call, mail]
    assert shop.view(call).customer_name == "eddie"


@pytest.mark.rule("P-01")
def test_p01_a_merge_stays_within_reach_however_often_others_were_taken_back(shop: Shop) -> None:
    call, mail, chat = (shop.newcomer() for _ in range(3))
    shop.merge(call, mail)
    (first,) = shop.edges
    for _ in range(merge_views.PAST_ROWS):
        shop.merge(call, chat)
        shop.undo(next(edge for edge in shop.edges if edge.stands and edge.absorbed == chat))
    newest, oldest = shop.view(call).merges
    assert (newest.undone_at is None, oldest.id) == (False, first.id)


@pytest.mark.rule("P-01")
def test_p01_a_merge_is_not_made_again_where_its_survivor_has_gone_into_another_card(shop: Shop) -> None:
    call, mail, chat = (shop.newcomer() for _ in range(3))
    shop.merge(call, mail)
    shop.undo(shop.edges[0])
    shop.merge(chat, call)
    assert code(shop.again(next(edge for edge in shop.edges if not edge.stands))) == "merge_gone"
    assert {card: shop.root(card) for card in shop.cards} == {call: chat, mail: mail, chat: chat}


@pytest.mark.rule("C-07")
def test_c07_a_locked_profile_is_not_merged_and_not_parted(shop: Shop) -> None:
    call, mail, chat = (shop.newcomer() for _ in range(3))
    shop.merge(call, mail)
    assert code(shop.press("profile.lock", card=call)) == "supervisors_only"
    assert code(shop.press("profile.lock", SUPERVISOR, card=mail)) == "profile_locked"
    assert code(shop.merge(call, chat)) == "merge_locked"
    assert code(shop.merge(chat, call)) == "merge_locked"
    assert code(shop.undo(shop.edges[0])) == "merge_locked"
    assert code(shop.press("profile.unlock", SUPERVISOR, card=call)) == "profile_unlocked"
    assert code(shop.undo(shop.edges[0])) == "merge_undone"


@pytest.mark.rule("P-01")
def test_p01_what_comes_in_after_the_merge_follows_its_identity(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Edward"), shop.newcomer(name="E. Ferrars")
    shop.merge(call, mail)
    shop.interaction(1)
    merged = shop.view(call)
    assert merged.interaction is not None
    assert merged.interaction.channel == "email"
    shop.undo(shop.edges[0])
    assert len(shop.interactions_of(call)) == 1
    assert len(shop.interactions_of(mail)) == 2


@pytest.mark.rule("P-01")
def test_p01_an_edit_stays_on_the_side_that_owns_it_and_is_offered_to_the_other(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Edward"), shop.newcomer(name="E. Ferrars")
    shop.edit(call, NAME, "Edward F.")
    shop.merge(call, mail)
    shop.edit(mail, NAME, "Edward Ferrars")
    shop.undo(shop.edges[0])
    assert (shop.view(call).customer_name, shop.view(mail).customer_name) == ("Edward Ferrars", "E. Ferrars")
    assert shop.view(call).offers == ()
    (offer,) = shop.view(mail).offers
    assert (offer.field, offer.value, offer.origin_id) == (NAME, "Edward Ferrars", call)
    assert code(shop.press("field.take", card=mail, field="name", origin=call)) == "field_taken"
    assert shop.view(mail).customer_name == "Edward Ferrars"
    assert shop.view(mail).offers == ()


@pytest.mark.rule("P-01")
def test_p01_what_was_written_before_the_cards_were_one_is_not_offered(shop: Shop) -> None:
    call, mail, chat = (shop.newcomer() for _ in range(3))
    shop.merge(call, mail)
    shop.edit(chat, COMPANY, "Norland")
    shop.merge(chat, call)
    shop.edit(chat, NAME, "Edward Ferrars")
    shop.undo(next(edge for edge in shop.edges if edge.absorbed == mail))
    assert [(offer.field, offer.value) for offer in shop.view(mail).offers] == [(NAME, "Edward Ferrars")]


@pytest.mark.rule("P-01")
def test_p01_of_what_was_written_twice_the_last_is_offered(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Edward"), shop.newcomer(name="E. Ferrars")
    shop.merge(call, mail)
    shop.edit(call, NAME, "a slip")
    shop.edit(call, NAME, "E. Ferrars")
    shop.undo(shop.edges[0])
    assert shop.view(mail).offers == ()


def test_an_offer_that_is_declined_is_not_made_again(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Edward"), shop.newcomer(name="E. Ferrars")
    shop.merge(call, mail)
    shop.edit(call, NAME, "Edward Ferrars")
    shop.undo(shop.edges[0])
    shop.press("field.decline", card=mail, field="name", origin=call)
    assert shop.view(mail).offers == ()
    assert shop.view(mail).customer_name == "E. Ferrars"


@pytest.mark.rule("P-04")
def test_p04_not_the_same_person_is_remembered_also_through_later_merges(shop: Shop) -> None:
    call, mail, chat = (shop.newcomer(name="Edward Ferrars") for _ in range(3))
    shop.press("merge.open", card=call)
    assert code(shop.press("merge.dismiss", card=call, others=mail)) == "not_same"
    shop.merge(chat, mail)
    panel = shop.view(call).merge
    assert panel is not None
    assert [one.card_id for one in panel.dismissed] == [chat]
    shop.press("merge.dismiss", card=call, others=chat, back="yes")
    panel = shop.view(call).merge
    assert panel is not None
    assert panel.dismissed == ()


@pytest.mark.rule("P-01", "P-04")
def test_p04_not_the_same_person_is_remembered_where_they_were_merged_all_the_same(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    shop.press("merge.open", card=call)
    shop.press("merge.dismiss", card=call, others=mail)
    shop.merge(call, mail)
    shop.press("merge.open", card=call)
    panel = shop.view(call).merge
    assert panel is not None
    assert panel.dismissed == ()
    shop.undo(shop.edges[0])
    panel = shop.view(call).merge
    assert panel is not None
    assert [one.card_id for one in panel.dismissed] == [mail]


@pytest.mark.rule("P-02")
def test_p02_the_preview_shows_what_will_be_and_the_direction_can_be_swapped(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Mr Ferras"), shop.newcomer(name="Edward Ferrars", company="Norland")
    shop.press("merge.preview", card=call, others=mail)
    panel = shop.view(call).merge
    assert panel is not None
    assert panel.preview is not None
    assert (panel.preview.survivor.card_id, panel.preview.customer_name) == (call, "Mr Ferras")
    assert panel.preview.company == "Norland"
    assert [one.field for one in panel.preview.fields] == [NAME]
    shop.press("merge.preview", card=call, others=mail, survivor=mail)
    panel = shop.view(call).merge
    assert panel is not None
    assert panel.preview is not None
    assert (panel.preview.survivor.card_id, panel.preview.customer_name) == (mail, "Edward Ferrars")
    drawn = shop.about(call, mail) | {"survivor": mail}
    assert shop.press("merge.confirm", **drawn).card_id == mail
    assert shop.view(call).customer_name == "Edward Ferrars"


def test_a_preview_loses_cards_that_went_into_others_meanwhile(shop: Shop) -> None:
    call, mail, chat = (shop.newcomer() for _ in range(3))
    shop.press("merge.preview", card=call, others=mail)
    shop.merge(chat, mail)
    panel = shop.view(call).merge
    assert panel is not None
    assert panel.chosen == ()
    assert panel.preview is None


def rows_of(shop: Shop, viewer: Viewer, name: str = "open") -> list[tuple[CardId, str]]:
    read = lists.open_list if name == "open" else lists.recent_list
    with shop.database.read() as connection:
        return [(row.card_id, row.customer_name) for row in read(connection, viewer.user_id).rows]


@pytest.mark.rule("A-30", "B-02")
def test_a30_whoever_has_one_of_the_cards_open_has_the_merged_one_open(shop: Shop) -> None:
    call = shop.newcomer(viewer=ELINOR)
    mail = shop.newcomer(name="Edward Ferrars", viewer=MARIANNE)
    shop.press("card.section", MARIANNE, card=mail, section="identities")
    shop.merge(call, mail)
    assert rows_of(shop, ELINOR) == rows_of(shop, MARIANNE) == [(call, "Edward Ferrars")]
    assert "identities" in shop.view(call, MARIANNE).expanded
    shop.undo(shop.edges[0])
    assert rows_of(shop, MARIANNE) == [(mail, "Edward Ferrars")]
    assert rows_of(shop, MARIANNE, "recent") == []
    assert rows_of(shop, ELINOR) == [(call, "")]


@pytest.mark.rule("P-01", "B-28")
def test_p01_who_had_closed_the_card_before_the_merge_finds_it_closed_after_the_undo(shop: Shop) -> None:
    first, call, mail, chat = shop.newcomer(), shop.newcomer(), shop.newcomer(), shop.newcomer()
    for card in (first, call):
        shop.press("card.close", card=card)
    before = rows_of(shop, ELINOR), rows_of(shop, ELINOR, "recent")
    shop.merge(call, mail)
    assert call in [card for card, _ in rows_of(shop, ELINOR)]
    shop.merge(call, chat)
    shop.undo(shop.edges[0])
    assert {card for card, _ in rows_of(shop, ELINOR)} == {call, mail}, "the chat's card is open, and part of it"
    shop.undo(shop.edges[1])
    assert (rows_of(shop, ELINOR), rows_of(shop, ELINOR, "recent")) == before


@pytest.mark.rule("P-01", "B-02")
def test_p01_what_was_opened_of_the_merged_card_is_open_on_the_side_that_it_came_in_on(shop: Shop) -> None:
    call, mail, chat = shop.newcomer(), shop.newcomer(), shop.newcomer()
    shop.merge(mail, chat)
    shop.merge(call, mail)
    shop.interaction(2, viewer=MARIANNE)
    assert [card for card, _ in rows_of(shop, MARIANNE)] == [call]
    shop.undo(shop.edges[1])
    assert [card for card, _ in rows_of(shop, MARIANNE)] == [mail]
    shop.undo(shop.edges[0])
    assert [card for card, _ in rows_of(shop, MARIANNE)] == [chat]
    assert rows_of(shop, MARIANNE, "recent") == []


def test_who_closed_the_merged_card_has_closed_both_after_an_undo(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer(viewer=MARIANNE)
    shop.merge(call, mail)
    shop.press("card.close", MARIANNE, card=call)
    shop.undo(shop.edges[0])
    assert rows_of(shop, MARIANNE) == []


def test_who_works_on_a_parted_card_has_it_open(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    shop.merge(call, mail)
    shop.interaction(1, viewer=MARIANNE)
    assert [card for card, _ in rows_of(shop, MARIANNE)] == [call]
    shop.undo(shop.edges[0])
    assert mail in [card for card, _ in rows_of(shop, MARIANNE)]


@pytest.mark.rule("P-01")
def test_p01_who_had_closed_a_card_that_they_work_on_finds_it_closed_after_the_undo(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    shop.press("card.close", card=mail)
    before = rows_of(shop, ELINOR), rows_of(shop, ELINOR, "recent")
    shop.merge(call, mail)
    shop.undo(shop.edges[0])
    assert (rows_of(shop, ELINOR), rows_of(shop, ELINOR, "recent")) == before


@pytest.mark.rule("P-01", "B-19")
def test_b19_what_they_work_on_is_open_when_the_merged_card_was_opened_again(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    shop.merge(call, mail)
    shop.press("card.close", card=call)
    shop.press("customers.show", card=call)
    shop.undo(shop.edges[0])
    assert {card for card, _ in rows_of(shop, ELINOR)} == {call, mail}


def nameless_call(shop: Shop, *identities: IdentityClaim) -> CardId:
    """Somebody calls who withholds their number; with `identities` the platform finds out who it is. Their card."""
    shop.calls += 1
    event = InteractionEvent(
        source=f"urn:{shop.run}",
        id=f"nameless-{shop.calls}",
        verb=Verb.UPDATED if identities else Verb.ACCEPTED,
        at=datetime.now(UTC) - timedelta(minutes=1),
        interaction_ref="nameless",
        channel=Channel.VOICE,
        agent=AgentRef(id=ELINOR.name, entra_object_id=ELINOR.user_id),
        identities=identities,
    )
    with shop.database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", event)
        rows = tables.interactions.c
        found = tx.execute(sa.select(rows.card_id).where(rows.source == event.source, rows.ref == "nameless"))
        return CardId(found.scalar_one())


@pytest.mark.parametrize("is_parted", [False, True])
def test_a_nameless_card_gives_way_unless_an_agent_has_said_whose_it_is(shop: Shop, is_parted: bool) -> None:
    call, mail = shop.newcomer(name="Edward"), shop.newcomer()
    nameless = nameless_call(shop)
    shop.cards.append(nameless)
    shop.merge(mail, nameless)
    if is_parted:
        shop.undo(shop.edges[0])
    known = IdentityClaim(IdentityKind.SOCIAL, f"{shop.run}-0", "house")
    assert nameless_call(shop, known) == (call if is_parted else nameless)
    assert nameless not in [card for card, _ in rows_of(shop, ELINOR)]


@pytest.mark.rule("P-16")
def test_p16_who_merged_and_who_took_it_back_is_written_down(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    shop.merge(call, mail)
    shop.undo(shop.edges[0])
    query = sa.select(tables.audit.c.action, tables.audit.c.user_id).where(tables.audit.c.subject == call)
    with shop.database.read() as connection:
        rows = connection.execute(query.order_by(tables.audit.c.id)).all()
    assert [tuple(row) for row in rows] == [("merge.confirm", ELINOR.user_id), ("merge.undo", ELINOR.user_id)]


# --- at the same time -------------------------------------------------------------------------------------------


def _is_waiting(database: Database) -> bool:
    """Somebody waits for a lock; on SQLite whoever is not done waits for the one writer."""
    if database.dialect == "sqlite":
        return True
    with database.read() as connection:
        return bool(
            connection.execute(sa.text("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).first()
        )


def meanwhile(shop: Shop, survivor: CardId, absorbed: CardId, other: Callable[[], None]) -> None:
    """`other` happens while the two cards are merged."""
    thread = threading.Thread(target=other)
    with shop.database.write() as tx:
        groups.lock(tx, [survivor, absorbed])
        thread.start()
        while thread.is_alive() and not _is_waiting(shop.database):
            thread.join(0.01)
        merges.merge(tx, survivor, absorbed, ELINOR.user_id, picks={})
    thread.join()


@pytest.mark.rule("P-13")
def test_p13_of_two_merges_in_opposite_directions_one_is_made(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    drawn, said = shop.about(mail, call), []
    meanwhile(shop, call, mail, lambda: said.append(code(shop.press("merge.confirm", **drawn))))
    assert said == ["merge_gone"]
    assert shop.roots() == [call]


@pytest.mark.rule("A-30", "P-08")
def test_p08_an_interaction_that_comes_in_during_the_merge_opens_the_merged_card(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    meanwhile(shop, call, mail, lambda: shop.interaction(1, viewer=MARIANNE))
    assert [card for card, _ in rows_of(shop, MARIANNE)] == [call]
    assert len(shop.interactions_of(call)) == 3


@pytest.mark.rule("A-30")
def test_a30_who_looks_at_the_merged_card_is_told_of_what_changed_during_the_merge(shop: Shop) -> None:
    call, mail = shop.newcomer(), shop.newcomer()
    told: list[str] = []

    def change() -> None:
        with shop.database.write() as tx:
            card_changed(Work(tx, SETTINGS), mail)

    stop = shop.database.listen("card", lambda payload: told.append(payload.split(":")[0]))
    meanwhile(shop, call, mail, change)
    stop()
    assert told[-1] == call


@pytest.mark.parametrize("is_lesser", [True, False])
def test_a_card_that_changes_while_it_is_parted_waits_for_nobody_who_waits_for_it(
    shop: Shop, *, is_lesser: bool
) -> None:
    call, mail = sorted((shop.newcomer(), shop.newcomer()), reverse=is_lesser)
    shop.merge(call, mail)
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.append(code(shop.undo(shop.edges[0]))))
    with shop.database.write() as tx:
        assert groups.hold(tx, mail) == call
        thread.start()
        while thread.is_alive() and not _is_waiting(shop.database):
            thread.join(0.01)
        assert cards.bump(tx, mail)[0] == call
    thread.join()
    assert said == ["merge_undone"]


def test_why_two_cards_were_merged_is_kept(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Edward Ferrars"), shop.newcomer(name="Edward Ferrars")
    shop.merge(call, mail)
    with shop.database.read() as connection:
        row = merges.load(connection, shop.edges[0].id)
    assert row is not None
    assert "name_same" in {one["code"] for one in row["reasons"]}


@pytest.mark.rule("A-16")
def test_a16_what_one_of_the_cards_was_suggested_is_suggested_on_the_merged_card(shop: Shop) -> None:
    call, mail = shop.newcomer(name="Edward"), shop.newcomer()
    account = {"type": "Account", "record_id": "001", "level": "company", "title": "Norland"}
    contact = {"type": "Contact", "record_id": "003", "level": "person", "title": "Edward Ferrars"}
    with shop.database.write() as tx:
        records.replace(tx, mail, "salesforce", "", [contact | {"match": "email"}, account | {"match": ""}])
        records.replace(tx, call, "salesforce", "", [contact | {"match": "phone"}, account | {"match": "phone"}])
    shop.merge(mail, call)
    shown = {one.record: one.match for one in shop.view(mail).current_records}
    assert shown == {"salesforce:Contact:003": "email", "salesforce:Account:001": "phone"}


@pytest.mark.rule("P-01")
def test_p01_a_message_in_a_chat_shows_the_card_of_its_leg_after_an_undo(shop: Shop) -> None:
    call, mail = shop.newcomer(viewer=ELINOR), shop.newcomer(viewer=MARIANNE)
    leg = shop.view(mail, MARIANNE).interaction
    assert leg is not None
    shop.merge(call, mail)
    data = {"card": call, "merge": shop.edges[0].id, "leg": leg.leg_id}
    answer = shop.desk.act(MARIANNE, Action("merge.undo", data, surface=Surface.CHAT))
    assert code(answer) == "merge_undone"
    assert answer.card_id == mail


@pytest.mark.rule("P-08")
def test_p08_a_merge_that_is_given_up_for_another_transaction_is_tried_again(shop: Shop) -> None:
    """Each waits for what the other has: the database ends the one that has waited longer, which is the merge."""
    first, second = sorted((shop.newcomer(), shop.newcomer()))
    drawn, said = shop.about(first, second), []
    thread = threading.Thread(target=lambda: said.append(code(shop.press("merge.confirm", **drawn))))
    with shop.database.write() as tx:
        groups.lock(tx, [second])
        thread.start()
        while thread.is_alive() and not _is_waiting(shop.database):
            thread.join(0.01)
        groups.lock(tx, [first])
    thread.join()
    assert said == ["merged"]
    assert shop.roots() == [first]


@pytest.mark.rule("P-13")
def test_p13_a_merge_is_not_refused_because_somebody_has_folded_a_section(database: Database) -> None:
    """What one agent looks at changes nothing that another one has been shown."""
    shop = Shop(database)
    call, mail = shop.newcomer(name="Edward"), shop.newcomer(name="E. Ferrars")
    shown = shop.about(call, mail)
    for card in (call, mail):
        shop.press("card.section", viewer=MARIANNE, card=card, section="related")
        shop.press("card.section", card=card, section="related")
    answer = shop.press("merge.confirm", inputs={}, **shown)  # type: ignore[arg-type]
    assert answer.notice is not None
    assert answer.notice.code == "merged"
