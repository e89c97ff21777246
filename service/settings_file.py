"""From the settings file and the environment to `Settings`, or to what is wrong with them, key by key."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from service.errors import ConfigError
from service.settings import PREFIX, Settings

SECRET_KEYS = frozenset({"client_secret", "private_key", "secrets"})
_FILE = "file:"


def load(file: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of `file` (None: `customer-card.toml` where it exists) and the environment.

    Raises ConfigError, which names every wrong key.
    """
    raw = _read(file)
    _refuse_wrong_variables(os.environ if environment is None else environment)
    try:
        return Settings(**_resolved(raw, ""))
    except ValidationError as error:
        raise ConfigError("\n".join(_explained(error))) from None
    except (OSError, ValueError) as error:
        raise ConfigError(str(error)) from None


def _read(file: Path | None) -> dict[str, Any]:
    path = file or Path("customer-card.toml")
    if file is None and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: name an existing file with --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None


def _resolved(value: Any, key: str) -> Any:
    """`value` with `file:PATH` read; a secret that stands in the file itself is refused."""
    if isinstance(value, dict):
        return {name: _resolved(item, f"{key}.{name}".lstrip(".")) for name, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, key) for item in value]
    if key.rsplit(".", 1)[-1] not in SECRET_KEYS or not isinstance(value, str):
        return value
    if not value.startswith(_FILE):
        variable = PREFIX + "__".join(key.upper().split("."))
        raise ConfigError(f"{key}: a secret does not stand in this file: write file:PATH, or set {variable}")
    path = value.removeprefix(_FILE)
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{key}: {path}: {error.strerror}") from None
    except ValueError:
        raise ConfigError(f"{key}: {path}: not a file of UTF-8 text") from None


def _refuse_wrong_variables(environment: Mapping[str, str]) -> None:
    tables = set(Settings.model_fields)
    for name, value in environment.items():
        table = name.removeprefix(PREFIX).split("__")[0].lower()
        if name.startswith(PREFIX) and table not in tables:
            raise ConfigError(f"{name}: there is no table [{table}]; tables are {', '.join(sorted(tables))}")
        if name.startswith(PREFIX) and name.lower().endswith(tuple(SECRET_KEYS)) and value.startswith(_FILE):
            raise ConfigError(f"{name}: a variable holds the secret itself; file:PATH belongs into the settings file")


def _explained(error: ValidationError) -> Iterator[str]:
    """One line a wrong key, without its value: it may be a secret."""
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            yield f"{key}: there is no such setting"
        elif problem["type"] == "missing":
            yield f"{key}: is missing"
        else:
            message = problem["msg"].removeprefix("Value error, ")
            yield f"{key}: {message}" if key else message
