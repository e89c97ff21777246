"""Sends events until they are believed, signed as Standard Webhooks has it."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

_FINAL = (400, 401, 404, 413, 415)
_LONGEST_PAUSE = 2.0


def signed(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that prove that `body` is ours."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{signature}"}


class Sender:
    """A contact centre's outbox. What was acknowledged, refused and given up is kept."""

    def __init__(self, target: str, secret: str, *, patience: float = 60, timeout: float = 10) -> None:
        self._target, self._secret, self._patience = target, secret, patience
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self.acknowledged: list[dict[str, Any]] = []
        """source, id, type, subject, attempts: once per sending that was answered with 202."""
        self.refused: list[dict[str, Any]] = []
        """Likewise, with the status: 0 where nobody answered for as long as our patience lasted."""
        self.attempts = 0

    async def close(self) -> None:
        """Ends the connections."""
        if self._session is not None:
            await self._session.close()

    async def send(self, event: Mapping[str, Any]) -> bool:
        """True when the event was acknowledged; tries again until then, as long as our patience lasts."""
        body = json.dumps(event).encode()
        attempts, status, deadline = 0, 0, time.monotonic() + self._patience
        while True:
            attempts += 1
            status, pause = await self._attempt(event["id"], body, attempts)
            entry = {key: event[key] for key in ("source", "id", "type", "subject")} | {"attempts": attempts}
            if status == 202:
                self.acknowledged.append(entry)
                return True
            if status in _FINAL or time.monotonic() + pause > deadline:
                self.refused.append(entry | {"status": status})
                return False
            await asyncio.sleep(pause)

    async def _attempt(self, message_id: str, body: bytes, attempts: int) -> tuple[int, float]:
        """The status, 0 for none, and how long to wait before the next attempt."""
        self.attempts += 1
        pause = min(_LONGEST_PAUSE, 0.05 * 2**attempts)
        headers = {"Content-Type": "application/cloudevents+json"}
        headers |= signed(self._secret, message_id, int(time.time()), body)
        try:
            async with self._connected().post(self._target, data=body, headers=headers) as answer:
                await answer.read()
                asked = answer.headers.get("Retry-After", "")
                return answer.status, min(_LONGEST_PAUSE, float(asked)) if asked.isdecimal() else pause
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0, pause

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session
