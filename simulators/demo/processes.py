"""The processes of the demonstration, and what it takes to start them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

START_SECONDS = 60.0


class DemoError(Exception):
    """The demonstration cannot go on. The message says why and what to do."""


class Processes:
    """Children of this process. `end` ends all of them; so does a parent that is gone."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._running: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
        """Start `python -m …`; the first line that it prints. Raises DemoError when it ends before."""
        log = (self._logs / f"{name}.log").open("w")
        process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", *arguments],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        self._running[name] = process
        return self._first_line(name, process)

    def check(self) -> None:
        """Raises DemoError when one has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise DemoError(f"{name} has ended (code {process.returncode}): see {self._logs / name}.log")

    def end(self) -> None:
        """All of them end: asked first, then made to."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 15
        for process in self._running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _first_line(self, name: str, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        timer = threading.Timer(START_SECONDS, process.kill)
        timer.start()
        line = process.stdout.readline()
        timer.cancel()
        if not line:
            raise DemoError(f"{name} does not start: see {self._logs / name}.log")
        return line


def free_port(wanted: int) -> int:
    """`wanted`, or another one where that is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError("no port is free on 127.0.0.1")


def get_json(url: str) -> Any:
    """What a management address answers; None while it does not."""
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback only
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return None
