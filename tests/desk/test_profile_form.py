"""The customer form: opened by the name, written in after Edit, kept by Save; nobody's words are lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from cards import render
from customers.ids import CardId
from customers.model import IdentityKind
from customers.ports import Action, Answer
from customers.profile_form import MOST_TAGS, PARTS, Detail, ProfileView
from customers.views import Section, Surface, Switches, Viewer
from desk.act import ActionDesk
from storage import labels, match_inputs
from storage.engine import Database
from tests.cards.card_checks import check, nodes
from tests.desk.merging_world import ELINOR, MARIANNE, SETTINGS
from tests.desk.requests_world import Requests, code

BRITISH = replace(ELINOR, country="GB")
GERMAN = replace(MARIANNE, country="DE")
SUPERVISOR = replace(ELINOR, roles=frozenset({"supervisor"}))


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


class Form:
    """The form on one agent's card, as it was drawn; what is typed into it goes along with Save."""

    def __init__(
        self, house: Requests, card: CardId, viewer: Viewer = BRITISH, surface: Surface = Surface.PANE
    ) -> None:
        self.house, self.card, self.viewer, self.surface = house, card, viewer, surface
        self.desk = ActionDesk(house.database, house.shop.desk.settings)
        self.fields: dict[str, str] = {}
        self.answer = self.press("profile.edit")

    def press(self, verb: str, **data: str) -> Answer:
        inputs = self.fields if verb == "profile.save" or self.surface is Surface.CHAT else {}
        answer = self.desk.act(self.viewer, Action(verb, {"card": self.card, **data}, dict(inputs), self.surface))
        if isinstance(answer.card, bytes):
            card = orjson.loads(answer.card)
            check(card)
            inputs_drawn = [node for node in nodes(card) if node.get("type", "").startswith("Input.")]
            self.fields = {node["id"]: str(node.get("value", "")) for node in inputs_drawn}
        return answer

    def types(self, **texts: str) -> Form:
        for name, text in texts.items():
            key = "profile." + name.replace("__", ".")
            assert key in self.fields, (key, sorted(self.fields))
            self.fields[key] = text
        return self

    def save(self) -> str:
        self.answer = self.press("profile.save")
        return code(self.answer)


def profile(house: Requests, card: CardId, viewer: Viewer = ELINOR) -> ProfileView:
    view = house.shop.view(card, viewer)
    if Section.PROFILE not in view.expanded:
        house.press("profile.show", card, viewer)
        view = house.shop.view(card, viewer)
    assert view.profile is not None
    return view.profile


# --- opened, edited, saved --------------------------------------------------------------------------------------


@pytest.mark.rule("B-13", "B-15", "E-06", "E-14", "E-20", "E-22", "B-34")
def test_b13_b15_the_form_opens_is_edited_and_counts_on_save(house: Requests) -> None:
    card = house.caller("")
    assert profile(house, card).is_editing is False
    form = Form(house, card)
    form.types(given_name="Edward", family_name="Ferrars", company="Classics, Inc.", gender="male", notes="Calls late.")
    form.types(
        phone__new="020 7946 0000",
        phone__new__label="home",
        email__new="E@Norland.Example",
    )
    assert profile(house, card).values[Detail.COMPANY] == "", "nothing counts before Save"
    assert form.save() == "saved"
    after = profile(house, card)
    assert after.is_editing is False
    assert {one: text for one, text in after.values.items() if text} == {
        Detail.NAME: "Edward Ferrars",
        Detail.GIVEN_NAME: "Edward",
        Detail.FAMILY_NAME: "Ferrars",
        Detail.COMPANY: "Classics, Inc.",
        Detail.GENDER: "male",
        Detail.NOTES: "Calls late.",
    }
    assert [(one.kind, one.value, one.label) for one in after.contacts] == [
        (IdentityKind.PHONE, "+442079460000", "home"),
        (IdentityKind.EMAIL, "E@norland.example", "home"),
    ]
    assert house.shop.view(card).customer_name == "Edward Ferrars"
    (noted,) = house.audited("profile.save")
    assert noted["details"]["fields"] == sorted(
        ["name", "given_name", "family_name", "company", "gender", "notes", "phone", "email"]
    )


@pytest.mark.rule("E-23")
def test_e23_notes_are_the_agents_and_no_interaction_changes_them(house: Requests) -> None:
    card = house.caller("Edward Ferrars")
    form = Form(house, card)
    form.types(notes="Calls late.")
    assert form.save() == "saved"
    house.again(card)
    assert profile(house, card).values[Detail.NOTES] == "Calls late."


