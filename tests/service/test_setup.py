"""`make demo` on a bare machine: what is missing is named with the package to install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _setup(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The set-up of a copy, so that no virtual environment is there yet."""
    copy = tmp_path / "copy"
    (copy / "scripts").mkdir(parents=True)
    (copy / "requirements").mkdir()
    for name in ("scripts/setup.py", "pyproject.toml"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    # A lock that nothing can satisfy: the installation fails at once and without a network.
    for kind in ("runtime", "dev"):
        (copy / "requirements" / f"{kind}.txt").write_text("no-such-thing @ file:///nowhere/at/all.whl\n")
    return subprocess.run(
        [sys.executable, "scripts/setup.py"],
        cwd=copy,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_venv_is_named_with_its_package(tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError('as on a bare Debian')\n")
    answer = _setup(tmp_path, PYTHONPATH=str(tmp_path))
    assert answer.returncode == 1
    assert "apt-get install python3." in answer.stderr
    assert "-venv" in answer.stderr


def test_a_failed_installation_names_what_to_install_for_a_compiler(tmp_path: Path) -> None:
    answer = _setup(tmp_path)
    assert answer.returncode == 1
    assert "compiler" in answer.stderr
    assert "apt-get install build-essential python3-dev" in answer.stderr
