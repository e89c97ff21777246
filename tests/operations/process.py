"""The service as operators run it: a process of its own, told by signals."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.scenarios.world import World, inhabited

ROOT = Path(__file__).resolve().parents[2]


def environment(tables: Mapping[str, Any]) -> dict[str, str]:
    """The settings as variables."""
    told = {f"CUSTOMER_CARD_{name.upper()}": json.dumps(values) for name, values in tables.items()}
    return {**os.environ, "PYTHONPATH": str(ROOT), **told}


@dataclass
class Running:
    """One process."""

    process: asyncio.subprocess.Process
    log: Path

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    async def ended(self, seconds: float = 40) -> int:
        """Its exit code."""
        async with asyncio.timeout(seconds):
            return await self.process.wait()

    def logged(self) -> list[dict[str, Any]]:
        """What it has written to standard error: one object a line."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@asynccontextmanager
async def served(
    world: World, folder: Path, *, before: Sequence[str] = (), words: Sequence[str] = (), **more: Any
) -> AsyncIterator[Running]:
    """The process listens. `before` stands before the command, `words` behind it."""
    log = folder / "service.log"
    command = [*before, sys.executable, "-m", "service", "serve", *words]
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=subprocess.PIPE, stderr=errors, env=environment(world.tables), **({"cwd": ROOT} | more)
        )
    try:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        assert "management http" in line, log.read_text()
        web, _, management = line.removeprefix("customer-card: web ").strip().partition(", management ")
        await inhabited(world, web, management)
        yield Running(process, log)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
