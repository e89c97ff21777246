"""Starting a simulator: as a process of its own, or in a thread of a test."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog
from aiohttp import web

from simulators.kit.app import ADDRESS, JOURNAL, Handler, dropped, json_response, note, simulator_app
from simulators.kit.tls import Authority

__all__ = ["ADDRESS", "JOURNAL", "Handler", "dropped", "json_response", "note", "running", "serve", "simulator_app"]

AppFactory = Callable[[argparse.Namespace], web.Application]
Options = Callable[[argparse.ArgumentParser], None]


def serve(app_factory: AppFactory, argv: Sequence[str] | None = None, options: Options | None = None) -> None:
    """Run one simulator until SIGTERM or Ctrl-C. Prints one line of JSON, `ready` and `url`, when it listens.

    `options` adds the simulator's own command-line options; `app_factory` is given what was parsed.
    """
    package = ".".join(app_factory.__module__.split(".")[:2])
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description="A simulator; see its package.")
    parser.add_argument("--port", type=int, default=0, help="0, the default: any free port")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--tls", type=Path, metavar="FOLDER", help="speak TLS; the authority is kept in FOLDER")
    if options:
        options(parser)
    arguments = parser.parse_args(argv)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    asyncio.run(_serve(app_factory(arguments), arguments))


async def _serve(app: web.Application, arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    authority = Authority(arguments.tls) if arguments.tls else None
    runner = await _start(app, arguments.host, arguments.port, authority)
    sys.stdout.write(json.dumps({"ready": True, "url": app[ADDRESS].url}) + "\n")
    sys.stdout.flush()
    await stop.wait()
    await runner.cleanup()


async def _start(app: web.Application, host: str, port: int, authority: Authority | None) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    context = authority.server_context(host, "localhost") if authority else None
    await web.TCPSite(runner, host, port, ssl_context=context).start()
    shown = f"[{host}]" if ":" in host else host
    app[ADDRESS].url = f"{'https' if authority else 'http'}://{shown}:{runner.addresses[0][1]}"
    return runner


@contextmanager
def running(
    app: web.Application, tls: Authority | None = None, host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """Within the block, `app` (one of `simulator_app`) answers at the URL given, in a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        runner = asyncio.run_coroutine_threadsafe(_start(app, host, port, tls), loop).result(10)
        try:
            yield app[ADDRESS].url
        finally:
            asyncio.run_coroutine_threadsafe(_stop(runner, loop), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(runner: web.AppRunner, loop: asyncio.AbstractEventLoop) -> None:
    await runner.cleanup()
    await hang_up(loop)


async def hang_up(loop: asyncio.AbstractEventLoop) -> None:
    """No connection of `loop` is left: those whose TLS handshake failed or that were cut belong to nobody.

    Left alone, they would warn in somebody else's test.
    """
    for transport in list(getattr(loop, "_transports", {}).values()):
        transport.abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
