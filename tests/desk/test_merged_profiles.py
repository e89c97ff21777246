"""Every field of a profile, labels, numbers and addresses: picked in a merge, parted by an undo, offered then."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from customers.ids import CardId
from customers.model import IdentityKind
from customers.profile_form import Detail
from customers.views import Switches
from storage.engine import Database
from tests.cards.card_checks import by_id, check
from tests.desk.merging_world import ELINOR
from tests.desk.requests_world import Requests, code
from tests.desk.test_profile_form import BRITISH, Form, label, profile

VALUES = {
    "given_name": ("Edward", "Ed"), "family_name": ("Ferrars", "Ferrers"), "gender": ("male", "diverse"),
    "company": ("Norland", "Barton"), "notes": ("Calls late.", "Writes early."),
}  # fmt: skip
ONE, OTHER = "020 7946 0001", "020 7946 0002"
FIRST, SECOND = "+442079460001", "+442079460002"


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


def two(house: Requests) -> tuple[CardId, CardId]:
    """Two cards of one name, with nothing else in common."""
    cards = house.caller("Edward Ferrars"), house.caller("Edward Ferrars")
    for at, (card, phone) in enumerate(zip(cards, (ONE, OTHER), strict=True)):
        texts = {field: values[at] for field, values in VALUES.items()}
        assert Form(house, card).types(**texts, name="Edward Ferrars", phone__new=phone).save() == "saved"
    return cards


def phones(house: Requests, card: CardId) -> list[str]:
    return [one.value for one in profile(house, card, BRITISH).of_kind(IdentityKind.PHONE)]


@pytest.mark.rule("P-02", "C-16", "E-19")
def test_p02_every_field_that_differs_is_picked_in_the_preview_and_no_other(house: Requests) -> None:
    one, other = two(house)
    answer = house.press("merge.preview", one, BRITISH, others=other)
    merge = house.shop.view(one).merge
    assert merge is not None
    assert merge.preview is not None
    choices = {choice.field: tuple(value.value for value in choice.values) for choice in merge.preview.fields}
    assert choices == {**VALUES, "phone": (FIRST, SECOND)}
    drawn = orjson.loads(answer.card or b"")
    check(drawn)
    assert [option["title"] for option in by_id(drawn, "merge.pick.phone")["choices"]] == [
        f"{ONE} · Call, open now", f"{OTHER} · E-mail",
    ]  # fmt: skip
    assert by_id(drawn, "merge.pick.gender")["choices"][1]["title"] == "diverse · E-mail"
    house.shop.merge(one, other, picks=dict.fromkeys([*VALUES, "phone", "no such"], other))
    shown = profile(house, one)
    assert {field: shown.values[Detail(field)] for field in VALUES} == {
        field: pair[1] for field, pair in VALUES.items()
    }
    assert phones(house, one) == [SECOND, FIRST]
    assert {(kept.field, kept.value, kept.channel) for kept in house.shop.view(one).kept} == {
        (field, pair[0], "voice") for field, pair in VALUES.items()
    }
    house.shop.undo(house.shop.edges[0])
    for at, card in enumerate((one, other)):
        assert {field: profile(house, card).values[Detail(field)] for field in VALUES} == {
            field: pair[at] for field, pair in VALUES.items()
        }
    assert (phones(house, one), phones(house, other)) == ([FIRST], [SECOND])


@pytest.mark.rule("P-01")
def test_p01_whatever_was_written_while_cards_were_one_is_offered_to_the_other_side(house: Requests) -> None:
    one, other = house.caller("Edward Ferrars"), house.caller("Edward Ferrars")
    label(house, other, "patient")
    house.shop.merge(one, other)
    texts = {field: values[0] for field, values in VALUES.items()}
    assert Form(house, one).types(**texts, phone__new=ONE, email__new="e@norland.example").save() == "saved"
    label(house, one, "VIP, gold")
    label(house, one, "Friday")
    house.shop.undo(house.shop.edges[0])
    offered = {offer.field: offer for offer in house.shop.view(other).offers}
    assert {field: offer.value for field, offer in offered.items()} == {
        **texts, "tags": "VIP, gold\nFriday", "phone": f"mobile {FIRST}", "email": "home e@norland.example",
    }  # fmt: skip
    assert house.shop.view(one).offers == ()
    drawn = orjson.loads(house.press("card.refresh", other, BRITISH).card or b"")
    check(drawn)
    assert f"Phone: {ONE} (mobile)" in orjson.dumps(drawn).decode()
    reader = replace(ELINOR, switches=Switches(profile_read_only=frozenset({"tags"})))
    for field, offer in offered.items():
        data = {"field": field, "origin": offer.origin_id}
        if field == "tags":
            assert code(house.press("field.take", other, reader, **data)) == "profile_read_only"
        assert code(house.press("field.take", other, **data)) == "field_taken"
    taken, written = profile(house, other), profile(house, one)
    assert {field: taken.values[Detail(field)] for field in texts} == texts
    assert written.tags == ("VIP, gold", "Friday")
    assert {*taken.tags} == {"patient", *written.tags}
    assert {(point.kind, point.value, point.label) for point in taken.contacts} == {
        (point.kind, point.value, point.label) for point in written.contacts
    }
    assert house.shop.view(other).offers == ()


@pytest.mark.rule("E-19", "P-01")
def test_p01_which_number_comes_first_is_chosen_among_both_cards_and_each_has_its_own_again(house: Requests) -> None:
    one, other = two(house)
    assert Form(house, one).types(phone__new="020 7946 0003").save() == "saved"
    (third,) = (point for point in profile(house, one).contacts if point.value.endswith("3"))
    assert Form(house, one).types(phone__primary=third.id).save() == "saved"
    house.shop.merge(one, other)
    assert phones(house, one)[0] == third.value, "the survivor's stays"
    (theirs,) = (point for point in profile(house, one).contacts if point.value == SECOND)
    assert Form(house, one).types(phone__primary=theirs.id).save() == "saved"
    assert phones(house, one)[0] == SECOND
    house.shop.undo(house.shop.edges[0])
    assert (phones(house, one), phones(house, other)) == ([third.value, FIRST], [SECOND])
    house.shop.again(house.shop.edges[0])
    assert phones(house, one)[0] == SECOND
    assert Form(house, one).types(phone__primary=third.id).save() == "saved"
    assert phones(house, one)[0] == third.value


def test_a_number_that_both_cards_have_is_removed_from_both(house: Requests) -> None:
    one, other = house.caller("Edward Ferrars"), house.caller("Edward Ferrars")
    for card in (one, other):
        assert Form(house, card).types(phone__new=ONE).save() == "saved"
    house.shop.merge(one, other)
    (point,) = profile(house, one).contacts
    assert Form(house, one).types(**{f"phone__{point.id}": ""}).save() == "saved"
    assert profile(house, one).contacts == ()
