"""What holds for every card, whatever is on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from cards.actions import USERS_LIMIT, Verb
from cards.limits import LIMIT
from tests.cards.teams_schema import of_links, of_teams

Node = dict[str, Any]
INPUTS = ("Input.Text", "Input.ChoiceSet", "Input.Date")
VERBS = {verb.value for verb in Verb}


def nodes(value: Any) -> Iterator[Node]:
    """Every object of a card, the card itself first. Data that buttons send is not part of it."""
    if isinstance(value, dict):
        yield value
        for key, inner in value.items():
            if key != "data":
                yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def of_type(card: Node, kind: str) -> list[Node]:
    """The objects of one type."""
    return [node for node in nodes(card) if node.get("type") == kind]


def verbs(card: Node) -> list[str]:
    """The verbs of everything that can be pressed."""
    return [node["verb"] for node in of_type({"body": card["body"]}, "Action.Execute")]


def by_id(card: Node, element_id: str) -> Node:
    """The one element or action with this id."""
    (found,) = [node for node in nodes(card) if node.get("id") == element_id]
    return found


def has(card: Node, element_id: str) -> bool:
    """True where the card has this id."""
    return any(node.get("id") == element_id for node in nodes(card))


def pressed(card: Node, element_id: str) -> Node:
    """The action of the element or button with this id."""
    found = by_id(card, element_id)
    return found.get("selectAction", found)  # type: ignore[no-any-return]


def words(card: Node) -> str:
    """Everything that can be read on the card, a line each."""
    return "\n".join(node["text"] for node in nodes({"body": card["body"]}) if "text" in node)


def check(card: Node) -> None:
    """Raise AssertionError where `card` breaks a rule that holds for all."""
    errors = [f"{list(error.instance_path)}: {error.message[:200]}" for error in of_teams().iter_errors(card)]
    assert not errors, errors
    assert card["version"] == "1.5"
    assert utf16(card) < LIMIT
    ids = [node["id"] for node in nodes(card) if "id" in node]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    assert len(card.get("refresh", {}).get("userIds", [])) <= USERS_LIMIT
    # Clients draw no inputs in tables; texts of the other two are Markdown or not, client by client.
    assert not [node for kind in ("Table", "FactSet", "RichTextBlock") for node in of_type(card, kind)]
    assert card["speak"].strip()
    assert not set("<>&") & set(card["speak"]), "speak may be read as SSML"
    for node in nodes(card):
        _check_node(node)


def check_short(card: Node) -> None:
    """Raise AssertionError where `card` is none that Teams takes for a link: version 1.3, little, and only a way in."""
    errors = [f"{list(error.instance_path)}: {error.message[:200]}" for error in of_links().iter_errors(card)]
    assert not errors, errors
    assert card["version"] == "1.3"
    assert utf16(card) < LIMIT
    assert not of_type(card, "Action.Execute")
    for node in nodes(card):
        _check_node(node)


def utf16(card: Node) -> int:
    """How many bytes the card has in the encoding that Teams counts."""
    return len(orjson.dumps(card).decode().encode("utf-16-le"))


def _check_node(node: Node) -> None:
    match node.get("type"):
        case "Action.Execute":
            _check_execute(node)
        case "Action.OpenUrl":
            assert urlsplit(node["url"]).scheme == "https", node
            assert node["title"].strip()
        case "TextBlock":
            assert node["text"].strip(), node
            assert "{{" not in node["text"], node
            assert node.get("wrap") or len(node["text"]) < 20, f"long text that does not wrap: {node}"
        case "Image":
            assert node["altText"].strip()
            assert node["url"].startswith("data:image/png;base64,")
        case "Input.Toggle":
            assert node["title"].strip()
            assert node["value"] in ("true", "false")
        case kind if kind in INPUTS:
            assert node.get("isVisible") is False or node["label"].strip()
            assert node.get("style") != "expanded", "clients read titles of such choices as Markdown"
            assert len(node.get("value", "")) <= node.get("maxLength", 10_000)


def _check_execute(node: Node) -> None:
    fallback = node["fallback"]
    assert fallback["type"] == "Action.Submit"
    assert fallback["data"] == node["data"]
    assert node["data"]["verb"] == node["verb"]
    assert node["verb"] in VERBS
    assert all(type(value) is str for value in node["data"].values()), node["data"]
    assert node["title"].strip()
