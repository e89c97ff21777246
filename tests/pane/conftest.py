"""A running pane and a client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from simulators.entra.app import Entra
from tests.pane import stories
from tests.pane.house import House, housed, stand_in
from tests.pane.recording import RecordingDesk


@pytest.fixture(scope="session")
def entra() -> Iterator[tuple[Entra, str]]:
    with stand_in() as pair:
        yield pair


@pytest.fixture
async def house(entra: tuple[Entra, str]) -> AsyncIterator[House]:
    async with housed(RecordingDesk(stories.ringing(), stories.stranger()), *entra) as running_house:
        yield running_house


@pytest.fixture
async def client(house: House) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(house.url) as session:
        yield session
