"""The simulator as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import requests

from simulators.kit.tls import Authority


def test_it_starts_from_the_command_line_and_speaks_tls(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulators.salesforce", "--port", "0", "--tls", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            ca_file = str(Authority(tmp_path).ca_file)
            state = requests.get(f"{ready['url']}/_simulator/state", verify=ca_file, timeout=5).json()
            assert ready["url"].startswith("https://127.0.0.1:")
            assert state["simulator"] == "salesforce"
            assert "Edward Ferrars" in {row["Name"] for row in state["records"]["Contact"]}
        finally:
            process.terminate()
    assert process.returncode == 0
