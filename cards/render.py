"""The way in: views in, Adaptive Cards and sentences out. Pure: no clock, no I/O; what `memory` keeps is not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from cards.administration import administration_json
from cards.customer_card import customer_card_json
from cards.customer_list import customer_list_json, open_list_drawing, open_list_json
from cards.new_customer import new_customer_json
from cards.notices import notice_text
from cards.own_interactions import own_interactions_json
from cards.preview import preview_json
from cards.shapes import DrawnCard
from customers.views import CardView, CustomerListView, Notice, Surface, Viewer

__all__ = [
    "DrawnCard",
    "administration_json",
    "customer_card",
    "customer_card_json",
    "customer_list",
    "customer_list_json",
    "new_customer_json",
    "notice_text",
    "open_list_drawing",
    "open_list_json",
    "own_interactions_json",
    "preview_json",
]


def customer_card(
    view: CardView, viewer: Viewer, surface: Surface, notice: Notice | None = None, user_ids: Sequence[str] = ()
) -> dict[str, Any]:
    """`customer_card_json` for those who look into the card."""
    card: dict[str, Any] = orjson.loads(customer_card_json(view, viewer, surface, notice, user_ids).json)
    return card


def customer_list(view: CustomerListView, viewer: Viewer) -> dict[str, Any]:
    """`customer_list_json` for those who look into the card."""
    card: dict[str, Any] = orjson.loads(customer_list_json(view, viewer).json)
    return card
