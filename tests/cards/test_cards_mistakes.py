"""The judge of cards refuses what is wrong with them, and takes what Teams takes beyond the published schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cards.short_cards import short_card
from customers.shorts import RecordShort
from tests.cards.card_checks import check, check_short, nodes, of_type
from tests.cards.golden_cards import STATES, draw, everything
from tests.cards.harmless import assert_no_markup
from tests.cards.teams_schema import of_teams

Card = dict[str, Any]
TEAMS: dict[str, Card] = {
    "an icon": {"type": "Icon", "name": "Call", "size": "xSmall", "color": "Accent", "style": "Filled"},
    "a compound button": {
        "type": "CompoundButton",
        "title": "Link",
        "description": "Edward Ferrars",
        "icon": {"name": "Link"},
        "selectAction": {"type": "Action.Submit", "data": {}},
    },
    "a code block": {"type": "CodeBlock", "codeSnippet": "SELECT Id FROM Task", "language": "Sql"},
    "a badge": {"type": "Badge", "text": "New", "style": "Accent", "appearance": "Tint"},
    "what only wide cards show": {"type": "TextBlock", "text": "x", "targetWidth": "atLeast:narrow"},
    "an icon in a column": {
        "type": "ColumnSet",
        "columns": [{"type": "Column", "items": [{"type": "Icon", "name": "Call"}], "targetWidth": "standard"}],
    },
}
OF_CARD: dict[str, Card] = {
    "the whole width": {"width": "Full"},
    "a mention": {
        "entities": [{"type": "mention", "text": "<at>Elinor</at>", "mentioned": {"id": "29:1", "name": "Elinor"}}]
    },
}


def _first(card: Card, kind: str) -> Card:
    return of_type(card, kind)[0]


def _with(kind: str, **changes: object) -> Callable[[Card], object]:
    return lambda card: _first(card, kind).update(changes)


def _without(kind: str, key: str) -> Callable[[Card], object]:
    return lambda card: _first(card, kind).pop(key)


def _more(element: Card) -> Callable[[Card], object]:
    return lambda card: card["body"].append(element)


def _twice(card: Card) -> None:
    card["body"].append(dict(_first(card, "Input.Text")))


def _more_users(card: Card) -> None:
    card["refresh"]["userIds"] = [f"29:{number}" for number in range(61)]


LINK = {"type": "Action.OpenUrl", "title": "x", "url": "https://acme.example.com"}
MISTAKES: dict[str, Callable[[Card], object]] = {
    "no version": lambda card: card.pop("version"),
    "a version that Teams does not draw": lambda card: card.update(version="1.6"),
    "a version that does not exist": lambda card: card.update(version="9.9"),
    "no type": lambda card: card.pop("type"),
    "a text block without text": _without("TextBlock", "text"),
    "a text that is a number": _with("TextBlock", text=7),
    "a misspelt property": _with("TextBlock", wrapp=True),
    "a property of another element": _with("TextBlock", url="https://acme.example.com"),
    "a color that does not exist": _with("TextBlock", color="Red"),
    "a color that is a number": _with("TextBlock", color=3),
    "a size that does not exist": _with("TextBlock", size="Huge"),
    "a number as text": _with("TextBlock", maxLines="3"),
    "a yes as text": _with("TextBlock", wrap="True"),
    "a picture without its address": _without("Image", "url"),
    "a picture without words": _without("Image", "altText"),
    "a container without items": _without("Container", "items"),
    "items that are one element": _with("Container", items={"type": "TextBlock", "text": "x"}),
    "an unknown element": _more({"type": "Heading", "text": "x"}),
    "an element without a type": _more({"text": "x"}),
    "an input without id": _without("Input.Text", "id"),
    "an input without label": _without("Input.Text", "label"),
    "an id twice": _twice,
    "an unknown action": lambda card: _first(card, "ActionSet")["actions"].append({"type": "Action.Http"}),
    "an address that is none": lambda card: _first(card, "ActionSet")["actions"].append({**LINK, "url": "http://x"}),
    "a script": lambda card: _first(card, "ActionSet")["actions"].append({**LINK, "url": "javascript:alert(1)"}),
    "a link without address": lambda card: _first(card, "ActionSet")["actions"].append(
        {key: LINK[key] for key in ("type", "title")}
    ),
    "a choice without value": lambda card: _first(card, "Input.ChoiceSet")["choices"].append({"title": "x"}),
    "more than 60 users": _more_users,
    "a refresh that is a word": lambda card: card["refresh"].update(action="card.refresh"),
    "a press without fallback": _without("Action.Execute", "fallback"),
    "a fallback that is no action": _with("Action.Execute", fallback={"type": "Action.Nothing"}),
    "a number in what is sent": lambda card: _first(card, "Action.Execute")["data"].update(version=7),
    "a verb that nobody knows": _with("Action.Execute", verb="card.explode"),
    "inputs in a table": _more({"type": "Table", "rows": []}),
    "facts": _more({"type": "FactSet", "facts": [{"title": "x", "value": "-"}]}),
    "choices that are read as Markdown": _with("Input.ChoiceSet", style="expanded"),
    "a width that Teams does not know": lambda card: card.update(msteams={"width": "Wide"}),
    "a mention of nobody": lambda card: card.update(msteams={"entities": [{"type": "mention", "text": "<at>x</at>"}]}),
    "an icon without name": _more({"type": "Icon", "size": "Small"}),
    "an icon of no such size": _more({"type": "Icon", "name": "Call", "size": "huge"}),
    "a compound button without title": _more({"type": "CompoundButton", "description": "x"}),
    "a target width that does not exist": _with("TextBlock", targetWidth="tiny"),
    "a submit of an unknown kind": _more(
        {
            "type": "ActionSet",
            "actions": [{"type": "Action.Submit", "title": "x", "data": {"msteams": {"type": "message"}}}],
        }
    ),
    "80,000 bytes": _more({"type": "TextBlock", "text": "x" * 39_000, "wrap": True}),
    "80,000 bytes where letters take two units": _more({"type": "TextBlock", "text": "😀" * 20_000, "wrap": True}),
    "nothing to say": lambda card: card.update(speak=" "),
    "markup for speech": lambda card: card.update(speak="<break/>"),
    "a date that Teams would write": _with("TextBlock", text="{{DATE(2026-11-20T14:05:00Z, SHORT)}}"),
}
MARKUP = ["*x*", "__x__", "[x](https://acme.example.com)", "<at>x</at>", "- x", "# x", "1. x", "`x`", "~~x~~", "a\n\nb"]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_card_with_a_mistake_is_refused(mistake: str) -> None:
    card = draw(everything())
    check(card)
    MISTAKES[mistake](card)
    with pytest.raises((AssertionError, KeyError)):
        check(card)


@pytest.mark.parametrize("what", TEAMS)
def test_an_element_of_teams_is_taken(what: str) -> None:
    card = draw(everything())
    card["body"].append(TEAMS[what])
    assert [error.message for error in of_teams().iter_errors(card)] == []


@pytest.mark.parametrize("what", OF_CARD)
def test_what_teams_adds_to_a_card_is_taken(what: str) -> None:
    check({**draw(everything()), "msteams": OF_CARD[what]})


@pytest.mark.parametrize("kind", ["messageBack", "task/fetch", "invoke"])
def test_what_a_submit_tells_teams_is_taken(kind: str) -> None:
    card = draw(everything())
    card["body"].append(
        {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "x", "data": {"msteams": {"type": kind}}}]}
    )
    assert of_teams().is_valid(card)


@pytest.mark.parametrize("text", MARKUP)
def test_markdown_of_others_is_refused(text: str) -> None:
    card = draw(everything())
    _first(card, "TextBlock")["text"] = text
    with pytest.raises(AssertionError):
        assert_no_markup(card)


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1.5"},
        {"refresh": {"action": {"type": "Action.Execute", "verb": "card.refresh"}}},
        {"rtl": True},
        {"actions": [{"type": "Action.Execute", "verb": "link.add"}]},
    ],
)
def test_a_short_card_that_is_more_than_a_link_is_refused(change: Card) -> None:
    card = short_card(RecordShort("Refund", "Case", "Salesforce", "https://acme.example.com"), "en")
    check_short(card)
    with pytest.raises((AssertionError, KeyError)):
        check_short({**card, **change})


def test_no_element_is_drawn_that_the_published_schema_does_not_know() -> None:
    """Teams on phones draws less of its own than on desks: what we draw is in 1.5 alone."""
    drawn = {node["type"] for make in STATES.values() for node in nodes(make()) if "type" in node}
    assert drawn.isdisjoint({"Icon", "CompoundButton", "CodeBlock", "Badge"})
    told = [node for make in STATES.values() for node in nodes(make()) if "msteams" in node]
    # What opens a dialog of Teams (E-10): a client that knows none sends it as it would any other press.
    assert all(node["msteams"] == {"type": "task/fetch"} and "verb" in node for node in told)
