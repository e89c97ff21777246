"""Our border with the real desk behind it: `python -m bench.ours_linking DATABASE`, figure (b)."""

from __future__ import annotations

import asyncio
import sys

import aiohttp

from bench import serving
from bench.calls import SETTINGS
from bench.ours import as_in_the_field, border, connector
from desk.act import ActionDesk
from service.access import Access
from service.crossing import Crossing
from service.desk import ServiceDesk
from service.directory import ServiceDirectory
from service.settings import AccessSettings
from storage.engine import Database

_THREADS = 16


async def _main(url: str) -> None:
    scene = serving.enter()
    database, crossing = Database(url), Crossing(_THREADS)
    desk = ServiceDesk(database, ActionDesk(database, SETTINGS), crossing)
    directory = ServiceDirectory(database, crossing, SETTINGS, Access(AccessSettings()), "GB")
    async with aiohttp.ClientSession() as session:
        app = border(scene, session, connector(scene, session), desk, directory)
        with as_in_the_field():
            await serving.serve(app, {})
    crossing.close()
    database.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
