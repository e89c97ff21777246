"""The message extension: what Teams asks is answered as Teams can show it; who may not, is told nothing."""

from __future__ import annotations

from typing import Any

import pytest
from bot_house import House, open_house
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.extension import COMMAND, PARAMETER
from customers.ids import CardId
from customers.model import Channel
from customers.shorts import CustomerShort, RecordShort
from simulators.entra.people import ELINOR, TENANT_ID
from simulators.kit.tls import Authority
from simulators.teams import extension as teams

LINK = "https://acme.lightning.force.com/lightning/r/Case/500/view"
CASE = RecordShort("Refund", "Case", "Salesforce", LINK)
NUMBER = "+4915112345678"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def edward(number: int = 0) -> CustomerShort:
    url = f"https://teams.microsoft.com/l/entity/app/tab?number={number}"
    return CustomerShort(CardId(f"{number:032}"), "Edward Ferrars", "Classics, Inc.", Channel.VOICE, url, NUMBER)


@pytest.fixture
def bot(shared_house: House) -> House:
    cards = shared_house.short_cards
    cards.asked.clear()
    cards.found, cards.links, cards.trouble = [edward(number) for number in range(40)], {LINK: CASE}, None
    shared_house.directory.strangers.clear()
    return shared_house


def finds(bot: House, text: str | None = None, **order: Any) -> dict[str, Any]:
    """What Elinor is shown when she looks for `text`."""
    answer = bot.driver("find", command=COMMAND, parameter=PARAMETER, text=text, **order)
    assert (answer["status"], answer["refused"]) == (200, "")
    shown: dict[str, Any] = answer["body"]["composeExtension"]
    return shown


def pastes(bot: House, url: str, **order: Any) -> dict[str, Any]:
    answer = bot.driver("paste", url=url, **order)
    assert (answer["status"], answer["refused"]) == (200, "")
    shown: dict[str, Any] = answer["body"]["composeExtension"]
    return shown


def test_customers_are_found_and_one_of_them_is_posted(bot: House) -> None:
    first = finds(bot, "  edward   ferr ")["attachments"][0]
    assert first["preview"]["content"]["title"] == "Edward Ferrars"
    assert "+49 1511 2345678" in first["preview"]["content"]["text"]
    value = first["preview"]["content"]["tap"]["value"]
    chosen = bot.driver("choose", value=value)
    assert chosen["refused"] == ""
    (posted,) = chosen["body"]["composeExtension"]["attachments"]
    assert posted["content"] == first["content"]  # a client that does not ask again posts the same
    assert "151" not in str(posted)
    (_, viewer, text, skip, count), (_, _, card) = bot.short_cards.asked
    assert (viewer.user_id, text, skip, count, card) == (ELINOR.oid, "edward ferr", 0, 25, edward().card_id)


def test_the_box_begins_with_those_of_late_and_is_leafed_through(bot: House) -> None:
    assert len(finds(bot)["attachments"]) == 25
    assert len(finds(bot, skip=25)["attachments"]) == 15
    assert finds(bot, skip=50)["attachments"] == []
    assert [asked[2:] for asked in bot.short_cards.asked] == [("", 0, 25), ("", 25, 25), ("", 50, 25)]


@pytest.mark.rule("P-14")
@pytest.mark.parametrize(
    ("user", "text", "said"), [("elinor", "x", "No customer found"), ("marianne", "", "Schreiben Sie")]
)
def test_p14_whoever_finds_nobody_is_told_what_to_write(bot: House, user: str, text: str, said: str) -> None:
    bot.short_cards.found = []
    answer = finds(bot, text, user=user)
    assert answer["type"] == "message"
    assert said in answer["text"]


@pytest.mark.rule("A-01")
def test_a01_who_may_not_use_the_card_finds_nobody_and_no_link_tells_them_anything(bot: House) -> None:
    bot.directory.strangers.add(ELINOR.oid)
    assert "administrator" in finds(bot, "edward")["text"]
    assert pastes(bot, LINK)["attachments"] == []
    assert bot.driver("choose", value={"card": edward().card_id})["body"]["composeExtension"]["attachments"] == []
    assert bot.short_cards.asked == []


def test_a_link_becomes_a_short_card_and_every_other_link_stays_one(bot: House) -> None:
    shown = pastes(bot, LINK)
    assert [item["text"] for item in shown["attachments"][0]["content"]["body"]] == ["Refund", "Case · Salesforce"]
    assert "no-cache" in shown["suggestedActions"]["actions"][0]["value"]  # it is another's to see or not
    for url in ("https://contoso.example/", LINK + "x" * 2048):
        assert pastes(bot, url)["attachments"] == []


def test_a_failure_is_said_where_something_was_looked_for_and_hidden_where_a_link_was_pasted(bot: House) -> None:
    bot.short_cards.trouble = RuntimeError("secret of the house")
    answer = finds(bot, "edward", user="marianne")
    assert (answer["type"], "secret" in answer["text"]) == ("message", False)
    assert "noch einmal" in answer["text"]
    assert pastes(bot, LINK)["attachments"] == []


def test_nobody_in_particular_is_asked_to_sign_in_and_nothing_is_looked_for(bot: House) -> None:
    shown = pastes(bot, LINK, anonymous=True)
    (attachment,) = shown["attachments"]
    assert attachment["content"]["actions"][0]["url"] == bot.short_cards.app_link
    assert "Refund" not in str(shown)
    assert bot.short_cards.asked == []


def test_only_a_link_of_nobody_in_particular_may_come_without_a_tenant(authority: Authority) -> None:
    with open_house(authority, tenants=(TENANT_ID,)) as bot:
        assert pastes(bot, LINK, anonymous=True)["attachments"]
        chat = bot.teams.chats.with_member(ELINOR.oid)
        assert chat is not None
        for name in (teams.LINK, teams.ANONYMOUS_LINK):
            activity = bot.teams.envelope().wrap(chat, type="invoke", name=name, value={"url": LINK})
            nowhere = {**activity, "conversation": {"id": "a"}, "channelData": {}}
            foreign = {**nowhere, "channelData": {"tenant": {"id": "another"}}}
            assert bot.post(nowhere).status_code == (200 if name == teams.ANONYMOUS_LINK else 403)
            assert bot.post(foreign).status_code == 403
        assert bot.post({**activity, "name": teams.LINK}, token="").status_code == 401
        assert bot.short_cards.asked == []


@given(name=st.sampled_from([teams.QUERY, teams.SELECT, teams.LINK, teams.ANONYMOUS_LINK]), value=ANYTHING)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_answered_or_400(bot: House, name: str, value: Any) -> None:
    answer = bot.post(bot.invoke(name=name, value=value))
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert teams.refusal(answer.json()) == ""
