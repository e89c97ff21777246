"""Customers entered by hand, previews, and what can be written after a customer was reopened."""

from __future__ import annotations

import orjson
import pytest

from customers.ids import CardId
from customers.model import IdentityKind, Verb
from customers.ports import Action, Answer
from customers.profile_form import Detail
from customers.views import Surface
from storage import index, lists, profile_forms
from storage.engine import Database
from storage.match_inputs import MatchRules
from tests.cards.card_checks import Node, check, nodes
from tests.desk.merging_world import ELINOR
from tests.desk.requests_world import Requests, code
from tests.desk.test_requests import happens


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


def create(house: Requests, sure: str = "", **typed: str) -> Answer:
    """*Create* on the form."""
    inputs = {f"new.{name}": text for name, text in typed.items()}
    return house.shop.press("customers.create", inputs=inputs, sure=sure)


def indexed(house: Requests) -> None:
    with house.database.write() as tx:
        while index.reindex(tx, 100, MatchRules()):
            pass


@pytest.mark.rule("B-14", "B-30", "B-34")
def test_b14_b30_a_customer_is_created_by_hand_and_stands_in_open(house: Requests) -> None:
    typed = {"company": "Combe Magna", "phone": "+44 20 7946 0999", "email": "", "notes": "Drives fast."}
    answer = create(house, name="John Willoughby", **typed)
    assert code(answer) == "new_customer_created"
    assert answer.card_id
    with house.database.read() as connection:
        opened = lists.open_list(connection, ELINOR.user_id)
        profile = profile_forms.profile_view(connection, answer.card_id)
    assert [row.card_id for row in opened.rows] == [answer.card_id]
    assert (profile.values[Detail.NAME], profile.values[Detail.COMPANY]) == ("John Willoughby", "Combe Magna")
    assert profile.values[Detail.NOTES] == "Drives fast."
    assert [(one.kind, one.value) for one in profile.contacts] == [(IdentityKind.PHONE, "+442079460999")]
    assert house.audited("customer.create")[0]["subject"] == answer.card_id
    indexed(house)
    with house.database.read() as connection:
        found = lists.search_list(connection, ELINOR.user_id, "willoughby").rows
    assert [row.card_id for row in found] == [answer.card_id]


@pytest.mark.rule("B-18", "B-30")
def test_b18_b30_the_chat_offers_the_form_too_keeps_what_was_typed_and_creates_or_gives_up(house: Requests) -> None:
    def press(verb: str, inputs: dict[str, str] | None = None, **data: str) -> list[Node]:
        answer = house.shop.desk.act(ELINOR, Action(verb, data, inputs or {}, Surface.CHAT))
        assert isinstance(answer.card, bytes)
        card = orjson.loads(answer.card)
        check(card)
        return list(nodes(card))

    house.caller()
    indexed(house)
    assert "customers.new" in verbs(press("customers.open"))
    assert verbs(press("customers.new")) == {"customers.create", "customers.open"}
    typed = {"new.name": "Edward Ferrars", "new.notes": "Has no card here."}
    asked = press("customers.create", typed)
    assert {node["id"]: node.get("value") for node in asked if node.get("id") in typed} == typed
    assert "customers.show" in verbs(asked)
    made = press("customers.create", typed, sure="yes")
    assert "Edward Ferrars" in {node.get("text") for node in made}
    assert "card.close" in verbs(made)
    assert "customers.new" in verbs(press("customers.open"))


def verbs(found: list[Node]) -> set[str]:
    """What can be pressed."""
    return {node["verb"] for node in found if "verb" in node}


@pytest.mark.rule("B-30", "P-04")
@pytest.mark.parametrize(
    "typed", [{"name": "Edward Ferrars"}, {"phone": "+44 20 7946 0123"}, {"name": "Edwrad Ferrars"}]
)
def test_b30_who_may_be_the_same_is_shown_before_another_one_is_created(house: Requests, typed: dict[str, str]) -> None:
    first = create(house, name="Edward Ferrars", phone="+442079460123")
    indexed(house)
    asked = create(house, **typed)
    assert code(asked) == "new_customer_alike"
    assert asked.card_id is None
    assert asked.card is not None
    assert f"new.alike.{first.card_id}" in orjson.dumps(orjson.loads(asked.card)).decode()  # type: ignore[arg-type]
    sure = create(house, sure="yes", **typed)
    assert code(sure) == "new_customer_created"
    assert sure.card_id != first.card_id


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " ", "company": "Norland"}, "new_customer_empty"),
        ({"phone": "12"}, "invalid_phone"),
        ({"email": "nobody"}, "invalid_email"),
        ({"name": "x" * 2001}, "text_too_long"),
    ],
)
def test_what_cannot_be_is_said_and_nobody_is_created(house: Requests, typed: dict[str, str], said: str) -> None:
    answer = create(house, **typed)
    assert code(answer) == said
    assert answer.card is None
    assert house.audited("customer.create") == []


@pytest.mark.rule("B-31")
def test_b31_a_preview_says_who_it_is_and_opens_nothing(house: Requests) -> None:
    card = house.caller()
    house.press("card.close", card, answer="discard")
    answer = house.press("customers.preview", card)
    assert answer.card is not None
    assert "Edward Ferrars" in orjson.loads(answer.card)["body"][0]["text"]  # type: ignore[arg-type]
    assert house.shop.view(card).is_closed
    assert house.press("customers.preview", CardId("0" * 32)).card is None


@pytest.mark.rule("B-19", "B-21", "B-22")
def test_b21_b22_after_reopening_customer_request_and_newest_activity_are_written_in(house: Requests) -> None:
    card = house.caller()
    happens(house, card, Verb.ENDED)
    happens(house, card, Verb.WRAPUP_COMPLETED)
    house.press("card.close", card, answer="discard")
    assert house.shop.view(card).is_closed
    house.press("customers.show", card)
    request, activity = house.shown(card), house.interaction(card)
    assert activity.wrap_up.may_edit
    ids = {"interaction": activity.id, "leg": activity.leg_id, "version": str(activity.wrap_up.version)}
    assert code(house.press("wrapup.save", card, inputs={"wrapup.notes": "Rang again."}, **ids)) == "saved"
    assert code(house.save(card, request, name="A new name")) == "saved"
    assert house.interaction(card).wrap_up.notes == "Rang again."
    assert house.shown(card).name == "A new name"
    house.press("profile.edit", card)
    saved = house.press("profile.save", card, inputs={"profile.notes": "Shy."})
    assert code(saved) == "saved"
