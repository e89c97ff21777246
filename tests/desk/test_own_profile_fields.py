"""Fields of customers that a company chose itself (B-39): in the form, in a merge, and in what the CRMs are told."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
import sqlalchemy as sa

from customers.fields import Choice, Field, FieldType, Labels
from customers.ids import CardId
from customers.ports import Answer, BadAction
from customers.profile_facts import facts_of_profile
from customers.profile_form import PARTS, ProfileView
from customers.views import Surface, Switches, Viewer
from desk.act import ActionDesk
from storage import profile_forms, tables
from storage.engine import Database
from tests.cards.card_checks import check, nodes
from tests.desk.merging_world import ELINOR, MARIANNE, SETTINGS
from tests.desk.requests_world import Requests, code
from tests.desk.test_profile_form import Form, profile

LEVEL = Field(
    "level",
    FieldType.CHOICE,
    Labels("Level", "Stufe"),
    choices=(Choice("gold", Labels(en="Gold")), Choice("tin", Labels(en="Tin"))),
)
CONTRACT = Field("contract", labels=Labels(en="Contract"), longest=20)
SINCE = Field("since", FieldType.DATE, Labels(en="Customer since"))
OWN = (LEVEL, CONTRACT, SINCE)
NAMES = tuple(one.name for one in OWN)
SEES = Switches(profile_parts=(*PARTS, *NAMES))
EDITOR, OTHER = replace(ELINOR, switches=SEES), replace(MARIANNE, switches=SEES)


@pytest.fixture
def house(database: Database) -> Requests:
    made = Requests(database)
    made.shop.desk = ActionDesk(database, replace(SETTINGS, customer_fields=OWN))
    return made


def form(house: Requests, card: CardId, viewer: Viewer = EDITOR, surface: Surface = Surface.PANE) -> Form:
    return Form(house, card, viewer, surface)


def said(answer: Answer) -> list[str]:
    """What the drawn card says."""
    assert isinstance(answer.card, bytes)
    return [str(node["text"]).replace("\\", "") for node in nodes(orjson.loads(answer.card)) if "text" in node]


def stored(house: Requests, card: CardId) -> ProfileView:
    """The profile of the card's root."""
    with house.database.read() as connection:
        return profile_forms.profile_view(connection, house.shop.root(card))


@pytest.mark.rule("B-39", "E-20", "E-22")
def test_b39_a_customer_has_the_fields_that_the_administrator_chose(house: Requests) -> None:
    card = house.caller()
    one = form(house, card).types(own__level="gold", own__contract=" K-17 ", own__since="2020-02-01")
    assert one.save() == "saved"
    assert stored(house, card).own_values == {"level": "gold", "contract": "K-17", "since": "2020-02-01"}
    assert [line for line in said(one.answer) if line.startswith(("Level", "Contract", "Customer since"))] == [
        "Level: Gold",
        "Contract: K-17",
        "Customer since: Feb 1, 2020",
    ]
    assert house.audited("profile.save")[-1]["details"] == {"fields": ["contract", "level", "since"]}


@pytest.mark.rule("B-39")
def test_b39_what_does_not_fit_is_said_beside_the_field_and_nothing_is_saved(house: Requests) -> None:
    required = replace(SETTINGS, customer_fields=(LEVEL._replace(is_required=True), CONTRACT))
    house.shop.desk = ActionDesk(house.database, required)
    card = house.caller()
    for surface in Surface:
        one = form(house, card, surface=surface).types(own__contract="K" * 21, company="Classics, Inc.")
        assert one.save() == "fields_unfit"
        assert {"Please fill this in.", "Please write at most 20 characters."} <= set(said(one.answer))
        assert stored(house, card).own_values == {}
        one.press("profile.cancel")


@pytest.mark.rule("P-13", "B-05")
def test_p13_two_who_write_different_fields_are_combined_and_the_same_one_is_not_overwritten(house: Requests) -> None:
    card = house.caller()
    mine, theirs = form(house, card), form(house, card, OTHER)
    assert theirs.types(own__contract="theirs").save() == "saved"
    assert mine.types(own__level="tin").save() == "saved"
    assert stored(house, card).own_values == {"contract": "theirs", "level": "tin"}
    mine, theirs = form(house, card), form(house, card, OTHER)
    assert theirs.types(own__contract="again").save() == "saved"
    assert mine.types(own__contract="mine").save() == "changed_elsewhere"
    assert stored(house, card).own_values["contract"] == "again"


