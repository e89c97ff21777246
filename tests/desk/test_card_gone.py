"""A card that was opened for nobody in particular gives way to the one of the customer it turns out to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa

from connectors.errors import CrmRejected
from connectors.interface import CrmConnector
from customers.ids import new_id
from customers.model import Verb
from customers.ports import Action
from customers.views import Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import Work
from jobs import attempt
from jobs.lane import Lane
from jobs.queue import lease
from push.lookups import LookupWorker
from storage.engine import Database
from storage.tables import interactions as interaction_table
from storage.tables import jobs, lookups
from tests.desk.test_desk_races import ELINOR, RECORD, SETTINGS, _call, _happens

LOOKUP_LANE = "lookup:salesforce"


def _nameless(database: Database) -> str:
    """The card of a caller who withheld their number."""
    event = replace(_happens(Verb.ACCEPTED, 1), interaction_ref="i-2", identities=())
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", event)
        query = sa.select(interaction_table.c.card_id).where(interaction_table.c.ref == "i-2")
        return str(tx.execute(query).scalar_one())


def _is_known_after_all(database: Database) -> None:
    event = replace(_happens(Verb.UPDATED, 2), interaction_ref="i-2", id=new_id())
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", event)


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        ("card.refresh", {}),
        ("card.section", {"section": "related"}),
        ("card.close", {"answer": "save"}),
        ("customers.show", {}),
        ("related.refresh", {}),
        ("related.expand", {"record": RECORD}),
        ("link.search", {}),
    ],
)
def test_a_button_of_a_card_that_is_gone_says_so(database: Database, verb: str, more: dict[str, str]) -> None:
    _call(database)
    card = _nameless(database)
    _is_known_after_all(database)
    action = Action(verb, {"card": card, **more}, {"search": "Ferrars"})
    answer = ActionDesk(database, SETTINGS).act(Viewer(ELINOR, "tenant", "Elinor Dashwood"), action)
    assert answer.notice is not None
    assert answer.notice.code == "not_found"


@pytest.mark.parametrize("is_refused", [False, True])
def test_an_answer_about_a_card_that_is_gone_is_dropped(database: Database, *, is_refused: bool) -> None:
    _call(database)
    card = _nameless(database)

    def find_people(*_keys: object, **_limit: int) -> list[Any]:
        """The card gives way while the CRM is asked."""
        _is_known_after_all(database)
        if is_refused:
            raise CrmRejected("salesforce", "find")
        return []

    _run_lookups(database, find_people, card)
    with database.read() as connection:
        states = sa.select(jobs.c.state).where(jobs.c.key == f"people:salesforce:{card}:")
        assert connection.execute(states).scalars().all() == []
        assert connection.execute(sa.select(lookups.c.card_id).where(lookups.c.card_id == card)).all() == []


def _run_lookups(database: Database, find_people: Callable[..., list[Any]], card: str) -> None:
    crm = SimpleNamespace(name="salesforce", kind="salesforce", find_people=find_people)
    worker = LookupWorker(database, {"salesforce": cast("CrmConnector", crm)}, SETTINGS)
    lane = Lane(LOOKUP_LANE, worker.handle, on_dead=worker.give_up)
    for leased in lease(database, {LOOKUP_LANE: 9}, 60):
        if leased.payload["card"] == card:
            attempt.run(database, lane, leased)
