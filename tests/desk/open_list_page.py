"""The list Open as a page keeps it: told whole once, and from then on no more than what has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from customers.ports import Answer
from customers.views import Viewer
from tests.desk.merging_world import ELINOR, Shop


@dataclass
class OpenPage:
    """One agent's."""

    shop: Shop
    viewer: Viewer = ELINOR
    known: str = ""
    lines: dict[str, Any] = field(default_factory=dict)
    """By place, in their order."""

    def refresh(self, selected: str = "") -> int:
        """Asks what has changed; how many lines it was told."""
        answer = self._ask(selected, self.known)
        news = {one["id"]: one for one in body(answer)}
        places = answer.known.split(",")[1:]
        lines = {place: news.get(f"customer.{place.split('.')[0]}", self.lines.get(place)) for place in places}
        assert None not in lines.values(), "the page was not told of a line, and does not have it"
        self.known, self.lines = answer.known, lines
        return sum(name.startswith("customer.") for name in news)

    def is_right(self, selected: str = "") -> bool:
        """True where it has what it would be told of the list as a whole."""
        whole = body(self._ask(selected, ""))
        return [one for one in whole if one["id"].startswith("customer.")] == [*self.lines.values()]

    def _ask(self, selected: str, known: str) -> Answer:
        return self.shop.press("customers.open", self.viewer, card=selected, known=known)


def body(answer: Answer) -> list[dict[str, Any]]:
    """The elements of the card."""
    assert isinstance(answer.card, bytes)
    return [{"id": "", **one} for one in orjson.loads(answer.card)["body"]]
