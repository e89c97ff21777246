"""A card is read, and a record linked, in a number of statements that the customer's history does not change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from customers.events import AgentRef, IdentityClaim, InteractionEvent
from customers.ids import CardId, LegId, UserId
from customers.model import Channel, IdentityKind, Verb
from customers.ports import Action
from customers.views import CardView, Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import DeskSettings, Work
from storage import cards, people, records, tables
from storage.engine import Database
from storage.views import card_view
from tests.desk.merging_world import Shop
from tests.desk.requests_world import Requests

SETTINGS = DeskSettings(crm_labels={"salesforce": "Salesforce", "dynamics": "Dynamics 365"})
ELINOR = Viewer(UserId("00000000-0000-4000-8000-000000000001"), "tenant", "Elinor Dashwood")
READING_A_CARD = 7
LINKING = {"sqlite": 9, "postgresql": 11}
"""Beside reading the card; on PostgreSQL the interaction is locked, and its leg read again. The record is a person's:
the card is noted as not indexed."""


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements of the block."""
    seen: list[str] = []

    def note(_connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


def call(database: Database, number: int, verb: Verb) -> None:
    """The `number`-th call of one and the same person."""
    event = InteractionEvent(
        source="urn:test",
        id=f"{verb}-{number}",
        verb=verb,
        at=datetime.now(UTC) - timedelta(minutes=1),
        interaction_ref=f"call-{number}",
        channel=Channel.VOICE,
        agent=AgentRef(id="elinor", entra_object_id=ELINOR.user_id),
        identities=(IdentityClaim(IdentityKind.PHONE, "+442071838750"),),
    )
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", event)


def told(database: Database, card_id: CardId, count: int) -> list[str]:
    """Both CRMs have told the card of `count` records each."""
    rows = [
        {
            "type": "Contact",
            "record_id": f"00{number}",
            "level": "person",
            "title": f"Edward {number}",
            "match": "phone",
        }
        for number in range(count)
    ]
    with database.write() as tx:
        for crm in SETTINGS.crm_labels:
            records.replace(tx, card_id, crm, "", rows)
            records.set_lookup(tx, card_id, crm, "ready")
    return [f"{crm}:Contact:{row['record_id']}" for crm in SETTINGS.crm_labels for row in rows]


def newest(database: Database) -> tuple[CardId, LegId]:
    """The card, and the leg of the last call."""
    calls, legs = tables.interactions, tables.legs
    query = sa.select(calls.c.card_id, legs.c.id).join(legs).order_by(legs.c.created_at.desc()).limit(1)
    with database.read() as connection:
        card_id, leg_id = connection.execute(query).one()
    return CardId(card_id), LegId(leg_id)


class Desk:
    """One customer, whose history grows."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._calls = 0
        with database.write() as tx:
            people.remember_user(tx, ELINOR.user_id, {"tenant_id": "tenant", "name": "Elinor Dashwood"})

    def live_through(self, calls: int) -> None:
        """So many calls, each with every record linked but one; the last call is under way."""
        for _ in range(calls):
            call(self.database, self._calls, Verb.ENDED)
            self._calls += 1
            call(self.database, self._calls, Verb.ACCEPTED)
            for record in told(self.database, newest(self.database)[0], 1 + calls)[1:]:
                self.link(record)

    def link(self, record: str) -> list[str]:
        """The statements of a `link.add` for the newest leg."""
        card_id, leg_id = newest(self.database)
        with counted(self.database) as statements:
            data = {"card": card_id, "leg": leg_id, "record": record}
            answer = ActionDesk(self.database, SETTINGS).act(ELINOR, Action("link.add", data))
        assert answer.notice is not None
        assert answer.notice.code == "linked"
        return statements

    def read(self) -> tuple[CardView, list[str]]:
        """The card, and the statements that read it."""
        card_id, leg_id = newest(self.database)
        with self.database.write() as tx, counted(self.database) as statements:
            view = card_view(tx.connection, ELINOR, card_id, SETTINGS.views, leg_id)
        assert view is not None
        return view, statements


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_card_is_read_in_as_many_statements_whatever_its_history(desk: Desk) -> None:
    desk.live_through(2)
    young, few = desk.read()
    desk.live_through(6)
    old, many = desk.read()
    assert old.journey.count > young.journey.count
    assert len(old.related_records) > len(young.related_records)
    assert len(few) == len(many) == READING_A_CARD


def test_a_record_is_linked_in_as_many_statements_whatever_the_history(desk: Desk) -> None:
    desk.live_through(2)
    few = desk.link("salesforce:Contact:000")
    desk.live_through(6)
    many = desk.link("salesforce:Contact:000")
    assert len(few) == len(many) == READING_A_CARD + LINKING[desk.database.dialect]


def test_records_that_stand_below_each_other_are_shown_once_on_the_way_down(desk: Desk) -> None:
    desk.live_through(1)
    card_id, _ = newest(desk.database)
    both = told(desk.database, card_id, 1)
    with desk.database.write() as tx:
        for record, below in (both, reversed(both)):
            crm, type_, record_id = below.split(":")
            row = {"type": type_, "record_id": record_id, "level": "related", "title": "Norland"}
            records.replace(tx, card_id, crm, record, [row])
        cards.update_view(tx, ELINOR.user_id, card_id, expanded=both)
    view, statements = desk.read()
    shown = next(record for record in view.related_records if record.record == both[0])
    assert [below.record for below in shown.children] == [both[1]]
    assert [below.record for below in shown.children[0].children] == [both[0]]
    assert shown.children[0].children[0].children == ()
    assert len(statements) == READING_A_CARD


def test_a_panel_takes_as_many_statements_whoever_is_found(database: Database) -> None:
    shop = Shop(database)
    card = shop.newcomer(name="Edward Ferrars")
    shop.newcomer(name="Lucy Ferrars")
    shop.press("merge.open", card=card)
    shop.press("merge.search", card=card, inputs={"merge.query": "ferrars"})
    with counted(database) as few:
        shop.view(card)
    for number in range(6):
        shop.newcomer(name=f"Fanny Ferrars {number}")
    with counted(database) as many:
        shown = shop.view(card).merge
    assert shown is not None
    assert len(shown.candidates) == 7
    assert len(few) == len(many)


@pytest.mark.parametrize("was_merged", [False, True])
def test_requests_are_read_in_two_more_statements_however_many_there_are(database: Database, was_merged: bool) -> None:
    house = Requests(database)
    card, other = house.caller(), house.caller("Lucy Steele")
    if was_merged:
        house.shop.merge(card, other)
    house.view(card)  # their section is open
    with counted(database) as few:
        young = house.shop.view(card).requests
    for number in range(30):
        house.again(card)
        request = house.shown(card)
        if number % 2:
            house.save(card, request, verb="request.close")
    with counted(database) as many:
        old = house.shop.view(card).requests
    assert len(old.all) > len(young.all)
    assert len(few) == len(many)


def test_a_new_caller_costs_one_statement_more_for_the_request(database: Database) -> None:
    """And an interaction that is taken later than it was offered two: it is noted on it."""
    Desk(database)
    written = []
    for number, verb in enumerate((Verb.OFFERED, Verb.ACCEPTED)):
        with counted(database) as statements:
            call(database, number, verb)
        written.append([one for one in statements if "requests" in one.split("WHERE")[0]])
    offered, accepted = written
    assert offered == []
    assert len([one for one in accepted if one.startswith("INSERT INTO requests")]) == 1
    assert len([one for one in accepted if not one.startswith("UPDATE interactions")]) == 1
