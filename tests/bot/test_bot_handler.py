"""Installed, removed, written to, and phones that know Action.Submit alone: driven by the Teams stand-in's hands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from bot_house import House, card, open_house

from bot.activities import card_message
from bot.texts import TEXTS
from customers.ports import Answer
from simulators.entra.people import ELINOR, MARIANNE, TENANT_ID
from simulators.kit.tls import Authority


@pytest.fixture(params=["tokens", "development"])
def home(request: pytest.FixtureRequest, authority: Authority) -> Iterator[House]:
    with open_house(authority, development=request.param == "development") as house:
        yield house


def _texts(house: House, oid: str = ELINOR.oid) -> list[Any]:
    chat = house.teams.chats.with_member(oid)
    assert chat is not None
    return [message.newest.get("text") for message in chat.messages.values()]


def _send_card(house: House) -> str:
    conversation = house.directory.chats[ELINOR.oid].conversation
    message_id: str = house.run(house.connector.send(conversation, card_message(card("Hello"), "Hello")))
    return message_id


def _versions(house: House, message_id: str) -> list[str]:
    chat = house.teams.chats.with_member(ELINOR.oid)
    assert chat is not None
    return [
        version["activity"]["attachments"][0]["content"]["body"][0]["text"]
        for version in chat.messages[message_id].versions
    ]


@pytest.mark.rule("P-17")
def test_p17_an_installation_makes_the_user_known_and_greets_them_once(home: House) -> None:
    done = home.driver("install")
    assert [answer["status"] for answer in done["answers"]] == [202, 202]
    known = home.directory.chats[ELINOR.oid]
    assert known.conversation.id == done["conversation"]
    assert (known.conversation.service_url, known.conversation.tenant_id) == (home.service_url, TENANT_ID)
    assert (known.member_id, known.name, known.time_zone) == (done["member"], ELINOR.name, "Europe/London")
    assert known.bot_id.startswith("28:")
    (greeting,) = _texts(home)
    assert greeting.startswith("Hello!")


@pytest.mark.rule("P-14")
def test_p14_the_greeting_is_in_the_users_language(home: House) -> None:
    home.driver("install", user="marianne")
    assert _texts(home, MARIANNE.oid)[0].startswith("Hallo!")
    assert home.directory.chats[MARIANNE.oid].language == "de"


def test_who_removes_the_app_is_forgotten(home: House) -> None:
    home.driver("install")
    assert home.driver("uninstall")["answers"][0]["status"] == 202
    assert home.directory.chats == {}


def test_an_upgrade_makes_known_but_does_not_greet_again(home: House) -> None:
    chat = home.teams.chats.with_member(ELINOR.oid)
    assert chat is not None
    upgrade = home.teams.envelope().wrap(chat, type="installationUpdate", action="add-upgrade")
    assert home.post(upgrade).status_code == 202
    assert ELINOR.oid in home.directory.chats
    assert _texts(home) == []


def test_a_greeting_that_does_not_arrive_changes_nothing_else(home: House) -> None:
    home.teams.faults.arm({"fault": "forbidden"})
    assert home.driver("install")["answers"][1]["status"] == 202
    assert ELINOR.oid in home.directory.chats


@pytest.mark.parametrize("kind", ["channel", "groupChat"])
def test_a_team_is_nobodys_personal_chat(house: House, kind: str) -> None:
    chat = house.teams.chats.with_member(ELINOR.oid)
    assert chat is not None
    added = house.teams.envelope().wrap(chat, type="conversationUpdate", membersAdded=[{"id": "28:x"}])
    added["conversation"]["conversationType"] = kind
    assert house.post(added).status_code == 202
    assert house.directory.chats == {}


def test_a_message_is_answered_with_help_and_makes_the_newest_service_url_known(home: House) -> None:
    home.driver("install")
    home.directory.chats.clear()
    assert home.driver("say", text="hello?")["status"] == 202
    assert "I send you a customer's card" in _texts(home)[-1]
    assert ELINOR.oid in home.directory.chats


def test_a_button_pressed_in_teams_shows_the_answers_card(home: House) -> None:
    home.driver("install")
    message_id = _send_card(home)
    done = home.driver("press", activity=message_id, verb="link.add", inputs={"wrapup.notes": "Ferrars called"})
    assert done["status"] == 200
    assert done["body"]["value"]["body"][0]["text"] == "link.add done"
    ((_, action),) = home.desk.acted
    assert (action.data["record"], action.data["version"]) == ("salesforce:Contact:003", "1")
    assert action.inputs["wrapup.notes"] == "Ferrars called"
    # The next press finds the button on the card that is shown now.
    home.driver("press", verb="link.add")
    assert home.desk.acted[1][1].data["version"] == "2"


def test_the_fallback_submit_does_the_same_and_the_card_is_put_in_place(home: House) -> None:
    home.driver("install")
    message_id = _send_card(home)
    pressed = {"activity": message_id, "verb": "link.add", "inputs": {"wrapup.notes": "Ferrars called"}}
    home.driver("press", **pressed)
    done = home.driver("press", how="submit", **pressed)
    assert done == {"status": 202, "body": ""}
    (_, executed), (_, submitted) = home.desk.acted
    assert executed.verb == submitted.verb
    assert {**executed.data, "version": ""} == {**submitted.data, "version": ""}
    assert _versions(home, message_id) == ["Hello", "link.add done"]


def test_a_submit_answered_with_json_puts_that_card_in_place(home: House) -> None:
    home.driver("install")
    message_id = _send_card(home)
    home.desk.answer = Answer(card=orjson.dumps(card("drawn as JSON", "2")))
    assert home.driver("press", activity=message_id, verb="link.add", how="submit") == {"status": 202, "body": ""}
    assert _versions(home, message_id) == ["Hello", "drawn as JSON"]


def test_a_submit_whose_message_is_gone_is_answered_below(home: House) -> None:
    home.driver("install")
    message_id = _send_card(home)
    chat = home.teams.chats.with_member(ELINOR.oid)
    assert chat is not None
    data = {"verb": "link.add", "card": "c1"}
    activity = home.teams.envelope().submitted(chat, chat.messages[message_id], data)
    chat.messages[message_id].is_deleted = True
    assert home.post(activity).status_code == 202
    newest = chat.newest_card()
    assert newest is not None
    assert newest.id != message_id


def test_a_submit_that_is_answered_without_a_card_is_answered_with_its_sentence(home: House) -> None:
    home.driver("install")
    _send_card(home)
    home.desk.answer = Answer(notice_text="Nothing to link.")
    home.driver("press", verb="link.add", how="submit")
    assert _texts(home)[-1] == "Nothing to link."


@pytest.mark.parametrize("data", [{"verb": "no.such"}, {"verb": 3}, {"verb": "link.add"}])
def test_a_submit_that_no_card_of_ours_sends_is_told_so(house: House, data: dict[str, Any]) -> None:
    house.driver("install")
    _send_card(house)
    assert house.driver("press", action={"data": data}, how="submit")["status"] == 202
    assert "not known" in _texts(house)[-1]


def test_a_submit_that_fails_inside_is_told_so_without_the_reason(house: House) -> None:
    house.driver("install")
    _send_card(house)
    house.desk.answer = RuntimeError("secret of the house")
    assert house.driver("press", verb="link.add", how="submit")["status"] == 202
    assert _texts(house)[-1].startswith("That did not work")


def test_a_submit_whose_answer_cannot_be_delivered_is_not_done_twice(house: House) -> None:
    house.driver("install")
    _send_card(house)
    house.teams.faults.arm({"fault": "outage", "times": -1, "method": "PUT"})
    assert house.driver("press", verb="link.add", how="submit")["status"] == 202
    assert len(house.desk.acted) == 1


def test_a_value_without_a_verb_is_an_ordinary_message(house: House) -> None:
    house.driver("install")
    _send_card(house)
    house.driver("press", action={"data": {"x": "y"}}, how="submit")
    assert "I send you a customer's card" in _texts(house)[-1]
    assert house.desk.acted == []


def test_every_sentence_is_there_in_every_language() -> None:
    assert len({frozenset(texts) for texts in TEXTS.values()}) == 1
    assert set(TEXTS) == {"en", "de", "es"}
