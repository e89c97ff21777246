"""Whatever happens in whatever order: what was wanted is done by somebody who began after it was wanted."""

from __future__ import annotations

import tempfile
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from jobs import queue
from jobs.queue import Leased
from storage import schema
from storage.engine import Database
from storage.tables import jobs, lanes
from tests.databases import Clock, memory

LEASE = 60.0
KEYS = st.sampled_from(["a", "b", "c"])
SECONDS = st.sampled_from([0, 1, 30, 100])
_folder = tempfile.TemporaryDirectory(dir=memory())
_database = Database(f"sqlite:///{_folder.name}/queue.db")


class QueueMachine(RuleBasedStateMachine):
    """The model: which version of a key was wanted last, and which was served last."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.wanted: dict[str, int] = {}
        self.served: dict[str, int] = {}
        self.held: list[Leased] = []

    @initialize()
    def begin(self) -> None:
        schema.upgrade(_database)
        _database.clock = self.clock
        with _database.write() as tx:
            tx.execute(sa.delete(jobs))
            tx.execute(sa.delete(lanes))

    @rule(key=KEYS, due=SECONDS)
    def enqueue(self, key: str, due: int) -> None:
        version = self.wanted[key] = self.wanted.get(key, 0) + 1
        with _database.write() as tx:
            due_at = tx.now + timedelta(seconds=due)
            queue.enqueue(tx, lane="crm", kind="k", key=key, payload={"version": str(version)}, due_at=due_at)

    @rule(budget=st.integers(1, 3))
    def lease(self, budget: int) -> None:
        taken = queue.lease(_database, {"crm": budget}, LEASE)
        assert len(taken) <= budget
        now = {leased.key: leased for leased in taken}
        assert len(now) == len(taken)
        for leased in taken:
            assert int(leased.payload["version"]) == self.wanted[leased.key]
        self.held += taken

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        leased = self._one(data)
        with _database.write() as tx:
            is_ours = queue.settle(tx, leased)
        if is_ours:
            self.served[leased.key] = max(self.served.get(leased.key, 0), int(leased.payload["version"]))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), due=SECONDS)
    def put_off(self, data: st.DataObject, due: int) -> None:
        with _database.write() as tx:
            queue.retry(tx, self._one(data), tx.now + timedelta(seconds=due), "later")

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        """Given up counts as served, as far as it was wanted when it began."""
        leased = self._one(data)
        with _database.write() as tx:
            is_ours = queue.dead(tx, leased, "no")
        if is_ours:
            self.served[leased.key] = max(self.served.get(leased.key, 0), int(leased.payload["version"]))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        with _database.write() as tx:
            queue.give_back(tx, self._one(data))

    @rule(seconds=st.sampled_from([1, 31, 61]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule(key=KEYS)
    def requeue(self, key: str) -> None:
        with _database.write() as tx:
            queue.requeue(tx, key)

    @rule(seconds=SECONDS)
    def pause(self, seconds: int) -> None:
        with _database.write() as tx:
            queue.pause(tx, "crm", tx.now + timedelta(seconds=seconds), "429")

    def teardown(self) -> None:
        """Everybody who holds something dies; one worker that always succeeds comes along."""
        for _ in range(20):
            self.clock.advance(61)
            for leased in queue.lease(_database, {"crm": 9}, LEASE):
                with _database.write() as tx:
                    assert queue.settle(tx, leased)
                self.served[leased.key] = int(leased.payload["version"])
        assert self.served == self.wanted

    def _one(self, data: st.DataObject) -> Leased:
        return self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))


TestQueue = QueueMachine.TestCase
TestQueue.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
