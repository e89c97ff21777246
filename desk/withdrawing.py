"""Withdraw: the activity of a record that was unlinked is taken out of the CRM again (C-12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from customers.ids import CardId, InteractionId, LegId, PushId
from customers.model import PushState
from customers.views import Notice
from desk import pushing
from desk.actions import Outcome, Refused, Request, card_of, interaction_of
from desk.changes import card_changed
from desk.linking import split
from desk.requests import handling
from desk.work import Work
from storage import audit, cards, interactions, links


def withdraw(request: Request) -> Outcome:
    """Asks first; with `answer=yes` a job deletes the activity, with `answer=no` it stays."""
    leg, answer = request.leg(), request.maybe("answer")
    push = _kept(request, leg)
    if answer == "yes":
        _begin(request, leg, push)
    asked = "" if answer else f"{leg['id']} {request.need('record')}"
    looked = replace(handling(request, card_of(leg)), withdrawing=asked)
    cards.update_view(request.work.tx, request.viewer.user_id, card_of(leg), handling=looked.to_json())
    card_changed(request.work, card_of(leg), [LegId(leg["id"])])
    return Outcome(card_of(leg), LegId(leg["id"]))


def _kept(request: Request, leg: Mapping[str, Any]) -> Mapping[str, Any]:
    """The leg's push to the record, which stays in the CRM. Raises Refused where there is nothing to take out of it."""
    wanted, card_id = split(request.need("record")), CardId(card_of(leg))
    settings = request.work.settings
    if wanted[0] not in settings.crm_labels:
        raise Refused(Notice("crm_not_connected", "warning", (("crm", wanted[0]),)), card_id)
    if leg["channel"] not in settings.withdrawable.get(wanted[0], ()):
        raise Refused(Notice("withdraw_off", "warning", (("crm", settings.crm_labels[wanted[0]]),)), card_id)
    link = links.tied(request.work.tx, interaction_of(leg), *wanted)
    rows = links.push_rows(request.work.tx, link_id=link.id) if link else []
    push = next((row for row in rows if row["leg_id"] == leg["id"]), None)
    if push is None or push["state"] != PushState.KEPT:
        raise Refused(Notice("withdraw_nothing", "info"), card_id)
    return push


def _begin(request: Request, leg: Mapping[str, Any], push: Mapping[str, Any]) -> None:
    work, push_id = request.work, PushId(push["id"])
    links.set_push(work.tx, push_id, is_withdrawal=True)
    pushing.try_again(work, push_id, push["crm"])
    details = {"record": request.need("record"), "activity": _activity(push)}
    audit.record(work.tx, request.viewer.user_id, "push.withdraw", leg["interaction_id"], **details)


# --- what becomes of it -----------------------------------------------------------------------------------------

_NO_ACTIVITY = {
    "activity_type": "", "activity_id": "", "activity_url": "", "owner_is_integration": False, "facts": {},
    "sent_at": None, "next_attempt_at": None, "reason": "", "detail": "", "attempts": 0,
}  # fmt: skip


def withdrawn(work: Work, push: Mapping[str, Any]) -> None:
    """The activity is gone from the CRM. Where its record was linked again meanwhile, another one is written."""
    count = push["withdrawals"] + 1
    links.set_push(work.tx, PushId(push["id"]), state="cancelled", withdrawals=count, **_NO_ACTIVITY)
    audit.record(work.tx, "", "push.withdrawn", push["interaction_id"], activity=_activity(push))
    if push["unlinked_at"] is None:
        leg = interactions.leg(work.tx, LegId(push["leg_id"]))
        link = links.tied(work.tx, InteractionId(push["interaction_id"]), push["crm"], push["type"], push["record_id"])
        if leg is not None and link is not None:
            pushing.start(work, leg, link)


def _activity(push: Mapping[str, Any]) -> str:
    return f"{push['activity_type']}:{push['activity_id']}"
