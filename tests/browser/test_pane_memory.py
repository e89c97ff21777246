"""What a page holds on to: it stays open all day, while cards and lists change under it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from customers.ids import CardId
from simulators.entra.app import Entra
from tests.browser.stage import Stage, staged
from tests.pane import stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NAME = "#customer\\.name"
LINES = "#list [data-verb='customers.show']"
_LIBRARY = "AdaptiveCards.SerializableObject.prototype"
_COLLECTIONS = 4
MUCH = {"Nodes": 150, "JSEventListeners": 40, "objects": 100}
"""Well below what sixteen drawings of a card, or of a line in the list, are made of."""


async def held(page: Page) -> dict[str, int]:
    """After collections of garbage: objects of the cards library, nodes, and who listens to events."""
    session = await page.context.new_cdp_session(page)
    for _ in range(_COLLECTIONS):
        await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    metrics = await session.send("Performance.getMetrics")
    counts = {one["name"]: int(one["value"]) for one in metrics["metrics"]}
    found = {name: counts[name] for name in ("Nodes", "JSEventListeners")}
    found["objects"] = await _objects(session)
    await session.detach()
    return found


async def _objects(session: CDPSession) -> int:
    """How many there are of the class that all of the library's are made from."""
    prototype = await session.send("Runtime.evaluate", {"expression": _LIBRARY})
    named = {"prototypeObjectId": prototype["result"]["objectId"], "objectGroup": "counted"}
    found = await session.send("Runtime.queryObjects", named)
    asked = {"objectId": found["objects"]["objectId"], "functionDeclaration": "function () { return this.length; }"}
    counted = await session.send("Runtime.callFunctionOn", asked | {"returnByValue": True})
    await session.send("Runtime.releaseObjectGroup", {"objectGroup": "counted"})
    return int(counted["result"]["value"])


async def change(stage: Stage, card: CardId, place: str, times: int) -> None:
    """The card's customer is called something else so many times, and each name is seen."""
    for number in range(times):
        name = f"Edward Ferrars {'I' * (number % 3 + 1)}"
        stage.desk.put(replace(stage.desk.views[card], customer_name=name))
        await expect(stage.page.locator(place)).to_contain_text(name)


async def test_a_card_that_is_drawn_again_and_again_leaves_nothing_behind(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await change(stage, stories.EDWARD, NAME, 4)
    before = await held(stage.page)
    await change(stage, stories.EDWARD, NAME, 16)
    after = await held(stage.page)
    # The line that was drawn last may still be there; sixteen of them, or of anything larger, would be more.
    assert all(after[kind] - before[kind] < MUCH[kind] for kind in before), (before, after)


async def test_a_line_of_the_list_keeps_nothing_of_what_drew_it(browser: Browser, entra: tuple[Entra, str]) -> None:
    few, many = [await _with_customers(browser, entra, count) for count in (2, 30)]
    assert many["Nodes"] > few["Nodes"] + MUCH["Nodes"]
    assert all(many[kind] - few[kind] < MUCH[kind] for kind in ("objects", "JSEventListeners")), (few, many)


async def _with_customers(browser: Browser, entra: tuple[Entra, str], count: int) -> dict[str, int]:
    first = stories.ringing()
    others = [replace(first, card_id=CardId(f"{number:032x}")) for number in range(1, count)]
    async with staged(browser, entra, RecordingDesk(first, *others)) as stage:
        await stage.open()
        await stage.card()
        await expect(stage.page.locator(LINES)).to_have_count(count)
        await change(stage, others[0].card_id, f"{LINES} >> nth=1", 3)
        return await held(stage.page)
