"""Drafts for `customer-card mapping preview`: of an interaction that is there, or of one that is made up."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connectors.interface import ActivityDraft, CrmAgent, RecordRef
from customers.ids import InteractionId, LegId, LinkId, UserId
from desk.pushing import activity_key
from push.facts import draft, facts_of
from service.errors import UsageError
from service.settings import Settings
from service.wiring import open_database
from storage import interactions, links, people
from storage.engine import Tx
from storage.links import LinkRow
from storage.tables import interactions as interaction_table
from storage.tables import legs


def made_up(crm: str, record: str | None, channel: str, agent: str) -> ActivityDraft:
    """A finished interaction of `channel` with every source filled. Raises UsageError where no record is named."""
    if not record:
        raise UsageError("name a record with --record TYPE:ID, or an interaction by the contact centre's id")
    ended = datetime.now(UTC).replace(microsecond=0)
    started = ended - timedelta(seconds=372)
    facts: dict[str, Any] = {
        "interaction_id": "EXAMPLE-1",
        "channel": channel,
        "direction": "inbound",
        "subject": "A question about the last invoice",
        "customer_name": "Edward Ferrars",
        "customer_company": "Ferrars Ltd.",
        "customer_address": "edward.ferrars@example.com" if channel == "email" else "+4915112345678",
        "business_address": "service@example.com" if channel == "email" else "+493090182000",
        "queue": "Invoices",
        "agent_name": agent or "Elinor Dashwood",
        "agent_email": agent,
        "started_at": started,
        "ended_at": ended,
        "duration_seconds": 372,
        "duration_minutes": 7,
        "local_date": started.date().isoformat(),
        "local_time": started.strftime("%H:%M"),
        "disposition": "Resolved",
        "disposition_code": "resolved",
        "notes": "The invoice was sent twice; the second one is cancelled.",
        "tags": "invoice, twice",
        "recording_url": "https://recordings.example/1",
        "transcript_url": "https://transcripts.example/1",
    }
    return ActivityDraft(uuid.uuid4(), _ref(crm, record), channel, "inbound", facts, CrmAgent(email=agent))


def drafts_of(settings: Settings, crm: str, ref: str, record: str | None, agent: str) -> list[ActivityDraft]:
    """One for each leg and linked record of the interaction, as the push would make it. Raises UsageError for none."""
    database = open_database(settings)
    try:
        with database.write() as tx:
            drafts = list(_drafts(tx, crm, ref, record))
    finally:
        database.close()
    if not drafts:
        raise UsageError(
            f"{ref}: no such interaction, or none of its agents' parts is linked to a record of {crm}: name one with "
            "--record TYPE:ID"
        )
    return [replace(one, agent=CrmAgent(email=agent)) if agent else one for one in drafts]


def _drafts(tx: Tx, crm: str, ref: str, record: str | None) -> Iterator[ActivityDraft]:
    query = sa.select(legs.c.id, interaction_table.c.id).join(
        interaction_table, interaction_table.c.id == legs.c.interaction_id
    )
    for leg_id, interaction_id in tx.execute(query.where(interaction_table.c.ref == ref).order_by(legs.c.number)).all():
        source = interactions.activity_source(tx, LegId(leg_id))
        leg = interactions.leg(tx, LegId(leg_id))
        if source is None or leg is None:
            continue
        user = people.user(tx.connection, UserId(source.agent["user_id"])) if source.agent["user_id"] else None
        facts = facts_of(source, user["time_zone"] if user else "UTC")
        for link in _links(tx, crm, InteractionId(interaction_id), record):
            push = {"key": activity_key(leg, link), "crm": crm, "type": link.type, "record_id": link.record_id}
            yield draft(push, source, facts)


def _links(tx: Tx, crm: str, interaction_id: InteractionId, record: str | None) -> list[LinkRow]:
    active = [link for link in links.active(tx, interaction_id) if link.crm == crm]
    if not record:
        return active
    ref = _ref(crm, record)
    linked = [link for link in active if (link.type, link.record_id) == (ref.type, ref.id)]
    return linked or [LinkRow(LinkId(""), interaction_id, crm, ref.type, ref.id, "", None)]


def _ref(crm: str, record: str) -> RecordRef:
    """`TYPE:ID`, or `crm:TYPE:ID` as cards write it."""
    try:
        ref = RecordRef.parse(record if record.count(":") == 2 else f"{crm}:{record}")
    except ValueError:
        raise UsageError(f"{record}: a record is written TYPE:ID") from None
    if ref.crm != crm:
        raise UsageError(f"{record}: is a record of {ref.crm}, not of {crm}")
    return ref
