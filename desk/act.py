"""One action from button to card: one transaction, drawn from what it left behind."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import sqlalchemy as sa

from cards import render, rights
from cards.actions import Verb
from cards.shapes import DrawnCard
from customers.administration import Previews
from customers.ids import CardId, LegId
from customers.new_customer import NewCustomerView
from customers.open_list import Known
from customers.own_interactions import Wanted
from customers.ports import Action, Answer, UnknownVerb
from customers.roles import Reach, Role
from customers.seeing import own_seen
from customers.views import CardView, CustomerListView, Notice, Surface, Viewer
from customers.wrap_up import InvalidInput
from desk import administration_pages, comments, creating, new_customer, profile_form, typed_fields, typed_requests
from desk.actions import Outcome, Query, Refused, Request
from desk.changes import hold_back
from desk.keeping_mine import mine_over_theirs
from desk.typed import Typed, keep, read, untouched, with_fields, with_request
from desk.verbs import HANDLERS, READ_ONLY
from desk.work import DeskSettings, Work
from storage import groups, lists
from storage.engine import Database
from storage.errors import Deadlock
from storage.open_list import open_news
from storage.own_interactions import own_interactions
from storage.summaries import summaries
from storage.views import card_view

_TRIES = 3


@dataclass(frozen=True, slots=True)
class ActionDesk:
    """Carries actions out, synchronously; `service` calls it from a thread."""

    database: Database
    settings: DeskSettings

    def act(self, viewer: Viewer, action: Action, correlation_id: str = "") -> Answer:
        """As `customers.ports.Desk.act`. Raises StorageUnavailable too."""
        if action.verb not in READ_ONLY and action.verb not in HANDLERS:
            raise UnknownVerb(action.verb[:64])
        action = mine_over_theirs(action)
        if notice := _refusal(viewer, action):
            return self._forbidden(viewer, action, notice)
        typed = self._kept(viewer, action, correlation_id)
        if typed.stops and typed.reason:
            return self._refused(viewer, typed, typed.reason, typed.card_id)
        if action.verb in READ_ONLY:
            outcome = READ_ONLY[action.verb](Query(viewer, typed.action))
            previews = administration_pages.previews(self.settings, outcome.asked)
            with self.database.read() as connection:
                return self._answer(connection, viewer, typed, outcome, previews)
        try:
            return self._carried_out(viewer, typed, correlation_id)
        except Refused as refusal:
            return self._refused(viewer, typed.with_problems(refusal.problems), refusal.notice, refusal.card_id)
        except InvalidInput as invalid:
            return self._refused(viewer, typed, Notice(invalid.code, "warning", (("field", invalid.field),)))

    def _carried_out(self, viewer: Viewer, typed: Typed, correlation_id: str) -> Answer:
        """Anew where it was given up for another transaction: that one is done by then, and nothing was changed."""
        for _ in range(_TRIES - 1):
            with suppress(Deadlock):
                return self._once(viewer, typed, correlation_id)
        return self._once(viewer, typed, correlation_id)

    def _once(self, viewer: Viewer, typed: Typed, correlation_id: str) -> Answer:
        with self.database.write() as tx:
            work = Work(tx, self.settings, correlation_id)
            outcome = HANDLERS[typed.action.verb](Request(viewer, typed.action, work))
            if typed.has_unsaved and typed.leg_id:
                hold_back(work, typed.leg_id)
            return self._answer(tx.connection, viewer, typed, outcome)

    def _kept(self, viewer: Viewer, action: Action, correlation_id: str) -> Typed:
        """In a transaction of its own: what was typed stays, whatever becomes of the action."""
        fields, drawn = read(viewer, action)
        is_request_typed, is_form_typed = typed_requests.read(viewer, action), profile_form.was_typed(action)
        is_comment_typed, is_creation_typed = comments.was_typed(action), creating.was_typed(action)
        is_own_typed = typed_fields.read(viewer, action, self.settings)
        if not (fields or is_request_typed or is_form_typed or is_comment_typed or is_creation_typed or is_own_typed):
            return untouched(action, drawn)
        with self.database.write() as tx:
            work = Work(tx, self.settings, correlation_id)
            if is_comment_typed:
                comments.keep_draft(work, viewer, action)
            if is_creation_typed:
                creating.keep_form(work, viewer, action)
            if is_form_typed:
                profile_form.keep_form(work, viewer, action)
            typed = keep(work, viewer, action, fields, drawn) if fields else untouched(action, drawn)
            if is_own_typed:
                typed = with_fields(work, viewer, typed)
            return with_request(work, viewer, typed) if is_request_typed else typed

    def _forbidden(self, viewer: Viewer, action: Action, notice: Notice) -> Answer:
        """Nothing is done, nothing is kept; the card is shown to those who may see it."""
        if not rights.may(viewer.roles, Verb.CARD_REFRESH):
            return Answer(None, notice, render.notice_text(notice, viewer.language))
        return self._refused(viewer, untouched(action, None), notice)

    def _refused(self, viewer: Viewer, typed: Typed, notice: Notice, card_id: CardId | None = None) -> Answer:
        asked = Query(viewer, typed.action)
        shown = card_id or CardId(asked.maybe("card"))
        with self.database.read() as connection:
            leg = asked.maybe("leg")
            outcome = Outcome(shown, LegId(leg) if leg else None, notice=notice)
            return self._answer(connection, viewer, typed, outcome)

    def _answer(
        self,
        connection: sa.Connection,
        viewer: Viewer,
        typed: Typed,
        outcome: Outcome,
        previews: Previews | None = None,
    ) -> Answer:
        notice = typed.told(outcome.notice)
        text = render.notice_text(notice, viewer.language) if notice else ""
        if outcome.asked:
            is_admin = rights.may(viewer.roles, Verb.ADMIN_SHOW)
            now = self.database.clock()
            page = administration_pages.page(connection, self.settings, outcome.asked, now, is_admin=is_admin)
            return Answer(render.administration_json(replace(page, previews=previews), viewer).json, notice, text)
        if outcome.preview is not None or outcome.own is not None or outcome.known is not None:
            return self._beside(connection, viewer, typed.action.surface, outcome)
        if outcome.list_name or outcome.new is not None:
            drawn = (
                self._new_customer(viewer, typed.action.surface, outcome.new)
                if outcome.new is not None
                else render.customer_list_json(self._list(connection, viewer, outcome), viewer)
            )
            return Answer(drawn.json, notice, text)
        light = outcome.leg_id or typed.leg_id or Query(viewer, typed.action).light
        card = self._card(connection, viewer, outcome.card_id or CardId(""), light)
        if card is None:
            notice = notice or Notice("not_found", "error")
            return Answer(None, notice, render.notice_text(notice, viewer.language))
        whole = typed.onto(card)
        if whole is None:
            # A card without what was typed would be put in place of the one that has it.
            return Answer(None, notice, text, card.card_id, card.version)
        drawn = render.customer_card_json(whole, viewer, typed.action.surface, notice)
        leg_id = card.interaction.leg_id if card.interaction else None
        return Answer(drawn.json, notice, text, card.card_id, card.version, leg_id)

    def _new_customer(self, viewer: Viewer, surface: Surface, view: NewCustomerView) -> DrawnCard:
        view = new_customer.with_fields(view, viewer, self.settings.customer_fields)
        return render.new_customer_json(view, viewer, surface)

    def _card(
        self, connection: sa.Connection, viewer: Viewer, card_id: CardId, leg_id: LegId | None
    ) -> CardView | None:
        """The card in the light of the leg; of the viewer's newest one where that leg is gone."""
        card = card_view(connection, viewer, card_id, self.settings.views, leg_id)
        if card is not None and card.interaction is None and leg_id:
            return card_view(connection, viewer, card_id, self.settings.views)
        return card

    def _preview(self, connection: sa.Connection, viewer: Viewer, card_id: CardId) -> Answer:
        root = groups.root(connection, card_id)
        known = summaries(connection, [root]) if root else {}
        drawn = render.preview_json(known[root], viewer).json if root in known else None
        return Answer(drawn, card_id=root)

    def _beside(self, connection: sa.Connection, viewer: Viewer, surface: Surface, outcome: Outcome) -> Answer:
        """What stands beside the cards and is drawn for nothing else."""
        if outcome.own is not None:
            return self._own(connection, viewer, surface, outcome.own)
        if outcome.known is not None:
            return self._open_list(connection, viewer, outcome.known, outcome.query)
        return self._preview(connection, viewer, outcome.preview or CardId(""))

    def _own(self, connection: sa.Connection, viewer: Viewer, surface: Surface, wanted: Wanted) -> Answer:
        page = own_interactions(connection, viewer.user_id, wanted)
        page = replace(page, rows=own_seen(page.rows, viewer.switches), at=self.database.clock())
        drawn = render.own_interactions_json(page, viewer, surface)
        return Answer(drawn.json, unread=page.unread)

    def _open_list(self, connection: sa.Connection, viewer: Viewer, known: Known, selected: str) -> Answer:
        """What of the list Open is new to the page."""
        now = self.database.clock()
        drawing = render.open_list_drawing(viewer, now)
        view = open_news(connection, viewer.user_id, known, drawing, CardId(selected) if selected else None)
        drawn = render.open_list_json(replace(view, at=now), viewer)
        return Answer(drawn.json, unread=view.unread, known=str(view.now))

    def _list(self, connection: sa.Connection, viewer: Viewer, outcome: Outcome) -> CustomerListView:
        if outcome.list_name == "search":
            return replace(lists.search_list(connection, viewer.user_id, outcome.query), at=self.database.clock())
        selected = CardId(outcome.query) if outcome.query else None
        read = lists.open_list if outcome.list_name == "open" else lists.recent_list
        return replace(read(connection, viewer.user_id), selected=selected, at=self.database.clock())


def _refusal(viewer: Viewer, action: Action) -> Notice | None:
    """Why the button is not for this viewer, whatever it stands on; None where it is."""
    if rights.reach(viewer.roles, action.verb) is Reach.NOWHERE:
        is_for_supervisors = rights.reach({Role.SUPERVISOR}, action.verb) is not Reach.NOWHERE
        return Notice("supervisors_only" if is_for_supervisors else "admins_only", "warning")
    return rights.switched_off(viewer.switches, action.verb, is_of_customer=not action.data.get("leg"))
