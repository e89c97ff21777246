"""Whatever a stranger sends: never 500, never stored."""

from __future__ import annotations

import copy
import json
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.http import routes
from intake.settings import IntakeSettings
from intake.sources.generic.read import read
from tests.intake.border_kit import SAMPLES, SECRET, Border, Clock, ListInbox

KINDS = ["application/cloudevents+json", "application/cloudevents-batch+json", "application/json"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SAMPLE = json.loads((SAMPLES / "v7-wrapup_completed.json").read_bytes())


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def spoilt(path: tuple[Any, ...], value: Any) -> Any:
    """The sample with `value` at `path`."""
    if not path:
        return value
    event = copy.deepcopy(SAMPLE)
    holder = event
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return event


async def attempt(body: bytes, kind: str) -> int:
    """The status of a signed request; what is stored can be understood."""
    inbox, clock = ListInbox(), Clock()
    app = web.Application()
    app.add_routes(routes({"main": IntakeSettings(secrets=(SECRET,))}, inbox, now=clock, monotonic=clock.monotonic))
    async with TestClient(TestServer(app)) as client:
        border = Border(client, inbox, clock)
        headers = border.signed(body) if is_text(body) else {}
        answer = await client.post("/intake/v1/main", data=body, headers={"Content-Type": kind, **headers})
    for stored in inbox.events:
        meaning = read(stored.body, stored.received_at)
        assert (meaning.source, meaning.id) == (stored.source, stored.id)
        if hasattr(meaning, "to_json"):
            meaning.to_json().encode("utf-8")
    return answer.status


def is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(st.binary(max_size=200), st.sampled_from(KINDS))
async def test_bytes_are_never_a_500(body: bytes, kind: str) -> None:
    assert await attempt(body, kind) in (202, 400, 401, 415)


@SLOW
@given(JSON, st.sampled_from(KINDS))
async def test_json_is_never_a_500(value: Any, kind: str) -> None:
    assert await attempt(json.dumps(value).encode(), kind) in (202, 400, 415)


@settings(SLOW, max_examples=120)
@given(
    st.sampled_from(places(SAMPLE)),
    JSON | st.sampled_from(["\x00", "\ud800", "2026-06-30T23:59:60Z", 70.0, 1e300, 10**400, -1]),
    st.sampled_from(KINDS),
)
async def test_a_spoilt_event_is_never_a_500(path: tuple[Any, ...], value: Any, kind: str) -> None:
    event = spoilt(path, value)
    body = json.dumps([event] if kind == KINDS[1] else event).encode()
    assert await attempt(body, kind) in (202, 400, 415)


@SLOW
@given(
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "authorization"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), max_size=60),
    )
)
async def test_headers_are_never_a_500(headers: dict[str, str]) -> None:
    inbox, clock = ListInbox(), Clock()
    app = web.Application()
    app.add_routes(routes({"main": IntakeSettings(secrets=(SECRET,))}, inbox, now=clock, monotonic=clock.monotonic))
    async with TestClient(TestServer(app)) as client:
        every = {"Content-Type": KINDS[0], **headers}
        answer = await client.post("/intake/v1/main", data=b"{}", headers=every)
    assert answer.status == 401
    assert inbox.events == []
