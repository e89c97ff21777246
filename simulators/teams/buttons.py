"""Finding a button on a card, as a finger does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def actions(node: Any) -> Iterator[dict[str, Any]]:
    """Every Action.Execute in a card, from the top down; hidden fallbacks are not buttons."""
    if isinstance(node, list):
        for child in node:
            yield from actions(child)
    elif isinstance(node, dict):
        if node.get("type") == "Action.Execute":
            yield node
        for name, child in node.items():
            if name not in ("fallback", "refresh"):
                yield from actions(child)


def find(card: Any, verb: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """The first button with this verb whose data holds all of `data`; the card's own refresh counts as one."""
    refresh = card.get("refresh", {}).get("action", {}) if isinstance(card, dict) else {}
    for action in (*actions(card), refresh):
        held = action.get("data") or {}
        if action.get("verb") == verb and all(held.get(name) == value for name, value in data.items()):
            return action
    return None
