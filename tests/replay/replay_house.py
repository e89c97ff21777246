"""The service as it runs in the field, a process of its own, among the simulators; pages may sign in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulators.contact_centre.sender import Sender
from tests.kill.kill_house import ON_CARD, SECRET, House, open_house

_SECRET = ("client_secret", "secrets")


@contextmanager
def open_replay(folder: Path, database_url: str, agents: int) -> Iterator[House]:
    """Everything runs, the service as `customer-card serve` with a file of settings."""
    with open_house(folder, agents, customers=40) as house:
        settings = house.settings(database_url)
        settings["teams"]["development_sign_in"] = f"{house.urls['entra']}/_simulator/sso-token"
        file = folder / "customer-card.toml"
        file.write_text("\n".join(_tables(settings)))
        with _served(file, dict(_secrets(settings)), folder / "service.log") as process:
            yield house
            assert process.poll() is None, "the service has ended by itself"


@contextmanager
def _served(settings: Path, secrets: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """It listens; it ends with the block."""
    command = [sys.executable, "-m", "service", "serve", "--config", str(settings)]
    options = {"stdout": subprocess.PIPE, "env": os.environ | secrets}
    with log.open("w") as said, subprocess.Popen(command, stderr=said, **options) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline(), log.read_text()
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def sender(house: House) -> Sender:
    """The contact centre's outbox. Made in an event loop."""
    return Sender(f"{house.service}/intake/v1/{ON_CARD}", SECRET)


def _secrets(settings: Mapping[str, Any], name: str = "CUSTOMER_CARD") -> Iterator[tuple[str, str]]:
    """Secrets stand in no file: what is to be in the service's environment."""
    for key, value in settings.items():
        place = f"{name}_{key.upper()}" if name == "CUSTOMER_CARD" else f"{name}__{key.upper()}"
        if isinstance(value, Mapping):
            yield from _secrets(value, place)
        elif key in _SECRET:
            yield place, value if isinstance(value, str) else json.dumps(value)


def _tables(settings: Mapping[str, Any], name: str = "") -> Iterator[str]:
    """`settings` as TOML."""
    if name:
        yield f"[{name}]"
    inner = {key: value for key, value in settings.items() if isinstance(value, Mapping)}
    for key, value in settings.items():
        if key not in inner and key not in _SECRET:
            yield f"{key} = {json.dumps(value)}"
    for key, value in inner.items():
        yield from _tables(value, f"{name}.{key}" if name else key)
