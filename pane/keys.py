"""Entra's signing keys: fetched off the request's way, kept by key id, renewed before they are needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
import jwt
import structlog

_log = structlog.get_logger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=5)


class KeysUnavailableError(Exception):
    """No signing keys are known and Entra did not hand any out: try again soon."""


@dataclass(slots=True)
class _TenantKeys:
    by_id: dict[str, jwt.PyJWK] = field(default_factory=dict)
    fetched_at: float = float("-inf")
    tried_at: float = float("-inf")
    fetching: asyncio.Task[None] | None = None


class EntraKeys:
    """Signing keys per tenant. One fetch at a time per tenant, whoever waits for it.

    Keys older than `refresh_after` seconds are used and renewed in the background. A key id that nobody knows
    leads to a fetch at most every `retry_after` seconds, so that made-up tokens cannot make us call Entra.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        authority: str,
        *,
        refresh_after: float = 12 * 3600,
        retry_after: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._authority = authority.rstrip("/")
        self._refresh_after = refresh_after
        self._retry_after = retry_after
        self._clock = clock
        self._tenants: dict[str, _TenantKeys] = {}

    async def get(self, tenant: str, key_id: str) -> jwt.PyJWK | None:
        """The key of that id, or None where the tenant has none. Raises `KeysUnavailableError`."""
        keys = self._tenants.setdefault(tenant, _TenantKeys())
        now = self._clock()
        may_try = now - keys.tried_at >= self._retry_after
        if key_id in keys.by_id:
            if now - keys.fetched_at > self._refresh_after and may_try:
                self._fetch(tenant, keys)
            return keys.by_id[key_id]
        if may_try or keys.fetching is not None:
            await asyncio.shield(self._fetch(tenant, keys))
        if not keys.by_id:
            raise KeysUnavailableError
        return keys.by_id.get(key_id)

    async def warm_up(self, tenant: str) -> None:
        """Afterwards the first sign-in need not wait for Entra, if Entra answered."""
        await asyncio.shield(self._fetch(tenant, self._tenants.setdefault(tenant, _TenantKeys())))

    async def close(self) -> None:
        """No fetch is under way afterwards."""
        under_way = [keys.fetching for keys in self._tenants.values() if keys.fetching is not None]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _fetch(self, tenant: str, keys: _TenantKeys) -> asyncio.Task[None]:
        if keys.fetching is None:
            keys.fetching = asyncio.create_task(self._renew(tenant, keys))
        return keys.fetching

    async def _renew(self, tenant: str, keys: _TenantKeys) -> None:
        keys.tried_at = self._clock()
        try:
            fetched = await self._download(tenant)
        except (aiohttp.ClientError, TimeoutError, ValueError, jwt.PyJWTError) as error:
            _log.warning("pane.keys.unavailable", tenant=tenant, error=type(error).__name__)
        else:
            keys.by_id, keys.fetched_at = fetched, self._clock()
        finally:
            keys.fetching = None

    async def _download(self, tenant: str) -> dict[str, jwt.PyJWK]:
        url = f"{self._authority}/{tenant}/discovery/v2.0/keys"
        async with self._session.get(url, timeout=TIMEOUT, raise_for_status=True, allow_redirects=False) as answer:
            body = await answer.json(content_type=None)
        signing = [key for key in body["keys"] if key.get("kty") == "RSA" and key.get("use", "sig") == "sig"]
        if not signing:
            raise ValueError("no RSA signing keys")
        return {key["kid"]: jwt.PyJWK({**key, "alg": "RS256"}) for key in signing}
