"""The same cards, built from a library's classes: `python -m bench.peers.cards_builder teams|adaptive FILE`.

Each card is taken apart once into a plan of classes and arguments. What is timed is what hand-written code would do:
call the constructors from the leaves up, and have the whole written as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.control import Command, answer_commands

_UNTYPED = {"choices": "Choice", "refresh": "Refresh", "facts": "Fact"}
"""Keys whose values have no `type` of their own."""
Build = Callable[[], Any]


def classes(library: str) -> tuple[dict[str, Any], Callable[[Any], str]]:
    """The library's class for each element type, and how a card is written."""
    if library == "teams":
        import microsoft_teams.cards as teams

        found = _typed(vars(teams).values())
        return found | {"Choice": teams.Choice, "Refresh": teams.RefreshDefinition, "Fact": teams.Fact}, _teams_json
    import adaptive_cards.card as adaptive
    from adaptive_cards import types

    found = _typed([*vars(adaptive).values(), *vars(types).values()])
    return found | {"Choice": adaptive.InputChoice, "Refresh": types.Refresh}, lambda card: card.to_json()


def _typed(values: Any) -> dict[str, Any]:
    models = [value for value in values if isinstance(value, type) and "type" in getattr(value, "model_fields", {})]
    return {model.model_fields["type"].default: model for model in models}


def _teams_json(card: Any) -> str:
    return card.model_dump_json(by_alias=True, exclude_none=True)  # type: ignore[no-any-return]


def plan(value: Any, known: dict[str, Any], key: str = "") -> Build:
    """A function that builds `value` anew each time it is called."""
    if isinstance(value, list):
        parts = [plan(item, known, key) for item in value]
        return lambda: [part() for part in parts]
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or key == "data" or (kind is None and key not in _UNTYPED):
        return lambda: value
    model = known[str(kind) if kind else _UNTYPED[key]]
    fields = {name: plan(item, known, name) for name, item in value.items() if name != "type"}
    plain = {name: item for name, item in value.items() if name != "type" and not isinstance(item, (dict, list))}
    nested = {name: part for name, part in fields.items() if name not in plain}
    return lambda: model(**plain, **{name: part() for name, part in nested.items()})


async def _main(library: str, cards: list[dict[str, Any]]) -> None:
    known, written = classes(library)
    if library == "adaptive":  # its refresh.action is a string
        cards = [{name: value for name, value in card.items() if name != "refresh"} for card in cards]
    plans = [plan(card, known) for card in cards]
    written(plans[0]())  # a card that the library cannot express stops the peer here

    async def build(_command: Command) -> dict[str, Any]:
        begun = time.process_time()
        for each in plans:
            written(each())
        return {"cpu_us": (time.process_time() - begun) / len(plans) * 1e6}

    await answer_commands({"build": build})


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], json.loads(Path(sys.argv[2]).read_bytes())))
