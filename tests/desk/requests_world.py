"""Requests of a few customers, as agents see and press them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, RequestId
from customers.model import Verb
from customers.ports import Answer
from customers.requests import RequestsView, RequestView
from customers.views import InteractionView, Section, Viewer
from storage import cards, tables
from storage.engine import Database
from tests.desk.merging_world import ELINOR, Shop


@dataclass
class Requests:
    """The contact centre, and what an agent does with requests in it."""

    database: Database
    shop: Shop = field(init=False)

    def __post_init__(self) -> None:
        self.shop = Shop(self.database)

    def caller(self, name: str = "Edward Ferrars", verb: Verb = Verb.ACCEPTED) -> CardId:
        """Somebody contacts us; their card."""
        number = len(self.shop.cards)
        self.shop.cards.append(CardId(""))
        self.shop.interaction(number, verb, name=name)
        return self.shop.cards[number]

    def again(self, card: CardId) -> None:
        """The same one contacts us once more."""
        self.shop.interaction(self.shop.cards.index(card))

    def view(self, card: CardId, viewer: Viewer = ELINOR) -> RequestsView:
        """The requests as the viewer sees them, with their section open."""
        root = self.shop.root(card)
        with self.database.write() as tx:
            cards.update_view(tx, viewer.user_id, root, sections=[Section.REQUESTS.value])
        return self.shop.view(card, viewer).requests

    def shown(self, card: CardId, viewer: Viewer = ELINOR) -> RequestView:
        """The request that is written in."""
        found = self.view(card, viewer).shown
        assert found is not None
        return found

    def interaction(self, card: CardId) -> InteractionView:
        """The current one."""
        found = self.shop.view(card).interaction
        assert found is not None
        return found

    def press(self, verb: str, card: CardId, viewer: Viewer = ELINOR, **data: Any) -> Answer:
        """A button of the card."""
        return self.shop.press(verb, viewer=viewer, card=card, **data)

    def save(
        self, card: CardId, request: RequestView, viewer: Viewer = ELINOR, verb: str = "request.save", **typed: str
    ) -> Answer:
        """Save (or `verb`) on a card that shows `request`, with what was typed over its name or description."""
        fields = {"name": request.name, "description": request.description} | typed
        inputs = {f"request.{name}.{request.id}": text for name, text in fields.items()}
        data = {"request": request.id, "version": str(request.version)}
        return self.press(verb, card, viewer, inputs=inputs, **data)

    def rows(self) -> dict[RequestId, dict[str, Any]]:
        """Every request of the database."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(tables.requests)).mappings().all()
        return {RequestId(row["id"]): dict(row) for row in rows}

    def audited(self, action: str) -> list[dict[str, Any]]:
        """What was written down of `action`."""
        table = tables.audit
        with self.database.read() as connection:
            query = sa.select(table).where(table.c.action == action).order_by(table.c.id)
            return [dict(row) for row in connection.execute(query).mappings()]


def code(answer: Answer) -> str:
    """What the agent is told."""
    return answer.notice.code if answer.notice else ""
