"""Generic events are read into our words, and wrong clocks are mended."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customers.events import AgentRef, ContactMerged, IdentityClaim, InteractionEvent
from customers.model import Channel, IdentityKind, Verb
from intake.errors import EventRejected
from intake.sources.generic.read import ORIGINAL_TIME, UnknownVerb, parse_time, read
from tests.intake.border_kit import SAMPLES

RECEIVED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def read_value(event: dict[str, Any]) -> InteractionEvent:
    meaning = read(json.dumps(event).encode(), RECEIVED)
    assert isinstance(meaning, InteractionEvent)
    return meaning


def sample(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_bytes())
    return value


def test_a_call_is_read_into_our_words() -> None:
    event = read_value(sample("v1-offered"))
    assert (event.verb, event.channel, event.interaction_ref) == (Verb.OFFERED, Channel.VOICE, "call-1001")
    assert (event.queue_id, event.queue, event.business_address) == ("q-1", "Support DE", "+4930555010")
    assert event.agent == AgentRef("a-7", "elinor.dashwood@contoso.example", name="Elinor Dashwood")
    assert event.identities == (IdentityClaim(IdentityKind.PHONE, "+4915112345678"),)
    assert event.attributes == (("callVariable1", "C-1001"),)


def test_messages_and_transfers_are_read() -> None:
    message = read_value(sample("e2-message")).message
    assert message is not None
    assert (message.text, message.author, message.has_attachments) == ("Where is my invoice?", "contact", False)
    transfer = read_value(sample("e3-transferred"))
    assert (transfer.transfer_kind, transfer.transfer_to) == ("agent", AgentRef("a-8", "john@contoso.example"))


def test_a_merged_contact_is_no_interaction() -> None:
    merged = sample("m1-contact-merged")
    assert read(json.dumps(merged).encode(), RECEIVED + timedelta(days=1)) == ContactMerged(
        "/cc/acme/main", "m1", datetime(2026, 11, 20, 12, tzinfo=UTC), survivor="cust-1", absorbed="cust-2"
    )
    del merged["data"]["merge"]["from"]
    meaning = read(json.dumps(merged).encode(), RECEIVED)
    assert isinstance(meaning, ContactMerged)
    assert meaning.absorbed == merged["subject"]
    del merged["data"]["merge"]
    with pytest.raises(EventRejected) as caught:
        read(json.dumps(merged).encode(), RECEIVED)
    assert caught.value.pointer == "/data"


@pytest.mark.parametrize(
    "kind", ["cc.interaction.exploded.v1", "cc.interaction.offered.v2", "cc.contact.lost.v1", "cc.agent.offered.v1"]
)
def test_an_unknown_verb_is_named_as_such(kind: str) -> None:
    event = {**sample("v1-offered"), "type": kind}
    assert read(json.dumps(event).encode(), RECEIVED) == UnknownVerb("/cc/acme/main", "v1", kind)


@pytest.mark.parametrize(
    ("written", "at", "is_mended"),
    [
        ("2026-11-20T09:10:00Z", RECEIVED + timedelta(minutes=10), False),
        ("2026-11-20T09:10:01Z", RECEIVED, True),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC), False),
        ("1999-12-31T23:59:59Z", RECEIVED, True),
        ("2026-11-20T10:59:59.5+02:00", RECEIVED - timedelta(seconds=0.5), False),
        ("2025-11-20T09:00:00Z", datetime(2025, 11, 20, 9, tzinfo=UTC), False),
    ],
)
def test_a_clock_that_cannot_be_right_is_replaced_and_kept(written: str, at: datetime, is_mended: bool) -> None:
    event = read_value({**sample("v1-offered"), "time": written})
    assert event.at == at
    assert event.at.tzinfo is UTC
    assert dict(event.attributes).get(ORIGINAL_TIME) == (written if is_mended else None)


def test_a_leap_second_is_a_time() -> None:
    assert parse_time("2016-12-31t23:59:60z", "/time") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_naive_time_is_none() -> None:
    with pytest.raises(EventRejected, match="/time"):
        parse_time("2026-11-20T09:00:00", "/time")


def test_a_rejection_is_safe_to_log() -> None:
    assert "secret" not in str(EventRejected("/data/x", "'secret' is too long"))
