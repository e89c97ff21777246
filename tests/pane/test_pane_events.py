"""`GET /pane/events`: what a page is told, and when its stream ends."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson
import pytest

from customers.ids import CardId
from customers.ports import Change
from tests.browser.stage import until
from tests.pane import stories
from tests.pane.house import House


async def block(stream: aiohttp.ClientResponse) -> dict[str, str]:
    """The next event; heartbeats are passed over."""
    while True:
        async with asyncio.timeout(5):
            text = (await stream.content.readuntil(b"\n\n")).decode()
        if not text.startswith(":"):
            return dict(line.split(": ", 1) for line in text.strip().splitlines())


async def test_the_stream_says_when_it_listens_and_then_what_changed(
    house: House, client: aiohttp.ClientSession
) -> None:
    async with client.get("/pane/events", headers=house.headers()) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.headers["Cache-Control"] == "no-store"
        assert (await block(stream))["event"] == "ready"
        house.desk.put(house.desk.views[stories.EDWARD])
        house.desk.tell(Change(None, is_all=True))
        first, second = await block(stream), await block(stream)
    assert (first["event"], orjson.loads(first["data"])) == (
        "change",
        {"card": stories.EDWARD, "version": 8, "all": False},
    )
    assert orjson.loads(second["data"]) == {"card": None, "version": 0, "all": True}


async def test_nothing_after_ready_is_missed(house: House, client: aiohttp.ClientSession) -> None:
    async with client.get("/pane/events", headers=house.headers()) as stream:
        await block(stream)
        for number in range(200):
            house.desk.tell(Change(CardId("c"), number))
        versions = [orjson.loads((await block(stream))["data"])["version"] for _ in range(200)]
    assert versions == list(range(200))


async def test_silence_is_filled_with_heartbeats(house: House, client: aiohttp.ClientSession) -> None:
    async with client.get("/pane/events", headers=house.headers()) as stream:
        await block(stream)
        async with asyncio.timeout(5):
            assert await stream.content.readuntil(b"\n\n") == b": beat\n\n"


async def test_a_page_that_goes_is_forgotten(house: House, client: aiohttp.ClientSession) -> None:
    async with client.get("/pane/events", headers=house.headers()) as stream:
        await block(stream)
        assert house.desk.listening == 1
        stream.close()
    await until(lambda: house.desk.listening == 0)
    assert house.streams is not None
    await until(lambda: house.streams.open == 0)  # type: ignore[union-attr]


async def test_the_stream_ends_with_the_token(house: House, client: aiohttp.ClientSession) -> None:
    # Leeway included, this token counts for about one second more.
    headers = {"Authorization": f"Bearer {house.token(seconds=-59)}"}
    async with client.get("/pane/events", headers=headers) as stream:
        assert (await block(stream))["event"] == "ready"
        assert (await block(stream))["event"] == "expired"
        assert await stream.content.read() == b""
    await until(lambda: house.desk.listening == 0)


async def test_the_stream_ends_when_the_desk_has_nothing_more_to_say(
    house: House, client: aiohttp.ClientSession
) -> None:
    async with client.get("/pane/events", headers=house.headers()) as stream:
        await block(stream)
        house.desk.tell(None)
        async with asyncio.timeout(5):
            await stream.content.read()
    assert house.desk.listening == 0


@pytest.mark.parametrize("pages", [3])
async def test_a_service_that_shuts_down_does_not_wait_for_pages(house: House, pages: int) -> None:
    async with aiohttp.ClientSession(house.url) as client:
        streams = [await client.get("/pane/events", headers=house.headers()) for _ in range(pages)]
        for stream in streams:
            await block(stream)
        async with asyncio.timeout(0.9):  # less than the second that open connections would be given
            await house.stop()
        for stream in streams:
            stream.close()
    assert house.desk.listening == 0