@pytest.mark.rule("E-21", "B-39")
def test_e21_a_team_neither_sees_nor_writes_what_is_not_for_it(house: Requests) -> None:
    card = house.caller()
    form(house, card).types(own__contract="K-17", own__level="gold").save()
    switches = Switches(profile_parts=(*PARTS, "contract"), profile_read_only=frozenset({"contract"}))
    theirs = form(house, card, replace(OTHER, switches=switches))
    assert not [name for name in theirs.fields if name.startswith("profile.own.")]
    assert "Contract: K-17" in said(theirs.answer)
    theirs.fields |= {"profile.own.contract": "forged", "profile.own.level": "tin"}
    assert theirs.types(company="Classics, Inc.").save() == "saved"
    assert stored(house, card).own_values == {"contract": "K-17", "level": "gold"}


@pytest.mark.rule("C-16", "P-01", "A-30")
def test_c16_the_survivors_value_stays_an_empty_one_is_filled_and_undo_gives_both_back(house: Requests) -> None:
    edward, mail = house.caller("Edward Ferrars"), house.caller("E. Ferrars")
    form(house, edward).types(own__contract="K-17").save()
    form(house, mail).types(own__contract="K-99", own__level="gold").save()
    house.shop.merge(edward, mail)
    merged = stored(house, edward)
    assert merged.own_values == {"contract": "K-17", "level": "gold"}
    assert merged.own_kept == (("contract", "K-99"),)
    one = form(house, edward)
    assert one.types(own__level="tin", own__since="2020-02-01").save() == "saved"
    assert "Also: Contract: K-99" in said(one.answer)
    house.shop.undo(house.shop.edges[-1])
    assert stored(house, edward).own_values == {"contract": "K-17", "since": "2020-02-01"}
    assert stored(house, mail).own_values == {"contract": "K-99", "level": "tin"}, "an edit stays with its value"


@pytest.mark.rule("C-16", "P-02", "B-39")
def test_c16_fields_of_the_companys_own_are_picked_in_a_merge_as_the_built_in_ones_are(house: Requests) -> None:
    edward, mail = house.caller("Edward Ferrars"), house.caller("Edward Ferrars")
    form(house, edward).types(own__contract="K-17", own__since="2020-02-01").save()
    form(house, mail).types(own__contract="K-99", own__since="2021-03-04", own__level="gold").save()
    drawn = orjson.loads(house.press("merge.preview", edward, EDITOR, others=mail).card or b"")
    check(drawn)
    picks = {node["id"]: node for node in nodes(drawn) if str(node.get("id", "")).startswith("merge.pick.")}
    assert [*picks] == ["merge.pick.contract", "merge.pick.since"], "an empty one is filled without a question"
    assert picks["merge.pick.since"]["label"].startswith("Customer since")
    assert [one["title"] for one in picks["merge.pick.since"]["choices"]] == [
        "Feb 1, 2020 · Call, open now",
        "Mar 4, 2021 · E-mail",
    ]
    # Who does not see a field is not asked about it (E-21).
    hidden = replace(ELINOR, switches=Switches(profile_parts=(*PARTS, "since")))
    theirs = orjson.loads(house.press("merge.preview", edward, hidden, others=mail).card or b"")
    assert not [node for node in nodes(theirs) if node.get("id") == "merge.pick.contract"]
    house.shop.merge(edward, mail, picks={"contract": mail, "no_such": mail})
    merged = stored(house, edward)
    assert merged.own_values == {"contract": "K-99", "since": "2020-02-01", "level": "gold"}
    assert set(merged.own_kept) == {("contract", "K-17"), ("since", "2021-03-04")}
    assert form(house, edward).types(own__contract="K-100").save() == "saved"
    house.shop.undo(house.shop.edges[-1])
    assert stored(house, edward).own_values == {"contract": "K-17", "since": "2020-02-01"}
    assert stored(house, mail).own_values["contract"] == "K-100", "an edit stays with its value"


