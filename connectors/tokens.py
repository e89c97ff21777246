"""Access tokens: fetched once however many threads ask, and never in a loop."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.errors import CrmAuthFailed, CrmError

MINIMUM_INTERVAL_SECONDS = 5.0
UNPROVEN_SIGN_INS = 2
"""Sign-ins in a row without one accepted call, after which the next has to wait: the first one and one renewal."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. `repr` does not show it."""

    value: str = field(repr=False)
    expires_at: float | None = None
    """By the cache's clock; None where the CRM does not say."""


class TokenCache:
    """One token for all threads. `fetch` signs in: it raises `CrmAuthFailed`, or another `CrmError`."""

    def __init__(
        self,
        crm: str,
        fetch: Callable[[], Token],
        *,
        minimum_interval: float = MINIMUM_INTERVAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._crm = crm
        self._fetch = fetch
        self._minimum_interval = minimum_interval
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._failure: CrmError | None = None
        self._attempts = 0
        self._unproven = 0
        self._last_attempt = 0.0

    def get(self) -> Token:
        """A token that is not known to be over; signs in where there is none."""
        token = self._token
        if token is not None and not self._is_over(token):
            return token
        return self._replace(token)

    def renew(self, refused: Token) -> Token:
        """Another token than `refused`: the one that a neighbour has fetched meanwhile, or a new one."""
        return self._replace(refused)

    def accepted(self, token: Token) -> None:
        """The CRM took `token`: the next renewal need not wait."""
        if self._unproven and token is self._token:
            self._unproven = 0

    def _replace(self, old: Token | None) -> Token:
        seen = self._attempts
        with self._lock:
            if self._token is not None and self._token is not old and not self._is_over(self._token):
                return self._token
            if self._attempts != seen and self._failure is not None:
                raise copy.copy(self._failure)  # it happened while this thread waited: the same for all who did
            self._refuse_too_soon()
            return self._sign_in()

    def _sign_in(self) -> Token:
        self._attempts += 1
        self._unproven += 1
        self._last_attempt = self._clock()
        self._failure = None
        try:
            self._token = self._fetch()
        except CrmError as error:
            self._failure = error
            raise
        return self._token

    def _refuse_too_soon(self) -> None:
        wait = self._last_attempt + self._minimum_interval - self._clock()
        if wait <= 0:
            return
        if isinstance(self._failure, CrmAuthFailed):
            raise copy.copy(self._failure)
        if self._failure is None and self._unproven >= UNPROVEN_SIGN_INS:
            raise CrmAuthFailed(self._crm, "sign_in", code="token_not_accepted", retry_after=wait)

    def _is_over(self, token: Token) -> bool:
        return token.expires_at is not None and self._clock() >= token.expires_at
