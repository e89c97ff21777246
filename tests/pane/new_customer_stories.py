"""A customer who is entered by hand, and the little that is shown of one."""

from __future__ import annotations

from cards.render import new_customer_json, preview_json
from customers.ids import CardId
from customers.merging import CardSummary, Contact
from customers.model import Channel
from customers.new_customer import NewCustomerView, NewField
from customers.ports import Action, Answer
from customers.views import CardView, CustomerRow, Notice, Surface, Viewer
from tests.pane import stories

LUCY = CardId("0f" * 16)
ALIKE = CustomerRow(LUCY, "Lucy Steele", "lucy.steele@norland.example", Channel.EMAIL)


def form(viewer: Viewer, action: Action) -> tuple[Answer, bool]:
    """What *New customer* and *Create* answer; whether a customer is there now. A Lucy may be another one."""
    typed = {one.value: action.inputs.get(f"new.{one}", "") for one in NewField}
    if action.verb == "customers.new":
        return Answer(new_customer_json(NewCustomerView(), viewer, Surface.PANE).json), False
    if "lucy" in typed["name"].lower() and not action.data.get("sure"):
        view = NewCustomerView(typed, alike=(ALIKE,))
        return Answer(
            new_customer_json(view, viewer, Surface.PANE).json, Notice("new_customer_alike", "warning"), "Others"
        ), False
    return Answer(), True


def summary(view: CardView) -> CardSummary:
    """What a preview shows of the card."""
    contacts = tuple(Contact(one.kind, one.value, view.channel) for one in view.identities)
    return CardSummary(
        view.card_id, 1, (view.channel,), view.customer_name, view.company, contacts, stories.NOON, Channel.EMAIL, 2
    )


def preview(view: CardView, viewer: Viewer) -> bytes:
    """Its card."""
    return preview_json(summary(view), viewer).json
