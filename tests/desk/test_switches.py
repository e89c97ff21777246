"""What a team sees and writes (B-24, B-25, E-11, E-21): every cell of the switches in docs/access.md is tried out."""

from __future__ import annotations

import re
from dataclasses import replace

import orjson
import pytest

from cards.actions import Verb
from cards.rights import NEEDS, switched_off
from customers.journey import JourneyView
from customers.merging import ProfileField
from customers.ports import Action
from customers.profile_form import PARTS, Detail
from customers.roles import Role
from customers.views import Section, Surface, Switches
from desk.act import ActionDesk
from storage import cards
from storage.engine import Database
from tests.cards.card_checks import check, has, nodes, words
from tests.desk.merging_world import ELINOR, SETTINGS
from tests.desk.requests_world import Requests, code
from tests.desk.test_rights import PAGE, Cell, cell

OFF = {"section_off", "editing_off"}
_ROW = re.compile(r"^\| `([a-z.]+)` \| ([^|]+) \| (yes|–) \|$", re.MULTILINE)


def written() -> dict[str, tuple[set[str], bool]]:
    """The table of the page: verb → the sections of which it needs one, and whether it needs editing."""
    found = _ROW.findall(PAGE.read_text("utf-8"))
    return {verb: (set(sections.split(", ")) - {"–"}, editing == "yes") for verb, sections, editing in found}


def without(*sections: Section) -> Switches:
    return Switches(sections=frozenset(Section) - set(sections))


def looks(one: Cell, switches: Switches) -> Cell:
    return replace(one, viewer=replace(one.viewer, switches=switches))


@pytest.mark.rule("E-11", "P-20")
@pytest.mark.parametrize("section", Section)
def test_e11_a_section_that_is_switched_off_takes_its_buttons_with_it(database: Database, section: Section) -> None:
    one = looks(cell(database, {Role.SUPERVISOR}, is_own=True), Switches(sections=frozenset(Section) - {section}))
    table = written()
    assert table.keys() == NEEDS.keys()
    refused = {verb for verb, (sections, _) in table.items() if sections == {section.value}}
    before = one.rows()
    for verb in sorted(refused):
        for surface in Surface:
            assert one.notice(verb, surface) in OFF, verb
    assert one.rows() == before, "nothing is done, and nothing is kept"
    assert {verb for verb in Verb if switched_off(one.viewer.switches, verb)} == refused


@pytest.mark.rule("B-25", "P-20")
def test_b25_where_editing_is_switched_off_requests_and_activities_can_only_be_read(database: Database) -> None:
    one = looks(cell(database, {Role.SUPERVISOR}, is_own=True), Switches(may_handle=False))
    refused = {verb for verb, (_, editing) in written().items() if editing}
    before = one.rows()
    for verb in sorted(refused):
        assert one.notice(verb) == "editing_off", verb
    assert one.rows() == before
    assert {verb for verb in Verb if switched_off(one.viewer.switches, verb)} == refused


@pytest.mark.rule("E-11")
def test_e11_records_go_with_the_last_section_that_shows_them(database: Database) -> None:
    one = cell(database, {Role.AGENT}, is_own=True)
    assert looks(one, without(Section.RELATED)).notice("link.remove") not in OFF
    assert looks(one, without(Section.CURRENT)).notice("link.remove") not in OFF
    assert looks(one, without(Section.CURRENT, Section.RELATED)).notice("link.remove") == "section_off"


@pytest.fixture
def house(database: Database) -> Requests:
    return Requests(database)


@pytest.mark.rule("B-25")
def test_b25_what_a_forged_card_brings_along_is_not_kept(house: Requests) -> None:
    """The fields of a request come along with every press on a card in the chat, and with Close."""
    card = house.caller()
    request = house.shown(card)
    reader = replace(ELINOR, switches=Switches(may_handle=False))
    inputs = {f"request.name.{request.id}": "Forged", "request.drawn": f"{request.id} {request.version} x x"}
    for verb, surface in (("card.refresh", Surface.CHAT), ("card.close", Surface.PANE), ("card.close", Surface.CHAT)):
        house.press(verb, card, reader, inputs=inputs, answer="save")
        assert house.shown(card).name != "Forged", (verb, surface)


