"""Work that follows from a change, written in the transaction of that change.

A job is a row. It is `ready` from its due time on, `leased` while somebody works on it, `dead` when it was given up;
when it is done, the row is gone. A lease that is not renewed runs out and the job is ready again, so a job runs at
least once; `settle` in the transaction of the job's own effect makes that effect happen exactly once, because a lease
that was lost cannot be settled.

A job's payload is ids. The handler reads the state as it is when it runs, so a job that was wanted three times before
it ran needs to run once only.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from jobs import statements, trials
from jobs.errors import LeaseLost
from storage.engine import Database, Tx
from storage.tables import jobs, lanes

SIGNAL = "jobs"
"""The topic that is signalled, with the lane, whenever there may be something to do."""
_LONGEST_KEY = 160
_LONGEST_REASON = 400


@dataclass(slots=True)
class Leased:
    """A job in somebody's hands."""

    id: int
    lane: str
    kind: str
    key: str
    payload: dict[str, str]
    attempts: int
    """How often it has been tried, this time included; leases that ran out are no tries."""
    token: str
    correlation_id: str
    takeovers: int = 0
    """How many leases before this one ran out, in a row."""
    trial_until: datetime | None = None
    """Set where this one alone finds out whether a pause of the lane is over: until then the others wait for it."""
    is_settled: bool = field(default=False, compare=False)
    """True once a transaction that settled it, put it off or gave it up has been committed."""


@dataclass(frozen=True, slots=True)
class LaneState:
    """How many jobs of a lane are in one state."""

    lane: str
    state: str
    count: int
    oldest_due_at: datetime


def enqueue(
    tx: Tx,
    *,
    lane: str,
    kind: str,
    payload: Mapping[str, str],
    key: str | None = None,
    due_at: datetime | None = None,
    correlation_id: str = "",
) -> None:
    """Have a job run once `tx` is committed, at `due_at` (default: at once).

    There is one job for a `key`. Wanting it again moves its due time forward if the new one is earlier, replaces the
    payload and revives it when it was dead. A job that is running when it is wanted runs once more afterwards.
    """
    key = key or f"once:{uuid.uuid4().hex}"
    if len(key) > _LONGEST_KEY:
        raise ValueError(f"the key is longer than {_LONGEST_KEY} characters: {key[:40]}…")
    values = {
        "lane": lane,
        "kind": kind,
        "key": key,
        "payload": dict(payload),
        "due_at": due_at or tx.now,
        "correlation_id": correlation_id,
        "created_at": tx.now,
    }
    tx.run(statements.UPSERT, values)
    tx.signal(SIGNAL, lane)


def cancel(tx: Tx, key: str) -> bool:
    """Take the job back. False when it is running: then it ends by itself and is not run again; else True."""
    if tx.execute(statements.CANCEL, {"the_key": key}).rowcount:
        return True
    return not tx.execute(statements.CALL_OFF, {"the_key": key}).rowcount


def requeue(tx: Tx, key: str) -> bool:
    """Run it now, with all its attempts before it, whether it is dead or waits. False when there is no such job."""
    done = tx.execute(statements.REQUEUE, {"the_key": key, "now": tx.now})
    tx.signal(SIGNAL)
    return bool(done.rowcount)


def lease(db: Database, lane_budgets: Mapping[str, int], seconds: float) -> list[Leased]:
    """Take up to `lane_budgets[lane]` due jobs of each lane for `seconds`, oldest first.

    Paused lanes are left alone. Of a lane whose pause is over one job is taken, and the others wait for its end
    (`jobs.trials`). Jobs whose lease ran out are taken over. Nobody else is given these jobs until then.
    """
    budgets = [(lane, budget) for lane, budget in lane_budgets.items() if budget > 0]
    if not budgets:
        return []
    token = uuid.uuid4().hex
    with db.write() as tx:
        tx.execute(statements.RECLAIM, {"now": tx.now})
        until = tx.now + timedelta(seconds=seconds)
        tried = trials.due(tx, [lane for lane, _ in budgets])
        values: dict[str, Any] = {"now": tx.now, "the_token": token, "until": until}
        for number, (lane, budget) in enumerate(budgets):
            values |= {f"lane_{number}": lane, f"budget_{number}": 1 if lane in tried else budget}
        rows = tx.execute(statements.lease(len(budgets)), values).all()
        found = [Leased(*row[1:]) for row in sorted(rows, key=lambda row: (row[0], row[1]))]
        trials.begin(tx, [leased for leased in found if leased.lane in tried], until)
    return found


def settle(tx: Tx, leased: Leased) -> bool:
    """The job is done. False when the lease was lost: then `tx` must be rolled back, see `settle_or_raise`."""
    mine = {"the_id": leased.id, "the_token": leased.token}
    if not tx.execute(statements.FORGET, mine).rowcount:
        if not tx.execute(statements.RUN_AGAIN, mine).rowcount:
            return False
        tx.signal(SIGNAL, leased.lane)
    _ended(tx, leased)
    return True


def settle_all(tx: Tx, many: Sequence[Leased]) -> list[Leased]:
    """These are done. Those whose lease was lost, if any: then `tx` must be rolled back."""
    if not many:
        return []
    named = {"ids": [leased.id for leased in many], "tokens": list({leased.token for leased in many})}
    gone = {(row.id, row.token) for row in tx.execute(statements.FORGET_ALL, named)}
    for leased in many:
        if (leased.id, leased.token) in gone:
            _ended(tx, leased)
    return [leased for leased in many if (leased.id, leased.token) not in gone and not settle(tx, leased)]


