"""Parts of cards that were drawn are let go of again and again: what customers said is not kept for long (P-16)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from cards import memory

KEPT_SECONDS: Final = 600.0
"""At most so long; who draws a card after that draws all of it once."""


@asynccontextmanager
async def forgetting(seconds: float = KEPT_SECONDS) -> AsyncIterator[None]:
    """Within the block nothing that was drawn is kept for longer than `seconds`, and nothing at all after it."""
    task = asyncio.create_task(_again_and_again(seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        memory.forget()


async def _again_and_again(seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        memory.forget()