@pytest.mark.rule("E-11")
def test_e11_a_wrap_up_that_is_switched_off_keeps_nothing(house: Requests) -> None:
    card = house.caller()
    leg = house.interaction(card).leg_id
    reader = replace(ELINOR, switches=without(Section.WRAP_UP))
    desk = ActionDesk(house.database, SETTINGS)
    for verb in ("card.refresh", "card.close"):
        for surface in Surface:
            data = {"card": card, "leg": leg, "answer": "save", "version": "1"}
            desk.act(reader, Action(verb, data, {"wrapup.notes": "Forged"}, surface))
    assert house.interaction(card).wrap_up.notes == ""


@pytest.mark.rule("E-11")
@pytest.mark.parametrize("section", Section)
def test_e11_a_section_that_is_switched_off_is_not_in_the_view_and_not_on_the_card(
    house: Requests, section: Section
) -> None:
    card = house.caller()
    house.again(card)
    with house.database.write() as tx:
        cards.update_view(tx, ELINOR.user_id, card, sections=[one.value for one in Section])
    viewer = replace(ELINOR, switches=without(section))
    view = house.shop.view(card, viewer)
    assert section not in view.expanded
    answer = house.press("card.refresh", card, viewer)
    drawn = orjson.loads(answer.card or b"")
    check(drawn)
    assert not has(drawn, f"section.{section}")
    refused = [
        button["verb"]
        for button in nodes(drawn)
        if button.get("type") == "Action.Execute"
        and switched_off(viewer.switches, button["verb"], is_of_customer="leg" not in button["data"])
    ]
    assert not refused, "no button that would be refused"
    assert code(house.press("card.section", card, viewer, section=section.value)) == "section_off"


@pytest.mark.rule("E-11")
def test_e11_what_is_not_seen_is_not_in_the_view(house: Requests) -> None:
    card = house.caller()
    house.again(card)
    house.press("comment.add", card, interaction=house.interaction(card).id, inputs={"comment.text": "He is shy."})
    nothing = Switches(sections=frozenset())
    with house.database.write() as tx:
        cards.update_view(tx, ELINOR.user_id, card, sections=[one.value for one in Section])
    view = house.shop.view(card, replace(ELINOR, switches=nothing))
    assert view.interaction is not None
    assert (view.profile, view.journey, view.comments.comments, view.requests.all) == (None, JourneyView(), (), ())
    assert (view.open_requests, view.interaction.comment_count, view.interaction.wrap_up.may_edit) == (0, 0, False)
    assert view.expanded == frozenset()


# --- the profile ------------------------------------------------------------------------------------------------


@pytest.mark.rule("E-21", "B-39")
def test_e21_a_field_that_is_not_shown_is_nowhere_on_the_card_and_is_not_written(house: Requests) -> None:
    card, other = house.caller(), house.caller("Lucy Steele")
    house.shop.edit(card, ProfileField.COMPANY, "Barton Cottage")
    house.shop.edit(other, ProfileField.COMPANY, "Cleveland House")
    viewer = replace(
        ELINOR, switches=Switches(profile_parts=tuple(one for one in PARTS if one not in ("company", "phone")))
    )
    house.press("profile.edit", card, viewer)
    house.press("merge.preview", card, viewer, others=other)
    drawn = orjson.loads(house.press("card.refresh", card, viewer).card or b"")
    check(drawn)
    assert "Barton" not in words(drawn)
    assert "Cleveland" not in orjson.dumps(drawn).decode()
    assert not has(drawn, "profile.company")
    assert not has(drawn, "profile.phone.new")
    assert has(drawn, "profile.email.new")
    forged = {"profile.company": "Forged", "profile.phone.new": "+442079460000", "profile.given_name": "Edward"}
    assert code(house.press("profile.save", card, viewer, inputs=forged)) == "saved"
    house.press("profile.show", card)
    house.press("profile.show", card)
    view = house.shop.view(card)
    assert view.profile is not None
    assert (view.profile.values[Detail.COMPANY], view.profile.contacts) == ("Barton Cottage", ())
    assert view.profile.values[Detail.GIVEN_NAME] == "Edward"


@pytest.mark.rule("E-21")
def test_e21_a_profile_that_may_only_be_read_has_no_edit(house: Requests) -> None:
    card = house.caller()
    viewer = replace(ELINOR, switches=Switches(profile_read_only=frozenset(PARTS)))
    drawn = orjson.loads(house.press("profile.show", card, viewer).card or b"")
    assert has(drawn, "section.profile")
    assert not has(drawn, "profile.edit")
    assert code(house.press("profile.edit", card, viewer)) == "profile_read_only"
    assert code(house.press("profile.save", card, viewer, inputs={"profile.company": "Forged"})) == "saved"
    assert house.audited("profile.save") == []
