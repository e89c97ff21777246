"""Every state in every language is a card that Teams takes, also with the worst that others can write in it."""

from __future__ import annotations

import pytest

from cards.short_cards import short_card, sign_in_card
from customers.ids import CardId
from customers.model import Channel
from customers.shorts import CustomerShort, RecordShort
from tests.cards.card_checks import check, check_short
from tests.cards.eyes import COUNTRIES, eyes
from tests.cards.golden_cards import STATES
from tests.cards.harmless import MARKS, assert_no_markup
from tests.cards.test_cards_escape import HOSTILE

WORST = {
    "every attack": " ".join(HOSTILE),
    "a list, a head, a quote": "- item\n# head\n> quote\n1. one\n\n    code",
    "a link that lies": "[https://acme.example.com](https://evil.example.com) <https://evil.example.com>",
    "signs and no words": "*_~`|" * 390,
    "pictures": "😀" * 1500,
    "nothing that can be seen": "\u2066\u200b\x7f ",
}


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", COUNTRIES)
@pytest.mark.parametrize("name", STATES)
def test_p14_every_state_is_a_card_that_teams_takes_in_every_language(name: str, language: str) -> None:
    with eyes(language):
        card = STATES[name]()
    assert card["lang"] == language
    check(card)
    assert_no_markup(card, MARKS)


@pytest.mark.parametrize("what", WORST)
def test_what_others_write_is_carried_out_in_no_state(what: str) -> None:
    for number, (name, make) in enumerate(STATES.items()):
        with eyes(list(COUNTRIES)[number % 3], WORST[what]):
            card = make()
        try:
            check(card)
            assert_no_markup(card, MARKS)
        except AssertionError as error:
            raise AssertionError(name) from error


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", COUNTRIES)
@pytest.mark.parametrize("text", ["Edward Ferrars", *WORST.values()])
def test_p14_what_is_posted_into_a_conversation_is_a_card_that_teams_takes_for_links(text: str, language: str) -> None:
    link = "https://acme.lightning.force.com/lightning/r/Case/500/view"
    customer = CustomerShort(CardId("c1"), text, text, Channel.VOICE, link, text)
    record = RecordShort(text, text, text, link)
    nobody = CustomerShort(CardId("c2"), "", "", Channel.EMAIL, "", text)
    cards = [short_card(one, language) for one in (customer, record, nobody)]
    for card in (*cards, sign_in_card(link, language)):
        check_short(card)
        assert_no_markup(card)
