"""Which pushes there must be (P-08): one for each (leg, linked record), from the time of the push on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from itertools import count
from typing import Any

from customers.ids import InteractionId, LegId, PushId
from customers.model import PushState
from desk.work import Work
from jobs.queue import cancel, enqueue, pause_reason
from storage import interactions, links
from storage.engine import Tx
from storage.links import LinkRow, PushRow

HELD = "mapping"
"""Why pushes wait whose CRM's mapping does not fit; see `push.fitness`."""
_NAMESPACE = uuid.UUID("5f1c9b62-3b0e-4b57-9a25-6f2f2a1f0c31")


def lane(crm: str) -> str:
    """Pushes of one CRM wait for each other, never for another CRM's."""
    return f"push:{crm}"


def job_key(push_id: str) -> str:
    """At most one job stands for a push."""
    return f"push:{push_id}"


def activity_key(leg: Mapping[str, Any], link: LinkRow, withdrawals: int = 0) -> str:
    """The key of the activity, from what it stands for: the same for ever, also after a restored backup.

    After `withdrawals` of them another: under the key of an activity that was deleted none is written again.
    """
    parts = [
        leg["intake"], leg["source"], leg["ref"], leg["agent_key"], str(leg["number"]), link.crm, link.type,
        link.record_id, *([str(withdrawals)] if withdrawals else []),
    ]  # fmt: skip
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))


def shared_key(work: Work, leg: Mapping[str, Any], link: LinkRow, withdrawals: int = 0) -> str:
    """The key of the activity on which the linked person stands with others of the leg; empty where they stand alone.

    The first of them lends it theirs; who comes later joins whom they find there.
    """
    if link.type not in work.settings.together.get(link.crm, {}).get(leg["channel"], ()):
        return ""
    others = [row for row in links.sharing(work.tx, LegId(leg["id"]), link.crm) if row["link_id"] != link.id]
    for row in others:
        if row["unlinked_at"] is None and row["state"] != "cancelled" and not row["is_withdrawal"]:
            return str(row["shared_key"])
    # Under the key of an activity that is being deleted, or was, none is written.
    taken = {row["shared_key"] for row in others if row["is_withdrawal"]}
    keys = (activity_key(leg, link, number) for number in count(withdrawals))
    return next(key for key in keys if key not in taken)


def is_held(tx: Tx, crm: str) -> bool:
    """True while pushes of `crm` wait for its mapping to be mended."""
    return pause_reason(tx, lane(crm)) == HELD


def release(work: Work, leg_id: LegId) -> None:
    """The leg's time has come: every linked record is written, and records linked later are written at once (C-12)."""
    leg = interactions.leg(work.tx, leg_id)
    if leg is None:
        return
    interactions.update_leg(work.tx, leg_id, pushed_at=work.tx.now)
    for link in links.active(work.tx, InteractionId(leg["interaction_id"])):
        start(work, leg, link)


def start(work: Work, leg: Mapping[str, Any], link: LinkRow) -> None:
    """The leg is written to the linked record; what was written already is kept, what was cancelled is taken up."""
    keys = activity_key(leg, link), shared_key(work, leg, link)
    push = links.new_push(work.tx, LegId(leg["id"]), link, keys, work.correlation_id)
    push_id, state = push.id, push.state
    if push.is_withdrawal and state in (PushState.SENDING, PushState.RETRYING):
        return  # what is being deleted is deleted first; then it is written anew
    if push.is_withdrawal:
        _after_withdrawal(work, leg, link, push)
        return
    if state == PushState.KEPT:
        links.set_push(work.tx, push_id, state=PushState.SENT)
    if state == "cancelled" and not push.attempts:
        links.set_push(work.tx, push_id, shared_key=keys[1])  # whom it would have joined may be gone
    if state in ("cancelled", PushState.FAILED):
        try_again(work, push_id, link.crm)
    else:
        send(work, push_id, link.crm)
    if state not in (PushState.SENT, PushState.KEPT):
        _say_held(work, push_id, link.crm)


def _after_withdrawal(work: Work, leg: Mapping[str, Any], link: LinkRow, push: PushRow) -> None:
    """What was deleted is written anew, under a key of its own; what the CRM would not delete is kept."""
    if push.state == PushState.FAILED:
        stay(work, push.id, link.crm)
    else:
        key, shared = activity_key(leg, link, push.withdrawals), shared_key(work, leg, link, push.withdrawals)
        links.set_push(work.tx, push.id, is_withdrawal=False, key=key, shared_key=shared)
        try_again(work, push.id, link.crm)
        _say_held(work, push.id, link.crm)


def stay(work: Work, push_id: PushId, crm: str) -> None:
    """The activity stays in the CRM, and is told what it does not say yet."""
    news = {"state": PushState.SENT.value, "is_withdrawal": False, "reason": "", "detail": "", "next_attempt_at": None}
    links.set_push(work.tx, push_id, **news)
    send(work, push_id, crm)


def _say_held(work: Work, push_id: PushId, crm: str) -> None:
    """A push that cannot go because of the mapping says so at once."""
    if is_held(work.tx, crm):
        news = {"state": PushState.RETRYING.value, "reason": HELD, "detail": "", "next_attempt_at": None}
        links.set_push(work.tx, push_id, **news)


def send(work: Work, push_id: PushId, crm: str) -> None:
    """A job writes, or amends, what the CRM does not know yet."""
    payload = {"push": str(push_id)}
    enqueue(
        work.tx,
        lane=lane(crm),
        kind="push",
        payload=payload,
        key=job_key(push_id),
        correlation_id=work.correlation_id,
    )


def amend(work: Work, leg_id: LegId) -> None:
    """What was said after the push reaches the same activities (C-13); the job finds out what differs.

    A push that is on its way may have been read before this was said: its job runs once more. So does one whose last
    amendment was refused: these words may be taken.
    """
    for row in links.push_rows(work.tx, leg_id=leg_id):
        push_id = PushId(row["id"])
        if row["is_withdrawal"]:
            continue
        if row["state"] == PushState.FAILED and row["activity_id"]:
            try_again(work, push_id, row["crm"])
        elif row["state"] in (PushState.SENT, PushState.SENDING, PushState.RETRYING):
            send(work, push_id, row["crm"])
        else:
            continue
        _say_held(work, push_id, row["crm"])


def amend_all(work: Work, interaction_id: InteractionId) -> None:
    """What is new of the interaction itself reaches the activities of all its legs."""
    for leg in interactions.pushed_legs(work.tx, interaction_id):
        amend(work, LegId(leg["id"]))


def try_again(work: Work, push_id: PushId, crm: str) -> None:
    """A push that failed or waits is tried now, with all its attempts before it."""
    news = {"state": PushState.SENDING.value, "attempts": 0, "reason": "", "detail": "", "next_attempt_at": None}
    links.set_push(work.tx, push_id, **news)
    send(work, push_id, crm)


def take_back(work: Work, link: LinkRow) -> bool:
    """After unlinking: pushes that were never begun are given up; True where an activity stays in the CRM (C-12)."""
    stays = False
    for row in links.push_rows(work.tx, link_id=link.id):
        push_id = PushId(row["id"])
        if row["is_withdrawal"]:
            continue  # linked again while it is being deleted: it goes on
        if row["activity_id"]:
            links.set_push(work.tx, push_id, state=PushState.KEPT)
            stays = True
        elif row["attempts"] == 0 or row["state"] in (PushState.FAILED, PushState.RETRYING):
            links.set_push(work.tx, push_id, state="cancelled", next_attempt_at=None)
            cancel(work.tx, job_key(push_id))
    return stays