@pytest.mark.rule("P-01", "B-39")
def test_p01_what_was_written_into_them_while_cards_were_one_is_offered_to_the_other_side(house: Requests) -> None:
    edward, mail = house.caller("Edward Ferrars"), house.caller("Edward Ferrars")
    form(house, edward).types(own__contract="before").save()
    house.shop.merge(edward, mail)
    form(house, edward).types(own__since="2020-02-01", own__level="gold").save()
    form(house, edward).types(own__level="tin").save()
    house.shop.undo(house.shop.edges[-1])
    drawn = house.press("card.refresh", mail, EDITOR)
    lines = "\n".join(said(drawn))
    assert "Level: Tin" in lines
    assert "Customer since: Feb 1, 2020" in lines
    assert "before" not in lines, "that was written when they were two"
    read_only = replace(ELINOR, switches=replace(SEES, profile_read_only=frozenset({"level"})))
    assert "Level: Tin" not in "\n".join(said(house.press("card.refresh", mail, read_only)))
    assert code(house.press("field.take", mail, read_only, field="level", origin=edward)) == "profile_read_only"
    assert code(house.press("field.take", mail, EDITOR, field="level", origin=edward)) == "field_taken"
    house.press("field.decline", mail, EDITOR, field="since", origin=edward)
    assert stored(house, mail).own_values == {"level": "tin"}
    assert "Level: Tin" not in "\n".join(said(house.press("card.refresh", mail, EDITOR)))
    # One that is gone from the settings is offered to nobody.
    house.shop.desk = ActionDesk(house.database, SETTINGS)
    with pytest.raises(BadAction):
        house.press("field.take", mail, EDITOR, field="since", origin=edward)


@pytest.mark.rule("B-30", "B-39", "E-21")
def test_b39_a_customer_who_is_entered_by_hand_has_them_too(house: Requests) -> None:
    required = (LEVEL, CONTRACT._replace(is_required=True), SINCE)
    house.shop.desk = ActionDesk(house.database, replace(SETTINGS, customer_fields=required))
    viewer = replace(EDITOR, switches=replace(SEES, profile_read_only=frozenset({"since"})))
    drawn = orjson.loads(house.shop.press("customers.new", viewer).card or b"")
    check(drawn)
    inputs = [node["id"] for node in nodes(drawn) if str(node.get("id", "")).startswith("new.own.")]
    assert inputs == ["new.own.level", "new.own.contract"]
    typed = {"new.name": "Lucy Steele", "new.own.level": "gold", "new.own.contract": "", "new.own.since": "2020-02-01"}
    answer = house.shop.press("customers.create", viewer, typed)
    assert code(answer) == "fields_unfit"
    assert "Please fill this in." in said(answer)
    answer = house.shop.press("customers.create", viewer, typed | {"new.own.contract": " K-17 "})
    assert code(answer) == "new_customer_created"
    assert answer.card_id
    assert stored(house, answer.card_id).own_values == {"level": "gold", "contract": "K-17"}


@pytest.mark.rule("B-39", "A-19", "A-08")
def test_b39_mappings_of_records_see_the_fields(house: Requests) -> None:
    card = house.caller()
    form(house, card).types(own__contract="K-17").save()
    assert facts_of_profile(stored(house, card))["customer_fields.contract"] == "K-17"


@pytest.mark.rule("B-39", "P-13")
def test_b39_edits_are_written_back_and_the_crms_words_taken_over(database: Database) -> None:
    house = Requests(database)
    follows = {"salesforce": {"Contact": frozenset({"customer_fields.level", "customer_company"})}}
    house.shop.desk = ActionDesk(database, replace(SETTINGS, customer_fields=OWN, updatable=follows))
    card = house.caller()
    leg = house.interaction(card).leg_id
    _link(house, card)
    form(house, card).types(own__level="gold").save()
    updates = tables.record_updates
    with database.write() as tx:
        row = tx.execute(sa.select(updates)).mappings().one()
        assert (row["before"], row["facts"]) == ({"customer_fields.level": ""}, {"customer_fields.level": "gold"})
        theirs = {
            "source": "customer_fields.level",
            "field": "Level__c",
            "theirs": "Tin",
            "told": "tin",
            "mine": "gold",
        }
        tx.execute(sa.update(updates).values(state="conflict", differences=[theirs]))
    answer = house.press("card.refresh", card, EDITOR, leg=leg)
    assert any("Level" in line and "Tin" in line and "gold" in line for line in said(answer))
    assert code(house.press("conflict.load", card, EDITOR, update=row["id"])) != "something_wrong"
    assert stored(house, card).own_values == {"level": "tin"}


def _link(house: Requests, card: CardId) -> None:
    """Edward's contact is linked to the current interaction."""
    with house.database.write() as tx:
        values = {
            "id": "t", "interaction_id": house.interaction(card).id, "crm": "salesforce", "type": "Contact",
            "record_id": "003", "level": "person", "linked_at": tx.now,
        }  # fmt: skip
        tx.execute(sa.insert(tables.links).values(**values))


def test_a_profile_that_shows_none_of_them_is_as_it_was(house: Requests) -> None:
    card = house.caller()
    assert profile(house, card).own == ()
