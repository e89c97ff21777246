"""A card looks the same whether or not parts of it were drawn before."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import memory
from cards.render import customer_card_json
from customers.model import Channel, LegState
from customers.views import CardView, Section, Surface, Viewer
from tests.cards.card_views import busy_view, viewer
from tests.cards.golden_cards import STATES
from tests.cards.test_cards_any_view import QUICK, views

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
VIEWERS = (
    viewer(),
    viewer(language="de", country="DE"),
    viewer(time_zone="America/New_York"),
    viewer(roles=frozenset({"agent", "supervisor"})),
)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


def _afresh(view: CardView, who: Viewer, surface: Surface) -> bytes:
    memory.forget()
    return customer_card_json(view, who, surface).json


def _states(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the golden cards are drawn from."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("tests.cards.golden_cards.customer_card", lambda *arguments: asked.append(arguments[:3]) or {})
    monkeypatch.setattr("tests.cards.golden_cards.customer_list", lambda *_arguments: {})
    for make in STATES.values():
        make()
    return asked


def test_every_state_of_a_card_is_drawn_alike_after_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    states = _states(monkeypatch)
    assert len(states) > 50
    alone = [_afresh(*state) for state in states]
    memory.forget()
    for _ in range(2):
        order = list(range(len(states)))
        random.Random(7).shuffle(order)
        for number in order:
            assert customer_card_json(*states[number]).json == alone[number]


@settings(QUICK, max_examples=30)
@given(views, views, st.sampled_from(VIEWERS), st.sampled_from(Surface))
def test_a_part_of_another_card_is_found_only_where_it_looks_the_same(
    one: CardView, other: CardView, who: Viewer, surface: Surface
) -> None:
    mixed = replace(
        one,
        current_records=other.current_records,
        journey=other.journey,
        identities=other.identities,
        is_closed=not one.is_closed,
        interaction=other.interaction,
    )
    cards = [_afresh(view, who, surface) for view in (one, other, mixed)]
    memory.forget()
    for view in (one, other, mixed):
        customer_card_json(view, VIEWERS[1], surface)
        customer_card_json(view, who, Surface.CHAT)
    assert [customer_card_json(view, who, surface).json for view in (one, other, mixed)] == cards


CHANGES: dict[str, Callable[[CardView], CardView]] = {
    "state": lambda view: replace(view, interaction=replace(view.interaction, state=LegState.WRAP_UP)),
    "channel": lambda view: replace(view, interaction=replace(view.interaction, channel=Channel.EMAIL)),
    "not mine": lambda view: replace(view, interaction=replace(view.interaction, is_mine=False)),
    "no interaction": lambda view: replace(view, interaction=None),
    "closed": lambda view: replace(view, is_closed=True),
    "locked": lambda view: replace(view, is_locked=True),
    "name": lambda view: replace(view, customer_name="Lucy Steele"),
    "no CRM": lambda view: replace(view, has_crm=False),
    "version": lambda view: replace(view, version=view.version + 1),
    "another card": lambda view: replace(view, card_id="9f" * 16),
    "another leg": lambda view: replace(view, interaction=replace(view.interaction, leg_id="8e" * 16)),
    "linked": lambda view: replace(
        view, current_records=tuple(one._replace(is_linked=not one.is_linked) for one in view.current_records)
    ),
    "what is open": lambda view: replace(view, expanded=frozenset()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_on_a_card_is_drawn_anew(change: str) -> None:
    before = replace(busy_view(3), expanded=frozenset(Section))
    after = CHANGES[change](before)
    alone = _afresh(after, viewer(), Surface.PANE)
    customer_card_json(before, viewer(), Surface.PANE)
    assert customer_card_json(after, viewer(), Surface.PANE).json == alone != _afresh(before, viewer(), Surface.PANE)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 20)
    alone = [_afresh(busy_view(seed), viewer(), Surface.PANE) for seed in range(6)]
    memory.forget()
    for seed in range(6):
        assert customer_card_json(busy_view(seed), viewer(), Surface.PANE).json == alone[seed]
        assert sum(len(kept) for cards in memory._shelves.values() for kept in cards.values()) <= 20
