"""The service as a process that can be killed at points named from outside, and spoilt on purpose.

`python -m tests.kill.kill_launcher FOLDER [--spoil NAME]` imports everything once and then forks one service for
each line `{"settings": FILE}` on its standard input: a fork starts in a moment, and to be killed it is a process like
any other. On standard output: `{"started": PID}`, `{"ready": PID}` once it listens, `{"ended": PID, "signal": N}`.

While `FOLDER/armed.json` says `{"pid", "point", "where", "after"}`, that process kills itself at the point, having
written it to `FOLDER/kills.jsonl`. The points are put in here: the product knows nothing of them.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service import log
from service.desk import ServiceDesk
from service.inbox import ServiceInbox
from service.settings import Settings
from service.wiring import Service
from tests.kill import kill_spoilt

LEASE_SECONDS = 3.0
BEFORE_COMMIT, BEFORE_ANSWER = "before the commit", "between commit and answer"
_PR_SET_PDEATHSIG = 1


class KillPoints:
    """What this process does when it comes to a point."""

    def __init__(self, folder: Path) -> None:
        self._armed = folder / "armed.json"
        self._kills = folder / "kills.jsonl"
        self._lock = threading.Lock()
        self._passed = 0

    def put_in(self) -> None:
        """From now on commits, and what is answered after a commit, are points."""
        sa.event.listen(sa.Engine, "commit", self._committing)
        ServiceInbox.put = self._then_die(ServiceInbox.put, "event")
        ServiceDesk.act = self._then_die(ServiceDesk.act, "action")

    def _committing(self, _connection: sa.Connection) -> None:
        self._come_to(BEFORE_COMMIT, "jobs" if threading.current_thread().name.startswith("jobs") else "desk")

    def _then_die(self, work: Callable[..., Awaitable[Any]], where: str) -> Callable[..., Awaitable[Any]]:
        async def work_then_die(*args: Any) -> Any:
            result = await work(*args)
            self._come_to(BEFORE_ANSWER, where)
            return result

        return work_then_die

    def _come_to(self, point: str, where: str) -> None:
        if not self._armed.exists():
            return
        with self._lock:
            armed = json.loads(self._armed.read_text())
            if (armed["pid"], armed["point"], armed["where"]) != (os.getpid(), point, where):
                return
            self._passed += 1
            if self._passed > armed["after"]:
                die(self._kills, point, where)


def die(kills: Path, point: str, where: str) -> None:
    """No clean-up, no goodbye: the note is in the kernel's hands, the process is gone."""
    note = json.dumps({"pid": os.getpid(), "point": point, "where": where}) + "\n"
    handle = os.open(kills, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, note.encode())
    os.kill(os.getpid(), signal.SIGKILL)


def say(**facts: object) -> None:
    """One line for the test; one write, so that parent and child never mix."""
    os.write(1, (json.dumps(facts) + "\n").encode())


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Service(settings, lease_seconds=LEASE_SECONDS):
        say(ready=os.getpid())
        await stop.wait()


def _child(settings: Path, folder: Path, parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log.configure("WARNING")
    KillPoints(folder).put_in()
    asyncio.run(_serve(Settings(**json.loads(settings.read_text()))))


def main() -> None:
    """One service after the other, as many as are asked for."""
    parser = argparse.ArgumentParser(description="The service, to be killed.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spoil", choices=sorted(kill_spoilt.WAYS), default="")
    arguments = parser.parse_args()
    if arguments.spoil:
        kill_spoilt.WAYS[arguments.spoil]()
    fork = partial(_child, folder=arguments.folder, parent=os.getpid())
    for line in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if pid == 0:
            try:
                fork(Path(json.loads(line)["settings"]))
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a child must not go on as the parent
                sys.excepthook(*sys.exc_info())
                os._exit(1)
        say(started=pid)
        _, status = os.waitpid(pid, 0)
        say(ended=pid, signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


if __name__ == "__main__":
    main()
