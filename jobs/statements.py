"""The queue's SQL, built once: the same text for both databases but for the two upserts.

SQLite leaves `FOR UPDATE SKIP LOCKED` out, because its writers come one after another.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared
from storage.tables import jobs, lanes
from storage.types import UtcTime

_c = jobs.c
_NOW = sa.bindparam("now", type_=UtcTime)
_DEAD, _READY, _LEASED = (sa.literal_column(f"'{state}'", sa.String) for state in ("dead", "ready", "leased"))
_NONE, _ONE = sa.literal_column("0", sa.Integer), sa.literal_column("1", sa.Integer)
"""Spelt out in the statement that every enqueue runs: as parameters they cost more than the insert."""
_MINE = sa.and_(_c.id == sa.bindparam("the_id"), _c.token == sa.bindparam("the_token"), _c.state == "leased")


def _earlier(one: Any, other: Any) -> sa.ColumnElement[Any]:
    return sa.case((one < other, one), else_=other)


def _upsert(dialect: Any) -> Any:
    insert = dialect.insert(jobs).values(
        {name: sa.bindparam(name, type_=_c[name].type) for name in _UPSERTED},
    )
    new = insert.excluded
    is_dead = _c.state == _DEAD
    is_fresh = sa.or_(is_dead, sa.and_(_c.state == _LEASED, _c.wanted == _NONE))  # its old due time has been served
    return insert.on_conflict_do_update(
        index_elements=[_c.key],
        set_={
            "wanted": _c.wanted + _ONE,
            "due_at": sa.case((is_fresh, new.due_at), else_=_earlier(new.due_at, _c.due_at)),
            "attempts": sa.case((is_dead, _NONE), else_=_c.attempts),
            "takeovers": sa.case((is_dead, _NONE), else_=_c.takeovers),
            "state": sa.case((is_dead, _READY), else_=_c.state),
            "lane": new.lane,
            "kind": new.kind,
            "payload": new.payload,
            "correlation_id": new.correlation_id,
        },
    )


def _pause(dialect: Any) -> Any:
    insert = dialect.insert(lanes)
    longer = sa.or_(lanes.c.paused_until.is_(None), lanes.c.paused_until < insert.excluded.paused_until)
    news = {"paused_until": insert.excluded.paused_until, "reason": insert.excluded.reason}
    return insert.on_conflict_do_update(index_elements=[lanes.c.name], set_=news, where=longer)


_OF_LANE = lanes.c.name == sa.bindparam("the_lane", type_=sa.String)
_TRIED_UNTIL = sa.bindparam("until", type_=UtcTime)
PAST_PAUSES = (
    sa.select(lanes.c.name)
    .where(lanes.c.name.in_(sa.bindparam("names", expanding=True)), lanes.c.paused_until <= _NOW)
    .with_for_update()
)
"""Lanes whose pause is over, and of which nobody has seen yet whether it may end."""
ON_TRIAL = (
    sa.update(lanes).where(lanes.c.name.in_(sa.bindparam("names", expanding=True))).values(paused_until=_TRIED_UNTIL)
)
_ON_TRIAL = sa.and_(_OF_LANE, lanes.c.paused_until == sa.bindparam("trial", type_=UtcTime))
TRIAL_ENDED = sa.delete(lanes).where(_ON_TRIAL)
TRIAL_NOT_BEGUN = sa.update(lanes).where(_ON_TRIAL).values(paused_until=_NOW)

_UPSERTED = ("lane", "kind", "key", "payload", "due_at", "correlation_id", "created_at")
UPSERT = Prepared({"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)})
PAUSE = {"sqlite": _pause(sqlite), "postgresql": _pause(postgresql)}

_EXPIRED = (
    sa.select(_c.id)
    .where(_c.state == "leased", _c.leased_until < _NOW)
    .with_for_update(skip_locked=True)
    .cte("expired")
)
RECLAIM = (
    sa.update(jobs)
    .where(_c.id.in_(sa.select(_EXPIRED.c.id)))
    .values(
        state="ready",
        token="",
        attempts=_c.attempts - 1,
        takeovers=_c.takeovers + 1,
        due_at=_earlier(_c.due_at, _NOW),
    )
)
"""Jobs whose lease ran out are ready again; the attempt that nobody ended counts as a lease lost, not as a failure."""


@lru_cache(maxsize=64)
def lease(count: int) -> Any:
    """Take due jobs of `count` lanes: parameters lane_0, budget_0, … now, until, the_token."""
    arms = [_due(number).subquery() for number in range(count)]
    picked = sa.union_all(*(sa.select(arm.c.id) for arm in arms)).cte("picked")
    return (
        sa.update(jobs)
        .where(_c.id.in_(sa.select(picked.c.id)))
        .values(
            state="leased",
            token=sa.bindparam("the_token"),
            leased_until=sa.bindparam("until", type_=UtcTime),
            attempts=_c.attempts + 1,
            wanted=0,
        )
        .returning(
            _c.due_at, _c.id, _c.lane, _c.kind, _c.key, _c.payload, _c.attempts, _c.token, _c.correlation_id,
            _c.takeovers,
        )
    )  # fmt: skip


def _due(number: int) -> Any:
    lane = sa.bindparam(f"lane_{number}", type_=sa.String)
    is_paused = sa.exists().where(lanes.c.name == lane, lanes.c.paused_until > _NOW)
    return (
        sa.select(_c.id)
        .where(_c.state == "ready", _c.lane == lane, _c.due_at <= _NOW, sa.not_(is_paused))
        .order_by(_c.due_at, _c.id)
        .limit(sa.bindparam(f"budget_{number}", type_=sa.Integer))
        .with_for_update(skip_locked=True)
    )


FORGET = sa.delete(jobs).where(_MINE, _c.wanted == 0)
_ALL_MINE = sa.and_(
    _c.id.in_(sa.bindparam("ids", expanding=True)),
    _c.token.in_(sa.bindparam("tokens", expanding=True)),
    _c.state == "leased",
)
FORGET_ALL = sa.delete(jobs).where(_ALL_MINE, _c.wanted == 0).returning(_c.id, _c.token)
RUN_AGAIN = sa.update(jobs).where(_MINE).values(state="ready", token="", attempts=0, takeovers=0, reason="")
"""Settled, but wanted while it ran: its due time is the one that it was wanted for."""

_DUE = sa.bindparam("due", type_=UtcTime)
RETRY = (
    sa.update(jobs)
    .where(_MINE)
    .values(
        state="ready",
        token="",
        takeovers=0,
        reason=sa.bindparam("why"),
        due_at=sa.case((sa.and_(_c.wanted > 0, _c.due_at < _DUE), _c.due_at), else_=_DUE),
    )
)
DIE = (
    sa.update(jobs)
    .where(_MINE)
    .values(
        state=sa.case((_c.wanted > 0, "ready"), else_="dead"),
        attempts=sa.case((_c.wanted > 0, 0), else_=_c.attempts),
        token="",
        takeovers=0,
        reason=sa.bindparam("why"),
    )
)
"""Dead, unless it was wanted while it ran."""
GIVE_BACK = sa.update(jobs).where(_MINE).values(state="ready", token="", attempts=_c.attempts - 1, wanted=_c.wanted + 1)
_OF_KEY = _c.key == sa.bindparam("the_key")
CANCEL = sa.delete(jobs).where(_OF_KEY, _c.state != "leased")
CALL_OFF = sa.update(jobs).where(_OF_KEY, _c.state == "leased").values(wanted=0)
"""It runs, but not again."""
IS_DEAD = sa.select(_c.id).where(_OF_KEY, _c.state == "dead")
REQUEUE = (
    sa.update(jobs)
    .where(_OF_KEY)
    .values(
        state=sa.case((_c.state == "leased", "leased"), else_="ready"),
        attempts=sa.case((_c.state == "leased", _c.attempts), else_=0),
        takeovers=0,
        wanted=_c.wanted + 1,
        due_at=_NOW,
    )
)
HEARTBEAT = sa.update(jobs).where(_ALL_MINE).values(leased_until=sa.bindparam("until", type_=UtcTime)).returning(_c.id)


@lru_cache(maxsize=64)
def next_due(count: int) -> Any:
    """For each of `count` lanes (parameters lane_0, …): the oldest due time, and the end of its pause."""
    return sa.union_all(*(_next(number) for number in range(count)))


def _next(number: int) -> Any:
    lane = sa.bindparam(f"lane_{number}", type_=sa.String)
    oldest = sa.select(sa.func.min(_c.due_at)).where(_c.state == "ready", _c.lane == lane).scalar_subquery()
    until = sa.select(lanes.c.paused_until).where(lanes.c.name == lane).scalar_subquery()
    return sa.select(oldest.label("due"), until.label("paused"))


NEXT_EXPIRY = sa.select(sa.func.min(_c.leased_until)).where(_c.state == "leased")
STATS = sa.select(_c.lane, _c.state, sa.func.count(), sa.func.min(_c.due_at)).group_by(_c.lane, _c.state)
