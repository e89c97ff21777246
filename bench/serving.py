"""What the server processes share: an aiohttp site on a free port, and updates on command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bench.control import Command, Handler, answer_commands
from bench.scene import Scene, load
from bench.shim import install

Update = Callable[[], Awaitable[Any]]
"""Replaces the scene's card in Teams once."""


def enter() -> Scene:
    """Take part in the run: its host names hold in this process from now on. Call before an SDK is imported."""
    scene = load()
    install(scene.cloud_port)
    return scene


async def serve(app: web.Application, handlers: dict[str, Handler]) -> None:
    """Serve `app` on a free loopback port and answer the harness until it is gone."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    await answer_commands(handlers, port=runner.addresses[0][1])
    await runner.cleanup()


def updates(update: Update) -> dict[str, Handler]:
    """The command `updates`: `count` of them, `concurrency` at a time; answers with milliseconds."""

    async def run(command: Command) -> dict[str, Any]:
        remaining, times = iter(range(command["count"])), []

        async def work() -> None:
            for _ in remaining:
                begun = time.perf_counter()
                await update()
                times.append((time.perf_counter() - begun) * 1000)

        begun = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(command["concurrency"])))
        return {"seconds": time.perf_counter() - begun, "ms": sorted(times)}

    return {"updates": run}
