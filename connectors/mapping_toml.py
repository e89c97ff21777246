"""Pieces of a mapping as text: values as TOML writes them, comments, and what a comment says of a field. Pure."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_VALUES = 8
_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a type, as its administrator reads of it."""

    name: str
    kind: str
    length: int | None = None
    values: Sequence[str] = ()
    """Of a pick list."""
    is_writable: bool = True
    is_required: bool = False

    def __str__(self) -> str:
        told = f"{self.kind} {self.length}" if self.length else self.kind
        more = ", …" if len(self.values) > _VALUES else ""
        values = f": {', '.join(self.values[:_VALUES])}{more}" if self.values else ""
        return " ".join(f"{self.name} ({told}{values})".split())


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{toml_key(key)} = {toml(one)}" for key, one in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def comment(text: str) -> list[str]:
    """`text` as lines of comment."""
    return textwrap.wrap(
        text, _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_long_words=False, break_on_hyphens=False
    )


def toml_key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else toml(key)
