"""Customers whom agents enter by hand: who may be the same is shown first (B-14, B-18, B-30)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from customers.ids import CardId, UserId
from customers.new_customer import NewCustomer, NewCustomerView, NewField, checked
from customers.profile_form import LABELS
from customers.views import CustomerRow, Notice
from desk.actions import Outcome, Query, Request
from desk.changes import list_changed
from storage import audit, cards, lists, profile_forms

_ALIKE = 5


def form(_request: Query) -> Outcome:
    """An empty form; nothing is stored before *Create*."""
    return Outcome(new=NewCustomerView())


def create(request: Request) -> Outcome:
    """The customer is there, and open. Where others may be the same, they are shown first, and nothing is created."""
    tx, user = request.work.tx, request.viewer.user_id
    typed = {one.value: request.input(f"new.{one}") or "" for one in NewField}
    customer = checked(typed, request.viewer.country, tx.now.date())
    if not request.maybe("sure"):
        alike = _alike(tx.connection, user, customer.questions)
        if alike:
            return Outcome(new=NewCustomerView(typed, alike), notice=Notice("new_customer_alike", "warning"))
    card_id = _create(request, customer)
    cards.open_view(tx, user, card_id)
    audit.record(tx, user, "customer.create", card_id)
    list_changed(request.work, user)
    return Outcome(card_id, notice=Notice("new_customer_created", "success"))


def _alike(connection: sa.Connection, user: UserId, questions: Iterable[str]) -> tuple[CustomerRow, ...]:
    """Whom the search finds by a number, an address or the name."""
    found: dict[CardId, CustomerRow] = {}
    for question in questions:
        for row in lists.search_list(connection, user, question).rows[:_ALIKE]:
            found.setdefault(row.card_id, row)
    return tuple(found.values())[:_ALIKE]


def _create(request: Request, customer: NewCustomer) -> CardId:
    """Numbers and addresses are the customer's, but lead to no card: nobody has come in on them yet (P-03)."""
    tx, user = request.work.tx, request.viewer.user_id
    card_id = cards.create(tx, customer.channel)
    profile_forms.write(tx, card_id, customer.details, user)
    for kind, value in customer.contacts.items():
        profile_forms.add_contact(tx, card_id, kind, value, label=LABELS[kind][0], user=user)
    return card_id
