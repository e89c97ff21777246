"""What other systems store and nobody would type is drawn all the same, and nothing of it is lost by a press."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cards.render import customer_card
from customers.fields import FieldView, Labels
from customers.requests import MoveTarget
from customers.views import Surface
from tests.cards import field_views, profile_views, request_views
from tests.cards.card_checks import check, nodes, words
from tests.cards.card_views import viewer


@pytest.mark.parametrize("identity", ["\u2066", "\x7f", " "])
def test_b42_a_customer_whose_identity_nobody_can_see_is_offered_by_name(identity: str) -> None:
    view = request_views.moving("lucy", MoveTarget(request_views.LUCY, "Lucy Steele", identity))
    card = customer_card(view, viewer(), Surface.PANE)
    check(card)
    assert "Lucy Steele" in words(card)


@pytest.mark.parametrize("said", ["\u2066", "\x7f", " "])
def test_b38_help_that_nobody_can_see_is_left_out(said: str) -> None:
    field = field_views.CALLBACK._replace(help=Labels(said, said, said))
    view = field_views.wrapping_up(FieldView(field))
    check(customer_card(view, viewer(), Surface.PANE))


def test_e19_an_address_longer_than_a_field_is_read_and_not_written() -> None:
    """A field that shows the beginning would save the beginning."""
    mail = f"{'e' * 390}@n.example"
    contacts = [replace(one, value=mail) if "@" in one.value else one for one in profile_views.CONTACTS]
    card = customer_card(profile_views.editing(contacts=tuple(contacts)), viewer(), Surface.PANE)
    check(card)
    inputs = {node.get("id"): node.get("value") for node in nodes(card) if node.get("type") == "Input.Text"}
    assert mail not in inputs.values()
    assert not any(str(value).startswith("eee") for value in inputs.values())
    assert "eee" in words(card)
