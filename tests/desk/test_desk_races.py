"""Two that change one interaction at once: nothing falls between them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connectors.errors import CrmUnavailable
from connectors.interface import ActivityDraft, CrmRecord, PersonKeys, RecordRef
from customers.events import AgentRef, IdentityClaim, InteractionEvent
from customers.ids import CardId, UserId, new_id
from customers.model import Channel, IdentityKind, Verb
from customers.ports import Action
from customers.views import Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import DeskSettings, IntakeRules, Work
from jobs import attempt
from jobs.lane import Lane
from jobs.queue import lease
from push.lookups import LookupWorker
from push.worker import PushWorker
from storage import people, records
from storage.engine import Database, utc_now
from storage.tables import interactions as interaction_table
from storage.tables import jobs, legs, lookups, pushes
from tests.databases import Clock

ELINOR = UserId("e11e0000-0000-4a00-8000-00000000e110")
RECORD = "salesforce:Contact:0035g0000000001AAA"
SETTINGS = DeskSettings({"main": IntakeRules()}, {"salesforce": "Salesforce"})
CONTACT = {
    "type": "Contact", "record_id": "0035g0000000001AAA", "level": "person", "type_label": "Contact",
    "title": "Edward Ferrars", "subtitle": "", "url": "", "match": "phone", "has_children": False,
}  # fmt: skip


def _happens(verb: Verb, seconds: int) -> InteractionEvent:
    return InteractionEvent(
        source="/cc/main",
        id=new_id(),
        verb=verb,
        at=utc_now() - timedelta(seconds=10 - seconds),
        interaction_ref="i-1",
        channel=Channel.VOICE,
        agent=AgentRef(id="a-7", email="elinor.dashwood@contoso.example"),
        identities=(IdentityClaim(IdentityKind.PHONE, "+4915112345678"),),
    )


def _call(database: Database) -> dict[str, str]:
    """A call that Elinor has ended; data of the record's Link."""
    with database.write() as tx:
        people.remember_user(tx, ELINOR, {"email": "elinor.dashwood@contoso.example"})
        for seconds, verb in enumerate((Verb.ACCEPTED, Verb.ENDED, Verb.WRAPUP_STARTED)):
            interactions.apply(Work(tx, SETTINGS), "main", _happens(verb, seconds))
        row = tx.execute(sa.select(legs.c.id, legs.c.interaction_id, interaction_table.c.card_id).join_from(
            legs, interaction_table)).one()  # fmt: skip
        records.replace(tx, CardId(row.card_id), "salesforce", "", [CONTACT])
    return {"leg": row.id, "interaction": row.interaction_id, "card": row.card_id, "record": RECORD}


def _link(database: Database, data: dict[str, str]) -> None:
    viewer = Viewer(ELINOR, "tenant", "Elinor Dashwood")
    ActionDesk(database, SETTINGS).act(viewer, Action("link.add", data))


def _is_waiting(database: Database) -> bool:
    """Somebody waits for a lock; on SQLite whoever is not done waits for the one writer."""
    if database.dialect == "sqlite":
        return True
    query = sa.text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    with database.read() as connection:
        return bool(connection.execute(query).scalar())


@pytest.mark.rule("P-08")
def test_p08_a_record_linked_in_the_moment_of_the_push_is_written(database: Database) -> None:
    data = _call(database)
    linking = threading.Thread(target=_link, args=(database, data))
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", _happens(Verb.WRAPUP_COMPLETED, 9))
        linking.start()
        while linking.is_alive() and not _is_waiting(database):
            linking.join(0.01)
    linking.join()
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(pushes)).scalar_one() == 1


def _bury(database: Database, lane: Lane) -> None:
    """The lane's one job has been taken over so often that it is given up."""
    with database.write() as tx:
        tx.execute(sa.update(jobs).values(takeovers=lane.max_takeovers, due_at=tx.now))
    (leased,) = lease(database, {lane.name: 1}, 60)
    attempt.run(database, lane, leased)
    with database.read() as connection:
        states = connection.execute(sa.select(jobs.c.state).where(jobs.c.lane == lane.name)).scalars().all()
    assert states == ["dead"]


