"""The customer journey: every interaction on a time line, page by page, found again and moved (B-03, B-32, B-33)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.histories import customer, merged
from customers.ids import CardId
from customers.journey import Cursor, JourneyView, Look, grouped, matches
from customers.model import Channel, Verb
from customers.ports import BadAction
from customers.views import Section
from storage import cards, groups, tables
from storage.engine import Database
from storage.journey import PAGE_ROWS, Journey
from tests.desk.merging_world import ELINOR, MARIANNE
from tests.desk.requests_world import Requests, code
from tests.desk.test_requests import happens


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


def journey(house: Requests, card: CardId) -> JourneyView:
    """As Elinor sees it, with its section open."""
    return house.shop.view(card).journey


def opened(house: Requests, card: CardId) -> JourneyView:
    with house.database.write() as tx:
        cards.update_view(tx, ELINOR.user_id, house.shop.root(card), sections=[Section.JOURNEY.value])
    return journey(house, card)


@pytest.mark.rule("B-03", "B-32", "E-02")
def test_b03_the_journey_shows_the_current_interaction_and_the_earlier_ones_by_request(house: Requests) -> None:
    card = house.caller()
    house.press("wrapup.save", card, inputs={"wrapup.notes": "Wants a copy."}, **_on_leg(house, card))
    happens(house, card, Verb.ENDED)
    house.again(card)
    newest, first = opened(house, card).rows
    assert newest.is_current
    assert not first.is_current
    assert newest.request_id != first.request_id
    assert first.notes == "Wants a copy."
    assert first.duration is not None
    assert newest.duration is None, "it lasts"
    assert [len(group) for group in grouped((newest, first))] == [1, 1]


def _on_leg(house: Requests, card: CardId) -> dict[str, Any]:
    shown = house.interaction(card)
    return {"interaction": shown.id, "leg": shown.leg_id, "version": str(shown.wrap_up.version)}


@pytest.mark.rule("B-32")
def test_b32_a_call_that_nobody_took_is_on_the_journey(house: Requests) -> None:
    card = house.caller(verb=Verb.OFFERED)
    happens(house, card, Verb.MISSED)
    house.again(card)
    answered, missed = opened(house, card).rows
    assert (answered.is_answered, missed.is_answered) == (True, False)
    assert missed.request_id is None


@pytest.mark.rule("B-32")
@pytest.mark.parametrize("make", [customer, merged])
def test_b32_every_interaction_is_reached_by_turning_pages_and_every_page_again(database: Database, make: Any) -> None:
    house = Requests(database)
    card = make(database, 34)
    with database.write() as tx:
        every = set(tx.execute(sa.select(tables.interactions.c.id)).scalars())
    house.press("card.section", card, section="journey")
    seen = [journey(house, card)]
    while older := seen[-1].older:
        house.press("journey.page", card, before=str(older))
        seen.append(journey(house, card))
    rows = [row for page in seen for row in page.rows]
    assert [row.cursor for row in rows] == sorted(
        (row.cursor for row in rows), key=lambda one: (one.at, one.id), reverse=True
    )
    assert {row.id for row in rows} == every
    assert len(rows) == len(every)
    for page in reversed(seen[:-1]):
        house.press("journey.page", card, turn="newer")
        assert journey(house, card).rows == page.rows
    house.press("journey.page", card, before=str(seen[1].older))
    house.press("journey.page", card, turn="newest")
    assert journey(house, card).rows == seen[0].rows


def test_a_page_stays_where_it_is_when_something_new_comes_in(house: Requests) -> None:
    card = customer(house.database, 15)
    house.press("card.section", card, section="journey")
    older = journey(house, card).older
    house.press("journey.page", card, before=str(older))
    before = journey(house, card).rows
    with house.database.write() as tx:
        newer = sa.update(tables.interactions).where(tables.interactions.c.id == house.interaction(card).id)
        tx.execute(newer.values(started_at=datetime.now(UTC)))
    assert journey(house, card).rows == before


@pytest.mark.rule("B-32")
def test_b32_the_journey_is_searched_by_channel_by_words_and_by_request(house: Requests) -> None:
    card = customer(house.database, 30)
    house.press("journey.find", card, asked="yes", inputs={"journey.channel": "email", "journey.query": ""})
    assert {row.channel for row in journey(house, card).rows} == {Channel.EMAIL}
    words = {"journey.channel": "all", "journey.query": "CALL back nóte 1"}
    house.press("journey.find", card, asked="yes", inputs=words)
    found = journey(house, card)
    assert found.rows
    assert all("Note 1" in row.notes and row.disposition == "Call back" for row in found.rows)
    assert found.older is None
    house.press("journey.find", card, asked="yes", inputs={"journey.channel": "all", "journey.query": "no such words"})
    assert journey(house, card).rows == ()
    request = found.rows[0].request_id
    house.press("journey.find", card, request=request)
    only = journey(house, card)
    assert [row.id for row in only.rows] == [found.rows[0].id]
    assert only.request_name == found.rows[0].request_name
    house.press("journey.find", card)
    assert len(journey(house, card).rows) == PAGE_ROWS


def test_a_search_stops_now_and_then_and_goes_on_where_it_stopped(database: Database, monkeypatch: Any) -> None:
    monkeypatch.setattr("storage.journey._BATCH", 10)
    monkeypatch.setattr("storage.journey._BATCHES", 2)
    house = Requests(database)
    card = customer(database, 45)
    house.press("journey.find", card, asked="yes", inputs={"journey.query": "order 45"})
    stops = 0
    while not (found := journey(house, card)).rows:
        assert found.searched_to is not None
        assert found.older is not None
        house.press("journey.page", card, before=str(found.older))
        stops += 1
    assert stops == 2
    assert [row.subject for row in found.rows] == ["Order 45"]
    assert found.searched_to is None


@pytest.mark.rule("B-33")
def test_b33_an_activity_is_moved_from_the_journey_and_stands_there_with_its_new_request(house: Requests) -> None:
    card = house.caller()
    house.again(card)
    newest, first = opened(house, card).rows
    answer = house.press("activity.move", card, interaction=first.id, request=newest.request_id)
    assert code(answer) == "activity_moved"
    moved = journey(house, card).rows
    assert {row.request_id for row in moved} == {newest.request_id}
    back = next(row for row in moved if row.id == first.id)
    assert back.move_id
    house.press("activity.move", card, back=back.move_id, interaction=first.id)
    assert {row.request_id for row in journey(house, card).rows} == {newest.request_id, first.request_id}


def test_of_a_merged_card_an_activity_stands_once_and_only_where_it_is_now(house: Requests) -> None:
    one, other = house.caller(), house.caller("Lucy Steele")
    mine, theirs, activity = house.shown(one), house.shown(other).id, house.interaction(one).id
    house.shop.merge(one, other)
    house.press("activity.move", one, interaction=activity, request=theirs)
    house.press("journey.find", one, request=theirs)
    assert len(journey(house, one).rows) == 2
    house.press("journey.find", one, request=mine.id)
    assert journey(house, one).rows == ()
    house.shop.undo(house.shop.edges[0])
    house.press("journey.find", one, request=mine.id)
    assert len(journey(house, one).rows) == 1


def test_each_agent_turns_pages_of_their_own(house: Requests) -> None:
    card = customer(house.database, 15)
    version = house.shop.version(card)
    house.press("card.section", card, section="journey")
    house.press("card.section", card, viewer=MARIANNE, section="journey")
    house.press("journey.page", card, before=str(journey(house, card).older))
    assert house.shop.view(card, MARIANNE).journey.look == Look()
    assert house.shop.version(card) == version, "to look at something changes nothing"


def test_a_place_that_is_none_is_refused(house: Requests) -> None:
    card = house.caller()
    with pytest.raises(BadAction):
        house.press("journey.page", card, before="yesterday")


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 2)), st.text("0123456789abcdef", min_size=1))  # noqa: DTZ001
def test_a_cursor_is_read_as_it_was_written(at: datetime, row: str) -> None:
    assert Cursor.read(str(Cursor(at, row))) == Cursor(at, row)


@pytest.mark.parametrize("written", ["", "12.", "x.1", "1" * 30 + ".a", "9" * 18 + ".a", "²³.a", "-1.a"])
def test_what_is_no_cursor_is_none(written: str) -> None:
    assert Cursor.read(written) is None


def test_words_match_in_whatever_spelling() -> None:
    assert matches("muller RÜCK", "Rückgabe", "Frau Müller")
    assert not matches("muller rück", "Frau Müller")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(minutes=st.lists(st.integers(0, 3), min_size=1, max_size=25))
def test_interactions_of_the_same_moment_are_each_on_one_page(database: Database, minutes: list[int]) -> None:
    """Many begin at once where a platform tells whole minutes."""
    card = customer(database, len(minutes) - 1)
    rows = tables.interactions
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with database.write() as tx:
        ids = tx.execute(sa.select(rows.c.id).where(rows.c.card_id == card)).scalars().all()
        for one, minute in zip(ids, minutes, strict=True):
            tx.execute(sa.update(rows).where(rows.c.id == one).values(started_at=start + timedelta(minutes=minute)))
    look, seen = Look(), []
    with database.read() as connection:
        page = Journey(connection, card, groups.members(connection, card), None, was_merged=False)
        while True:
            shown = page.opened(look)
            seen += [row.id for row in shown.rows]
            if shown.older is None:
                break
            look = look.older(shown.older)
    assert sorted(seen) == sorted(ids)