def settle_or_raise(tx: Tx, leased: Leased) -> None:
    """The job is done, in the transaction of its effect. Raises `LeaseLost`, which takes the effect back.

    Call it last: whoever changes the same things and enqueues this job locks in that order too, so nobody deadlocks.
    """
    if not settle(tx, leased):
        raise LeaseLost(leased.key)


def retry(tx: Tx, leased: Leased, due_at: datetime, reason: str) -> bool:
    """Run it again at `due_at`, or earlier if it was wanted earlier meanwhile. False when the lease was lost.

    Where the lane is to be paused for the same reason, `pause` it afterwards: this ends the trial of one that was.
    """
    values = {"the_id": leased.id, "the_token": leased.token, "due": due_at, "why": reason[:_LONGEST_REASON]}
    return _end(tx, leased, statements.RETRY, values)


def dead(tx: Tx, leased: Leased, reason: str) -> bool:
    """Give it up until it is wanted again; it stays, with its reason. False when the lease was lost."""
    values = {"the_id": leased.id, "the_token": leased.token, "why": reason[:_LONGEST_REASON]}
    return _end(tx, leased, statements.DIE, values)


def is_dead(tx: Tx, key: str) -> bool:
    """True when the job has been given up."""
    return tx.execute(statements.IS_DEAD, {"the_key": key}).first() is not None


def give_back(tx: Tx, leased: Leased) -> bool:
    """It was not begun: ready for others, no attempt counted. False when the lease was lost."""
    trials.not_begun(tx, leased)
    return _end(tx, leased, statements.GIVE_BACK, {"the_id": leased.id, "the_token": leased.token})


def heartbeat(db: Database, leased_many: Sequence[Leased], seconds: float) -> set[int]:
    """Hold these for another `seconds`. The ids of those that are still ours."""
    if not leased_many:
        return set()
    ids = [leased.id for leased in leased_many]
    tokens = list({leased.token for leased in leased_many})
    with db.write() as tx:
        values = {"ids": ids, "tokens": tokens, "until": tx.now + timedelta(seconds=seconds)}
        return set(tx.execute(statements.HEARTBEAT, values).scalars())


def pause(tx: Tx, lane: str, until: datetime, reason: str) -> None:
    """Lease nothing of this lane before `until`. A longer pause that is under way stays."""
    tx.execute(statements.PAUSE[tx.dialect], {"name": lane, "paused_until": until, "reason": reason[:_LONGEST_REASON]})


def resume(tx: Tx, lane: str) -> None:
    """End the pause of this lane."""
    tx.execute(sa.delete(lanes).where(lanes.c.name == lane))
    tx.signal(SIGNAL, lane)


def pause_reason(tx: Tx, lane: str) -> str:
    """Why this lane is paused now; empty where it is not."""
    query = sa.select(lanes.c.reason).where(lanes.c.name == lane, lanes.c.paused_until > tx.now)
    return str(tx.execute(query).scalar() or "")


def next_due(db: Database, lane_names: Collection[str]) -> datetime | None:
    """When something may become due in these lanes: a job, the end of a pause, or a lease that runs out."""
    with db.read() as connection:
        names = {f"lane_{number}": name for number, name in enumerate(lane_names)}
        rows = connection.execute(statements.next_due(len(names)), names).all() if names else []
        expiring = connection.execute(statements.NEXT_EXPIRY).scalar()
    times = [max(due, paused or due) for due, paused in rows if due is not None]
    return min([*times, expiring] if expiring else times, default=None)


def stats(connection: sa.Connection) -> list[LaneState]:
    """What is in the queue, by lane and state."""
    return [LaneState(*row) for row in connection.execute(statements.STATS)]


def underway(connection: sa.Connection, now: datetime) -> int:
    """How many jobs are due or in somebody's hands; those that wait for a later time, and dead ones, do not count."""
    is_due = sa.and_(jobs.c.state == "ready", jobs.c.due_at <= now)
    query = sa.select(sa.func.count()).where(sa.or_(is_due, jobs.c.state == "leased"))
    return int(connection.execute(query).scalar_one())


def paused(connection: sa.Connection, now: datetime) -> dict[str, tuple[datetime, str]]:
    """Lane → until when it is paused, and why."""
    query = sa.select(lanes.c.name, lanes.c.paused_until, lanes.c.reason).where(lanes.c.paused_until > now)
    return {name: (until, reason) for name, until, reason in connection.execute(query)}


def purge(tx: Tx, before: datetime) -> int:
    """Forget dead jobs that were due before `before`. How many."""
    return tx.execute(sa.delete(jobs).where(jobs.c.state == "dead", jobs.c.due_at < before)).rowcount


def give_back_all(db: Database, many: Iterable[Leased]) -> None:
    """`give_back` of each, in one transaction."""
    with db.write() as tx:
        for leased in many:
            give_back(tx, leased)


def _end(tx: Tx, leased: Leased, statement: sa.Executable, values: Mapping[str, Any]) -> bool:
    if not tx.execute(statement, values).rowcount:
        return False
    _ended(tx, leased)
    tx.signal(SIGNAL, leased.lane)
    return True


def _ended(tx: Tx, leased: Leased) -> None:
    if trials.end(tx, leased):
        tx.signal(SIGNAL, leased.lane)

    def mark() -> None:
        leased.is_settled = True

    tx.on_commit(mark)
