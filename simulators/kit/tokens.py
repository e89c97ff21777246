"""Checking bearer tokens as the vendors' own services do: against the keys that Entra publishes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import orjson


class TokenError(Exception):
    """The call carries no token that counts; the text says why."""


class TokenChecker:
    """Accepts tokens that a key under `keys_url` signed for one of `audiences`.

    Keys are fetched when a token names one that is not known yet. `ca_file` is the authority to trust.
    """

    def __init__(self, keys_url: str, audiences: str | Sequence[str], *, ca_file: Path | None = None) -> None:
        self._keys_url = keys_url
        self._audiences = [audiences] if isinstance(audiences, str) else list(audiences)
        self._tls = ssl.create_default_context(cafile=str(ca_file)) if ca_file else None
        self._keys: dict[str, Any] = {}
        self._fetching = asyncio.Lock()

    async def claims(self, headers: Mapping[str, str]) -> dict[str, Any]:
        """The claims of the bearer token in `headers`. Raises TokenError."""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenError("no bearer token")
        try:
            kid = str(jwt.get_unverified_header(token).get("kid"))
            claims: dict[str, Any] = jwt.decode(
                token,
                await self._key(kid),
                algorithms=["RS256"],
                audience=self._audiences,
                leeway=5,
                options={"require": ["exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise TokenError(str(error)) from error
        return claims

    async def _key(self, kid: str) -> Any:
        async with self._fetching:
            if kid not in self._keys:
                self._keys = await self._fetch()
        if kid not in self._keys:
            raise TokenError(f"no key {kid}")
        return self._keys[kid]

    async def _fetch(self) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=5)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(self._keys_url, ssl=self._tls or True) as answer,
        ):
            keys = orjson.loads(await answer.read())["keys"]
        return {key["kid"]: jwt.PyJWK(key, "RS256").key for key in keys}
