"""Drafts for `customer-card mapping preview`: of an interaction that is there, or of one that is made up."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.interface import ActivityDraft, CrmAgent, RecordDraft, RecordRef
from customers.fields import Field, FieldType, fields_of, plain, with_labels
from customers.model import Channel
from push.drafts import drafts, record_draft
from service.errors import UsageError
from service.settings import Settings
from service.wiring import desk_settings, open_database


def made_up(
    crm: str, record: str | None, channel: str, agent: str, own: Mapping[str, str] | None = None
) -> ActivityDraft:
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
        **(own or {}),
    }
    return ActivityDraft(uuid.uuid4(), _ref(crm, record), channel, "inbound", facts, CrmAgent(email=agent))


def made_up_fields(settings: Settings, channel: str) -> dict[str, str]:
    """Every field of the company's own filled, by source: those of activities of `channel`, and of customers."""
    fields = fields_of(settings.cards.sets, Channel(channel))
    customers = [one.field() for one in settings.cards.customer_fields]
    return {
        f"{prefix}.{name}": value
        for prefix, some in (("fields", fields), ("customer_fields", customers))
        for name, value in with_labels(some, {one.name: _made_up_value(one) for one in some}).items()
    }


def _made_up_value(field: Field) -> str:
    match field.type:
        case FieldType.NUMBER:
            return plain(next((one for one in (field.least, field.most) if one is not None), Decimal(12)))
        case FieldType.DATE:
            return datetime.now(UTC).date().isoformat()
        case FieldType.CHOICE:
            return field.choices[0].value
        case FieldType.LINK:
            return "https://example.com/1"
    return "An example"[: field.longest]


def made_up_record(kind: str, channel: str, agent: str, own: Mapping[str, str] | None = None) -> RecordDraft:
    """A record of type `kind`, with every source filled."""
    facts = made_up("x", "x:x:x", channel, agent, own).facts
    more = {
        "customer_given_name": "Edward",
        "customer_family_name": "Ferrars",
        "customer_email": "edward.ferrars@example.com",
        "customer_gender": "male",
        "customer_birth_date": "1985-04-23",
        "customer_street": "Barton Lane 5",
        "customer_postcode": "EX1 2AB",
        "customer_tags": "patient",
        "customer_notes": "Calls after lunch.",
        "request_name": "The second invoice",
        "request_description": "It was sent twice.",
        **dict.fromkeys(("customer_phone", "customer_mobile_phone", "customer_home_phone"), "+4915112345678"),
        **dict.fromkeys(("customer_work_phone",), "+493090182000"),
        **dict.fromkeys(("customer_home_email", "customer_work_email"), "edward.ferrars@example.com"),
    }
    return RecordDraft(uuid.uuid4(), kind, facts={**facts, **more}, agent=CrmAgent(email=agent))


def record_of(settings: Settings, crm: str, ref: str, kind: str, agent: str) -> RecordDraft:
    """A record of type `kind` as the form of the interaction's card would begin it. Raises UsageError for none."""
    database = open_database(settings)
    try:
        with database.write() as tx:
            draft = record_draft(tx, desk_settings(settings, {}), crm, ref, kind)
    finally:
        database.close()
    if draft is None:
        raise UsageError(f"{ref}: no such interaction: name one by the contact centre's id")
    return replace(draft, agent=CrmAgent(email=agent)) if agent else draft


def drafts_of(settings: Settings, crm: str, ref: str, record: str | None, agent: str) -> list[ActivityDraft]:
    """One for each leg and linked record of the interaction, as the push would make it. Raises UsageError for none."""
    database = open_database(settings)
    try:
        with database.write() as tx:
            found = list(drafts(tx, settings.cards.sets, crm, ref, _ref(crm, record) if record else None))
    finally:
        database.close()
    if not found:
        raise UsageError(
            f"{ref}: no such interaction, or none of its agents' parts is linked to a record of {crm}: name one with "
            "--record TYPE:ID"
        )
    return [replace(one, agent=CrmAgent(email=agent)) if agent else one for one in found]


def _ref(crm: str, record: str) -> RecordRef:
    """`TYPE:ID`, or `crm:TYPE:ID` as cards write it."""
    try:
        ref = RecordRef.parse(record if record.count(":") == 2 else f"{crm}:{record}")
    except ValueError:
        raise UsageError(f"{record}: a record is written TYPE:ID") from None
    if ref.crm != crm:
        raise UsageError(f"{record}: is a record of {ref.crm}, not of {crm}")
    return ref
