"""The list of an agent's interactions as a card (E-07 to E-10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from cards.own_interactions import own_interactions_json
from customers.views import Surface, Viewer
from tests.cards.card_checks import by_id, check, has, nodes, words
from tests.cards.card_views import viewer
from tests.cards.own_views import EDWARD, LUCY, NOBODY, RINGING, own_view
from tests.cards.test_cards_any_view import QUICK, assert_no_markup, texts, viewers

LANGUAGES = ["en", "de", "es"]


def drawn(surface: Surface = Surface.PANE, language: str = "en", **look: Any) -> dict[str, Any]:
    card: dict[str, Any] = orjson.loads(
        own_interactions_json(own_view(**look), viewer(language=language), surface).json
    )
    check(card)
    return card


@pytest.mark.rule("E-10")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("surface", list(Surface))
def test_e10_the_name_is_a_button_of_its_own_with_a_name_of_its_own(surface: Surface, language: str) -> None:
    card = drawn(surface, language)
    name, rest = (by_id(card, f"own.{EDWARD.leg_id}.{part}")["selectAction"] for part in ("name", "show"))
    for part, action in (("name", name), ("show", rest)):
        said = [node["text"] for node in nodes(by_id(card, f"own.{EDWARD.leg_id}.{part}")) if "text" in node]
        # The pane calls what is pressed as a whole by its words, too: none of them is said twice.
        is_seen = any("Edward Ferrars" in text for text in said)
        assert ("Edward Ferrars" in action["title"]) == (surface is Surface.CHAT or not is_seen)
    assert name["title"] != rest["title"]
    assert (name["data"]["place"], "place" in rest["data"]) == ("dialog", False)
    if surface is Surface.CHAT:
        assert (name["type"], name["data"]["msteams"]) == ("Action.Submit", {"type": "task/fetch"})


@pytest.mark.rule("E-08")
@pytest.mark.parametrize(("language", "said"), [("en", "Unread"), ("de", "Ungelesen"), ("es", "Sin leer")])
def test_e08_what_is_unread_is_bold_has_a_dot_and_says_so(language: str, said: str) -> None:
    card = drawn(language=language)
    for row in (EDWARD, LUCY, RINGING):
        name = by_id(card, f"own.{row.leg_id}.name")
        dots = [one for column in name["columns"] for one in column["items"] if one["type"] == "Image"]
        assert [dot["altText"] for dot in dots] == [said] * row.is_unread
        assert (name["columns"][1]["items"][0].get("weight") == "Bolder") is row.is_unread
        sentence = by_id(card, f"own.{row.leg_id}.show")["selectAction"]["title"]
        assert sentence.startswith(f"{said}. ") is row.is_unread


@pytest.mark.rule("E-07")
def test_e07_a_line_says_who_how_what_and_since_when() -> None:
    card = drawn()
    assert "Answered: It will be with you on Friday." in words(card)
    assert "The books" in words(card)
    assert by_id(card, f"own.{EDWARD.leg_id}.avatar")["items"][0]["text"] == "EF"
    assert by_id(card, f"own.{NOBODY.leg_id}.avatar")["items"][0]["text"] == "…"
    assert by_id(card, f"own.{LUCY.leg_id}")["style"] == "emphasis"


@pytest.mark.rule("E-07")
def test_e07_a_card_without_room_for_all_lines_leads_to_the_rest() -> None:
    long = EDWARD._replace(customer_name="\U0001f600" * 500, message="\U0001f600" * 300)
    rows = tuple(long._replace(leg_id=f"{number:032}") for number in range(25))  # type: ignore[arg-type]
    view = replace(own_view(), rows=rows)
    card = orjson.loads(own_interactions_json(view, viewer(), Surface.PANE).json)
    check(card)
    shown = [number for number in range(25) if has(card, f"own.{number:032}")]
    assert shown == list(range(len(shown)))
    if len(shown) < 25:
        assert by_id(card, "own.older")["data"]["after"].endswith(f"{shown[-1]:032}")


@settings(QUICK, max_examples=20)
@given(texts, texts, texts, viewers)
def test_any_interaction_makes_a_valid_and_harmless_line(name: str, said: str, about: str, who: Viewer) -> None:
    row = EDWARD._replace(customer_name=name, message=said, request=about)
    card = orjson.loads(own_interactions_json(replace(own_view(), rows=(row,)), who, Surface.PANE).json)
    check(card)
    assert_no_markup(card)
