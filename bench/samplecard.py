"""A ready Adaptive Card of about 12 KB for the transports: what is on it does not matter to them, its size does."""

from __future__ import annotations

from typing import Any

_ROWS = 23


def sample_card() -> dict[str, Any]:
    """The same card every time: 12 KB of compact JSON."""
    rows = [_record(number) for number in range(_ROWS)]
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": [_text("Edward Ferrars", size="Large", weight="Bolder"), _text("+44 1632 960123 · Anruf"), *rows],
        "actions": [_button("Refresh", "related.refresh", "0")],
    }


def _text(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def _button(title: str, verb: str, record: str) -> dict[str, Any]:
    data = {"record": record, "version": "7"}
    fallback = {"type": "Action.Submit", "title": title, "data": {"verb": verb, **data}}
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": data, "fallback": fallback}


def _record(number: int) -> dict[str, Any]:
    title = _text(f"Edward Ferrars, Delaford Living {number}", weight="Bolder")
    link = {"type": "ActionSet", "actions": [_button("Link", "link.add", f"salesforce:Contact:003{number:015d}")]}
    columns = [{"type": "Column", "width": "stretch", "items": [title]}, {"type": "Column", "items": [link]}]
    return {"type": "ColumnSet", "columns": columns}
