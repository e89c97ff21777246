"""*Keep mine* in the chat (P-13): what was typed is written over what somebody else wrote, once that has been seen."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.ports import Action, Answer
from customers.profile_form import Detail
from customers.views import Surface
from desk.act import ActionDesk
from storage.engine import Database
from tests.cards.card_checks import nodes
from tests.desk.chat import NOTES, OUTCOME, VIEWER, Chat
from tests.desk.own_fields import CONTRACT, Pane
from tests.desk.own_fields import SETTINGS as OWN
from tests.desk.requests_world import Requests, code
from tests.desk.test_desk_races import SETTINGS, _call
from tests.desk.test_profile_form import GERMAN, Form, profile
from tests.desk.test_typed import _elsewhere


@pytest.fixture
def chat(database: Database) -> Chat:
    """A call that Elinor has ended."""
    return Chat(database, _call(database))


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


def box(card: Any) -> tuple[str, dict[str, dict[str, str]]]:
    """What the box at the end of the card says, and the data of its buttons."""
    found = next(node for node in nodes(card) if node.get("id") == "notice")
    said = "\n".join(node["text"] for node in nodes(found) if "text" in node)
    return said, {node["id"]: node["data"] for node in nodes(found) if node.get("type") == "Action.Execute"}


def keeps(chat: Chat) -> Answer:
    """The press of Keep mine, as Teams sends it: its data among the inputs."""
    data = {name: text for name, text in box(chat.card)[1]["notice.keep"].items() if name != "verb"}
    return chat.presses("edit.keep", **data)


@pytest.mark.rule("P-13", "B-05")
def test_p13_keep_mine_writes_what_was_typed_over_what_the_other_wrote(chat: Chat) -> None:
    chat.types("Typed in the chat.")
    chat.types("Resolved", OUTCOME)
    _elsewhere(chat, "Saved in the pane.")
    assert code(chat.presses("wrapup.save")) == "changed_elsewhere"
    said, buttons = box(chat.card)
    assert "**Notes**: Saved in the pane." in said
    assert "Outcome" not in said, "nobody else wrote one"
    assert list(buttons) == ["notice.load", "notice.keep"]
    assert chat.fields[NOTES] == "Typed in the chat."
    assert code(keeps(chat)) == "saved"
    assert chat.stored() == {
        "notes": "Typed in the chat.",
        "disposition": "Resolved",
        "disposition_label": "Resolved",
    }
    assert chat.fields[NOTES] == "Typed in the chat."


@pytest.mark.rule("P-13", "B-05")
def test_p13_what_a_third_wrote_after_that_has_been_seen_by_nobody(chat: Chat) -> None:
    chat.types("Typed in the chat.")
    _elsewhere(chat, "Second.")
    chat.presses("related.refresh")
    _elsewhere(chat, "Third.")
    assert code(keeps(chat)) == "changed_elsewhere"
    assert chat.stored()["notes"] == "Third."
    assert "**Notes**: Third." in box(chat.card)[0]
    assert code(keeps(chat)) == "saved"
    assert chat.stored()["notes"] == "Typed in the chat."


@pytest.mark.rule("P-13")
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["elsewhere", "keep", "press"]), min_size=1, max_size=5))
def test_p13_nothing_unseen_is_overwritten_whoever_writes_in_between(chat: Chat, steps: list[str]) -> None:
    texts = iter(f"Elsewhere {number}." for number in range(9))
    now = seen = next(texts)
    _elsewhere(chat, now)
    chat.delivered(always=True)
    chat.types("Mine.")
    is_asked = False
    for step in steps:
        if step == "elsewhere":
            now = next(texts)
            _elsewhere(chat, now)
            continue
        keeps(chat) if step == "keep" and is_asked else chat.presses("card.refresh")
        assert chat.stored()["notes"] == ("Mine." if now == seen and (step == "keep" or not is_asked) else now)
        assert chat.fields[NOTES] == "Mine."
        if chat.stored()["notes"] == "Mine.":
            return
        seen, is_asked = now, True


@pytest.mark.rule("P-13", "B-38")
def test_p13_fields_of_the_companys_own_are_kept_so_too(database: Database) -> None:
    data = _call(database)
    pane, chat = Pane(database, data), Chat(database, data, settings=OWN)
    chat.types("mine", pane.id_of(CONTRACT.name))
    pane.press("wrapup.save", contract="theirs", reason="praise")
    assert code(chat.presses("wrapup.save")) == "changed_elsewhere"
    assert "**Contract**: theirs" in box(chat.card)[0]
    assert code(keeps(chat)) == "saved"
    assert pane.stored() == {"contract": "mine", "reason": "praise"}


@pytest.mark.rule("P-13", "B-04", "B-06")
def test_p13_a_requests_name_and_description_are_kept_so_too(chat: Chat) -> None:
    house_of = {name: field for name in ("name", "description") for field in chat.fields if f"request.{name}." in field}
    request_id = house_of["name"].rpartition(".")[2]
    version = chat.fields["request.drawn"].split(" ")[1]
    chat.types("Mine.", house_of["description"])
    others = {house_of["name"]: "Their name", house_of["description"]: "Theirs."}
    others_press = Action("request.save", chat.data | {"request": request_id, "version": version}, others)
    assert code(ActionDesk(chat.database, SETTINGS).act(VIEWER, others_press)) == "saved"
    assert code(chat.presses("request.save", request=request_id, version=version)) == "changed_elsewhere"
    said, _ = box(chat.card)
    assert "**Description**: Theirs." in said
    assert "Their name" not in said, "that was combined"
    assert code(keeps(chat)) == "saved"
    assert chat.fields[house_of["description"]] == "Mine."
    assert chat.fields[house_of["name"]] == "Their name"


@pytest.mark.rule("P-13", "B-15")
def test_p13_the_profile_is_saved_over_what_has_been_seen_and_over_nothing_else(house: Requests) -> None:
    card = house.caller()
    mine = Form(house, card, surface=Surface.CHAT).types(company="Classics, Inc.")
    assert Form(house, card, GERMAN).types(company="Norland", notes="Calls late.").save() == "saved"
    assert mine.save() == "changed_elsewhere"
    assert isinstance(mine.answer.card, bytes)
    said, buttons = box(orjson.loads(mine.answer.card))
    assert "**Company**: Norland" in said
    assert "Calls late" not in said
    data = {name: text for name, text in buttons["notice.keep"].items() if name not in ("verb", "card")}
    mine.fields |= data  # as Teams has it, both are one mapping
    assert code(mine.press("edit.keep", **data)) == "saved"
    values = profile(house, card).values
    assert values[Detail.COMPANY] == "Classics, Inc."
    assert values[Detail.NOTES] == "Calls late.", "what nobody typed over stays as the other wrote it"


@pytest.mark.rule("P-16")
def test_it_is_written_down_who_kept_theirs(house: Requests) -> None:
    card = house.caller()
    mine = Form(house, card, surface=Surface.CHAT).types(company="Classics, Inc.")
    Form(house, card, GERMAN).types(company="Norland").save()
    mine.save()
    assert isinstance(mine.answer.card, bytes)
    data = {
        name: text for name, text in box(orjson.loads(mine.answer.card))[1]["notice.keep"].items() if name != "verb"
    }
    mine.press("edit.keep", **data)
    assert [row["details"] for row in house.audited("edit.keep")] == [{"fields": ["profile.drawn"]}]


def test_in_the_pane_which_asks_by_itself_the_press_overwrites_nothing(house: Requests) -> None:
    card = house.caller()
    mine = Form(house, card).types(company="Classics, Inc.")
    Form(house, card, GERMAN).types(company="Norland").save()
    drawn = mine.fields["profile.drawn"].replace("company:", "company:0")
    mine.press("edit.keep", **{"seen.profile.drawn": drawn})
    assert profile(house, card).values[Detail.COMPANY] == "Norland"
