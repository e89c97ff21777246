"""`POST /pane/action`: what the page sends, what it gets, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import aiohttp
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.ports import Action
from customers.views import Notice, Surface
from pane.callers import RequestRefusedError
from pane.http import read_action
from simulators.entra.people import ELINOR, MARIANNE, TENANT_ID
from tests.pane import stories
from tests.pane.house import House

SHOW = {"action": {"verb": "customers.show", "data": {"card": stories.EDWARD}}}


async def post(client: aiohttp.ClientSession, house: House, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    async with client.post("/pane/action", json=body, headers=house.headers(**headers)) as answer:
        return answer.status, await answer.json()


async def test_an_action_is_answered_with_the_card_and_its_id(house: House, client: aiohttp.ClientSession) -> None:
    status, body = await post(client, house, SHOW)
    assert status == 200
    assert (body["statusCode"], body["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    assert body["value"]["type"] == "AdaptiveCard"
    assert (body["card"], body["notice"]) == (stories.EDWARD, None)


async def test_the_desk_is_told_who_acts_and_from_where(house: House, client: aiohttp.ClientSession) -> None:
    await post(client, house, SHOW, **{"X-Language": "de-AT", "X-Time-Zone": "Europe/Vienna"})
    viewer = house.desk.viewers[-1]
    assert (viewer.user_id, viewer.tenant_id) == (ELINOR.oid, TENANT_ID)
    assert (viewer.name, viewer.email) == (ELINOR.name, ELINOR.email)
    assert (viewer.language, viewer.time_zone) == ("de", "Europe/Vienna")
    assert house.desk.actions[-1].surface is Surface.PANE


@pytest.mark.parametrize(("language", "zone"), [("fr", "Mars/Olympus"), ("", ""), ("../../etc", "../../etc/passwd")])
async def test_what_nobody_offers_falls_back(
    house: House, client: aiohttp.ClientSession, language: str, zone: str
) -> None:
    await post(client, house, SHOW, **{"X-Language": language, "X-Time-Zone": zone})
    assert (house.desk.viewers[-1].language, house.desk.viewers[-1].time_zone) == ("en", "UTC")


async def test_inputs_and_trigger_reach_the_desk(house: House, client: aiohttp.ClientSession) -> None:
    action = {
        "verb": "wrapup.save",
        "data": {"card": stories.EDWARD, "version": 3},
        "inputs": {"wrapup.notes": "Ladder"},
    }
    status, body = await post(client, house, {"action": action, "trigger": "automatic"})
    assert (status, body["notice"]["kind"], body["notice"]["text"]) == (200, "success", "Saved.")
    assert house.desk.actions[-1] == Action(
        "wrapup.save",
        {"card": stories.EDWARD, "version": "3"},
        {"wrapup.notes": "Ladder"},
        Surface.PANE,
        is_automatic=True,
    )


async def test_an_answer_without_card_is_a_message(house: House, client: aiohttp.ClientSession) -> None:
    house.desk.notices["card.close"] = Notice("closed", "success")
    _, body = await post(client, house, {"action": {"verb": "card.close", "data": {"card": stories.EDWARD}}})
    assert body["type"] == "application/vnd.microsoft.activity.message"
    assert body["value"] == body["notice"]["text"] != ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed"),
        (b"[]", "malformed"),
        (b"null", "malformed"),
        (b'{"action": []}', "malformed"),
        (b'{"action": {"verb": 7}}', "malformed"),
        (b'{"action": {"verb": "card.refresh", "data": []}}', "malformed"),
        (b'{"action": {"verb": "card.refresh", "data": {"card": {}}}}', "malformed"),
        (b'{"action": {"verb": "card.refresh", "inputs": {"a": null}}}', "malformed"),
        (b'{"action": {"verb": "no.such"}}', "bad_action"),
        (b'{"action": {"verb": "customers.eat"}}', "unknown_verb"),
        (b"\xff\xfe", "malformed"),
    ],
)
async def test_what_is_no_action_of_ours_is_a_400(
    house: House, client: aiohttp.ClientSession, body: bytes, code: str
) -> None:
    headers = house.headers(**{"Content-Type": "application/json"})
    async with client.post("/pane/action", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["value"]["code"] == code


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_makes_reading_an_action_fail_otherwise(posted: Any) -> None:
    for body in (posted, {"action": posted}, {"action": {"verb": "x", "data": posted, "inputs": posted}}):
        with suppress(RequestRefusedError):
            action = read_action(orjson.dumps(body))
            assert all(isinstance(value, str) for value in (*action.data.values(), *action.inputs.values()))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_other_content_types_are_a_415(house: House, client: aiohttp.ClientSession, kind: str) -> None:
    # A form of a foreign page cannot send application/json.
    async with client.post("/pane/action", data=b"{}", headers=house.headers(**{"Content-Type": kind})) as answer:
        assert (answer.status, (await answer.json())["value"]["code"]) == (415, "not_json")
    assert house.desk.actions == []


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_body_over_the_limit_is_a_413(house: House, client: aiohttp.ClientSession, is_chunked: bool) -> None:
    async def chunks() -> Any:
        for _ in range(9):
            yield b" " * 8192

    data = chunks() if is_chunked else b" " * 70_000
    headers = house.headers(**{"Content-Type": "application/json"})
    async with client.post("/pane/action", data=data, headers=headers) as answer:
        assert (answer.status, (await answer.json())["value"]["code"]) == (413, "too_large")


@pytest.mark.rule("A-01")
async def test_a01_an_agent_who_is_not_enabled_is_refused_with_the_reason(
    house: House, client: aiohttp.ClientSession
) -> None:
    house.directory.strangers = frozenset({MARIANNE.oid})
    headers = {"Authorization": f"Bearer {house.token(MARIANNE)}"}
    for request in (
        client.post("/pane/action", json=SHOW, headers=headers),
        client.get("/pane/events", headers=headers),
    ):
        async with request as answer:
            assert (answer.status, (await answer.json())["value"]["code"]) == (403, "not_enabled")
    assert house.desk.actions == []


async def test_a_fault_inside_is_told_without_details(house: House, client: aiohttp.ClientSession) -> None:
    house.desk.failing["customers.show"] = RuntimeError("database password is tomato")
    async with client.post("/pane/action", json=SHOW, headers=house.headers()) as answer:
        text = await answer.text()
    assert (answer.status, orjson.loads(text)["value"]["code"]) == (500, "internal")
    assert "tomato" not in text
    assert "Traceback" not in text


async def test_answers_are_kept_by_nobody(house: House, client: aiohttp.ClientSession) -> None:
    async with client.post("/pane/action", json=SHOW, headers=house.headers()) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
