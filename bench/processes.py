"""Starting a benchmark's processes, talking to them, and reading the CPU that they used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEERS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"


class ProcessFailed(Exception):
    """A process did not start, or could not do what it was told; the text says why."""


class Process:
    """A running process of the harness, started from a module of ours."""

    def __init__(self, popen: subprocess.Popen[str], log: Path) -> None:
        self._popen = popen
        self._log = log
        self.ready = self._read()

    @property
    def pid(self) -> int:
        """The process's id, for reading its CPU."""
        return self._popen.pid

    @property
    def port(self) -> int:
        """Where it listens, if it does."""
        return int(self.ready["port"])

    def ask(self, do: str, **command: Any) -> dict[str, Any]:
        """The answer to a command. Raises `ProcessFailed` when there is none or it is an error."""
        assert self._popen.stdin is not None
        self._popen.stdin.write(json.dumps({"do": do, **command}) + "\n")
        self._popen.stdin.flush()
        return self._read()

    def close(self) -> None:
        """The process has ended afterwards."""
        assert self._popen.stdin is not None
        self._popen.stdin.close()
        try:
            self._popen.wait(10)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        if self._popen.stdout is not None:
            self._popen.stdout.close()

    def _read(self) -> dict[str, Any]:
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": self._last_words()}
        if "error" in answer:
            raise ProcessFailed(str(answer["error"]))
        return answer

    def _last_words(self) -> str:
        lines = [line for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else "ended without a word"


@contextmanager
def process(
    module: str, *args: str, log: Path, python: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """`module` runs in the block with this environment's Python, or with `python`."""
    command = [str(python or sys.executable), "-m", module, *args]
    environment = {**os.environ, **(env or {}), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with ExitStack() as stack:
        errors = stack.enter_context(log.open("a"))
        popen = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, cwd=ROOT
        )
        stack.callback(_end, popen)
        running = Process(popen, log)
        stack.callback(running.close)
        yield running


def _end(popen: subprocess.Popen[str]) -> None:
    if popen.poll() is None:
        popen.kill()
        popen.wait()
    for pipe in (popen.stdin, popen.stdout):
        if pipe is not None and not pipe.closed:
            pipe.close()


def cpu_seconds(pid: int) -> float:
    """CPU time, user and system, that process `pid` has used so far, all its threads together."""
    try:
        return time.clock_gettime(_cpu_clock(pid))
    except (OSError, AttributeError):
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _cpu_clock(pid: int) -> int:
    """The clock id of another process on Linux, as clock_getcpuclockid(3) makes it; nanoseconds, not ticks."""
    return (~pid << 3) | 2
