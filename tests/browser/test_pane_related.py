"""A-20 in the pane: what is related is turned page by page, by keyboard, and can be read in every look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import staged
from tests.pane import related_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_AT = f"related.{stories.CONTACT.record}"


@pytest.mark.rule("A-20", "P-14", "P-15")
async def test_a20_pages_are_turned_by_keyboard_and_the_focus_stays(browser: Browser, entra: tuple[Entra, str]) -> None:
    desk = RecordingDesk(related_stories.paged())
    async with staged(browser, entra, desk, viewport={"width": 320, "height": 900}) as stage:
        await stage.open("user=marianne&lang=de")
        await stage.card()
        more, back = (stage.page.locator(f"[id='{_AT}.{way}']") for way in ("more", "before"))
        await expect(stage.page.locator(f"[id='{_AT}.pages']")).to_contain_text("1 bis 10 von 20+")
        await _looks(stage.page, "first")
        await more.press("Enter")
        await expect(stage.page.locator(f"[id='{_AT}.pages']")).to_contain_text("11 bis 20 von 23")
        await expect(more).to_be_focused()
        await more.press("Enter")
        await expect(stage.page.locator(f"[id='{_AT}.pages']")).to_contain_text("21 bis 23 von 23")
        await expect(back).to_be_focused()
        await expect(stage.page.locator("#sheet")).to_contain_text("23.10.2026")
        await _looks(stage.page, "last")


async def _looks(page: Page, name: str) -> None:
    for theme in ("light", "dark", "contrast"):
        await page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=Path(folder) / f"related-{name}-{theme}.png", full_page=True)
        assert await faults(page) == [], theme
