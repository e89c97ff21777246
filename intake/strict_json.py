"""JSON from strangers: what is ambiguous or cannot be stored is refused, by one exception."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL holds no NUL in text, UTF-8 no lone surrogate."""


class BadJson(ValueError):
    """Not JSON, not UTF-8, a key twice, NaN, or a character that no store can hold. Says nothing of the content."""


def parse(body: bytes) -> Any:
    """The value that `body` holds. Raises BadJson, and nothing else, whatever the bytes."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadJson(type(error).__name__) from None
    return value


def check_values(value: Any, limit: int) -> None:
    """Passes when `value` is nested at most `limit` deep and its text and numbers can be stored. Raises BadJson."""
    level = [value]
    for _ in range(limit + 1):
        inner: list[Any] = []
        for item in level:
            _check_scalar(item)
            if isinstance(item, dict):
                inner.extend(item.keys())
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not any(isinstance(item, dict | list) for item in level):
            return
        level = inner
    raise BadJson("nested too deep")


def _check_scalar(item: Any) -> None:
    if isinstance(item, str) and _UNSTORABLE.search(item):
        raise BadJson("text that cannot be stored")
    if isinstance(item, float) and not math.isfinite(item):
        raise BadJson("a number beyond all bounds")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise BadJson("a key stands there twice")
    return result


def _refuse(_: str) -> NoReturn:
    raise BadJson("NaN and infinity are not JSON")
