"""The pane behind a real socket, with Entra's stand-in for sign-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
from aiohttp import web

from pane.auth import SignIn
from pane.events import EventStreams
from pane.http import mount
from pane.keys import EntraKeys
from pane.settings import PaneSettings
from simulators.entra.app import Entra
from simulators.entra.people import BOT_APP_ID, ELINOR, TENANT_ID, Person
from simulators.kit.server import JOURNAL, running
from tests.pane.recording import Everybody, RecordingDesk


class House:
    """A running pane. `url` stays the same across `stop` and `start`."""

    def __init__(self, desk: RecordingDesk, entra: Entra, entra_url: str, session: aiohttp.ClientSession) -> None:
        self.desk = desk
        self.directory = Everybody()
        self.entra = entra
        self.entra_url = entra_url
        self.journal_from = len(entra.app[JOURNAL])
        self.keys = EntraKeys(session, entra_url)
        self.settings = PaneSettings(
            client_id=BOT_APP_ID,
            development_sign_in=f"{entra_url}/_simulator/sso-token",
            heartbeat_seconds=0.05,
        )
        self.port = 0
        self.streams: EventStreams | None = None
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def token(self, person: Person = ELINOR, audience: str = BOT_APP_ID, seconds: int = 3599) -> str:
        """A token as Teams would hand it to the page."""
        return self.entra.issuer.sso_token(person, self.entra_url, audience, seconds)

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token()}", **more}

    async def start(self) -> None:
        app = web.Application()
        sign_in = SignIn(self.keys, client_id=BOT_APP_ID, tenants=[TENANT_ID], authority=self.entra_url)
        self.streams = mount(app, self.desk, sign_in, self.directory, self.settings)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = None


@contextmanager
def stand_in() -> Iterator[tuple[Entra, str]]:
    """Entra's stand-in and its address; making its keys takes long enough to share it."""
    entra = Entra()
    with running(entra.app) as url:
        yield entra, url


@asynccontextmanager
async def housed(desk: RecordingDesk, entra: Entra, entra_url: str) -> AsyncIterator[House]:
    """A pane that serves `desk` within the block."""
    async with aiohttp.ClientSession() as session:
        house = House(desk, entra, entra_url, session)
        await house.start()
        try:
            yield house
        finally:
            await house.stop()
            await house.keys.close()
            entra.faults.clear()
