"""What pushes have to tell the CRMs, read in one transaction, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.interface import ActivityDraft, RecordRef
from customers.ids import CardId, LegId, PushId
from customers.model import PushState
from desk.changes import card_changed
from desk.work import DeskSettings, Work
from jobs.errors import LeaseLost
from jobs.queue import Leased, settle_or_raise
from push.facts import Facts, differing, draft, facts_of, to_json
from storage import interactions, links, people
from storage.engine import Tx
from storage.interactions import ActivitySource


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be told, as it was when the attempt began."""

    leased: Leased
    push: Mapping[str, Any]
    draft: ActivityDraft
    facts: Facts
    first_facts: Mapping[str, Any]
    """What the first attempt under this key told, or would have."""
    leaves_others: bool = False
    """A withdrawal takes the person off the activity, which stays with the others who stand on it."""

    @property
    def id(self) -> PushId:
        """The push's."""
        return PushId(self.push["id"])

    @property
    def crm(self) -> str:
        """The name of the CRM."""
        return str(self.push["crm"])

    @property
    def activity(self) -> RecordRef:
        """The activity that stands in the CRM."""
        return RecordRef(self.crm, self.push["activity_type"], self.push["activity_id"])

    @property
    def is_first(self) -> bool:
        """True where no activity is known to be there yet."""
        return not self.push["activity_id"] and not self.push["is_withdrawal"]


def begin(
    tx: Tx, settings: DeskSettings, crms: Collection[str], many: Sequence[Leased]
) -> list[Task | LeaseLost | None]:
    """The task of each job, and what it will tell written down; None where there is nothing to tell any more."""
    pushes = links.these(tx, [PushId(leased.payload["push"]) for leased in many])
    sources = interactions.activity_sources(tx, {LegId(push["leg_id"]) for push in pushes.values()})
    users = {source.agent["user_id"] for source in sources.values()} - {None}
    zones = people.time_zones(tx.connection, users)
    begun: list[Task | LeaseLost | None] = []
    news: list[tuple[PushId, dict[str, Any]]] = []
    for leased in many:
        push = pushes.get(PushId(leased.payload["push"]))
        source = sources.get(push["leg_id"]) if push else None
        if push is None or source is None or is_given_up(push) or push["crm"] not in crms:
            begun.append(_settled(tx, leased))
            continue
        facts = facts_of(source, zones.get(source.agent["user_id"], "UTC"), settings.activity_fields)
        if push["activity_id"] and not push["is_withdrawal"] and not differing(push["facts"], facts):
            begun.append(_nothing_new(tx, settings, leased, push))
            continue
        values = _attempt(leased, push, facts)
        news.append((PushId(push["id"]), values))
        task = _task(leased, dict(push) | values, source, facts)
        begun.append(replace(task, leaves_others=_has_others(tx, push)) if push["is_withdrawal"] else task)
    links.set_pushes(tx, news)
    return begun


def is_given_up(push: Mapping[str, Any]) -> bool:
    """Unlinked before anything was told, or after everything was (C-12), or cancelled."""
    if push["state"] in ("cancelled", PushState.KEPT):
        return True
    if push["is_withdrawal"]:
        return bool(push["state"] == PushState.FAILED)
    return push["unlinked_at"] is not None and (push["attempts"] == 0 or bool(push["activity_id"]))


def _attempt(leased: Leased, push: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """What is written down of an attempt before it begins."""
    # An attempt that died with its process is the same one still: it is no failure that asks for patience.
    attempts = max(1, push["attempts"] + (leased.takeovers == 0))
    values = {"attempts": attempts, "facts": push["facts"] or to_json(facts), "next_attempt_at": None}
    if not push["activity_id"] or push["is_withdrawal"]:
        values["state"] = PushState.SENDING.value
    return values


def _task(leased: Leased, push: Mapping[str, Any], source: ActivitySource, facts: Facts) -> Task:
    return Task(leased, push, draft(push, source, facts), facts, push["facts"])


def _has_others(tx: Tx, push: Mapping[str, Any]) -> bool:
    """Other people stand on the activity of `push`, or are on their way to it."""
    if not push["shared_key"]:
        return False
    coming = (PushState.SENDING, PushState.RETRYING)
    return any(
        row["id"] != push["id"]
        and row["shared_key"] == push["shared_key"]
        and (row["state"] in coming if not row["activity_id"] else row["state"] != "cancelled")
        and not (row["is_withdrawal"] and row["state"] in coming)
        for row in links.sharing(tx, LegId(push["leg_id"]), push["crm"])
    )


def _nothing_new(tx: Tx, settings: DeskSettings, leased: Leased, push: Mapping[str, Any]) -> LeaseLost | None:
    """The activity says all that there is to say, also where an amendment that failed has been taken back."""
    with tx.connection.begin_nested() as nested:
        if push["state"] != PushState.SENT:
            news = {"state": PushState.SENT.value, "reason": "", "detail": "", "next_attempt_at": None}
            links.set_push(tx, PushId(push["id"]), **news)
            work = Work(tx, settings, leased.correlation_id)
            card_changed(work, CardId(push["card_id"]), [LegId(push["leg_id"])])
        lost = _settled(tx, leased)
        if lost is not None:
            nested.rollback()
        return lost


def _settled(tx: Tx, leased: Leased) -> LeaseLost | None:
    try:
        settle_or_raise(tx, leased)
    except LeaseLost as lost:
        return lost
    return None
