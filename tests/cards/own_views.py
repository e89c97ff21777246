"""Interactions of an agent, as their list shows them."""

from __future__ import annotations

from datetime import timedelta

from customers.ids import CardId, InteractionId, LegId
from customers.messages import Side
from customers.model import Channel, LegState
from customers.own_interactions import OwnInteraction, OwnInteractionsView
from tests.cards.card_views import NOW

EDWARD = OwnInteraction(
    LegId("1e" * 16), InteractionId("1a" * 16), CardId("0e" * 16), Channel.CHAT, LegState.ACTIVE, NOW,
    customer_name="Edward Ferrars", is_unread=True, message="**Where** is my [ladder](https://evil.example)?",
    side=Side.CUSTOMER,
)  # fmt: skip
LUCY = OwnInteraction(
    LegId("2e" * 16), InteractionId("2a" * 16), CardId("0f" * 16), Channel.EMAIL, LegState.HELD,
    NOW - timedelta(hours=2), customer_name="Lucy Steele", message="It will be with you on Friday.", side=Side.AGENT,
)  # fmt: skip
RINGING = OwnInteraction(
    LegId("3e" * 16), InteractionId("3a" * 16), CardId("0d" * 16), Channel.VOICE, LegState.OFFERED,
    NOW - timedelta(days=1), identity="+442079460123", is_unread=True, request="The books",
)  # fmt: skip
NOBODY = OwnInteraction(
    LegId("4e" * 16), InteractionId("4a" * 16), CardId("0c" * 16), Channel.VOICE, LegState.WRAP_UP, NOW
)


def own_view(*, is_first: bool = True, has_more: bool = False) -> OwnInteractionsView:
    """One of each."""
    rows = (EDWARD, LUCY, RINGING, NOBODY)
    return OwnInteractionsView(rows, has_more=has_more, is_first=is_first, shown=LUCY.leg_id, at=NOW)
