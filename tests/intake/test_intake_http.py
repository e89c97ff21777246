"""The border answers as interfaces.md promises."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import pytest
import structlog
from prometheus_client import REGISTRY

from intake.sources.generic.read import UnknownVerb, read
from tests.intake.border_kit import SAMPLES, SECRET, Border, OpenBorder

BATCH = "application/cloudevents-batch+json"
GOOD = sorted(path for path in SAMPLES.glob("*.json") if path.name != "batch-3.json")
BAD = sorted((SAMPLES / "bad").glob("*.json"))
POINTERS = {
    "attribute-not-string": "/data/attributes/n",
    "empty-id": "/id",
    "extension-object": "/foo",
    "foreign-type": "/type",
    "naive-time": "/time",
    "no-channel": "/data/interaction",
    "no-id": "",
    "no-source": "",
    "no-time": "",
    "specversion-0.3": "/specversion",
    "tag-too-long": "/data/wrapup/tags/0",
    "tags-not-unique": "/data/wrapup/tags",
    "too-many-identities": "/data/contact/identities",
    "unknown-data-field": "/data",
}


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def unknown_verbs() -> float:
    return REGISTRY.get_sample_value("customer_card_intake_unknown_verbs_total", {"intake": "main"}) or 0.0


@pytest.mark.parametrize("body", [pytest.param(path.read_bytes(), id=path.stem) for path in GOOD])
async def test_p08_every_good_sample_is_stored_before_202(border: Border, body: bytes) -> None:
    answer = await border.send(body)
    assert answer.status == 202
    raw = json.loads(body)
    [stored] = border.inbox.events
    assert (stored.source, stored.id, stored.subject) == (raw["source"], raw["id"], raw["subject"])
    assert json.loads(stored.body) == raw
    assert answer.headers["X-Correlation-Id"] == stored.correlation_id


@pytest.mark.parametrize(("name", "body"), [pytest.param(path.stem, path.read_bytes(), id=path.stem) for path in BAD])
async def test_every_bad_sample_is_refused_with_its_pointer(border: Border, name: str, body: bytes) -> None:
    answer = await border.send(dump(json.loads(body)["event"]))
    assert answer.status == 400
    assert (await answer.json())["pointer"] == POINTERS[name]
    assert border.inbox.events == []


async def test_a_batch_is_stored_in_one_call(border: Border) -> None:
    answer = await border.send((SAMPLES / "batch-3.json").read_bytes(), BATCH)
    assert answer.status == 202
    assert [event.id for event in border.inbox.events] == ["v1", "v2", "v3"]
    assert border.inbox.calls == 1
    prefix = answer.headers["X-Correlation-Id"]
    assert [event.correlation_id for event in border.inbox.events] == [f"{prefix}.{index}" for index in range(3)]


async def test_a_batch_with_bad_events_stores_the_good_ones_and_names_the_others(border: Border) -> None:
    events = json.loads((SAMPLES / "batch-3.json").read_bytes())
    del events[1]["data"]["interaction"]["channel"]
    for _ in range(2):
        answer = await border.send(dump([*events, 7]), BATCH)
        assert answer.status == 400
        assert await answer.json() == [{"index": 1, "pointer": "/data/interaction"}, {"index": 3, "pointer": ""}]
        assert [event.id for event in border.inbox.events] == ["v1", "v3"]


async def test_an_empty_batch_is_legal(border: Border) -> None:
    assert (await border.send(b"[]", BATCH)).status == 202


async def test_p08_a_repeated_event_is_202_and_changes_nothing(border: Border, event: dict[str, Any]) -> None:
    for _ in range(3):
        assert (await border.send(dump(event))).status == 202
    assert len(border.inbox.events) == 1


async def test_plain_json_is_taken_when_it_is_an_event_or_an_array_of_events(
    border: Border, event: dict[str, Any]
) -> None:
    assert (await border.send(dump(event), "application/json; charset=UTF-8")).status == 202
    assert (await border.send((SAMPLES / "batch-3.json").read_bytes(), "application/json")).status == 202
    assert len(border.inbox.events) == 3


@pytest.mark.parametrize(
    ("kind", "body", "headers"),
    [
        ("text/plain", b"{}", {}),
        ("application/xml", b"<a/>", {}),
        ("application/json", b'{"a": 1}', {}),
        ("application/json", b"3", {}),
        ("application/json", b'{"specversion": "1.0"}', {"ce-specversion": "1.0", "ce-id": "1"}),
        ("application/cloudevents+json; charset=latin-1", b"{}", {}),
    ],
)
async def test_other_content_and_binary_mode_are_415(
    border: Border, kind: str, body: bytes, headers: dict[str, str]
) -> None:
    assert (await border.send(body, kind, **headers)).status == 415


async def test_a_packed_body_is_415(border: Border) -> None:
    assert (await border.post(gzip.compress(b"{}"), {"Content-Encoding": "gzip"})).status == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"\xef\xbb\xbf{}",
        b'{"id": NaN}',
        b'{"id": "1", "id": "2"}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"1" * 5_000,
        b"[]",
        b'"text"',
    ],
    ids=lambda body: repr(body[:12]),
)
async def test_what_is_not_strict_json_is_400(border: Border, body: bytes) -> None:
    headers = {"webhook-id": "m", "webhook-timestamp": str(int(border.clock.now.timestamp()))}
    answer = await border.post(body, headers | {"webhook-signature": sign_bytes(headers, body)})
    assert answer.status == 400
    assert (await answer.json())["pointer"] == ""


def sign_bytes(headers: dict[str, str], body: bytes) -> str:
    """The package signs text only; bytes that are no text need this."""
    import base64
    import hmac

    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()


async def test_a_key_that_stands_there_twice_is_400(border: Border, event: dict[str, Any]) -> None:
    once = dump(event)
    for twice in (
        b'{"id": "v2", ' + once[1:],
        once.replace(b'"channel": "voice"', b'"channel": "voice", "channel": "sms"'),
    ):
        assert (await border.send(twice)).status == 400
    assert (await border.send(once)).status == 202


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
async def test_text_that_no_store_can_hold_is_400(border: Border, event: dict[str, Any], text: str) -> None:
    event["data"]["contact"]["name"] = text
    assert (await border.send(dump(event))).status == 400


@pytest.mark.parametrize("time", ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-12:00"])
@pytest.mark.parametrize("place", ["time", "startedAt"])
async def test_a_time_that_no_calendar_has_is_400(border: Border, event: dict[str, Any], time: str, place: str) -> None:
    holder = event if place == "time" else event["data"]["interaction"]
    holder[place] = time
    answer = await border.send(dump(event))
    assert answer.status == 400
    assert (await answer.json())["pointer"] == ("/time" if place == "time" else "/data/interaction/startedAt")


async def test_nesting_of_12_is_read_and_of_13_is_refused(border: Border, event: dict[str, Any]) -> None:
    def nested(depth: int) -> Any:
        return "x" if depth == 0 else [nested(depth - 1)]

    answer = await border.send(dump({**event, "deep": nested(11)}))
    assert (await answer.json())["pointer"] == "/deep"  # the schema's answer: it was read
    answer = await border.send(dump({**event, "deep": nested(12)}))
    assert (await answer.json()) == {"pointer": "", "detail": "nested too deep"}


async def test_an_event_holds_64_kib_and_not_a_byte_more(border: Border, event: dict[str, Any]) -> None:
    fitting = dump(event) + b" " * (64 * 1024 - len(dump(event)))
    for kind in ("application/cloudevents+json", "application/json"):
        assert (await border.send(fitting, kind)).status == 202
        assert (await border.send(fitting + b" ", kind)).status == 413


async def test_a_batch_holds_50_events_and_512_kib(border: Border, event: dict[str, Any]) -> None:
    events = [{**event, "id": str(number)} for number in range(51)]
    assert (await border.send(dump(events), BATCH)).status == 413
    assert (await border.send(dump(events[:50]), BATCH)).status == 202
    body = dump(events[:1])
    assert (await border.send(body + b" " * (512 * 1024 - len(body)), BATCH)).status == 202
    assert (await border.send(body + b" " * (512 * 1024 - len(body) + 1), BATCH)).status == 413


async def test_one_event_of_a_batch_may_not_exceed_its_own_limit(border: Border, event: dict[str, Any]) -> None:
    big = {**event, "id": "big", "extension": "x" * (64 * 1024)}
    answer = await border.send(dump([event, big]), BATCH)
    assert answer.status == 400
    assert await answer.json() == [{"index": 1, "pointer": ""}]


async def test_a_body_without_length_is_cut_off_at_the_limit(border: Border) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 16 * 1024
            yield b" " * (16 * 1024)

    headers = {"Content-Type": "application/cloudevents+json", **border.signed(b"")}
    try:
        answer = await border.client.post("/intake/v1/main", data=endless(), headers=headers)
    except OSError:  # the door was closed while we were still pushing
        answer = None
    assert answer is None or answer.status == 413
    assert sent < 16 * 1024 * 1024


async def test_a_chunked_body_that_breaks_its_own_rules_is_not_a_500(border: Border) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", border.client.port)
    head = "POST /intake/v1/main HTTP/1.1\r\nHost: x\r\nContent-Type: application/cloudevents+json\r\n"
    writer.write(head.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nnonsense\r\n\r\n")
    status = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()
    assert status.split()[1] == b"400"


async def test_an_unknown_verb_is_stored_and_counted(border: Border) -> None:
    before = unknown_verbs()
    answer = await border.send((SAMPLES / "unknown-verb.json").read_bytes())
    assert answer.status == 202
    [stored] = border.inbox.events
    assert unknown_verbs() == before + 1
    assert isinstance(read(stored.body, stored.received_at), UnknownVerb)


async def test_a_null_attribute_counts_as_not_set(border: Border, event: dict[str, Any]) -> None:
    assert (await border.send(dump({**event, "sequence": None, "other": None}))).status == 202
    assert (await border.send(dump({**event, "id": None}))).status == 400


async def test_503_when_it_cannot_be_stored_and_202_afterwards(border: Border, event: dict[str, Any]) -> None:
    border.inbox.is_down = True
    answer = await border.send(dump(event))
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    border.inbox.is_down = False
    assert (await border.send(dump(event))).status == 202


async def test_429_names_the_time_to_wait(open_border: OpenBorder, event: dict[str, Any]) -> None:
    border = await open_border(secrets=[SECRET], rate=1)
    assert [(await border.send(dump(event))).status for _ in range(3)] == [202, 202, 429]
    answer = await border.send(dump(event))
    assert answer.headers["Retry-After"] == "1"
    border.clock.move(seconds=1)
    assert (await border.send(dump(event))).status == 202


async def test_an_unknown_intake_is_404(border: Border, event: dict[str, Any]) -> None:
    assert (await border.send(dump(event), name="other")).status == 404


async def test_the_handshake_consents_only_to_configured_origins(open_border: OpenBorder) -> None:
    border = await open_border(secrets=[SECRET], allowed_origins=["events.example.com"], rate=2)
    answer = await border.client.options("/intake/v1/main", headers={"WebHook-Request-Origin": "events.example.com"})
    assert answer.headers["WebHook-Allowed-Origin"] == "events.example.com"
    assert answer.headers["WebHook-Allowed-Rate"] == "120"
    for origin in ("evil.example.com", ""):
        answer = await border.client.options("/intake/v1/main", headers={"WebHook-Request-Origin": origin})
        assert "WebHook-Allowed-Origin" not in answer.headers


async def test_logs_hold_ids_and_no_personal_data(border: Border, event: dict[str, Any]) -> None:
    event["data"]["contact"]["name"] = 7
    with structlog.testing.capture_logs() as logs:
        await border.send((SAMPLES / "v1-offered.json").read_bytes())
        await border.send(dump(event))
    assert [line["event"] for line in logs] == ["intake.stored", "intake.refused"]
    assert all(line["correlation_id"] for line in logs)
    for personal in ("Ferrars", "4915112345678", "elinor"):
        assert personal not in repr(logs)
