"""P-15: axe-core finds nothing against WCAG 2.2 A and AA in the states of the pane."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from customers.views import CardView
from simulators.entra.app import Entra
from tests.browser.stage import staged
from tests.pane import comment_stories, journey_stories, merge_stories, profile_stories, request_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPEN = {"label-content-name-mismatch": {"enabled": False}}
"""What docs/progress.md names as open."""
VIEWS: dict[str, Callable[[], CardView]] = {
    "everything": stories.everything_open,
    "journey": journey_stories.travelled,
    "moving": request_stories.moving,
    "profile": profile_stories.writing,
    "merging": lambda: merge_stories.choosing(stories.ringing()),
    "comments": comment_stories.commenting,
}


async def violations(page: Page) -> list[str]:
    """What axe-core finds, each with the first element that it is about."""
    await page.evaluate(AXE.read_text("utf-8"))
    options = {"resultTypes": ["violations"], "runOnly": TAGS, "rules": OPEN}
    found = await page.evaluate("(options) => axe.run(document, options)", options)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


@pytest.mark.rule("P-15")
@pytest.mark.parametrize("name", VIEWS)
async def test_p15_axe_finds_nothing_on_a_card(browser: Browser, entra: tuple[Entra, str], name: str) -> None:
    async with staged(browser, entra, RecordingDesk(VIEWS[name]())) as stage:
        await stage.open()
        await stage.card()
        assert await violations(stage.page) == []


@pytest.mark.rule("P-15", "B-17", "B-31")
async def test_p15_axe_finds_nothing_in_a_preview_the_form_and_the_question(
    browser: Browser, entra: tuple[Entra, str]
) -> None:
    async with staged(browser, entra, RecordingDesk(stories.ringing())) as stage:
        await stage.open()
        await stage.card()
        await stage.page.locator("#new-customer").click()
        await stage.page.locator("[data-input='new.name']").fill("Lucy Steele")
        await stage.page.locator("#new\\.create").click()
        await stage.page.locator("#new\\.alike").wait_for()
        await stage.page.locator("#list [data-verb='customers.show']").nth(0).hover()
        await stage.page.locator("#preview").wait_for()
        assert await violations(stage.page) == []
        await stage.page.locator("#new\\.cancel").click()
        await stage.page.locator("#question").wait_for()
        assert await violations(stage.page) == []
