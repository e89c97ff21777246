"""One table maps verbs to handlers; a verb without one, or with two, stops the start."""

from __future__ import annotations

import pytest

from cards.actions import Verb
from desk.verbs import check_table


def test_every_verb_of_the_cards_has_exactly_one_handler() -> None:
    check_table()


def test_a_verb_without_a_handler_stops_the_start() -> None:
    with pytest.raises(RuntimeError, match=r"card\.sing"):
        check_table([*Verb, "card.sing"])
