"""Server-sent events: the page learns that something it shows has changed, and fetches it afresh."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import orjson
from aiohttp import web

from cards.actions import Verb
from cards.rights import may
from customers.ports import Change, Desk
from customers.views import Viewer

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}
_BEAT = b": beat\n\n"
_EXPIRED = b"event: expired\ndata: {}\n\n"


class EventStreams:
    """The open event streams of this process."""

    def __init__(self, desk: Desk, heartbeat_seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._desk = desk
        self._heartbeat = heartbeat_seconds
        self._clock = clock
        self._ending = asyncio.Event()
        self.open = 0
        """How many streams are open now."""

    async def stream(self, request: web.Request, viewer: Viewer, expires_at: float) -> web.StreamResponse:
        """Send changes until the page goes, the token ends (`event: expired`) or the service does.

        `event: ready` comes first, once nothing can be missed any more: what changed before, the page fetches then.
        """
        response = web.StreamResponse(headers=HEADERS)
        changes = self._desk.changes(viewer)
        self.open += 1
        try:
            await response.prepare(request)
            with suppress(ConnectionError):
                await self._send(response, changes, expires_at, _ready(viewer))
        finally:
            self.open -= 1
        return response

    async def end_all(self, _app: web.Application | None = None) -> None:
        """Every open stream ends at once; pages connect again to whoever serves them then."""
        self._ending.set()

    async def _send(
        self, response: web.StreamResponse, changes: AsyncIterator[Change], expires_at: float, ready: bytes
    ) -> None:
        upcoming: asyncio.Future[Change] = asyncio.ensure_future(anext(changes))
        ending: asyncio.Future[bool] = asyncio.ensure_future(self._ending.wait())
        try:
            # The first step of `changes` has begun to listen once the loop has run it.
            await asyncio.sleep(0)
            await response.write(ready)
            while not ending.done():
                left = expires_at - self._clock()
                if left <= 0:
                    await response.write(_EXPIRED)
                    return
                waiting: set[asyncio.Future[Any]] = {upcoming, ending}
                await asyncio.wait(waiting, timeout=min(left, self._heartbeat), return_when=asyncio.FIRST_COMPLETED)
                if upcoming.done():
                    await response.write(_event(upcoming.result()))
                    upcoming = asyncio.ensure_future(anext(changes))
                elif not ending.done():
                    await response.write(_BEAT)
        except StopAsyncIteration:
            return
        finally:
            await _stop(upcoming, ending, changes)


async def _stop(upcoming: asyncio.Future[Any], ending: asyncio.Future[Any], changes: AsyncIterator[Change]) -> None:
    for waiting in (upcoming, ending):
        waiting.cancel()
    await asyncio.gather(upcoming, ending, return_exceptions=True)
    close = getattr(changes, "aclose", None)
    if close is not None:
        await close()


def _ready(viewer: Viewer) -> bytes:
    """`administration`: the verb of the page that is open to the viewer besides cards, or null."""
    page = next((verb for verb in (Verb.ADMIN_SHOW, Verb.ADMIN_PUSHES) if may(viewer.roles, verb)), None)
    return b"event: ready\ndata: " + orjson.dumps({"administration": page}) + b"\n\n"


def _event(change: Change) -> bytes:
    told = {"card": change.card_id, "version": change.version, "all": change.is_all}
    return b"event: change\ndata: " + orjson.dumps(told) + b"\n\n"
