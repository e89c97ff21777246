"""A browser page that shows the pane, and everything that it complained about."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from simulators.entra.app import Entra
from tests.browser.axe import violations
from tests.pane.house import House, housed
from tests.pane.recording import RecordingDesk

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


@dataclass
class Stage:
    """One page on one pane."""

    house: House
    page: Page
    errors: list[str] = field(default_factory=list)

    @property
    def desk(self) -> RecordingDesk:
        return self.house.desk

    async def violations(self) -> list[str]:
        """What the content security policy has stopped."""
        found: list[str] = await self.page.evaluate("window.violations")
        return found

    async def open(self, query: str = "user=elinor") -> None:
        """The page stands, and listens to events."""
        await self.page.goto(f"{self.house.url}/pane/?{query}")
        await until(lambda: self.desk.listening > 0)

    async def card(self) -> None:
        """The card is drawn."""
        await self.page.locator("#customer\\.name").wait_for()


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Returns as soon as `condition` holds; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - conditions of several parties, none of which could set an event
            await asyncio.sleep(0.005)


_OFF = (
    # The stand-in for Teams has a public address, and the page in it one of this machine.
    "LocalNetworkAccessChecks",
    # Each window of the browser would begin with two pages of its own for its address bar: half of a short test's time.
    "AimEnabled",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        options = ["--no-sandbox", f"--disable-features={','.join(_OFF)}"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def staged(
    browser: Browser, entra: tuple[Entra, str], desk: RecordingDesk, **context: object
) -> AsyncIterator[Stage]:
    """A page of its own in `browser`, not opened yet; `context` are Playwright's options, such as `viewport`."""
    async with housed(desk, *entra) as house, windowed(browser, **context) as window, paged(window, house) as stage:
        yield stage


@asynccontextmanager
async def windowed(browser: Browser, **context: object) -> AsyncIterator[BrowserContext]:
    """A browser without cookies; what it has loaded is loaded once, however many pages it shows."""
    options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "timezone_id": "Europe/London"}
    window = await browser.new_context(**{**options, **context})  # type: ignore[arg-type]
    try:
        yield window
    finally:
        await window.close()


@asynccontextmanager
async def paged(window: BrowserContext, house: House) -> AsyncIterator[Stage]:
    """A page of `window`, not opened yet; axe-core finds nothing in the state in which it is left (P-15)."""
    page = await window.new_page()
    page.set_default_timeout(10_000)
    await page.add_init_script(_WATCH)
    stage = Stage(house, page)
    page.on("pageerror", lambda error: stage.errors.append(str(error)))
    yield stage
    if not page.is_closed():
        found = await violations(page)
        assert not found, found
    await page.close()
