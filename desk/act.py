"""One action from button to card: one transaction, drawn from what it left behind."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from cards import render
from customers.ids import CardId, LegId
from customers.ports import Action, Answer, UnknownVerb
from customers.views import CustomerListView, Notice, Viewer
from customers.wrap_up import InvalidInput
from desk.actions import Outcome, Query, Refused, Request
from desk.verbs import HANDLERS, READ_ONLY
from desk.work import DeskSettings, Work
from storage import lists
from storage.engine import Database
from storage.views import card_view


@dataclass(frozen=True, slots=True)
class ActionDesk:
    """Carries actions out, synchronously; `service` calls it from a thread."""

    database: Database
    settings: DeskSettings

    def act(self, viewer: Viewer, action: Action, correlation_id: str = "") -> Answer:
        """As `customers.ports.Desk.act`. Raises StorageUnavailable too."""
        if action.verb in READ_ONLY:
            outcome = READ_ONLY[action.verb](Query(viewer, action))
            with self.database.read() as connection:
                return self._answer(connection, viewer, action, outcome)
        handler = HANDLERS.get(action.verb)
        if handler is None:
            raise UnknownVerb(action.verb[:64])
        try:
            with self.database.write() as tx:
                outcome = handler(Request(viewer, action, Work(tx, self.settings, correlation_id)))
                return self._answer(tx.connection, viewer, action, outcome)
        except Refused as refusal:
            return self._refused(viewer, action, refusal.notice, refusal.card_id)
        except InvalidInput as invalid:
            return self._refused(viewer, action, Notice(invalid.code, "warning", (("field", invalid.field),)))

    def _refused(self, viewer: Viewer, action: Action, notice: Notice, card_id: CardId | None = None) -> Answer:
        shown = card_id or CardId(action.data.get("card", ""))
        with self.database.read() as connection:
            leg = action.data.get("leg", "")
            outcome = Outcome(shown, LegId(leg) if leg else None, notice=notice)
            return self._answer(connection, viewer, action, outcome)

    def _answer(self, connection: sa.Connection, viewer: Viewer, action: Action, outcome: Outcome) -> Answer:
        notice = outcome.notice
        text = render.notice_text(notice, viewer.language) if notice else ""
        if outcome.list_name:
            drawn = render.customer_list_json(self._list(connection, viewer, outcome), viewer)
            return Answer(drawn.json, notice, text)
        card = card_view(connection, viewer, outcome.card_id or CardId(""), self.settings.views, outcome.leg_id)
        if card is None:
            notice = notice or Notice("not_found", "error")
            return Answer(None, notice, render.notice_text(notice, viewer.language))
        return Answer(render.customer_card_json(card, viewer, action.surface, notice).json, notice, text, card.card_id)

    def _list(self, connection: sa.Connection, viewer: Viewer, outcome: Outcome) -> CustomerListView:
        if outcome.list_name == "search":
            return lists.search_list(connection, viewer.user_id, outcome.query)
        selected = CardId(outcome.query) if outcome.query else None
        read = lists.open_list if outcome.list_name == "open" else lists.recent_list
        return replace(read(connection, viewer.user_id), selected=selected)
