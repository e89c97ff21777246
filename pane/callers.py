"""From a request to the viewer behind it."""

from __future__ import annotations

import zoneinfo
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

import structlog
from aiohttp import web

from customers.views import Viewer
from pane.answers import error_answer
from pane.auth import SignedIn, SignIn, SignInError
from pane.keys import KeysUnavailableError
from pane.ports import Directory
from pane.settings import PaneSettings

_log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class RequestRefusedError(Exception):
    """The request ends with this answer."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.answer = (status, code, headers)


@dataclass(frozen=True, slots=True)
class Callers:
    """Knows who is calling."""

    sign_in: SignIn
    directory: Directory
    settings: PaneSettings

    async def viewer(self, request: web.Request) -> tuple[Viewer, SignedIn]:
        """The viewer and their sign-in. Raises `RequestRefusedError` (401, 403, 503)."""
        signed_in = await self._signed_in(request)
        language = self._language(request.headers.get("X-Language", ""))
        zone = request.headers.get("X-Time-Zone", "")
        viewer = await self.directory.viewer(
            oid=signed_in.oid,
            tenant=signed_in.tenant,
            name=signed_in.name,
            email=signed_in.email,
            language=language,
            time_zone=zone if is_time_zone(zone) else "UTC",
            memberships=signed_in.memberships,
        )
        if viewer is None:
            raise RequestRefusedError(403, "not_enabled")
        return viewer, signed_in

    async def _signed_in(self, request: web.Request) -> SignedIn:
        try:
            return await self.sign_in.check(request.headers.get("Authorization"))
        except SignInError as refusal:
            _log.info("pane.sign_in.refused", code=refusal.code)
            raise RequestRefusedError(401, refusal.code) from refusal
        except KeysUnavailableError as trouble:
            raise RequestRefusedError(503, "keys_unavailable", {"Retry-After": "5"}) from trouble

    def _language(self, wanted: str) -> str:
        short = wanted[:2].lower()
        return short if short in self.settings.languages else self.settings.languages[0]


@lru_cache(maxsize=1024)
def is_time_zone(name: str) -> bool:
    """True for an IANA time zone that exists."""
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


def guarded(handler: Handler) -> Handler:
    """`handler`, whose refusals are answered as such and whose faults are recorded and answered without details."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except RequestRefusedError as refused:
            return error_answer(*refused.answer)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception:  # noqa: BLE001 - the border: nobody may see a traceback
            _log.exception("pane.failed", path=request.path)
            return error_answer(500, "internal")

    return answer
