"""A border to test at: a real inbox in memory, a clock that the test holds, and an independent signer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from standardwebhooks import Webhook

from intake.ports import InboxUnavailable, StoredEvent

SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OTHER_SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODk="
SAMPLES = Path(__file__).parent / "samples"


class ListInbox:
    """An Inbox that keeps events as long as the test runs."""

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.calls = 0
        self.is_down = False
        self._known: set[tuple[str, str, str]] = set()

    async def put(self, intake: str, events: Sequence[StoredEvent]) -> None:
        if self.is_down:
            raise InboxUnavailable
        self.calls += 1
        for event in events:
            if (intake, event.source, event.id) not in self._known:
                self._known.add((intake, event.source, event.id))
                self.events.append(event)


class Clock:
    """Stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)
        self._elapsed = timedelta()

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self._elapsed.total_seconds()

    def move(self, **by: float) -> None:
        """On, or back: the time of day may be set back, the time that has gone by only grows."""
        self.now += timedelta(**by)
        self._elapsed += abs(timedelta(**by))


class Border:
    """What a contact centre sees."""

    def __init__(self, client: TestClient[Any, Any], inbox: ListInbox, clock: Clock) -> None:
        self.client, self.inbox, self.clock = client, inbox, clock

    def signed(self, body: bytes, secret: str = SECRET, at: datetime | None = None) -> dict[str, str]:
        """The three headers, made by the standardwebhooks package."""
        moment = at or self.clock.now
        signature = Webhook(secret).sign("msg-1", moment, body.decode("utf-8"))
        return {
            "webhook-id": "msg-1",
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": signature,
        }

    async def send(
        self, body: bytes, kind: str = "application/cloudevents+json", name: str = "main", **headers: str
    ) -> ClientResponse:
        """POST `body`, signed."""
        every = {"Content-Type": kind, **self.signed(body), **headers}
        return await self.client.post(f"/intake/v1/{name}", data=body, headers=every)

    async def post(self, body: bytes, headers: dict[str, str]) -> ClientResponse:
        """POST `body` with these headers alone."""
        every = {"Content-Type": "application/cloudevents+json", **headers}
        return await self.client.post("/intake/v1/main", data=body, headers=every)


OpenBorder = Callable[..., Awaitable[Border]]
