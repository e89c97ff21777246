"""Fixtures of the border."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from intake.http import routes
from intake.settings import IntakeSettings
from tests.intake.border_kit import SAMPLES, SECRET, Border, Clock, ListInbox, OpenBorder


@pytest.fixture
def inbox() -> ListInbox:
    return ListInbox()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_border(inbox: ListInbox, clock: Clock, aiohttp_client: Any) -> OpenBorder:
    """`await open_border(secrets=[…], …)`: a border with these settings."""

    async def start(**settings: Any) -> Border:
        intakes = {"main": IntakeSettings(**settings)}
        app = web.Application()
        app.add_routes(routes(intakes, inbox, now=clock, monotonic=clock.monotonic))
        return Border(await aiohttp_client(app), inbox, clock)

    return start


@pytest.fixture
async def border(open_border: OpenBorder) -> Border:
    return await open_border(secrets=[SECRET])


@pytest.fixture
def event() -> dict[str, Any]:
    """A valid event, to be spoilt."""
    value: dict[str, Any] = json.loads((SAMPLES / "v2-accepted.json").read_bytes())
    return value
