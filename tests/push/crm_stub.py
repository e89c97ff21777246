"""A CRM that does what a test says, and a call whose wrap-up is over: for what happens while a push is under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import sqlalchemy as sa

from connectors.errors import CrmError
from connectors.interface import ActivityDraft, CrmConnector, LoggedActivity, RecordRef
from customers.model import Verb
from customers.ports import Action, Answer
from customers.views import Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import DeskSettings, Work
from jobs import attempt
from jobs.lane import Lane
from jobs.queue import lease
from push.worker import PushWorker
from storage.engine import Database
from storage.tables import jobs, lanes, pushes
from tests.desk.test_desk_races import ELINOR, SETTINGS, _call, _happens, _link

LANE = "push:salesforce"


class Crm:
    """Holds one activity. `during` happens in the midst of each call, `error` is its answer."""

    name = "salesforce"

    def __init__(self) -> None:
        self.notes: list[str] = []
        """What the activity said after each call that was carried out."""
        self.during: Callable[[], object] = int
        self.error: CrmError | None = None
        self.is_there = False
        self.keys: list[str] = []
        """Under which activities were asked for."""
        self.amended: list[dict[str, object]] = []
        """The facts that each amendment brought."""
        self.withdrawn: list[str] = []
        """Activities that were deleted."""

    def log_activity(self, draft: ActivityDraft) -> LoggedActivity:
        self.keys.append(str(draft.key))
        return self._call(draft, created=not self.is_there)

    def amend_activity(self, _ref: RecordRef, draft: ActivityDraft, facts: frozenset[str]) -> LoggedActivity:
        logged = self._call(draft, created=False)
        self.amended.append({name: draft.facts[name] for name in facts})
        return logged

    def withdraw_activity(self, ref: RecordRef) -> None:
        self.during()
        if self.error is not None:
            raise self.error
        self.withdrawn.append(ref.id)
        self.is_there = False

    def _call(self, draft: ActivityDraft, *, created: bool) -> LoggedActivity:
        self.during()
        if self.error is not None:
            raise self.error
        self.notes.append(str(draft.facts["notes"]))
        self.is_there = True
        return LoggedActivity(RecordRef("salesforce", "Task", "00T1"), "https://crm.example/00T1", created)


class Desk:
    """Elinor, whose call with one linked record is wrapped up, and the worker that writes it."""

    def __init__(self, database: Database, settings: DeskSettings = SETTINGS) -> None:
        self._database, self.settings = database, settings
        self.crm = Crm()
        worker = PushWorker(database, {"salesforce": cast("CrmConnector", self.crm)}, SETTINGS)
        self.lane = Lane(LANE, worker.handle, handle_many=worker.handle_many, on_dead=worker.give_up)
        self._data = _call(database)
        _link(database, self._data)
        with database.write() as tx:
            interactions.apply(Work(tx, SETTINGS), "main", _happens(Verb.WRAPUP_COMPLETED, 9))

    def presses(self, verb: str, *, answer: str = "", **inputs: str) -> Answer:
        """Elinor presses a button of the card."""
        data = self._data | ({"answer": answer} if answer else {})
        action = Action(verb, data, {f"wrapup.{name}": text for name, text in inputs.items()})
        return ActionDesk(self._database, self.settings).act(Viewer(ELINOR, "tenant", "Elinor Dashwood"), action)

    def works(self) -> bool:
        """The worker carries out what waits, however long it should wait; False where nothing does."""
        with self._database.write() as tx:
            tx.execute(sa.update(jobs).where(jobs.c.lane == LANE).values(due_at=tx.now))
            tx.execute(sa.delete(lanes))
        leased = lease(self._database, {LANE: 5}, 60)
        if leased:
            attempt.run_many(self._database, self.lane, leased)
        return bool(leased)

    def works_until_idle(self) -> None:
        """The CRM works again, nobody interferes, and everything that waits is carried out."""
        self.crm.error, self.crm.during = None, int
        for _ in range(10):
            if not self.works():
                return
        raise AssertionError("work never ends")

    def push(self) -> tuple[Any, ...]:
        """The one push: state and reason."""
        with self._database.read() as connection:
            return tuple(connection.execute(sa.select(pushes.c.state, pushes.c.reason)).one())
