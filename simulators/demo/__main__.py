"""`python -m simulators.demo [--script]`: what `make demo` runs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from pathlib import Path
from typing import Any

from aiohttp import web

from simulators.demo.client import Client
from simulators.demo.house import Addresses, House, fresh
from simulators.demo.processes import DemoError, get_json
from simulators.demo.story import Story
from simulators.demo.yesterday import yesterday

WELCOME = """\

  Customer Card for Microsoft Teams — everything runs on this machine.

  Open this link:   {pane}

  You are Elinor Dashwood. Edward Ferrars calls as soon as the page is open. Then try:
    1. his card appears: press Link beside the Salesforce contact, and beside the Dynamics account under Related records
    2. he says that he wrote an e-mail yesterday: press Merge at the top right of the card; it can be taken apart again
    3. press Enter here: Edward hangs up, and wrap-up begins
    4. write notes on the card and press Finish: both CRMs get exactly one completed activity, with a link on the card
  Press Enter again for the next call, Ctrl-C to end everything. Logs: {logs}
"""


def say(text: str) -> None:
    """One line to whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main() -> int:
    """0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m simulators.demo", description=__doc__)
    parser.add_argument("--script", action="store_true", help="play the story without hands, then end")
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help="where database, logs and keys stand")
    arguments = parser.parse_args()
    begun = time.monotonic()
    house = House(fresh(arguments.folder))
    relay = _SignIn()
    client: Client | None = None
    try:
        sign_in = await relay.open()
        addresses = await asyncio.to_thread(house.open, sign_in)
        client = Client(addresses.ca_file)
        relay.client, relay.entra = client, addresses.entra
        say(f"Started in {time.monotonic() - begun:.1f} s.")
        if arguments.script:
            await Story(addresses, client, say).play()
            say("Everything is there.")
        else:
            await _by_hand(house, addresses, client, arguments.folder)
    except DemoError as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    finally:
        if client:
            await client.close()
        await relay.close()
        await asyncio.to_thread(house.close)
    return 0


async def _by_hand(house: House, addresses: Addresses, client: Client, folder: Path) -> None:
    say(WELCOME.format(pane=addresses.pane, logs=folder / "logs"))
    await client.post(f"{addresses.teams}/_simulator/install", {"user": "elinor"})
    await yesterday(client, addresses.contact_centre)
    while not ((await asyncio.to_thread(get_json, f"{addresses.management}/readyz")) or {}).get("views"):
        house.processes.check()
        await asyncio.sleep(0.2)
    keys = _Keys()
    while True:
        await client.post(f"{addresses.contact_centre}/_simulator/call", {})
        say("Edward Ferrars calls. (Enter: he hangs up)")
        await keys.enter(house)
        await client.post(f"{addresses.contact_centre}/_simulator/hang-up", {"wrapup": False})
        say("Edward has hung up; wrap-up has begun. (Enter: the next call)")
        await keys.enter(house)


class _Keys:
    """The Enter key, where there is a keyboard."""

    async def enter(self, house: House) -> None:
        waiting = asyncio.ensure_future(asyncio.to_thread(sys.stdin.readline))
        while not waiting.done():
            house.processes.check()
            await asyncio.wait([waiting], timeout=1)
        if not waiting.result():
            # No keyboard: the house stays open until it is told to close.
            await asyncio.Event().wait()


class _SignIn:
    """Hands the page a token of the Entra stand-in: browsers do not trust its throw-away certificate."""

    def __init__(self) -> None:
        self.client: Client | None = None
        self.entra = ""
        self._runner: web.AppRunner | None = None

    async def open(self) -> str:
        """Where it listens."""
        app = web.Application()
        app.add_routes([web.get("/sign-in", self._token)])
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/sign-in"

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _token(self, request: web.Request) -> web.Response:
        assert self.client is not None
        user = request.query.get("user") or "elinor"
        answer: Any = await self.client.get(f"{self.entra}/_simulator/sso-token?user={user}")
        return web.json_response(answer, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"})


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(main()))
