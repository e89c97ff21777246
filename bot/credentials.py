"""The bot's own token for the Bot Connector: from msal, kept, renewed by one caller for all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import jwt
import msal
import requests
import structlog

from bot.delivery import NotAuthorised

log = structlog.get_logger(__name__)

SCOPE = "https://api.botframework.com/.default"
_AHEAD = 300.0
"""Seconds before its expiry that a token is renewed."""
_PAUSE = 5.0
"""Seconds after a failure in which Entra is not asked again."""


class Tokens(Protocol):
    """Where bearer tokens come from."""

    async def token(self) -> str:
        """A token that is good for some minutes. Raises NotAuthorised."""
        ...

    def discard(self, token: str) -> None:
        """The Bot Connector did not take `token`: the next one is a fresh one."""
        ...


class NoTokens:
    """Development mode: none are needed on this machine."""

    async def token(self) -> str:
        """Nothing."""
        return ""

    def discard(self, token: str) -> None:
        """Nothing to discard."""


class MsalTokens:
    """Tokens for an application that proves itself with a client secret or a certificate (msal's own mapping).

    Entra is asked in a thread of its own: neither the event loop nor its default threads wait.
    """

    def __init__(
        self,
        app_id: str,
        authority: str,
        credential: str | Mapping[str, str],
        *,
        ca_file: str = "",
        instance_discovery: bool = True,
        timeout: float = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`authority` ends with the tenant. `ca_file` is trusted in place of the machine's own authorities."""
        self._remembered: dict[Any, Any] = {}
        self._settings: dict[str, Any] = {
            "client_id": app_id,
            "authority": authority,
            "client_credential": credential,
            "instance_discovery": instance_discovery,
            "http_client": _http_client(ca_file, timeout),
            "http_cache": self._remembered,
        }
        self._clock = clock
        self._application: Any = None
        self._token = ""
        self._renew_at = self._expires_at = self._failed_at = float("-inf")
        self._renewing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "bot-token")

    async def token(self) -> str:
        """A token that is good for some minutes. Raises NotAuthorised."""
        now = self._clock()
        if now < self._renew_at:
            return self._token
        if now - self._failed_at >= _PAUSE or self._renewing is not None:
            await asyncio.shield(self._renew())
        if self._clock() < self._expires_at:
            return self._token
        raise NotAuthorised("token", code="no_token", retry_after=_PAUSE)

    def discard(self, token: str) -> None:
        """`token` is not handed out again."""
        if token == self._token:
            self._renew_at = self._expires_at = float("-inf")

    async def close(self) -> None:
        """The thread is gone afterwards, and nothing is asked any more."""
        if self._renewing is not None:
            await asyncio.gather(self._renewing, return_exceptions=True)
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._settings["http_client"].close()

    def answer(self) -> Mapping[str, Any]:
        """What Entra answers when it is asked now, an error with its codes among it: for whoever examines settings."""
        return self._acquire(True)

    def _renew(self) -> asyncio.Task[None]:
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._ask())
        return self._renewing

    async def _ask(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._thread, self._acquire, self._expires_at == float("-inf"))
            self._take(answer)
        finally:
            self._renewing = None

    def _acquire(self, is_fresh: bool) -> Mapping[str, Any]:
        try:
            if self._application is None:
                # Not sooner: it asks Entra for its metadata.
                self._application = msal.ConfidentialClientApplication(**self._settings)
            # msal would repeat Entra's last error for a minute without asking again; `_PAUSE` is ours.
            self._remembered.clear()
            if is_fresh:
                self._application.remove_tokens_for_client()
            answer: Mapping[str, Any] = self._application.acquire_token_for_client([SCOPE])
        except (
            msal.exceptions.MsalError,
            requests.RequestException,
            jwt.PyJWTError,
            ValueError,
            KeyError,
            OSError,
        ) as error:
            return {"error": type(error).__name__}
        return answer

    def _take(self, answer: Mapping[str, Any]) -> None:
        now = self._clock()
        token = answer.get("access_token")
        if not isinstance(token, str):
            self._failed_at = now
            log.error("bot.token.refused", error=answer.get("error"), codes=answer.get("error_codes"))
            return
        seconds = float(answer.get("expires_in", 0))
        self._token, self._expires_at = token, now + seconds
        self._renew_at = now + max(seconds - _AHEAD, seconds / 2)
        self._failed_at = float("-inf")


def _http_client(ca_file: str, timeout: float) -> requests.Session:
    """A session that never waits for ever: msal itself sets no time-out."""
    session = _Session(timeout)
    if ca_file:
        # REQUESTS_CA_BUNDLE of the environment would win over `verify`.
        session.trust_env = False
        session.verify = ca_file
    return session


class _Session(requests.Session):
    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", self._timeout)
        return super().request(*args, **kwargs)
