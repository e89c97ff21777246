"""One Chromium for all browser tests; each test has a page and a pane of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from simulators.entra.app import Entra
from tests.browser.stage import CHROMIUM, Stage, chromium, staged
from tests.pane import stories
from tests.pane.house import stand_in
from tests.pane.recording import RecordingDesk


@pytest.fixture(scope="session")
def entra() -> Iterator[tuple[Entra, str]]:
    with stand_in() as pair:
        yield pair


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt install chromium)")
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, entra: tuple[Entra, str]) -> AsyncIterator[Stage]:
    async with staged(browser, entra, RecordingDesk(stories.ringing(), stories.stranger())) as one:
        yield one
        assert one.errors == []
        assert await one.violations() == []