@pytest.mark.rule("E-20")
def test_e20_what_is_cancelled_is_as_it_was(house: Requests) -> None:
    card = house.caller()
    form = Form(house, card).types(company="Norland")
    form.press("profile.cancel")
    assert (profile(house, card).is_editing, profile(house, card).values[Detail.COMPANY]) == (False, "")
    assert house.audited("profile.save") == []


@pytest.mark.rule("E-19")
def test_e19_several_numbers_and_addresses_each_with_a_label_and_one_of_each_first(house: Requests) -> None:
    card = house.caller()
    for number, label in (("020 7946 0001", "work"), ("07400 123456", "mobile"), ("020 7946 0002", "home")):
        assert Form(house, card).types(phone__new=number, phone__new__label=label).save() == "saved"
    mobile = profile(house, card).contacts[1]
    assert Form(house, card).types(phone__primary=mobile.id).save() == "saved"
    after = profile(house, card).of_kind(IdentityKind.PHONE)
    assert [(one.value, one.is_primary) for one in after] == [
        ("+447400123456", True), ("+442079460001", False), ("+442079460002", False),
    ]  # fmt: skip
    form = Form(house, card)
    assert form.fields[f"profile.phone.{mobile.id}"] == "07400 123456", "as people here write it"
    form.fields[f"profile.phone.{mobile.id}"] = ""
    form.fields[f"profile.phone.{after[1].id}.label"] = "other"
    assert form.save() == "saved"
    left = profile(house, card).of_kind(IdentityKind.PHONE)
    assert [(one.value, one.label, one.is_primary) for one in left] == [
        ("+442079460001", "other", True), ("+442079460002", "home", False),
    ]  # fmt: skip


@pytest.mark.rule("E-19")
def test_a_number_is_read_as_the_agents_country_writes_it_and_shown_so_to_others(house: Requests) -> None:
    card = house.caller()
    assert Form(house, card, GERMAN).types(phone__new="01511 2345678").save() == "saved"
    (phone,) = profile(house, card).contacts
    assert phone.value == "+4915112345678"
    assert Form(house, card, GERMAN).fields[f"profile.phone.{phone.id}"] == "01511 2345678"
    assert Form(house, card, BRITISH).fields[f"profile.phone.{phone.id}"] == "+49 1511 2345678"


WRONG = [
    ({"phone__new": "12"}, "invalid_phone"), ({"phone__new": "call me"}, "invalid_phone"),
    ({"email__new": "edward"}, "invalid_email"), ({"email__new": "edward@norland"}, "invalid_email"),
    ({"gender": "no such"}, "invalid_input"), ({"company": "x" * 2001}, "text_too_long"),
    ({"notes": "👍" * 2001}, "text_too_long"), ({"tag": "x" * 51}, "tag_too_long"),
    ({"email__new": "a@b.example", "email__new__label": "mobile"}, "invalid_input"),
]  # fmt: skip


@pytest.mark.rule("E-22", "B-07", "B-11")
@pytest.mark.parametrize(("typed", "why"), WRONG)
def test_what_cannot_be_is_said_and_nothing_is_changed(house: Requests, typed: dict[str, str], why: str) -> None:
    card = house.caller()
    before = profile(house, card).values
    form = Form(house, card).types(given_name="Edward", **typed)
    assert form.save() == why
    assert form.answer.notice_text
    assert profile(house, card).values == before
    assert profile(house, card).contacts == ()


def test_the_same_number_twice_is_refused(house: Requests) -> None:
    card = house.caller()
    assert Form(house, card).types(phone__new="020 7946 0001").save() == "saved"
    assert Form(house, card).types(phone__new="+44 20 7946 0001").save() == "contact_exists"


# --- two who write ----------------------------------------------------------------------------------------------


@pytest.mark.rule("B-05", "P-13")
def test_p13_fields_that_only_one_of_two_changed_are_combined(house: Requests) -> None:
    card = house.caller()
    mine, theirs = Form(house, card), Form(house, card, GERMAN)
    assert theirs.types(company="Norland", phone__new="020 1234567").save() == "saved"
    assert mine.types(notes="Calls late.").save() == "saved"
    after = profile(house, card)
    assert (after.values[Detail.COMPANY], after.values[Detail.NOTES], len(after.contacts)) == (
        "Norland",
        "Calls late.",
        1,
    )


@pytest.mark.rule("B-05", "P-13")
def test_b05_what_another_agent_changed_meanwhile_is_not_overwritten_unseen(house: Requests) -> None:
    card = house.caller()
    mine, theirs = Form(house, card), Form(house, card, GERMAN)
    assert theirs.types(company="Norland").save() == "saved"
    assert mine.types(company="Classics, Inc.", notes="Calls late.").save() == "changed_elsewhere"
    after = profile(house, card)
    assert (after.values[Detail.COMPANY], after.values[Detail.NOTES]) == ("Norland", "")
    assert mine.fields["profile.company"] == "Norland", "drawn anew, so that both can be seen"
    assert mine.types(company="Classics, Inc.").save() == "saved"