@pytest.mark.rule("P-09")
def test_p09_a_push_whose_job_is_given_up_says_so(database: Database) -> None:
    data = _call(database)
    _link(database, data)
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", _happens(Verb.WRAPUP_COMPLETED, 9))
    worker = PushWorker(database, {}, SETTINGS)
    _bury(database, Lane("push:salesforce", worker.handle, on_dead=worker.give_up))
    with database.read() as connection:
        assert connection.execute(sa.select(pushes.c.state, pushes.c.reason)).all() == [("failed", "unknown")]


@pytest.mark.rule("A-16")
def test_a16_a_look_up_whose_job_is_given_up_says_so(database: Database) -> None:
    _call(database)
    worker = LookupWorker(database, {}, SETTINGS)
    _bury(database, Lane("lookup:salesforce", worker.handle, on_dead=worker.give_up))
    with database.read() as connection:
        assert connection.execute(sa.select(lookups.c.state, lookups.c.reason)).all() == [("failed", "unknown")]


class _Finds:
    """A CRM that knows Edward."""

    name, kind = "salesforce", "salesforce"

    def find_people(self, _keys: PersonKeys, *, limit: int) -> list[CrmRecord]:
        return [CrmRecord(RecordRef("salesforce", "Contact", "0035g0000000001AAA"), "Edward Ferrars")]


@pytest.mark.rule("A-16")
def test_a16_two_answers_at_once_do_not_collide(database: Database) -> None:
    data = _call(database)
    worker = LookupWorker(database, {"salesforce": _Finds()}, SETTINGS)  # type: ignore[dict-item]
    (leased,) = lease(database, {"lookup:salesforce": 1}, 60)
    errors: list[Exception] = []

    def answer() -> None:
        try:
            worker.handle(leased)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)

    answering = threading.Thread(target=answer)
    with database.write() as tx:
        records.replace(tx, CardId(data["card"]), "salesforce", "", [CONTACT])
        answering.start()
        while answering.is_alive() and not _is_waiting(database):
            answering.join(0.01)
    answering.join()
    assert errors == []


class _Died(BaseException):
    """Stands for the end of the process."""


class _Crm:
    """A CRM during whose first call the process dies, and which cannot be reached at the second."""

    def __init__(self) -> None:
        self._answers: list[BaseException] = [_Died(), CrmUnavailable("salesforce", "log_activity")]

    def log_activity(self, _draft: ActivityDraft) -> None:
        raise self._answers.pop(0)


@pytest.mark.rule("P-08")
def test_p08_a_death_in_the_middle_of_a_call_is_not_counted_as_a_failure(database: Database, clock: Clock) -> None:
    clock.now = utc_now()
    database.clock = clock
    data = _call(database)
    _link(database, data)
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", _happens(Verb.WRAPUP_COMPLETED, 9))
    worker = PushWorker(database, {"salesforce": _Crm()}, SETTINGS)  # type: ignore[dict-item]
    (leased,) = lease(database, {"push:salesforce": 1}, 60)
    with pytest.raises(_Died):
        worker.handle(leased)
    clock.advance(61)
    (leased,) = lease(database, {"push:salesforce": 1}, 60)
    worker.handle(leased)
    with database.read() as connection:
        assert connection.execute(sa.select(pushes.c.state, pushes.c.attempts)).all() == [("retrying", 1)]


@pytest.mark.rule("P-17")
def test_p17_a_user_who_signs_in_while_their_first_interaction_comes_in_is_matched(database: Database) -> None:
    def comes_in() -> None:
        with database.write() as tx:
            interactions.apply(Work(tx, SETTINGS), "main", _happens(Verb.ACCEPTED, 0))

    coming = threading.Thread(target=comes_in)
    with database.write() as tx:
        people.remember_user(tx, ELINOR, {"email": "elinor.dashwood@contoso.example"})
        coming.start()
        while coming.is_alive() and not _is_waiting(database):
            coming.join(0.01)
    coming.join()
    with database.read() as connection:
        assert [row["user_id"] for row in people.listing(connection)] == [ELINOR]
