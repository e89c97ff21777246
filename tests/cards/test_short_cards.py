"""What is posted into a conversation: little, harmless, in three languages."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.short_cards import line_of, short_card, sign_in_card, sign_in_line
from customers.ids import CardId, UserId
from customers.model import Channel
from customers.shorts import CustomerShort, RecordShort
from customers.views import Viewer

NUMBER = "+4915112345678"
EDWARD = CustomerShort(
    CardId("c1"), "Edward Ferrars", "Classics, Inc.", Channel.VOICE, "https://teams.microsoft.com/l/entity/a/b", NUMBER
)
CASE = RecordShort("Refund", "Case", "Salesforce", "https://acme.lightning.force.com/lightning/r/Case/500/view")
LANGUAGES = {"en": "Open customer card", "de": "Kundenkarte öffnen", "es": "Abrir la tarjeta del cliente"}


def viewer(language: str = "en") -> Viewer:
    return Viewer(UserId("u"), "t", "Elinor", language=language, country="DE")


@pytest.mark.parametrize("language", LANGUAGES)
def test_p14_a_customer_is_posted_without_number_and_address(language: str) -> None:
    card = short_card(EDWARD, language)
    assert (card["version"], card["lang"]) == ("1.3", language)
    assert card["body"][0]["text"] == "Edward Ferrars"
    assert "Classics, Inc." in card["body"][1]["text"]
    assert card["actions"] == [{"type": "Action.OpenUrl", "url": EDWARD.url, "title": LANGUAGES[language]}]
    assert "151" not in json.dumps(card)


def test_p05_whoever_chooses_sees_what_tells_customers_apart() -> None:
    line = line_of(EDWARD, viewer())
    assert line == ("Edward Ferrars", "Call · Classics, Inc. · 01511 2345678")
    nameless = CustomerShort(CardId("c2"), "", "", Channel.EMAIL, "", "lucy@steele.test")
    assert line_of(nameless, viewer("de")) == ("lucy@steele.test", "E-Mail")
    assert short_card(nameless, "de")["body"][0]["text"] == "Unbekannter Kunde"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_is_posted_with_what_it_is_and_where(language: str) -> None:
    card = short_card(CASE, language)
    assert [item["text"] for item in card["body"]] == ["Refund", "Case · Salesforce"]
    assert "Salesforce" in card["actions"][0]["title"]
    assert line_of(CASE, viewer(language)) == ("Refund", "Case · Salesforce")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_not_named_is_asked_to_sign_in_and_told_nothing(language: str) -> None:
    card = sign_in_card("https://teams.microsoft.com/l/app/a", language)
    assert card["actions"][0]["url"] == "https://teams.microsoft.com/l/app/a"
    assert sign_in_line(language).text


@given(title=st.text(), company=st.text(), url=st.text())
def test_text_from_outside_is_never_markup(title: str, company: str, url: str) -> None:
    hostile = f"{title}<at>everyone</at>[click](javascript:x)"
    short = CustomerShort(CardId("c"), hostile, company, Channel.CHAT, url, title)
    card = short_card(short, "en")
    assert "<at>" not in card["body"][0]["text"].replace("\\<", "")
    assert "](" not in card["body"][0]["text"].replace("\\]", "").replace("\\(", "")
    assert all(action["url"].startswith("https://") for action in card.get("actions", ()))
    assert not {"<", ">"} & set("".join(line_of(short, viewer())))
