"""A simulator as an aiohttp application: faults, state, journal, 501 for what it does not know."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from aiohttp import web

from simulators.kit.faults import COMMON, Fault, Faults

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
State = Callable[[], dict[str, Any]]
Outage = Callable[[Fault], web.StreamResponse]

log = structlog.get_logger()

OWN = "/_simulator/"
JOURNAL: web.AppKey[list[dict[str, Any]]] = web.AppKey("journal", list)
"""One entry per request: n, at, method, path, status, and `fault` where one fell; see `note`."""
_HELD: web.RequestKey[Collection[tuple[str, str]]] = web.RequestKey("held", list)
_ENTRY: web.RequestKey[dict[str, Any]] = web.RequestKey("entry", dict)


Calls = Callable[[web.Request], Awaitable[Collection[tuple[str, str]]]]
CALLS: web.AppKey[Calls] = web.AppKey("calls")
"""Method and path of the calls that one request is, for faults that fall on one of them; without it, its own."""


class Address:
    """Where an application listens; empty until it does."""

    url: str = ""


ADDRESS: web.AppKey[Address] = web.AppKey("address", Address)


def simulator_app(
    name: str, faults: Faults, state: State, *, outage: Outage | None = None, max_size: int = 4 * 1024 * 1024
) -> web.Application:
    """An application that knows `/_simulator/faults` and `/_simulator/state`; add the vendor's routes to it.

    `outage` draws the vendor's own 503. `app[JOURNAL]` is the journal and `app[ADDRESS].url` the address.
    """
    app = web.Application(client_max_size=max_size)
    app[JOURNAL] = []
    app[ADDRESS] = Address()
    app.middlewares.extend((_journal(name), _common_faults(faults, outage or _plain_outage)))

    async def show(_: web.Request) -> web.Response:
        return json_response({"simulator": name, **state(), "faults": faults.armed(), "journal": app[JOURNAL]})

    async def count(request: web.Request) -> web.Response:
        return json_response({"requests": len(request.app[JOURNAL])})

    async def clear(_: web.Request) -> web.Response:
        faults.clear()
        return web.Response(status=204)

    app.router.add_get("/_simulator/state", show)
    app.router.add_get("/_simulator/count", count)
    app.router.add_post("/_simulator/faults", _arm(faults))
    app.router.add_delete("/_simulator/faults", clear)
    return app


def json_response(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """`body` as JSON."""
    return web.Response(body=orjson.dumps(body), status=status, headers=headers, content_type="application/json")


def note(request: web.Request, **facts: object) -> None:
    """Write `facts` into the journal's entry for this request."""
    request[_ENTRY].update(facts)


def calls_of(request: web.Request) -> Collection[tuple[str, str]]:
    """Method and path of the request, and of all that it holds."""
    return request[_HELD]


def _arm(faults: Faults) -> Handler:
    async def arm(request: web.Request) -> web.Response:
        try:
            body = orjson.loads(await request.read())
            faults.arm(*(body if isinstance(body, list) else [body]))
        except ValueError as error:
            return json_response({"error": str(error)}, 400)
        return json_response(faults.armed())

    return arm


def _journal(name: str) -> Any:
    @web.middleware
    async def journal(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(OWN):
            return await handler(request)
        entry = _new_entry(request)
        try:
            response = await _answer(name, request, handler)
            entry["status"] = response.status
            return response
        except web.HTTPException as error:
            entry["status"] = error.status
            raise
        except ConnectionResetError:  # the caller has died in the middle of its request
            return dropped(request)
        finally:
            entry["seconds"] = round(time.monotonic() - entry["seconds"], 6)

    return journal


def _new_entry(request: web.Request) -> dict[str, Any]:
    entries = request.app[JOURNAL]
    entry = {"n": len(entries) + 1, "at": datetime.now(UTC).isoformat(), "method": request.method, "path": request.path}
    if correlation_id := request.headers.get("X-Correlation-Id"):
        entry["correlation_id"] = correlation_id
    if request.query_string:
        entry["query"] = request.query_string
    entry |= {"status": None, "seconds": time.monotonic()}
    entries.append(entry)
    request[_ENTRY] = entry
    return entry


async def _answer(name: str, request: web.Request, handler: Handler) -> web.StreamResponse:
    missing = request.match_info.http_exception
    if missing is None:
        return await handler(request)
    log.warning("simulator.unknown_route", simulator=name, method=request.method, path=request.path)
    return json_response({"error": f"The {name} simulator does not know {request.method} {request.path}"}, 501)


def _common_faults(faults: Faults, outage: Outage) -> Any:
    all_there = asyncio.Event()

    @web.middleware
    async def common_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(OWN):
            return await handler(request)
        held = await request.app[CALLS](request) if CALLS in request.app else ()
        request[_HELD] = [(request.method, request.path), *held]
        fault = faults.take_any(calls_of(request), *COMMON)
        if fault is None:
            return await handler(request)
        note(request, fault=fault["fault"])
        if fault["fault"] == "together":
            await _wait_for_the_last(fault, all_there)
            return await handler(request)
        return await _misbehave(fault, request, handler, outage)

    return common_faults


async def _wait_for_the_last(fault: Fault, all_there: asyncio.Event) -> None:
    """The calls on which the fault falls are answered when the last of them has come."""
    if fault["times"] > 0:
        await all_there.wait()
    all_there.set()
    all_there.clear()


async def _misbehave(fault: Fault, request: web.Request, handler: Handler, outage: Outage) -> web.StreamResponse:
    match fault["fault"]:
        case "outage":
            return outage(fault)
        case "timeout":
            await _wait_for_client_to_leave(request, float(fault.get("seconds", "inf")))
            return dropped(request)
        case "refused":
            return dropped(request)
        case "answer_lost":
            await handler(request)
            return dropped(request)
        case "slow":
            await asyncio.sleep(float(fault.get("seconds", 1)))
            return await handler(request)
        case _:
            return await _signal(fault, request, handler)


async def _signal(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Kill a process before the work, after it, or instead of it: the call then never arrived."""
    when = fault.get("when", "before")
    if when == "instead":
        _kill(fault, request)
        return dropped(request)
    if when == "before":
        _kill(fault, request)
        return await handler(request)
    response = await handler(request)
    _kill(fault, request)
    return response


def _kill(fault: Fault, request: web.Request) -> None:
    note(request, killed=fault["pid"], by={name: fault.get(name) for name in ("method", "path")})
    try:
        os.kill(int(fault["pid"]), signal.SIGKILL)
    except ProcessLookupError:
        log.warning("simulator.nothing_to_kill", pid=fault["pid"])


async def _wait_for_client_to_leave(request: web.Request, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and request.transport is not None:  # noqa: ASYNC110 - aiohttp has no event for it
        await asyncio.sleep(0.02)


def dropped(request: web.Request) -> web.Response:
    """Cut the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _plain_outage(fault: Fault) -> web.Response:
    status = int(fault.get("status", 503))
    if fault.get("html"):
        return web.Response(
            text="<html><body><h1>Service Unavailable</h1></body></html>", status=status, content_type="text/html"
        )
    return json_response({"error": {"code": "ServiceUnavailable", "message": "Service unavailable"}}, status)
