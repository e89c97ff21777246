"""Activities that are put into another request or with another customer, and back (B-33, B-42, C-15)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.ids import CardId, RequestId
from customers.model import Verb
from customers.requests import RequestState
from storage import moves, tables
from storage.engine import Database
from tests.desk.merging_world import MARIANNE
from tests.desk.requests_world import Requests, code
from tests.desk.test_requests import happens


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


def places(house: Requests) -> dict[str, dict[str, Any]]:
    """Where every interaction belongs."""
    table = tables.interactions
    with house.database.read() as connection:
        rows = connection.execute(sa.select(table.c.id, *(table.c[name] for name in moves.PLACE))).mappings()
        return {row["id"]: dict(row) for row in rows}


def move(house: Requests, card: CardId, interaction: str, **to: str) -> str:
    return code(house.press("activity.move", card, interaction=interaction, **to))


def back(house: Requests, card: CardId, interaction: str) -> str:
    """Move back, on the card that shows the activity."""
    table = tables.activity_moves
    newest = [table.c.undone_at.isnot(None), table.c.moved_at.desc()]
    query = sa.select(table.c.id).where(table.c.interaction_id == interaction).order_by(*newest).limit(1)
    with house.database.read() as connection:
        last = connection.execute(query).scalar_one()
    return code(house.press("activity.move", card, interaction=interaction, back=last))


@pytest.mark.rule("B-33", "C-15")
def test_b33_an_activity_is_put_into_another_open_request_of_the_customer_and_back(house: Requests) -> None:
    card = house.caller()
    first = house.shown(card)
    house.again(card)
    second = house.shown(card)
    before = places(house)
    call = house.interaction(card).id
    assert move(house, card, call, request=first.id) == "activity_moved"
    shown = house.shown(card)
    assert shown.id == first.id
    assert len(shown.activities) == 2
    moved = next(one for one in shown.activities if one.interaction_id == call)
    assert moved.move_id is not None
    assert move(house, card, call, request=first.id) == "activity_is_there"
    assert back(house, card, call) == "activity_moved_back"
    assert places(house) == before
    assert [one.interaction_id for one in house.shown(card).activities] == [call]
    assert house.shown(card).id == second.id
    assert back(house, card, call) == "already_moved_back"


@pytest.mark.rule("C-15")
def test_c15_a_closed_request_is_opened_again_and_moved_into_in_one_step_and_closed_by_the_way_back(
    house: Requests,
) -> None:
    card = house.caller()
    old = house.shown(card)
    house.save(card, old, MARIANNE, verb="request.close")
    was = house.rows()[old.id]
    house.again(card)
    call = house.interaction(card).id
    assert move(house, card, call, request=old.id) == "activity_moved"
    assert house.rows()[old.id]["state"] == RequestState.OPEN
    assert back(house, card, call) == "activity_moved_back"
    now = house.rows()[old.id]
    assert {name: now[name] for name in ("state", "closed_at", "closed_by")} == {
        name: was[name] for name in ("state", "closed_at", "closed_by")
    }
    assert move(house, card, call, request=old.id) == "activity_moved"
    house.save(card, house.shown(card), name="Used since then")
    back(house, card, call)
    assert house.rows()[old.id]["state"] == RequestState.OPEN, "what was used since then stays open"


@pytest.mark.rule("B-42", "C-15")
def test_b42_an_activity_is_moved_to_another_customer_who_is_then_at_hand(house: Requests) -> None:
    edward, lucy = house.caller(), house.caller("Lucy Steele")
    call, leg = house.interaction(edward).id, house.interaction(edward).leg_id
    before = places(house)
    house.press("activity.move", edward, interaction=call)
    house.press("activity.find", edward, interaction=call, inputs={"activity.query": "steele"})
    found = house.view(edward).move
    assert found is not None
    assert found.query == "steele"
    answer = house.press("activity.move", edward, interaction=call, leg=leg, to=lucy)
    assert code(answer) == "activity_moved"
    assert answer.card_id == lucy
    assert call in {one.interaction_id for one in house.shown(lucy).activities}
    assert house.shop.view(edward).interaction is None
    assert back(house, lucy, call) == "activity_moved_back"
    assert places(house) == before


@pytest.mark.rule("B-42")
def test_b42_what_happens_to_it_afterwards_changes_neither_customer(house: Requests) -> None:
    edward, lucy = house.caller(), house.caller("Lucy Steele")
    identities = {card: house.shop.view(card).identities for card in (edward, lucy)}
    call = house.interaction(lucy).id
    assert move(house, lucy, call, to=edward) == "activity_moved"
    happens(house, edward, Verb.ENDED, Verb.WRAPUP_COMPLETED)
    assert {card: house.shop.view(card).identities for card in (edward, lucy)} == identities
    assert house.shop.view(edward).customer_name == "Edward Ferrars"
    assert places(house)[call]["card_id"] == edward
    house.again(lucy)
    assert house.shop.view(lucy).interaction is not None, "who contacts us again is at home where they were"


def test_a_place_that_is_not_there_is_refused_and_nothing_changes(house: Requests) -> None:
    edward, lucy = house.caller(), house.caller("Lucy Steele")
    call, hers = house.interaction(edward).id, house.shown(lucy)
    before = places(house)
    assert move(house, edward, call, request=hers.id) == "request_gone"
    assert move(house, edward, call, to="f" * 32) == "customer_gone"
    assert move(house, edward, house.interaction(lucy).id, request="new") == "activity_gone"
    cancelled = house.shown(edward)
    house.save(edward, cancelled, verb="request.cancel")
    assert move(house, edward, call, request=cancelled.id) == "request_gone"
    assert places(house) == before


@pytest.mark.rule("P-01")
def test_p01_of_cards_that_are_parted_each_has_its_activities_again(house: Requests) -> None:
    edward, mail = house.caller(), house.caller("E. Ferrars")
    his, its = house.shown(edward), house.shown(mail)
    call = house.shown(edward).activities[0].interaction_id
    house.shop.merge(edward, mail)
    assert move(house, edward, call, request=its.id) == "activity_moved"
    both = house.press("request.show", edward, request=its.id)
    assert both.notice is None
    assert {one.interaction_id for one in house.shown(edward).activities} >= {call}
    house.shop.undo(house.shop.edges[0])
    assert [one.interaction_id for one in house.shown(edward).activities] == [call]
    assert house.shown(edward).id == his.id
    assert call not in {one.interaction_id for one in house.shown(mail).activities}
    house.shop.again(house.shop.edges[0])
    house.press("request.show", edward, request=its.id)
    assert call in {one.interaction_id for one in house.shown(edward).activities}, "as it was while they were one"


def test_an_activity_that_comes_and_goes_stands_there_once(house: Requests) -> None:
    card = house.caller()
    first = house.shown(card)
    house.again(card)
    second, call = house.shown(card), house.interaction(card).id
    for request in (first, second, first):
        assert move(house, card, call, request=request.id) == "activity_moved"
    assert sorted(one.interaction_id for one in house.shown(card).activities).count(call) == 1
    for _ in range(3):
        assert back(house, card, call) == "activity_moved_back"
    assert house.shown(card).id == second.id


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("into"), st.integers(0, 3), st.integers(0, 5)),
        st.tuples(st.just("new"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("to"), st.integers(0, 3), st.integers(0, 1)),
        st.tuples(st.just("merge"), st.just(0), st.just(0)),
        st.tuples(st.just("part"), st.just(0), st.just(0)),
    ),
    max_size=7,
)


@given(steps=STEPS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.rule("P-01", "C-15")
def test_c15_whatever_is_moved_merged_and_parted_each_activity_stands_once(house: Requests, steps: list[Any]) -> None:
    one, other = house.caller(), house.caller("Lucy Steele")
    house.again(one)
    house.again(other)
    mine = {row: place for row, place in places(house).items() if place["card_id"] in (one, other)}
    for kind, which, where in steps:
        call = sorted(mine)[which]
        root = house.shop.root(CardId(places(house)[call]["card_id"]))
        if kind == "into":
            known = [row for row in house.view(root).all if row.state is not RequestState.CANCELLED]
            if known:
                move(house, root, call, request=known[where % len(known)].id)
        elif kind == "new":
            move(house, root, call, request="new")
        elif kind == "to":
            move(house, root, call, to=(one, other)[where])
        elif kind == "merge" and house.shop.root(one) != house.shop.root(other):
            house.shop.merge(one, other)
        elif kind == "part":
            standing = [edge for edge in house.shop.edges if edge.stands and edge.survivor == one]
            if standing:
                house.shop.undo(standing[0])
        assert _shown_once(house, {house.shop.root(one), house.shop.root(other)}) == sorted(mine)


def _shown_once(house: Requests, roots: set[CardId]) -> list[str]:
    """The interactions that stand in requests, on all cards, request by request."""
    found: list[str] = []
    for root in roots:
        for request in house.view(root).all:
            house.press("request.show", root, request=RequestId(request.id))
            found += [one.interaction_id for one in house.shown(root).activities]
    return sorted(found)
