"""Whatever is to be shown, the card stays within the size that Teams takes, and says what is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from cards.limits import BUDGETS, ENVELOPE, LIMIT, fits, size
from cards.render import customer_card, customer_list
from customers.creating import CreationState
from customers.ids import CardId
from customers.model import Channel
from customers.views import (
    CardView,
    CustomerListView,
    CustomerRow,
    Notice,
    Section,
    Surface,
)
from tests.cards.card_checks import check, has, nodes, words
from tests.cards.card_views import (
    busy_view,
    card_view,
    contact,
    interaction,
    journey,
    viewer,
    wrap_up,
)
from tests.cards.crowded_views import ALL, CROWD, crowded, crowded_creating, crowded_updates
from tests.cards.eyes import COUNTRIES
from tests.cards.field_views import FILLED, crowd, wrapping_up
from tests.cards.harmless import assert_no_markup


@pytest.mark.rule("B-39")
@pytest.mark.parametrize("text", ["word ", "ü" * 70])
def test_b39_the_longest_set_of_fields_is_on_an_ordinary_card_in_full(text: str) -> None:
    """A card with everything else as it usually is; all of its fields can be written in."""
    view = replace(busy_view(10), expanded=frozenset({Section.CURRENT, Section.WRAP_UP}))
    fields = crowd(text, "up")
    card = customer_card(replace(view, interaction=interaction(wrap_up=wrap_up(fields=fields))), viewer(), Surface.PANE)
    assert fits(card)
    inputs = [node for node in nodes(card) if node.get("id", "").startswith("wrapup.field.") and "label" in node]
    assert len(inputs) == len(fields)


def test_a_card_without_fields_of_the_companys_own_has_none_of_their_inputs() -> None:
    for view, count in ((busy_view(1), 0), (wrapping_up(*FILLED), len(FILLED))):
        ids = [node.get("id", "") for node in nodes(customer_card(view, viewer(), Surface.CHAT))]
        assert len([one for one in ids if one.startswith("wrapup.field.")]) == count


@pytest.mark.parametrize("language", COUNTRIES)
@pytest.mark.parametrize("text", CROWD)
@pytest.mark.parametrize("count", [1, 12, 300])
def test_crowded_card_never_exceeds_the_limit(text: str, count: int, language: str) -> None:
    users = [f"29:{n:090d}" for n in range(60)]
    notice = Notice("linked", values=(("name", text),))
    card = customer_card(crowded(text, count), viewer(language=language), Surface.CHAT, notice, users)
    check(card)
    assert_no_markup(card)
    assert size(card) <= LIMIT - ENVELOPE


@pytest.mark.parametrize("text", CROWD)
@pytest.mark.parametrize("count", [1, 12, 300])
def test_crowded_forms_and_conflicts_never_exceed_the_limit(text: str, count: int) -> None:
    for state in (CreationState.OPEN, CreationState.DUPLICATES, CreationState.REFUSED):
        creating = crowded_creating(text, count, state)
        view = replace(crowded(text, count), profile=crowded_updates(text, count), creating=creating, may_create=True)
        card = customer_card(view, viewer(language="de"), Surface.PANE)
        check(card)
        assert_no_markup(card)
        assert size(card) <= LIMIT - ENVELOPE


def test_what_is_left_out_is_counted_the_earliest_first() -> None:
    """Here the rows of the journey: what turns the page goes on after the last one that is shown."""
    one = busy_view(1).journey.rows[0]
    many = tuple(one._replace(id=f"{n:032x}", subject=f"subject {n}") for n in range(37))
    view = card_view(journey=journey(*many), expanded=frozenset({Section.JOURNEY}))
    card = customer_card(view, viewer(), Surface.PANE)
    read, last = words(card), BUDGETS[0].journey - 1
    assert f"subject {last}" in read
    assert f"subject {last + 1}" not in read
    older = next(node for node in nodes(card) if node.get("id") == "journey.older")
    assert older["data"]["before"] == str(many[last].cursor)


def test_full_card_gives_up_earlier_interactions_before_records() -> None:
    view = replace(busy_view(1), expanded=ALL - {Section.MESSAGES, Section.COMMENTS})
    card = customer_card(view, viewer(), Surface.PANE)
    read = words(card)
    assert "more" in read
    assert all(has(card, f"related.{record.record}.link") for record in busy_view(1).related_records)


def test_card_that_is_a_little_too_big_keeps_all_earlier_interactions_that_fit() -> None:
    one, room = busy_view(1).journey.rows[0], LIMIT - ENVELOPE
    rows = tuple(one._replace(id=f"{n:032x}", subject=f"subject {n}", notes="") for n in range(BUDGETS[0].journey))
    both, records = frozenset({Section.JOURNEY, Section.RELATED}), 0
    view = card_view(journey=journey(*rows), related_records=(), expanded=both)
    while (kept := len(drawn := _journey_rows(view))) == len(rows):
        more = contact(record=f"salesforce:Contact:{records:018d}")
        view, records = replace(view, related_records=(*view.related_records, more)), records + 1
    card = customer_card(view, viewer(), Surface.PANE)
    assert BUDGETS[1].journey < kept < len(rows)
    assert size(card) <= room < size(card) + 2 * size(drawn[0]) + 1200, "one row less than there was room for, at most"


def _journey_rows(view: CardView) -> list[dict[str, Any]]:
    card = customer_card(view, viewer(), Surface.PANE)
    return [node for node in nodes(card) if re.fullmatch("journey\\.[0-9a-f]{32}", node.get("id", ""))]


def test_long_list_is_cut_and_counted() -> None:
    listed = tuple(CustomerRow(CardId(f"{n:032x}"), "Edward " * 20, "", Channel.VOICE) for n in range(500))
    card = customer_list(CustomerListView("search", listed, query="Edward"), viewer())
    check(card)
    assert "more" in words(card)


@pytest.mark.parametrize("letters", [LIMIT // 2 - ENVELOPE // 2 - 30, LIMIT])
def test_size_is_counted_in_utf16(letters: int) -> None:
    assert fits({"text": "a" * letters}) is (letters < LIMIT // 2)
    assert fits({"text": "é" * letters}) is (letters < LIMIT // 2)
    assert fits({"text": "😀" * (letters // 2)}) is (letters < LIMIT // 2)
    assert not fits({"text": "\u0001" * (LIMIT // 12)})