def test_what_the_contact_centre_fills_in_meanwhile_stays(house: Requests) -> None:
    card = house.caller("")
    form = Form(house, card).types(notes="Calls late.")
    house.shop.interaction(0, name="Edward Ferrars")
    assert form.save() == "saved"
    assert profile(house, card).values[Detail.NAME] == "Edward Ferrars"


# --- locked, read only, chosen by the administrator --------------------------------------------------------------


@pytest.mark.rule("C-07")
def test_c07_a_locked_profile_is_read_and_not_written(house: Requests) -> None:
    card = house.caller()
    form = Form(house, card).types(company="Norland")
    house.press("profile.lock", card, SUPERVISOR)
    assert form.save() == "profile_is_locked"
    assert code(form.press("profile.edit")) == "profile_is_locked"
    assert not [name for name in form.fields if name.startswith("profile.")]
    assert profile(house, card).values[Detail.COMPANY] == ""


@pytest.mark.rule("E-11", "E-21")
def test_e21_what_is_shown_and_written_is_the_administrators_choice(house: Requests) -> None:
    card = house.caller()
    parts, read_only = (*PARTS, "birth_date", "postcode"), frozenset({"company", "email"})
    form = Form(house, card, replace(BRITISH, switches=Switches(profile_parts=parts, profile_read_only=read_only)))
    assert {"profile.birth_date", "profile.postcode", "profile.phone.new"} <= form.fields.keys()
    assert not {"profile.street", "profile.company", "profile.email.new"} & form.fields.keys()
    form.fields |= {"profile.company": "Mine", "profile.street": "Mine", "profile.email.new": "a@b.example"}
    form.types(birth_date="1963-12-05", postcode="EX1 2AB")
    assert form.save() == "saved"
    after = profile(house, card)
    assert [after.values[one] for one in (Detail.COMPANY, Detail.STREET)] == ["", ""]
    assert (after.values[Detail.BIRTH_DATE], after.contacts) == ("1963-12-05", ())
    form.press("profile.edit")
    assert form.types(birth_date="1963-02-30").save() == "invalid_date"
    form.press("profile.edit")
    assert form.types(birth_date="2963-02-03").save() == "invalid_date"
    with house.database.read() as connection:
        found = match_inputs.read(connection, [card], SETTINGS.matching)[card]
    assert (found.birth_date, found.postcode) == ("1963-12-05", "EX1 2AB"), "takes part in finding duplicates"


# --- labels -----------------------------------------------------------------------------------------------------


def label(house: Requests, card: CardId, tag: str, viewer: Viewer = ELINOR) -> str:
    return code(house.press("tag.add", card, viewer, inputs={"profile.tag": tag}))


@pytest.mark.rule("C-05", "B-10", "B-11", "B-12", "E-22")
def test_c05_tags_of_a_customer_are_labels_as_those_of_an_interaction_are(house: Requests) -> None:
    card = house.caller()
    assert label(house, card, " VIP ") == ""
    assert label(house, card, "vip") == "tag_exists", "unique without regard to case"
    assert label(house, card, "x" * 51) == "tag_too_long"
    assert label(house, card, "👍🏽" * 50) == "", "counted as a person counts"
    assert label(house, card, "  ") == "invalid_input"
    assert label(house, card, "patient", MARIANNE) == ""
    assert profile(house, card).tags == ("VIP", "👍🏽" * 50, "patient")
    house.press("tag.remove", card, tag="vip")
    assert profile(house, card).tags == ("👍🏽" * 50, "patient")
    assert house.interaction(card).wrap_up.tags == (), "the interaction has tags of its own"
    form = Form(house, card)
    form.fields["profile.tag"] = "typed"
    assert form.save() == "saved"
    assert profile(house, card).tags[-1] == "typed"


@pytest.mark.rule("C-05")
def test_c05_a_customer_has_so_many_labels_and_no_more(house: Requests) -> None:
    card = house.caller()
    with house.database.write() as tx:
        for number in range(MOST_TAGS - 1):
            labels.add(tx, card, f"tag {number}", ELINOR.user_id)
    assert label(house, card, "the last one") == ""
    assert label(house, card, "one more") == "too_many_tags"


