"""A PostgreSQL of the benchmark's own: a fresh cluster on a Unix socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USER = "postgres"


class PostgresMissing(Exception):
    """This machine has no PostgreSQL server; the text says what to install."""


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of an empty database with the server's default settings: every commit is durable."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder, owner = Path(name), _owner()
        if owner:
            shutil.chown(folder, owner)
        data = folder / "data"
        _call(owner, programs / "initdb", "--auth=trust", f"--username={_USER}", "--encoding=UTF8", "-N", "-D", data)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60"
        _call(owner, programs / "pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://{_USER}@/postgres?host={folder}"
        finally:
            _call(owner, programs / "pg_ctl", "-w", "-D", data, "-m", "immediate", "stop")


def _programs() -> Path:
    """Where the server's programs are; Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not places:
        raise PostgresMissing("no PostgreSQL server: apt-get install postgresql")
    return places[-1].parent


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: the user that does it instead, or None for the caller."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_USER).pw_name
    except KeyError:
        raise PostgresMissing("no user postgres: apt-get install postgresql") from None


def _call(owner: str | None, *command: str | Path) -> None:
    done = subprocess.run(command, user=owner, cwd="/", capture_output=True, text=True, check=False, env=_environment())
    if done.returncode:
        raise PostgresMissing(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-300:]}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
