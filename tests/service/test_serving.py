"""`customer-card serve` as a process: what it does with the machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.processor import affinity

ROOT = Path(__file__).resolve().parents[2]
_SETTINGS = """\
[service]
port = 0
management_port = 0
one_processor = {one_processor}
[database]
url = "{url}"
[teams]
development = true
"""


@contextmanager
def _serving(config: Path, url: str, *, one_processor: str) -> Iterator[subprocess.Popen[str]]:
    """The service, which listens; asked to end, and ended well, afterwards."""
    config.write_text(_SETTINGS.format(url=url, one_processor=one_processor))
    program = [sys.executable, "-m", "service", "serve", "--config", str(config)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            assert "management http" in process.stdout.readline()
            yield process
            process.send_signal(signal.SIGTERM)
            said = process.stderr.read()
            assert process.wait(60) == 0, said
        finally:
            process.kill()


def test_the_service_keeps_to_one_processor_and_says_so_once(tmp_path: Path, sqlite_url: str) -> None:
    with _serving(tmp_path / "customer-card.toml", sqlite_url, one_processor="true") as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if "service.one_processor" in line)
        assert f'"allowed": {len(affinity())}' in said
        assert len(os.sched_getaffinity(process.pid)) == 1


def test_the_service_uses_every_processor_where_the_settings_say_so(tmp_path: Path, sqlite_url: str) -> None:
    with _serving(tmp_path / "customer-card.toml", sqlite_url, one_processor="false") as process:
        assert os.sched_getaffinity(process.pid) == affinity()
