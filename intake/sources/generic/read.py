"""A generic event in our words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from customers.events import (
    AgentRef,
    ContactMerged,
    CrmHint,
    Disposition,
    IdentityClaim,
    InteractionEvent,
    Message,
)
from customers.model import Channel, Direction, IdentityKind, Verb
from intake.errors import EventRejected

CLOCK_AHEAD = timedelta(minutes=10)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_SECONDS_LIMIT = 2**31 - 1
ORIGINAL_TIME = "event_time"
"""The attribute that keeps a time which cannot be true."""
_INTERACTION = re.compile(r"cc\.interaction\.([a-z_]+)\.v1")
_VERBS = frozenset(verb.value for verb in Verb)
_CONTACT_MERGED = "cc.contact.merged.v1"


@dataclass(frozen=True, slots=True)
class UnknownVerb:
    """An event of a later version of the format: kept and counted, nothing follows from it."""

    source: str
    id: str
    type: str


def read(body: bytes, received_at: datetime) -> InteractionEvent | ContactMerged | UnknownVerb:
    """What a stored event says. Raises EventRejected for one that never fitted the schema."""
    return read_event(json.loads(body), received_at)


def read_event(raw: Mapping[str, Any], received_at: datetime) -> InteractionEvent | ContactMerged | UnknownVerb:
    """What `raw`, which fits the schema, says. Raises EventRejected for a time that no calendar has, or no `merge`.

    A time more than 10 minutes ahead of `received_at`, or before 2000, is replaced by `received_at`.
    """
    at = parse_time(raw["time"], "/time")
    is_credible = EARLIEST <= at <= received_at + CLOCK_AHEAD
    if raw["type"] == _CONTACT_MERGED:
        return _contact_merged(raw, at if is_credible else received_at)
    match = _INTERACTION.fullmatch(raw["type"])
    if match is None or match[1] not in _VERBS:
        return UnknownVerb(raw["source"], raw["id"], raw["type"])
    extra = {} if is_credible else {ORIGINAL_TIME: raw["time"]}
    return _interaction_event(raw, Verb(match[1]), at if is_credible else received_at, extra)


def parse_time(text: str, pointer: str) -> datetime:
    """`text`, RFC 3339, as aware UTC. Raises EventRejected where there is no such time."""
    # Python knows no leap second; the second before it is near enough.
    mended = re.sub(r"(?<=:\d\d):60", ":59", text.upper())
    try:
        at = datetime.fromisoformat(mended)
        if at.tzinfo is None:
            raise EventRejected(pointer, "a time needs its offset")
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise EventRejected(pointer, "no such time") from None


def _contact_merged(raw: Mapping[str, Any], at: datetime) -> ContactMerged:
    merge = raw["data"].get("merge")
    if merge is None:
        raise EventRejected("/data", "a merged contact needs data.merge")
    absorbed = merge.get("from") or raw["subject"]
    return ContactMerged(raw["source"], raw["id"], at, survivor=merge["into"], absorbed=absorbed)


def _interaction_event(raw: Mapping[str, Any], verb: Verb, at: datetime, extra: Mapping[str, str]) -> InteractionEvent:
    data = raw["data"]
    interaction = data["interaction"]
    queue = interaction.get("queue", {})
    transfer = data.get("transfer", {})
    end = data.get("end", {})
    return InteractionEvent(
        source=raw["source"],
        id=raw["id"],
        verb=verb,
        at=at,
        sequence=raw.get("sequence") or "",
        interaction_ref=interaction["id"],
        channel=Channel(interaction["channel"]),
        root_ref=interaction.get("rootId", ""),
        previous_ref=interaction.get("previousId", ""),
        provider=interaction.get("provider", ""),
        direction=Direction(interaction["direction"]) if "direction" in interaction else None,
        business_address=interaction.get("businessAddress", ""),
        queue_id=queue.get("id", ""),
        queue=queue.get("name") or queue.get("id", ""),
        started_at=_started_at(interaction),
        subject=interaction.get("subject", ""),
        url=interaction.get("url", ""),
        agent=_agent(data.get("agent")),
        transfer_kind=transfer.get("kind", ""),
        transfer_to=_agent(transfer.get("toAgent")),
        transfer_queue=transfer.get("toQueue", {}).get("name") or transfer.get("toQueue", {}).get("id", ""),
        end_by=end.get("by", ""),
        end_reason=end.get("reason", ""),
        message=_message(data.get("message")),
        recording_url=data.get("recordingUrl", ""),
        crm_hints=tuple(_hint(item) for item in data.get("crmHints", ())),
        attributes=tuple(sorted({**data.get("attributes", {}), **extra}.items())),
        **_contact(data.get("contact", {})),
        **_wrapup(data.get("wrapup", {})),
    )


def _started_at(interaction: Mapping[str, Any]) -> datetime | None:
    if "startedAt" not in interaction:
        return None
    return parse_time(interaction["startedAt"], "/data/interaction/startedAt")


def _agent(raw: Mapping[str, Any] | None) -> AgentRef | None:
    if raw is None:
        return None
    return AgentRef(
        id=raw.get("id", ""),
        email=raw.get("email", ""),
        upn=raw.get("upn", ""),
        entra_object_id=raw.get("aadObjectId", ""),
        name=raw.get("name", ""),
        extension=raw.get("extension", ""),
    )


def _contact(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "contact_id": raw.get("id", ""),
        "contact_name": raw.get("name", ""),
        "given_name": raw.get("givenName", ""),
        "family_name": raw.get("familyName", ""),
        "company": raw.get("company", ""),
        "identities": tuple(_claim(item) for item in raw.get("identities", ())),
    }


def _claim(raw: Mapping[str, Any]) -> IdentityClaim:
    return IdentityClaim(
        kind=IdentityKind(raw["kind"]),
        value=raw["value"],
        provider=raw.get("provider", ""),
        display_name=raw.get("displayName", ""),
        verified=raw.get("verified"),
    )


def _message(raw: Mapping[str, Any] | None) -> Message | None:
    if raw is None:
        return None
    return Message(
        direction=Direction(raw["direction"]),
        id=raw.get("id", ""),
        author=raw.get("author", ""),
        text=raw.get("text", ""),
        is_truncated=raw.get("truncated", False),
        format=raw.get("format", ""),
        has_attachments=raw.get("hasAttachments", False),
    )


def _wrapup(raw: Mapping[str, Any]) -> dict[str, Any]:
    seconds = raw.get("durationSeconds")
    return {
        "wrapup_expected": raw.get("expected"),
        "dispositions": tuple(_disposition(item) for item in raw.get("dispositions", ())),
        "tags": tuple(raw.get("tags", ())),
        "notes": raw.get("notes", ""),
        "wrapup_seconds": None if seconds is None else min(int(seconds), _SECONDS_LIMIT),
    }


def _disposition(raw: Mapping[str, Any]) -> Disposition:
    return Disposition(id=raw.get("id", ""), name=raw.get("name", ""))


def _hint(raw: Mapping[str, Any]) -> CrmHint:
    return CrmHint(system=raw["system"], id=raw["id"], type=raw.get("type", ""))
