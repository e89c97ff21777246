"""The Bot Framework's signing keys: fetched off the requests' way, kept parsed, renewed before they are needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import orjson
import structlog

log = structlog.get_logger(__name__)

METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
HOUR = 3600.0


class KeysUnavailableError(Exception):
    """No keys are known and none could be fetched: nobody's token can be checked now."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A parsed public key and the channels that it may speak for."""

    public: Any
    endorsements: frozenset[str]


class SigningKeys:
    """The keys by key id. One fetch at a time, whoever waits for it.

    Keys older than `refresh_after` seconds are renewed in the background; older than `max_age`, they count no more.
    A key id that nobody knows leads to a fetch at most every `unknown_interval` seconds, so that made-up tokens cannot
    make us call Microsoft; after a failed fetch the next waits `retry_interval`.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        metadata_url: str = METADATA_URL,
        *,
        refresh_after: float = 12 * HOUR,
        max_age: float = 72 * HOUR,
        unknown_interval: float = 60,
        retry_interval: float = 5,
        timeout: float = 5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._refresh_after = refresh_after
        self._max_age = max_age
        self._intervals = {True: unknown_interval, False: retry_interval}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._last_worked = False
        self._fetching: asyncio.Task[None] | None = None

    async def get(self, kid: str) -> SigningKey | None:
        """The key of this id; None where the Bot Framework has none. Raises KeysUnavailableError."""
        age = self._clock() - self._fetched_at
        key = self._keys.get(kid) if age <= self._max_age else None
        if key is not None:
            if age > self._refresh_after and self._may_try():
                self._fetch()
            return key
        if self._fetching is not None or self._may_try():
            await asyncio.shield(self._fetch())
        if self._clock() - self._fetched_at > self._max_age:
            raise KeysUnavailableError
        return self._keys.get(kid)

    async def warm_up(self) -> None:
        """Afterwards the first request need not wait for the keys, if Microsoft answered."""
        await asyncio.shield(self._fetch())

    async def close(self) -> None:
        """No fetch is under way afterwards."""
        task = self._fetching
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _may_try(self) -> bool:
        return self._clock() - self._tried_at >= self._intervals[self._last_worked]

    def _fetch(self) -> asyncio.Task[None]:
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._renew())
        return self._fetching

    async def _renew(self) -> None:
        self._tried_at = self._clock()
        try:
            self._keys = await self._download()
            self._fetched_at = self._clock()
            self._last_worked = True
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            self._last_worked = False
            log.warning("bot.keys.unavailable", error=type(error).__name__)
        finally:
            self._fetching = None

    async def _download(self) -> dict[str, SigningKey]:
        metadata = await self._get(self._metadata_url)
        published = (await self._get(metadata["jwks_uri"]))["keys"]
        keys = {
            key["kid"]: SigningKey(jwt.PyJWK(key, "RS256").key, frozenset(key.get("endorsements") or ()))
            for key in published
            if key.get("kty") == "RSA"
        }
        if not keys:
            raise ValueError("no RSA keys")
        return keys

    async def _get(self, url: str) -> Any:
        async with self._session.get(
            url, timeout=self._timeout, allow_redirects=False, raise_for_status=True
        ) as answer:
            return orjson.loads(await answer.read())
