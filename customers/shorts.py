"""What is told of a customer or a record in a conversation: to everybody in it, whatever they may see elsewhere.

So it is little: no number, no address, no history. Whoever may see more opens the card, which asks who they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from customers.ids import CardId
from customers.model import Channel


@dataclass(frozen=True, slots=True)
class CustomerShort:
    """A customer, in short."""

    card_id: CardId
    name: str
    """Empty where nobody knows it yet."""
    company: str
    channel: Channel
    url: str
    """Opens the card."""
    identity: str = ""
    """A number or address, for the agent who chooses among several customers; it is never posted."""


@dataclass(frozen=True, slots=True)
class RecordShort:
    """A record of a CRM, in short."""

    title: str
    type_label: str
    crm_label: str
    url: str
    """Opens the record in the CRM, which asks who they are."""


Short = CustomerShort | RecordShort
