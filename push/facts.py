"""What an activity says about a leg: the facts that a mapping may use, by the names in `connectors.sources.FACTS`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.interface import ActivityDraft, CrmAgent, RecordRef
from customers.fields import FieldSets, fields_of, with_labels
from customers.model import Channel
from customers.wrap_up import WrapUp
from storage.interactions import ActivitySource

Facts = dict[str, str | int | datetime | None]


def facts_of(source: ActivitySource, time_zone: str = "UTC", sets: FieldSets | None = None) -> Facts:
    """Everything that is known now. `time_zone`: the agent's, for the date that stands in their calendar; `sets`: the
    company's own fields of activities, for what their choices are called."""
    leg, interaction = source.leg, source.interaction
    wrap_up = WrapUp.combine(leg["wrapup"], leg["edits"])
    own = fields_of(sets or {}, Channel(interaction["channel"]))
    started = leg["accepted_at"] or leg["offered_at"] or interaction["started_at"]
    ended = leg["ended_at"]
    seconds = max(0, int((ended - started).total_seconds())) if started and ended else None
    return {
        "interaction_id": interaction["ref"],
        "channel": interaction["channel"],
        "direction": interaction["direction"],
        "subject": interaction["subject"],
        "customer_name": source.customer["name"] or "",
        "customer_company": source.customer["company"] or "",
        "customer_address": interaction["customer_address"],
        "business_address": interaction["business_address"],
        "queue": interaction["queue"],
        "agent_name": source.agent["name"],
        "agent_email": source.agent["email"],
        "started_at": started,
        "ended_at": ended,
        "duration_seconds": seconds,
        "duration_minutes": math.ceil(seconds / 60) if seconds is not None else None,
        "local_date": _local(started or ended, time_zone, "%Y-%m-%d"),
        "local_time": _local(started or ended, time_zone, "%H:%M"),
        "disposition": wrap_up.disposition_label or wrap_up.disposition,
        "disposition_code": wrap_up.disposition,
        "notes": wrap_up.notes,
        "tags": ", ".join(wrap_up.tags),
        "recording_url": interaction["recording_url"],
        "transcript_url": interaction["transcript_url"],
        **{f"fields.{name}": value for name, value in with_labels(own, interaction["field_values"] or {}).items()},
    }


def _local(at: datetime | None, time_zone: str, form: str) -> str | None:
    if at is None:
        return None
    try:
        zone = ZoneInfo(time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return at.astimezone(zone).strftime(form)


def draft(push: Mapping[str, Any], source: ActivitySource, facts: Facts) -> ActivityDraft:
    """The activity of one push, under its key."""
    agent = source.agent
    return ActivityDraft(
        key=UUID(push["shared_key"] or push["key"]),
        record=RecordRef(push["crm"], push["type"], push["record_id"]),
        channel=str(facts["channel"]),
        direction=str(facts["direction"] or ""),
        facts=facts,
        agent=CrmAgent(agent["name"], agent["email"], agent["user_id"] or agent["entra_object_id"]),
        is_shared=bool(push["shared_key"]),
    )


def to_json(facts: Facts) -> dict[str, Any]:
    """As it is stored beside the push."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in facts.items()
    }


def differing(told: Mapping[str, Any], facts: Facts) -> frozenset[str]:
    """Names of the facts that the CRM has not been told."""
    now = to_json(facts)
    return frozenset(name for name in now if now[name] != told.get(name))
