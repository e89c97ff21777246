"""Calls of the demonstration: it presses the buttons that a person would, over the same HTTP."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp


class Client:
    """One session for everything. Made in an event loop."""

    def __init__(self, ca_file: Path) -> None:
        context = ssl.create_default_context(cafile=str(ca_file))
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context))

    async def get(self, url: str, **headers: str) -> Any:
        """The JSON at `url`."""
        async with self._session.get(url, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)

    async def post(self, url: str, body: Mapping[str, Any], **headers: str) -> Any:
        """What posting `body` answers."""
        async with self._session.post(url, json=body, headers=headers) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise RuntimeError(f"{url} answers {answer.status}: {text[:300]}")
            return json.loads(text) if text else None

    async def close(self) -> None:
        """The connections are given back."""
        await self._session.close()


def elements(card: Any) -> Any:
    """Every object inside a card, from the outside in."""
    if isinstance(card, dict):
        yield card
        for value in card.values():
            yield from elements(value)
    elif isinstance(card, list):
        for item in card:
            yield from elements(item)


def button(card: Any, verb: str, **data: str) -> dict[str, Any] | None:
    """The first button with `verb` whose data starts with what `data` says."""
    for one in elements(card):
        if one.get("type") == "Action.Execute" and one.get("verb") == verb:
            sent = one.get("data", {})
            if all(str(sent.get(name, "")).startswith(value) for name, value in data.items()):
                return dict(one)
    return None


def needed(card: Any, verb: str, **data: str) -> dict[str, Any]:
    """As `button`, where there must be one. Raises LookupError."""
    found = button(card, verb, **data)
    if found is None:
        raise LookupError(f"no button {verb}")
    return found


def plain(card: Any) -> str:
    """Everything in a card as text, without the marks that escape Markdown."""
    return str(card).replace("\\", "")


def texts_of(card: Any) -> list[str]:
    """What a reader sees of a part of a card, line by line, without what its buttons say."""
    return [str(one["text"]).replace("\\", "") for one in elements(card) if one.get("type") == "TextBlock"]
