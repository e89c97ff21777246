"""Whose eyes an example is drawn for, and what others wrote in it: the same states in any language, with any words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

View = TypeVar("View")
COUNTRIES = {"en": "GB", "de": "DE", "es": "ES"}
_language: ContextVar[str] = ContextVar("language", default="")
_words: ContextVar[str | None] = ContextVar("words", default=None)
IDS = frozenset({"id", "card_id", "matching", "crm", "key", "CrmState.name"})
KEPT = IDS | {
    # Ids and addresses.
    "record", "crm_name", "type", "url", "activity_url", "recording_url", "request", "request_id", "source",
    "provider", "drawn", "starts", "FormInput.name", "CustomerListView.name", "Look.channel", "CreatingView.choices",
    "wrong", "shown", "read_only", "ContactPoint.label", "Field.name", "fields_drawn", "problems",
    # Codes, and what a search goes by.
    "reason", "pause_reason", "last_reason", "match", "forbidden", "problem", "kind", "marks",
}  # fmt: skip
"""Fields, with or without whose they are, of which the text is ours: the rest is what other people wrote."""
_IDS = re.compile(r"\b\w+Id\b")


@contextmanager
def eyes(language: str = "", words: str | None = None) -> Iterator[None]:
    """Within, every example is drawn in `language`, and with `words` in place of every text of others."""
    tokens = _language.set(language), _words.set(words)
    try:
        yield
    finally:
        _language.reset(tokens[0])
        _words.reset(tokens[1])


def seen_by() -> dict[str, str]:
    """What of a viewer is different; nothing outside of `eyes`."""
    language = _language.get()
    return {"language": language, "country": COUNTRIES[language]} if language else {}


def told(view: View) -> View:
    """`view`, with the words that `eyes` were given."""
    words = _words.get()
    return view if words is None else spoilt(view, words)  # type: ignore[no-any-return]


def spoilt(value: Any, words: str, kept: AbstractSet[str] = KEPT) -> Any:
    """`value` with `words` in place of every text but those of the fields `kept`, and of ids."""
    if is_dataclass(value) and not isinstance(value, type):
        hints = {one.name: str(one.type) for one in fields(value) if one.init}
        return replace(value, **_changed(value, hints, words, kept))
    if isinstance(value, tuple) and hasattr(value, "_replace"):
        hints = {name: str(value.__annotations__[name]) for name in value._fields}
        return value._replace(**_changed(value, hints, words, kept))
    if isinstance(value, tuple):
        return tuple(spoilt(one, words, kept) for one in value)
    if isinstance(value, Mapping):
        return {key: spoilt(one, words, kept) for key, one in value.items()}
    return words if type(value) is str else value


def _changed(value: Any, hints: Mapping[str, str], words: str, kept: AbstractSet[str]) -> dict[str, Any]:
    owner = type(value).__name__
    theirs = [name for name in hints if not kept & {name, f"{owner}.{name}"} and not _IDS.search(hints[name])]
    return {name: spoilt(getattr(value, name), words, kept) for name in theirs}
