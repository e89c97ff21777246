"""The border: `POST /intake/v1/{NAME}`. Verify, check, store once, acknowledge; understanding comes later."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web

from customers.ids import new_id
from intake import strict_json
from intake.errors import EventRejected
from intake.metrics import EVENTS, REQUESTS, UNKNOWN_VERBS
from intake.ports import Inbox, InboxUnavailable
from intake.rate import TokenBucket
from intake.settings import IntakeSettings
from intake.signatures import Verifier
from intake.sources.generic.parse import BATCH_EVENTS, BATCH_LIMIT, EVENT_LIMIT, Parsed, parse_batch, parse_event

_STRUCTURED = "application/cloudevents+json"
_BATCH = "application/cloudevents-batch+json"
_PLAIN = "application/json"
_LIMITS = {_STRUCTURED: EVENT_LIMIT, _BATCH: BATCH_LIMIT, _PLAIN: BATCH_LIMIT}
_READ_SECONDS = 10
_log = structlog.get_logger("intake")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def routes(
    intakes: Mapping[str, IntakeSettings],
    inbox: Inbox,
    *,
    now: Callable[[], datetime] = _utc_now,
    monotonic: Callable[[], float] = time.monotonic,
) -> list[web.RouteDef]:
    """The intake's routes. Every answer carries `X-Correlation-Id`; none says why a sender was not believed."""
    doors = {name: _Door(name, settings, inbox, now, monotonic) for name, settings in intakes.items()}

    async def post(request: web.Request) -> web.Response:
        door = doors.get(request.match_info["name"])
        return await door.post(request) if door else _answer(404, new_id())

    async def options(request: web.Request) -> web.Response:
        door = doors.get(request.match_info["name"])
        return door.handshake(request) if door else _answer(404, new_id())

    return [web.post("/intake/v1/{name}", post), web.route("OPTIONS", "/intake/v1/{name}", options)]


class _Refused(Exception):
    """The request goes no further."""

    def __init__(self, status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers


class _Door:
    """Where one contact centre knocks."""

    def __init__(
        self,
        name: str,
        settings: IntakeSettings,
        inbox: Inbox,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._name = name
        self._settings = settings
        self._inbox = inbox
        self._now = now
        self._verifier = Verifier(settings)
        self._bucket = TokenBucket(settings.rate, monotonic)

    async def post(self, request: web.Request) -> web.Response:
        """Every event of the request that can be stored is, before the answer."""
        correlation_id = new_id()
        try:
            answer = await self._take_in(request, correlation_id)
        except _Refused as refused:
            answer = _answer(refused.status, correlation_id, refused.body, refused.headers)
            _log.info("intake.refused", intake=self._name, status=refused.status, correlation_id=correlation_id)
        REQUESTS.labels(self._name, answer.status).inc()
        return answer

    def handshake(self, request: web.Request) -> web.Response:
        """CloudEvents webhook validation: consent for the origins that the administrator named, silence for others."""
        origin = request.headers.get("WebHook-Request-Origin", "")
        headers = {"Allow": "POST, OPTIONS"}
        if origin in self._settings.allowed_origins:
            headers |= {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": str(self._settings.rate * 60)}
        return _answer(200, new_id(), headers=headers)

    async def _take_in(self, request: web.Request, correlation_id: str) -> web.Response:
        kind = _content_type(request)
        body = await _read(request, _LIMITS[kind])
        if not self._verifier.is_authentic(request.headers, body, self._now()):
            raise _Refused(401)
        wait = self._bucket.take()
        if wait:
            raise _Refused(429, headers={"Retry-After": str(math.ceil(wait))})
        value = _parse(kind, body)
        if isinstance(value, list):
            return await self._take_batch(value, correlation_id)
        return await self._take_event(value, correlation_id)

    async def _take_event(self, value: Any, correlation_id: str) -> web.Response:
        try:
            parsed = parse_event(value, self._now(), correlation_id)
        except EventRejected as error:
            EVENTS.labels(self._name, "rejected").inc()
            raise _Refused(400, {"pointer": error.pointer, "detail": error.detail}) from None
        await self._store([parsed], correlation_id)
        return _answer(202, correlation_id)

    async def _take_batch(self, values: list[Any], correlation_id: str) -> web.Response:
        if len(values) > BATCH_EVENTS:
            raise _Refused(413)
        good, bad = parse_batch(values, self._now(), lambda index: f"{correlation_id}.{index}")
        await self._store(good, correlation_id)
        if bad:
            EVENTS.labels(self._name, "rejected").inc(len(bad))
            raise _Refused(400, [{"index": item.index, "pointer": item.pointer} for item in bad])
        return _answer(202, correlation_id)

    async def _store(self, parsed: Sequence[Parsed], correlation_id: str) -> None:
        """All of them are durable, or the sender is told to come again."""
        if not parsed:
            return
        try:
            await self._inbox.put(self._name, [item.event for item in parsed])
        except InboxUnavailable:
            _log.warning("intake.unavailable", intake=self._name, correlation_id=correlation_id)
            raise _Refused(503, headers={"Retry-After": "5"}) from None
        EVENTS.labels(self._name, "stored").inc(len(parsed))
        unknown = sum(item.is_unknown for item in parsed)
        if unknown:
            UNKNOWN_VERBS.labels(self._name).inc(unknown)
        _log.info(
            "intake.stored",
            intake=self._name,
            events=len(parsed),
            unknown_verbs=unknown,
            correlation_id=correlation_id,
        )


def _content_type(request: web.Request) -> str:
    """One of ours. Binary mode is refused: its attributes stand in headers, which no signature covers."""
    kind = request.content_type
    is_readable = request.headers.get("Content-Encoding", "identity").lower() == "identity"
    is_utf8 = (request.charset or "utf-8").lower() in ("utf-8", "utf8", "us-ascii")
    is_binary = kind == _PLAIN and "ce-specversion" in request.headers
    if kind not in _LIMITS or not is_readable or not is_utf8 or is_binary:
        raise _Refused(415)
    return kind


async def _read(request: web.Request, limit: int) -> bytes:
    """The body, of which never more than `limit` bytes are kept."""
    if (request.content_length or 0) > limit:
        raise _Refused(413)
    body = bytearray()
    try:
        async with asyncio.timeout(_READ_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise _Refused(413)
    except TimeoutError:
        raise _Refused(408) from None
    return bytes(body)


def _parse(kind: str, body: bytes) -> Any:
    """The event, or the list of events, that a body of `kind` holds."""
    try:
        value = strict_json.parse(body)
    except strict_json.BadJson:
        raise _Refused(400, {"pointer": "", "detail": "not JSON as RFC 8259 and UTF-8 have it"}) from None
    if kind == _PLAIN and not isinstance(value, list) and not (isinstance(value, dict) and "specversion" in value):
        raise _Refused(415)
    if kind != _PLAIN and isinstance(value, list) != (kind == _BATCH):
        raise _Refused(400, {"pointer": "", "detail": "a batch is an array, an event is an object"})
    if kind == _PLAIN and isinstance(value, dict) and len(body) > EVENT_LIMIT:
        raise _Refused(413)
    return value


def _answer(
    status: int, correlation_id: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    text = "" if body is None else json.dumps(body)
    own = {"X-Correlation-Id": correlation_id, **(headers or {})}
    return web.Response(status=status, text=text, content_type=_PLAIN, headers=own)
