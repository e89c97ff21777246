"""Each state of the card looks as it did when somebody last looked at it, and obeys the schema."""

from __future__ import annotations

import json

import pytest

from tests.cards.card_checks import check
from tests.cards.golden_cards import FOLDER, STATES


@pytest.mark.parametrize("name", STATES)
def test_card_is_as_recorded(name: str) -> None:
    recorded = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert STATES[name]() == recorded, "if this is meant: python -m tests.cards.golden_cards"


@pytest.mark.parametrize("name", STATES)
def test_card_obeys_schema_and_house_rules(name: str) -> None:
    check(STATES[name]())


def test_no_recorded_card_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(STATES)
