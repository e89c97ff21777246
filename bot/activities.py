"""Activities that the bot sends: plain dicts, serialised once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from bot.delivery import TooLarge
from customers.ports import AdaptiveCard

CARD = "application/vnd.microsoft.card.adaptive"
SIZE_LIMIT = 80_000
"""Bytes of a message counted as UTF-16: what Microsoft advises bots to stay under; Teams refuses with 413 above."""


def embedded(card: AdaptiveCard | bytes) -> AdaptiveCard | orjson.Fragment:
    """`card` as a value of what orjson is to write; JSON goes in as it is."""
    return orjson.Fragment(card) if isinstance(card, bytes) else card


def card_message(card: AdaptiveCard | bytes, summary: str = "", *, alert: bool = False) -> dict[str, Any]:
    """A message that is `card`. `summary` is what notifications show; `alert` puts it into the activity feed."""
    attachment = {"contentType": CARD, "content": embedded(card)}
    activity: dict[str, Any] = {"type": "message", "attachments": [attachment]}
    if summary:
        activity["summary"] = summary
    if alert:
        activity["channelData"] = {"notification": {"alert": True}}
    return activity


def text_message(text: str) -> dict[str, Any]:
    """A message of plain text, in which nothing is markup."""
    return {"type": "message", "text": text, "textFormat": "plain"}


def serialised(activity: Mapping[str, Any]) -> bytes:
    """The activity as it goes over the wire. Raises TooLarge over SIZE_LIMIT."""
    raw = orjson.dumps(activity)
    # A character takes at least half as many bytes in UTF-8 as in UTF-16: most messages need no second look.
    if 2 * len(raw) > SIZE_LIMIT and utf16_size(raw) > SIZE_LIMIT:
        raise TooLarge("serialise", 413, "MessageSizeTooBig")
    return raw


def utf16_size(raw: bytes) -> int:
    """Bytes of UTF-8 text, counted as UTF-16."""
    return len(raw.decode().encode("utf-16-le"))
