"""Customers whom agents enter by hand: who may be the same is shown first (B-14, B-18, B-30)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from customers.fields import Field, views
from customers.fields import checked as own_checked
from customers.ids import CardId, UserId
from customers.new_customer import NewCustomer, NewCustomerView, NewField, checked
from customers.profile_form import LABELS
from customers.views import CustomerRow, Notice, Viewer
from customers.wrap_up import InvalidInput
from desk.actions import Outcome, Query, Request
from desk.changes import list_changed
from storage import audit, cards, lists, profile_forms

_ALIKE = 5
_LONGEST = 4000


def form(_request: Query) -> Outcome:
    """An empty form; nothing is stored before *Create*."""
    return Outcome(new=NewCustomerView())


def with_fields(view: NewCustomerView, viewer: Viewer, fields: Sequence[Field]) -> NewCustomerView:
    """`view` with those of `fields`, the company's own, that the viewer may write (B-39, E-21)."""
    may_write = [one for part in viewer.switches.profile_parts for one in fields if one.name == part]
    shown = views(tuple(may_write), {}, hidden=viewer.switches.profile_read_only)
    own = (one._replace(problem=view.problems.get(one.field.name, "")) for one in shown)
    return replace(view, own=tuple(own))


def create(request: Request) -> Outcome:
    """The customer is there, and open. Where others may be the same, they are shown first, and nothing is created."""
    tx, user = request.work.tx, request.viewer.user_id
    typed = {one.value: request.input(f"new.{one}") or "" for one in NewField}
    own, typed_own, problems = _own(request)
    typed |= typed_own
    customer = checked(typed, request.viewer.country, tx.now.date())
    if problems:
        labels = ", ".join(one.label(request.viewer.language) for one in _fields(request) if one.name in problems)
        notice = Notice("fields_unfit", "warning", (("fields", labels),))
        return Outcome(new=NewCustomerView(typed, problems=problems), notice=notice)
    customer = replace(customer, own=own)
    if not request.maybe("sure"):
        alike = _alike(tx.connection, user, customer.questions)
        if alike:
            return Outcome(new=NewCustomerView(typed, alike=alike), notice=Notice("new_customer_alike", "warning"))
    card_id = _create(request, customer)
    cards.open_view(tx, user, card_id)
    audit.record(tx, user, "customer.create", card_id)
    list_changed(request.work, user)
    return Outcome(card_id, notice=Notice("new_customer_created", "success"))


def _fields(request: Request) -> list[Field]:
    view = with_fields(NewCustomerView(), request.viewer, request.work.settings.customer_fields)
    return [one.field for one in view.own]


def _own(request: Request) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The company's own fields: what is to be kept, what was typed, and why some of it cannot be kept."""
    kept, typed, problems = dict[str, str](), dict[str, str](), dict[str, str]()
    for one in _fields(request):
        text = (request.input(f"new.own.{one.name}") or "")[:_LONGEST]
        typed[f"own.{one.name}"] = text
        try:
            value = own_checked(one, text)
        except InvalidInput as invalid:
            problems[one.name] = invalid.code
            continue
        if value:
            kept[one.name] = value
        elif one.is_required:
            problems[one.name] = "missing"
    return kept, typed, problems


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
    details = {one.value: text for one, text in customer.details.items()}
    profile_forms.write(tx, card_id, {**details, **customer.own}, user)
    for kind, value in customer.contacts.items():
        profile_forms.add_contact(tx, card_id, kind, value, label=LABELS[kind][0], user=user)
    return card_id
