"""What must be true in the end, read from the simulators' own state and from the inbox."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from simulators.contact_centre.sender import Sender
from simulators.kit.server import JOURNAL
from storage.engine import Database
from storage.tables import card_messages, events, interactions, jobs, legs, pushes
from tests.kill.kill_agents import Screens
from tests.kill.kill_cases import Case, Expected
from tests.kill.kill_house import House

_TOKEN = re.compile(r"K\d{4}")
_AGENT = re.compile(r"^Agent: (.*)$", re.MULTILINE)
_ACTIVITIES = ("phonecalls", "tasks", "emails", "appointments")


@dataclass(frozen=True)
class Activity:
    """One row in a CRM."""

    id: str
    key: str
    token: str
    agent: str
    record: str
    text: str
    is_completed: bool


@dataclass
class Verdict:
    """`problems` is empty where all is right; `counts` are printed."""

    problems: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def judged(house: House, database: Database, senders: Mapping[str, Sender], cases: Sequence[Case]) -> Verdict:
    """The verdict. Nothing may be under way any more."""
    verdict = Verdict()
    verdict.problems += [f"{case.token} ({case.kind}): {case.failure}" for case in cases if case.failure]
    _judge_events(verdict, database, senders)
    found = [*_salesforce(house), *_dynamics(house)]
    _judge_activities(verdict, found, cases)
    _judge_queue(verdict, database)
    _judge_cards(verdict, house, database, found, cases)
    for name, app in (("salesforce", house.salesforce_app), ("dynamics", house.dataverse.app)):
        known = [entry for entry in app[JOURNAL] if entry.get("code") in ("DUPLICATE_VALUE", "0x80040237")]
        verdict.counts[f"{name}: calls repeated under a key that was there"] = len(known)
    return verdict


# --- events -----------------------------------------------------------------------------------------------------


def _judge_events(verdict: Verdict, database: Database, senders: Mapping[str, Sender]) -> None:
    with database.read() as connection:
        rows = connection.execute(sa.select(events.c.intake, events.c.source, events.c.event_id, events.c.state)).all()
    stored = Counter((row.intake, row.source, row.event_id) for row in rows)
    sent = [(name, one["source"], one["id"]) for name, sender in senders.items() for one in sender.acknowledged]
    for key in set(sent) - set(stored):
        verdict.problems.append(f"event {key[2]} was acknowledged and is not there")
    verdict.problems += [f"event {key[2]} is there {count} times" for key, count in stored.items() if count > 1]
    verdict.problems += [f"event {row.event_id} is {row.state}" for row in rows if row.state != "done"]
    attempts = sum(sender.attempts for sender in senders.values())
    verdict.counts |= {"events acknowledged": len(set(sent)), "sendings": attempts, "sendings acknowledged": len(sent)}


# --- activities -------------------------------------------------------------------------------------------------


def _salesforce(house: House) -> Iterator[Activity]:
    for row in list(house.org.records["Task"].values()):
        kind, record_id = ("Contact", row["WhoId"]) if row["WhoId"] else ("Account", row["WhatId"])
        record = f"salesforce:{kind}:{record_id}"
        key, done = str(row["CC_Interaction_Key__c"]), row["Status"] == "Completed"
        yield _activity(row["Id"], key, row["Subject"], record, row["Description"], is_completed=done)


def _dynamics(house: House) -> Iterator[Activity]:
    tables = house.dataverse.state()["tables"]
    for row in (row for name in _ACTIVITIES for row in tables.get(name, ())):
        record_id = row["_regardingobjectid_value"]
        kind = "account" if any(one["accountid"] == record_id for one in tables["accounts"]) else "contact"
        record, row_id = f"dynamics:{kind}:{record_id}", row["activityid"]
        done = row["statecode"] == 1
        yield _activity(row_id, row_id, row["subject"], record, row.get("description", ""), is_completed=done)


def _activity(row_id: str, key: str, subject: str, record: str, text: str, *, is_completed: bool) -> Activity:
    token, agent = _TOKEN.search(subject), _AGENT.search(text or "")
    name = agent[1].strip() if agent else ""
    return Activity(row_id, key, token[0] if token else "", name, record, text, is_completed)


def _judge_activities(verdict: Verdict, found: Iterable[Activity], cases: Sequence[Case]) -> None:
    there: dict[tuple[str, str, str], list[Activity]] = defaultdict(list)
    for one in found:
        there[one.token, one.agent, one.record].append(one)
    expected = [one for case in cases for one in case.expected()]
    for one in expected:
        verdict.problems += _compared(one, there.pop((one.token, one.person.name, one.record), []))
    for token, agent, record in there:
        verdict.problems.append(f"{token}: an activity of {agent} on {record} that nobody asked for")
    verdict.counts["links acknowledged"] = sum(len(case.linked) for case in cases)
    verdict.counts["activities expected"] = len(expected)
    for name in ("salesforce", "dynamics"):
        verdict.counts[f"{name}: activities"] = sum(one.record.startswith(name) for one in found)


def _compared(one: Expected, rows: Sequence[Activity]) -> Iterator[str]:
    name = f"{one.token} on {one.record} for {one.person.name}"
    if len(rows) != 1:
        yield f"{name}: {len(rows)} activities instead of one"
    for row in rows:
        if row.key != one.key:
            yield f"{name}: written under another key"
        if not row.is_completed:
            yield f"{name}: not completed"
        if one.notes not in row.text:
            yield f"{name}: the notes that were acknowledged are not in it"


# --- the queue --------------------------------------------------------------------------------------------------


def _judge_queue(verdict: Verdict, database: Database) -> None:
    with database.read() as connection:
        dead = connection.execute(sa.select(jobs.c.key, jobs.c.reason).where(jobs.c.state == "dead")).all()
        states = connection.execute(sa.select(pushes.c.state, sa.func.count()).group_by(pushes.c.state)).all()
    verdict.problems += [f"job {row.key} is dead: {row.reason}" for row in dead]
    verdict.problems += [f"{count} pushes are {state}" for state, count in states if state not in ("sent", "cancelled")]


# --- cards ------------------------------------------------------------------------------------------------------


def _judge_cards(
    verdict: Verdict, house: House, database: Database, found: Iterable[Activity], cases: Sequence[Case]
) -> None:
    written: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in found:
        written[one.token, one.agent].add(one.id)
    tracked = _tracked(database)
    screens, others = Screens(house), 0
    for case in cases:
        for person in case.agents:
            shown = screens.messages(person, case.token)
            message_id, digest = tracked.get((case.token, person.oid), ("", ""))
            kept = [one for one in shown if one.id == message_id]
            if not kept:
                verdict.problems.append(f"{case.token}: {person.name} has no card of it in the chat")
                continue
            text = orjson.dumps(kept[0].card).decode()
            missing = [one for one in written[case.token, person.name] if one not in text]
            if missing:
                verdict.problems.append(f"{case.token}: {person.name}'s card does not show {missing}")
            if _digest(kept[0].card) != digest:
                verdict.problems.append(f"{case.token}: {person.name}'s card is not what the service believes")
            lost = [one for one in shown if one.id != message_id]
            others += len(lost)
            verdict.problems += [f"{case.token}: a second card without refresh" for one in lost if not _refreshes(one)]
    verdict.counts |= {"cards in chats": len(tracked), "cards sent twice": others}


def _tracked(database: Database) -> Mapping[tuple[str, str], tuple[str, str]]:
    """(interaction, user) → the message that shows the leg, and the digest of what it shows."""
    query = (
        sa.select(interactions.c.subject, card_messages.c.user_id, card_messages.c.activity_id, card_messages.c.digest)
        .join(legs, legs.c.id == card_messages.c.leg_id)
        .join(interactions, interactions.c.id == legs.c.interaction_id)
    )
    with database.read() as connection:
        return {(row.subject, row.user_id): (row.activity_id, row.digest) for row in connection.execute(query)}


def _digest(card: Any) -> str:
    return hashlib.blake2b(orjson.dumps(card), digest_size=16).hexdigest()


def _refreshes(message: Any) -> bool:
    """Teams asks for the newest card by itself when the person looks at this one."""
    refresh = (message.card or {}).get("refresh", {})
    return refresh.get("action", {}).get("verb") == "card.refresh" and bool(refresh.get("userIds"))
