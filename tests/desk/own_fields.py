"""Fields that a company chose itself, on the cards of one contact centre."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from cards import render
from customers.fields import Choice, Field, FieldType, Labels
from customers.ids import CardId
from customers.ports import Action, Answer
from customers.views import Section, Surface, Viewer
from desk.act import ActionDesk
from desk.work import DeskSettings
from storage import cards, tables
from storage.engine import Database
from storage.views import card_view
from tests.cards.card_checks import check, nodes
from tests.desk.chat import VIEWER
from tests.desk.test_desk_races import SETTINGS as PLAIN

REASON = Field(
    "reason",
    FieldType.CHOICE,
    Labels("Reason", "Grund", "Motivo"),
    choices=(
        Choice("complaint", Labels("Complaint", "Beschwerde", "Queja")),
        Choice("praise", Labels("Praise", "Lob", "Elogio")),
    ),
)
CALLBACK = Field("callback", FieldType.DATE, Labels("Callback on", "Rückruf am"), Labels("A working day."))
AMOUNT = Field("amount", FieldType.NUMBER, Labels("Amount"), least=Decimal("0.5"), most=Decimal(10000))
CONTRACT = Field("contract", labels=Labels("Contract"), longest=20)
FORM = Field("form", FieldType.LINK, Labels("Form"), longest=100)
VOICE = (REASON, CALLBACK, AMOUNT, CONTRACT, FORM)
SETTINGS = replace(PLAIN, activity_fields={"voice": VOICE, "default": (CONTRACT,)})


@dataclass
class Pane:
    """A pane with the card of one call in it: what it sends with a press is what stands in its inputs."""

    database: Database
    data: dict[str, str]
    settings: DeskSettings = SETTINGS
    viewer: Viewer = VIEWER

    def card(self, viewer: Viewer | None = None) -> dict[str, Any]:
        """As it is drawn now."""
        who = viewer or self.viewer
        with self.database.write() as tx:
            cards.update_view(tx, who.user_id, CardId(self.data["card"]), sections=[Section.WRAP_UP.value])
        with self.database.read() as connection:
            view = card_view(connection, who, CardId(self.data["card"]), self.settings.views)
        assert view is not None
        drawn = render.customer_card(view, who, Surface.PANE)
        check(drawn)
        return drawn

    def inputs(self, viewer: Viewer | None = None) -> dict[str, str]:
        """What stands in its inputs."""
        found = (node for node in nodes(self.card(viewer)) if node.get("type", "").startswith("Input."))
        return {node["id"]: str(node.get("value", "")) for node in found}

    def id_of(self, name: str) -> str:
        """The input of a field."""
        return f"wrapup.field.{self.data['interaction']}.{name}"

    def press(self, verb: str, drawn: dict[str, str] | None = None, **typed: str) -> Answer:
        """A press with what was `typed` into a card whose inputs were `drawn` so (now, unless said)."""
        inputs = self.inputs() if drawn is None else dict(drawn)
        with self.database.read() as connection:
            version = connection.execute(sa.select(tables.legs.c.version)).scalars().first()
        inputs |= {self.id_of(name): text for name, text in typed.items()}
        action = Action(verb, self.data | {"version": str(version)}, inputs)
        return ActionDesk(self.database, self.settings).act(self.viewer, action)

    def stored(self) -> dict[str, str]:
        """The values of the activity's fields."""
        table = tables.interactions
        with self.database.read() as connection:
            query = sa.select(table.c.field_values).where(table.c.id == self.data["interaction"])
            return connection.execute(query).scalar_one() or {}

    def texts(self, viewer: Viewer | None = None) -> str:
        """Everything that the card says."""
        return "\n".join(str(node["text"]) for node in nodes(self.card(viewer)) if "text" in node)
