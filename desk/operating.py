"""What operators do, on the command line and in the administration: each is one use case of its own transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from customers.administration import Doing
from customers.ids import AgentId, CardId, LegId, PushId, UserId
from customers.model import PushState
from desk import creating, pushing, updating
from desk.changes import administration_changed, card_changed
from desk.interactions import agent_matched
from desk.work import Work
from jobs import queue
from storage import audit, creations, crm_checks, inbox, interactions, people, unwritten
from storage.administration import MATCHED
from storage.rows import Row
from storage.tables import agents, pushes, users

EVENTS_LANE = "events"
BY_ADMINISTRATOR = "administrator"
"""Why pushes wait that somebody has stopped."""
_FOR_GOOD = timedelta(days=3650)
_ALL = 1_000_000


class NotFound(Exception):
    """What was named is not there, or not in the state for this; the message says it to operators."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        """Of the notice."""
        super().__init__(message)


def mapping_lane(crm: str) -> str:
    """Looks at the mapping that an administrator wants; they keep no look-up of an agent waiting."""
    return f"mapping:{crm}"


def replay(work: Work, numbers: Sequence[int], *, failed: bool) -> int:
    """These events are understood again, and every failed one where `failed`. Raises NotFound for a number."""
    chosen = [inbox.load(work.tx.connection, number) for number in numbers]
    if None in chosen:
        raise NotFound("event_gone", f"there is no event {numbers[chosen.index(None)]}: see customer-card events list")
    rows = [row for row in chosen if row]
    rows += inbox.listing(work.tx.connection, ["failed"], _ALL) if failed else []
    for row in rows:
        inbox.mark(work.tx, row.id, "new")
        queue.enqueue(
            work.tx,
            lane=EVENTS_LANE,
            kind="event",
            payload={"event": str(row.id)},
            key=f"event:{row.id}",
            correlation_id=row.correlation_id,
        )
    administration_changed(work)
    return len(rows)


def retry(work: Work, push_ids: Sequence[str], crm: str | None) -> int:
    """These, those of `crm`, or all that failed or wait to be written, are tried now. Raises NotFound for an id.

    Where an administrator has stopped a CRM, its pushes wait all the same. A record that was not taken is created as it
    was typed; what nobody could send as it stands is not counted.
    """
    states = (PushState.FAILED.value, PushState.RETRYING.value)
    rows = unwritten.listing(work.tx.connection, states, _ALL)
    known = {row["id"] for row in rows}
    missing = [push_id for push_id in push_ids if push_id not in known]
    if missing:
        raise NotFound("push_gone", f"no push {missing[0]} failed or waits: see customer-card push list")
    chosen = [row for row in rows if (not push_ids or row["id"] in push_ids) and crm in (None, row["crm"])]
    new = [creations.load(work.tx.connection, row["id"]) for row in chosen if row["does"] == Doing.CREATE]
    interactions.hold_all(work.tx, filter(None, new))
    count = sum(_AGAIN[Doing(row["does"])](work, row) for row in chosen)
    for lane in {pushing.lane(row["crm"]) for row in chosen}:
        if queue.pause_reason(work.tx, lane) != BY_ADMINISTRATOR:
            queue.resume(work.tx, lane)
    administration_changed(work)
    return count


def _send_again(work: Work, row: Row) -> bool:
    push_id, card_id = PushId(row["id"]), CardId(row["card_id"])
    pushing.try_again(work, push_id, row["crm"])
    leg_id = work.tx.execute(sa.select(pushes.c.leg_id).where(pushes.c.id == push_id)).scalar_one()
    card_changed(work, card_id, [LegId(leg_id)])
    return True


_AGAIN: Mapping[Doing, Callable[[Work, Row], bool]] = {
    Doing.WRITE: _send_again,
    Doing.WITHDRAW: _send_again,
    Doing.CREATE: lambda work, row: creating.try_again(work, row["id"]),
    Doing.UPDATE: lambda work, row: updating.try_again(work, row["id"]),
}


def pause(work: Work, crm: str) -> None:
    """Nothing is written into `crm` until somebody lets it go on; nothing is lost meanwhile."""
    lane = pushing.lane(crm)
    queue.resume(work.tx, lane)  # a shorter pause would stay, with its own reason
    queue.pause(work.tx, lane, work.tx.now + _FOR_GOOD, BY_ADMINISTRATOR)
    administration_changed(work)


def resume(work: Work, crm: str) -> None:
    """What waits for `crm` is written now. Where its mapping does not fit, the next push finds that and waits again."""
    queue.resume(work.tx, pushing.lane(crm))
    administration_changed(work)


def ask_for_check(work: Work, crm: str) -> None:
    """The mapping of `crm` is compared with it now; what that finds is written down."""
    crm_checks.ask(work.tx, crm)
    key = f"mapping:{crm}"
    queue.enqueue(
        work.tx,
        lane=mapping_lane(crm),
        kind="mapping",
        payload={"crm": crm},
        key=key,
        correlation_id=work.correlation_id,
    )
    administration_changed(work)


def match(work: Work, intake: str, key: str, user: str, *, by: str = "") -> AgentId:
    """The agent is the Teams user with this object id or address; what waits is delivered. Raises NotFound."""
    user_id = _user(work, user)
    agent_id = people.match_agent(work.tx, intake, key, user_id)
    if agent_id is None:
        raise NotFound("agent_gone", f"{key}: no such agent of {intake}: see customer-card agents list")
    agent_matched(work, agent_id, user_id)
    audit.record(work.tx, by, MATCHED, agent_id, user=user_id)
    administration_changed(work)
    return agent_id


def unmatch(work: Work, agent_id: str, *, by: str) -> None:
    """The agent is nobody in Teams again: what comes for them waits. Raises NotFound."""
    intake, key = _agent(work, agent_id)
    people.match_agent(work.tx, intake, key, None)
    audit.record(work.tx, by, "agents.unlink", agent_id)
    administration_changed(work)


def match_by_id(work: Work, agent_id: str, user: str, *, by: str) -> None:
    """As `match`, for the agent with our id."""
    match(work, *_agent(work, agent_id), user, by=by)


def _agent(work: Work, agent_id: str) -> tuple[str, str]:
    row = work.tx.execute(sa.select(agents.c.intake, agents.c.key).where(agents.c.id == agent_id)).first()
    if row is None:
        raise NotFound("agent_gone", "there is no such agent")
    return row[0], row[1]


def _user(work: Work, user: str) -> UserId:
    wanted = user.strip().lower()
    query = sa.select(users.c.user_id).where(
        sa.or_(users.c.user_id == wanted, users.c.email == wanted, users.c.upn == wanted)
    )
    found = work.tx.execute(query).scalars().all()
    if len(found) != 1:
        raise NotFound(
            "user_unknown" if not found else "user_ambiguous",
            f"{user}: {len(found)} Teams users are known by this: the user opens the pane or installs the app first",
        )
    return UserId(found[0])
