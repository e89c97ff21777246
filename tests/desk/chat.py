"""A card in the chat as Teams treats it: all fields go with every press, and the answer takes the card's place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from cards import render
from customers.ids import CardId, LegId
from customers.ports import Action, Answer
from customers.views import Section, Surface, Viewer
from desk.act import ActionDesk
from desk.work import DeskSettings
from storage import cards
from storage.engine import Database
from storage.tables import jobs, legs
from storage.views import card_view
from tests.cards.card_checks import check, nodes
from tests.desk.test_desk_races import ELINOR, SETTINGS

VIEWER = Viewer(ELINOR, "tenant", "Elinor Dashwood")
NOTES, OUTCOME = "wrapup.notes", "wrapup.disposition"


@dataclass
class Chat:
    """Elinor's chat with one card in it, every section open."""

    database: Database
    data: dict[str, str]
    card: Any = None
    fields: dict[str, str] = field(default_factory=dict)
    settings: DeskSettings = SETTINGS

    def __post_init__(self) -> None:
        with self.database.write() as tx:
            opened = sorted(section.value for section in Section)
            cards.update_view(tx, ELINOR, CardId(self.data["card"]), sections=opened)
        self.delivered(always=True)

    def shows(self, card: Any) -> None:
        """The card takes the place of the one before, with what stands in its fields."""
        check(card)
        self.card = card
        inputs = [node for node in nodes(card) if node.get("type", "").startswith("Input.")]
        self.fields = {node["id"]: str(node.get("value", "")) for node in inputs}

    def types(self, text: str, name: str = NOTES) -> None:
        """What stands in a field now."""
        self.fields[name] = text

    def presses(self, verb: str, **data: str) -> Answer:
        """A press, its answer, and what the bot brings to the chat afterwards."""
        action = Action(verb, {**self.data, **data}, {**self.fields}, Surface.CHAT)
        answer = ActionDesk(self.database, self.settings).act(VIEWER, action)
        if isinstance(answer.card, bytes):
            self.shows(orjson.loads(answer.card))
        self.delivered()
        return answer

    def delivered(self, *, always: bool = False) -> None:
        """The card changes in place where a job wants that."""
        with self.database.write() as tx:
            due = tx.execute(sa.delete(jobs).where(jobs.c.lane == "cards")).rowcount
        if due or always:
            with self.database.read() as connection:
                leg = LegId(self.data["leg"])
                view = card_view(connection, VIEWER, CardId(self.data["card"]), self.settings.views, leg)
            assert view is not None
            self.shows(render.customer_card(view, VIEWER, Surface.CHAT))

    def stored(self) -> dict[str, Any]:
        """What is kept of wrap-up."""
        with self.database.read() as connection:
            return dict(connection.execute(sa.select(legs.c.edits).where(legs.c.id == self.data["leg"])).scalar_one())
