"""The service under test, seen from outside: started, killed at a point, started again."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class ServiceProcess:
    """`async with` starts it; `restarted` after each death. `folder` keeps its settings, its log and what killed it."""

    def __init__(self, folder: Path, settings: Mapping[str, Any], spoil: str = "") -> None:
        self._folder = folder
        self._settings = folder / "settings.json"
        self._settings.write_text(json.dumps(settings))
        self._arguments = [str(folder), *(["--spoil", spoil] if spoil else [])]
        self._launcher: asyncio.subprocess.Process | None = None
        self.pid = 0
        self.starts = 0
        self.log = folder / "service.log"

    async def __aenter__(self) -> Self:
        with self.log.open("w") as log:
            self._launcher = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.kill.kill_launcher", *self._arguments,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=_ROOT,
                preexec_fn=_die_with_parent,
            )  # fmt: skip
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._launcher is not None
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
        self._launcher.stdin.close()
        try:
            await asyncio.wait_for(self._launcher.wait(), _START_SECONDS)
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
            await self._launcher.wait()

    async def start(self) -> None:
        """It listens."""
        assert self._launcher is not None
        self._launcher.stdin.write(json.dumps({"settings": str(self._settings)}).encode() + b"\n")
        self.pid = (await self._said("started"))["started"]
        await self._said("ready")
        self.starts += 1

    async def death(self) -> int:
        """Waits until it has died; by which signal."""
        died = await self._said("ended")
        self.pid = 0
        return int(died["signal"])

    def arm(self, point: str, where: str, after: int) -> None:
        """It kills itself when it has passed this point `after` times."""
        self.disarm()
        new = self._folder / "arming.json"
        new.write_text(json.dumps({"pid": self.pid, "point": point, "where": where, "after": after}))
        new.rename(self._folder / "armed.json")

    def disarm(self) -> None:
        """No point is armed."""
        (self._folder / "armed.json").unlink(missing_ok=True)

    def noted(self, pid: int) -> bool:
        """True where this process wrote down that it killed itself at its point."""
        kills = self._folder / "kills.jsonl"
        return kills.exists() and any(json.loads(line)["pid"] == pid for line in kills.read_text().splitlines())

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        with self.log.open() as log:
            return "".join(deque(log, count))

    async def _said(self, name: str) -> dict[str, Any]:
        assert self._launcher is not None
        async with asyncio.timeout(_START_SECONDS):
            line = await self._launcher.stdout.readline()
        said: dict[str, Any] = json.loads(line or b"{}")
        assert name in said, f"expected {name!r}, heard {said}:\n{self.last_lines()}"
        return said


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
