"""`docs/cards.md` names every verb and every fixed element id."""

from __future__ import annotations

import re
from pathlib import Path

from cards.actions import Verb
from cards.limits import LIMIT
from tests.cards.card_checks import nodes
from tests.cards.golden_cards import STATES

DOCS = (Path(__file__).parents[2] / "docs" / "cards.md").read_text(encoding="utf-8")
OF_CRM = r"state|retry|crm|check|pause|resume|previews|pushes\.of"
NAMED = set(re.findall(r"`([^`\n]+)`", DOCS))


def general(element_id: str) -> str:
    """An id with what varies replaced by its name in the docs."""
    for place in ("record", "related", "found", "duplicate"):
        element_id = re.sub(rf"^{place}\.(2\.)?\w+:\w+:[\w-]+", rf"{place}.\g<1>RECORD", element_id)
    element_id = re.sub(r"^(merge\.past)\.\w{32}", r"\1.MERGE", element_id)
    element_id = re.sub(r"^(offer)\.\w+\.\w{32}", r"\1.FIELD.CARD", element_id)
    element_id = re.sub(r"^(request\.(?:name|description|row)|activity\.to)\.\w{32}", r"\1.REQUEST", element_id)
    element_id = re.sub(r"^(profile\.(?:contact|phone|email))\.(?:\w{32}|new)", r"\1.CONTACT", element_id)
    element_id = re.sub(r"^(merge\.pick)\.\w+", r"\1.FIELD", element_id)
    element_id = re.sub(r"^label\.remove\..+", "label.remove.TAG", element_id)
    element_id = re.sub(r"^(profile\.value)\.\w+", r"\1.FIELD", element_id)
    element_id = re.sub(rf"^(admin\.(?:{OF_CRM}))\.\w+", r"\1.CRM", element_id)
    element_id = re.sub(r"^(admin\.(?:issue|events)|preview\.activity)\.\d+", r"\1.NUMBER", element_id)
    element_id = re.sub(r"^(admin\.finding)\.\w+\.\d+", r"\1.CRM.NUMBER", element_id)
    element_id = re.sub(r"^(admin\.tab)\.\w+", r"\1.PAGE", element_id)
    element_id = re.sub(r"^(admin\.push)\.\w{32}", r"\1.PUSH", element_id)
    element_id = re.sub(r"^(admin\.agent)\.\w{32}", r"\1.AGENT", element_id)
    element_id = re.sub(r"^(admin\.agent\.AGENT\.is)\..+", r"\1.USER", element_id)
    element_id = re.sub(r"^(admin\.matched)\.\w{32}", r"\1.AGENT", element_id)
    element_id = re.sub(r"^(admin\.event)\.\d+", r"\1.EVENT", element_id)
    element_id = re.sub(r"^(admin\.setting)\..+", r"\1.KEY", element_id)
    element_id = re.sub(r"^(preview(?:\.row)?)\.\w{32}", r"\1.INTERACTION", element_id)
    element_id = re.sub(r"^own\.\w{32}", "own.LEG", element_id)
    element_id = re.sub(r"^update\.\w{32}", "update.UPDATE", element_id)
    element_id = re.sub(r"^create\.\w{32}\.\w+", "create.CREATION.FIELD", element_id)
    element_id = re.sub(r"^create\.new\.\w+\.\w+", "create.new.TYPE", element_id)
    element_id = re.sub(r"^create\.new\.(?!TYPE)\w+", "create.new.CRM", element_id)
    element_id = re.sub(r"^(case\.|thread\.|)comment\.\w{32}", r"\1comment.COMMENT", element_id)
    element_id = re.sub(r"^(case\.message|thread\.message|comment\.message)\.\w{32}", r"\1.MESSAGE", element_id)
    element_id = re.sub(r"^block\.\w{32}", "block.IDENTITY", element_id)
    element_id = re.sub(r"^thread\.\w{32}", "thread.INTERACTION", element_id)
    element_id = re.sub(r"^new\.alike\.\w{32}", "new.alike.CARD", element_id)
    element_id = re.sub(r"^journey\.request\.\w{32}", "journey.request.REQUEST", element_id)
    element_id = re.sub(r"^journey\.\w{32}", "journey.INTERACTION", element_id)
    element_id = re.sub(r"^(wrapup\.field)\.\w{32}\.\w+", r"\1.INTERACTION.NAME", element_id)
    element_id = re.sub(r"^(profile\.own)\.\w+", r"\1.NAME", element_id)
    element_id = re.sub(r"^activity\.\w{32}", "activity.INTERACTION", element_id)
    element_id = re.sub(r"^(activity\.customer)\.\w{32}", r"\1.CARD", element_id)
    element_id = re.sub(r"^(customer|merge\.\w+)\.\w{32}", r"\1.CARD", element_id)
    return re.sub(r"^tag\.remove\..+", "tag.remove.TAG", element_id)


def test_every_verb_is_documented() -> None:
    assert {verb.value for verb in Verb} <= NAMED


def test_every_element_id_is_documented() -> None:
    drawn = {general(node["id"]) for make in STATES.values() for node in nodes(make()) if "id" in node}
    assert drawn <= NAMED, drawn - NAMED


def test_size_is_documented() -> None:
    assert f"{LIMIT:,} bytes" in DOCS