@pytest.mark.rule("C-05", "C-07", "E-21")
def test_c05_labels_are_written_by_nobody_where_the_profile_is_not(house: Requests) -> None:
    card = house.caller()
    for switches in (
        Switches(profile_read_only=frozenset({"tags"})),
        Switches(profile_parts=tuple(one for one in PARTS if one != "tags")),
    ):
        assert label(house, card, "VIP", replace(ELINOR, switches=switches)) == "profile_read_only"
    house.press("profile.lock", card, SUPERVISOR)
    assert label(house, card, "VIP") == "profile_is_locked"
    assert profile(house, card).tags == ()


@pytest.mark.rule("C-05", "P-01", "C-16")
def test_p01_labels_of_both_cards_stand_together_and_part_again(house: Requests) -> None:
    edward, mail = house.caller(), house.caller("E. Ferrars")
    label(house, edward, "VIP")
    label(house, mail, "vip")
    label(house, mail, "patient")
    house.shop.merge(edward, mail)
    assert profile(house, edward).tags == ("VIP", "patient")
    label(house, edward, "later")
    house.press("tag.remove", edward, tag="VIP")
    assert profile(house, edward).tags == ("later", "patient")
    house.shop.undo(house.shop.edges[0])
    assert profile(house, edward).tags == ("later",)
    assert profile(house, mail).tags == ("patient",)


def test_in_a_chat_a_label_that_was_not_added_stays_in_the_form(house: Requests) -> None:
    card = house.caller()
    form = Form(house, card, surface=Surface.CHAT)
    form.fields["profile.tag"] = "half a wo"
    form.press("card.section", section="identities")
    assert form.fields["profile.tag"] == "half a wo"
    form.press("tag.add")
    assert form.fields["profile.tag"] == ""
    assert profile(house, card).tags == ("half a wo",)


# --- merged and parted ------------------------------------------------------------------------------------------


@pytest.mark.rule("P-01", "C-16")
def test_p01_profiles_of_both_cards_stand_together_and_an_undo_takes_them_apart(house: Requests) -> None:
    edward, mail = house.caller(), house.caller("E. Ferrars")
    assert Form(house, edward).types(notes="Calls late.", phone__new="020 7946 0001").save() == "saved"
    assert (
        Form(house, mail).types(notes="Writes early.", gender="male", email__new="e@norland.example").save() == "saved"
    )
    before = {card: replace(profile(house, card), owners={}) for card in (edward, mail)}
    house.shop.merge(edward, mail)
    both = profile(house, edward)
    assert (both.values[Detail.NOTES], both.values[Detail.GENDER]) == ("Calls late.", "male")
    assert [(one.field, one.value, one.channel) for one in both.kept] == [("notes", "Writes early.", "email")]
    assert {one.kind for one in both.contacts} == {IdentityKind.PHONE, IdentityKind.EMAIL}
    house.shop.undo(house.shop.edges[0])
    assert {card: replace(profile(house, card), owners={}) for card in (edward, mail)} == before


# --- in a chat --------------------------------------------------------------------------------------------------


@pytest.mark.rule("E-20", "P-13")
@pytest.mark.parametrize("verb", ["card.section", "card.refresh", "request.add", "profile.show"])
def test_e20_in_a_chat_typed_text_stays_in_the_form_whatever_is_pressed(house: Requests, verb: str) -> None:
    card = house.caller()
    form = Form(house, card, surface=Surface.CHAT).types(company="Norland", phone__new="020 7946 0001")
    form.press(verb, section="identities")
    if verb == "profile.show":  # closed, and opened again
        form.press(verb)
    assert form.fields["profile.company"] == "Norland"
    assert profile(house, card).values[Detail.COMPANY] == ""
    assert form.save() == "saved"
    assert profile(house, card).values[Detail.COMPANY] == "Norland"
    form.press("profile.edit")
    assert form.fields["profile.phone.new"] == ""


@pytest.mark.rule("B-05", "P-13")
def test_b05_in_a_chat_too_nothing_unseen_is_overwritten_and_nothing_typed_is_lost(house: Requests) -> None:
    card = house.caller()
    form = Form(house, card, surface=Surface.CHAT).types(company="Classics, Inc.")
    assert Form(house, card, GERMAN).types(company="Norland").save() == "saved"
    for _ in range(2):
        assert form.save() == "changed_elsewhere"
        assert form.fields["profile.company"] == "Classics, Inc."
    form.press("card.refresh", answer="discard")  # Load
    assert form.fields["profile.company"] == "Norland"


def test_a_form_is_drawn_for_who_writes_in_it_alone(house: Requests) -> None:
    card = house.caller()
    Form(house, card)
    others: Any = render.customer_card(house.shop.view(card, MARIANNE), MARIANNE, Surface.PANE)
    assert not [node for node in nodes(others) if str(node.get("id", "")).startswith("profile.save")]
