"""Values of a mapping file, each checked where it stands. What does not fit is refused by the name of its key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

from connectors.sources import FACTS

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")


class MappingError(Exception):
    """The mapping cannot be used. The message names the key and says what to do."""

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        self.problem = problem
        super().__init__(f"{key}: {problem}")


def check_keys(at: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    for key in table:
        if key not in known:
            raise MappingError(f"{at}.{key}".lstrip("."), f"is not a known key{hint(key, known)}")


def hint(word: object, known: Collection[str]) -> str:
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f": did you mean {near[0]!r}?" if near else f": known are {', '.join(sorted(known))}"


def one_of(at: str, value: Any, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise MappingError(at, f"{value!r} is not known{hint(value, known)}")
    return value


def sources(at: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise MappingError(at, "must be a list of sources")
    return tuple(one_of(at, entry, FACTS) for entry in value)


def identifier(at: str, value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise MappingError(at, f"{value!r} is not a name of a field or table: letters, digits, _ and at most one dot")
    return value


def identifiers(at: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise MappingError(at, "must be a list of fields")
    return tuple(identifier(at, entry) for entry in value)


def table(at: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MappingError(at, "must be a table")
    return value


def text(at: str, value: Any) -> str:
    if not isinstance(value, str):
        raise MappingError(at, "must be a text")
    return value


def texts(at: str, value: Any) -> dict[str, str]:
    return {key: text(f"{at}.{key}", entry) for key, entry in table(at, value).items()}


def options(at: str, table: Mapping[str, Any], names: Collection[str]) -> dict[str, str]:
    return {name: text(f"{at}.{name}", table[name]) for name in names if name in table}


def constant(at: str, value: Any) -> str | int | bool:
    if not isinstance(value, str | int | bool):
        raise MappingError(at, "must be a text, a whole number, true or false")
    return value


def choices(at: str, value: Any) -> dict[str, str | int | bool]:
    return {key: constant(f"{at}.{key}", entry) for key, entry in table(at, value).items()}


def flag(at: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise MappingError(at, "must be true or false")
    return value


def maximum(at: str, value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise MappingError(at, "must be a whole number above 0")
    return value
