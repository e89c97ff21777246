"""What the tests want of the machine: Chromium, PostgreSQL, Node. Installed where we are root on Debian, else named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def missing() -> dict[str, str]:
    """What is not there: name → Debian package."""
    lacks = {}
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        lacks["Chromium"] = "chromium"
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        lacks["PostgreSQL"] = "postgresql"
    if not shutil.which("node"):
        lacks["Node"] = "nodejs"
    return lacks


def main() -> None:
    """Install what is missing where that is possible; say what is not."""
    lacks = missing()
    if not lacks:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(lacks)} …", flush=True)
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", *lacks.values()], check=False, **quiet)  # type: ignore[call-overload]
        lacks = missing()
    for name, package in lacks.items():
        print(f"{name} is not here: its tests are skipped. On Debian: apt-get install {package}", file=sys.stderr)


if __name__ == "__main__":
    main()
