"""The product rules that a card must show, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cards import icons
from cards.actions import Verb
from cards.render import customer_card
from customers.model import Channel, IdentityKind, LegState, PushState
from customers.views import CardView, ChildPage, CrmStatus, IdentityView, Notice, Section, Surface
from customers.wrap_up import DrawnFields
from tests.cards.card_checks import Node, by_id, check, has, nodes, of_type, pressed, verbs, words
from tests.cards.card_views import (
    CARD,
    CLASSICS,
    EDWARD,
    INTERACTION,
    INVOICE,
    LEG,
    NOW,
    account,
    card_view,
    case,
    contact,
    interaction,
    pushed,
    viewer,
    wrap_up,
)
from tests.cards.golden_cards import after_push, amendment, draw, in_wrap_up, linked

OPEN_RELATED = frozenset({Section.RELATED})
LINK_DATA = {"interaction": INTERACTION, "leg": LEG, "card": CARD, "version": "17"}
ON_RECORD = {"record": EDWARD, **LINK_DATA}


def related(**changes: object) -> CardView:
    """The card with Related records open."""
    return replace(card_view(expanded=OPEN_RELATED), **changes)  # type: ignore[arg-type]


def position(card: Node, element_id: str) -> int:
    """Where an element stands among all of the card."""
    ids = [node.get("id") for node in nodes(card)]
    return ids.index(element_id)


@pytest.mark.rule("A-06")
def test_sections_expand_one_by_one() -> None:
    marks = {
        Section.CURRENT: f"record.{EDWARD}.link",
        Section.RELATED: "related.refresh",
        Section.WRAP_UP: "wrapup.notes",
    }
    for name, mark in marks.items():
        card = draw(card_view(expanded=frozenset({name})))
        assert has(card, mark)
        assert not any(has(card, other) for section, other in marks.items() if section is not name)
    head = pressed(draw(card_view()), "section.related")
    assert head["data"] == {"verb": "card.section", "card": CARD, "section": "related"}


@pytest.mark.rule("A-06")
def test_closed_section_says_what_it_holds() -> None:
    view = card_view(expanded=frozenset(), current_records=(contact(is_linked=True), account(is_suggested=True)))
    read = words(draw(view))
    for summary in ("1 record linked, 1 suggested", "2 records", "1 earlier interaction", "2 identities"):
        assert summary in read


@pytest.mark.rule("A-11")
def test_without_crm_nothing_about_records_is_shown() -> None:
    card = draw(replace(in_wrap_up(), has_crm=False, expanded=frozenset(Section)))
    assert not has(card, "section.related")
    assert not has(card, "banner.not_linked")
    assert not [verb for verb in verbs(card) if verb.split(".")[0] in {"link", "related", "push"}]
    assert "CRM" not in words(card)
    assert EDWARD not in str(card)


@pytest.mark.rule("A-12")
def test_records_to_link_stand_in_both_sections() -> None:
    card = draw(card_view(expanded=frozenset({Section.CURRENT, Section.RELATED})))
    for element_id in (f"record.{EDWARD}.link", f"related.{EDWARD}.link", f"related.{CLASSICS}.link"):
        assert has(card, element_id)


@pytest.mark.rule("A-13")
def test_link_is_a_chain_on_blue_that_links() -> None:
    card = draw(card_view())
    control = by_id(card, f"record.{EDWARD}.link")
    assert [image["url"] for image in of_type(control, "Image")] == [icons.CHAIN]
    assert [block["text"] for block in of_type(control, "TextBlock")] == ["Link"]
    assert control["selectAction"]["data"] == {"verb": "link.add", **ON_RECORD}


@pytest.mark.rule("A-14")
def test_linked_is_a_tick_on_green() -> None:
    control = by_id(draw(card_view(current_records=(contact(is_linked=True),))), f"record.{EDWARD}.link")
    assert [image["url"] for image in of_type(control, "Image")] == [icons.TICK]
    assert [block["text"] for block in of_type(control, "TextBlock")] == ["Linked"]
    assert control["style"] == "good"


@pytest.mark.rule("A-15")
def test_pressing_linked_unlinks_in_both_sections() -> None:
    known = contact(is_linked=True)
    both = frozenset({Section.CURRENT, Section.RELATED})
    card = draw(card_view(current_records=(known,), related_records=(known,), expanded=both))
    for place in ("record", "related"):
        assert pressed(card, f"{place}.{EDWARD}.link")["data"] == {"verb": "link.remove", **ON_RECORD}


@pytest.mark.rule("A-16")
def test_people_stand_before_companies_and_what_hangs_on_them() -> None:
    card = draw(related(related_records=(case(), account(), contact())))
    places = [position(card, f"related.{record}.link") for record in (EDWARD, CLASSICS, INVOICE)]
    assert places == sorted(places)


@pytest.mark.rule("A-16")
def test_suggested_records_also_stand_in_current_interaction() -> None:
    read = words(draw(card_view(current_records=(contact(match="phone"),))))
    assert "Contact · Salesforce · Classics, Inc. · same phone number" in read


@pytest.mark.rule("A-17")
def test_refresh_stands_at_the_top_of_related_records() -> None:
    card = draw(related())
    assert pressed(card, "related.refresh")["data"] == {"verb": "related.refresh", "card": CARD}
    assert (
        position(card, "section.related") < position(card, "related.refresh") < position(card, f"related.{EDWARD}.link")
    )


@pytest.mark.rule("A-18")
def test_what_hangs_on_a_person_is_shown_below() -> None:
    opened = contact(is_expanded=True, children=(case(),))
    card = draw(related(related_records=(opened,)))
    assert position(card, f"related.{EDWARD}.link") < position(card, f"related.{INVOICE}.link")


@pytest.mark.rule("A-19")
def test_record_made_meanwhile_appears_with_the_others() -> None:
    made = case(record="salesforce:Case:500new", title="00001027: New copy")
    card = draw(related(related_records=(contact(), account(), made)))
    assert "00001027: New copy" in words(card)
    assert has(card, "related.salesforce:Case:500new.link")


@pytest.mark.rule("A-20")
def test_arrow_opens_and_closes_what_is_related() -> None:
    closed = draw(related(related_records=(contact(),)))
    opened = draw(related(related_records=(contact(is_expanded=True, children=(case(),)),)))
    for card, arrow in ((closed, "▸"), (opened, "▾")):
        button = by_id(card, f"related.{EDWARD}.expand")
        assert button["items"][0]["text"] == arrow
        assert button["selectAction"]["data"] == {"verb": "related.expand", "card": CARD, "record": EDWARD}
    assert not has(closed, f"related.{INVOICE}.link")
    assert not has(draw(related(related_records=(case(has_children=False),))), f"related.{INVOICE}.expand")


@pytest.mark.parametrize(
    ("page", "said", "ways"),
    [
        (ChildPage(0, 3, goes_on=False, is_asked=False), "", ()),
        (ChildPage(0, 20, goes_on=True, is_asked=False), "1 to 3 of 20+", (("more", "3"),)),
        (ChildPage(10, 13, goes_on=False, is_asked=False), "11 to 13 of 13", (("before", "0"),)),
        (ChildPage(10, 20, goes_on=False, is_asked=False), "11 to 13 of 20", (("before", "0"), ("more", "13"))),
    ],
)
def test_a20_what_is_related_is_turned_page_by_page(
    page: ChildPage, said: str, ways: tuple[tuple[str, str], ...]
) -> None:
    children = tuple(case(record=f"salesforce:Case:{number}") for number in range(3))
    parent = contact(is_expanded=True, children=children, page=page)
    card = draw(related(related_records=(parent,)))
    assert _turns(card) == {at for _, at in ways}
    assert (said in str(card)) is True
    assert all(has(card, f"related.{parent.record}.{way}") for way, _ in ways)


@pytest.mark.parametrize(
    ("is_asked", "said"), [(True, "Salesforce: looking for records"), (False, "Salesforce has not answered")]
)
def test_a20_a_page_that_its_crm_has_not_told_yet_says_so(is_asked: bool, said: str) -> None:
    parent = contact(is_expanded=True, page=ChildPage(20, 20, goes_on=True, is_asked=is_asked))
    card = draw(related(related_records=(parent,)))
    assert said in str(card)
    assert "of 20" not in str(card)
    assert _turns(card) == {"10", "20"}


@pytest.mark.parametrize(
    ("language", "dated", "written"),
    [
        ("en", "2026-11-21", "21 Nov 2026"),
        ("de", "2026-11-21", "21.11.2026"),
        ("es", "2026-11-21T23:30:00.000+0000", "22 nov 2026"),
        ("en", "soon", "soon"),
    ],
)
def test_p14_the_date_of_a_record_is_written_as_the_agents_locale_writes_it(
    language: str, dated: str, written: str
) -> None:
    who = replace(viewer(), language=language, time_zone="Europe/Berlin")
    card = str(customer_card(related(related_records=(case(dated=dated),)), who, Surface.PANE))
    assert written in card.replace("\xa0", " ").replace("\\xa0", " ")


def _turns(card: object) -> set[str]:
    """Where the buttons lead that turn pages."""
    if isinstance(card, dict):
        own = {str(card["at"])} if card.get("verb") == "related.more" and "at" in card else set()
        return own.union(*map(_turns, card.values()))
    return set().union(*map(_turns, card)) if isinstance(card, list) else set()


@pytest.mark.rule("A-20")
def test_record_with_nothing_related_says_so() -> None:
    assert "Nothing related in Salesforce." in words(draw(related(related_records=(contact(is_expanded=True),))))


@pytest.mark.rule("A-02", "E-01")
def test_head_says_who_it_is_and_where_it_stands() -> None:
    card = draw(card_view())
    assert by_id(card, "customer.name")["text"] == "Edward Ferrars"
    read = words(card)
    for part in (
        "Classics, Inc. · 020 7183 8750",
        "Active",
        "Call, inbound · Queue: Billing · since 20 Nov 2026, 15:02",
    ):
        assert part in read


@pytest.mark.rule("A-02")
def test_identity_stands_for_an_unknown_name() -> None:
    mail = IdentityView(IdentityKind.EMAIL, "edward@example.com")
    phone = IdentityView(IdentityKind.PHONE, "+442071838750")
    by_mail = card_view(customer_name="", channel=Channel.EMAIL, identities=(phone, mail))
    assert by_id(draw(by_mail), "customer.name")["text"] == "edward@example.com"
    nobody = card_view(customer_name="", identities=())
    assert by_id(draw(nobody), "customer.name")["text"] == "Unknown customer"


@pytest.mark.rule("B-03")
def test_earlier_interactions_say_when_how_and_what_about() -> None:
    read = words(draw(card_view(expanded=frozenset({Section.JOURNEY}))))
    assert "19 Nov 2026, 15:05 · E-mail, inbound" in read
    assert "12 mins · Elinor Dashwood · Call back" in read
    assert "Invoice of May · Wants a copy of the invoice." in read


@pytest.mark.rule("B-07")
def test_notes_hold_2000_characters() -> None:
    notes = by_id(draw(in_wrap_up()), "wrapup.notes")
    assert (notes["maxLength"], notes["isMultiline"]) == (2000, True)
    assert notes["value"] == "Wants a copy of the invoice."


@pytest.mark.rule("B-07")
def test_notes_of_full_length_come_back_whole() -> None:
    full = 'line "one"\n' * 181
    view = in_wrap_up(interaction=interaction(wrap_up=wrap_up(notes=full[:2000])))
    assert by_id(draw(view), "wrapup.notes")["value"] == full[:2000]


@pytest.mark.rule("B-11")
def test_tag_holds_50_characters() -> None:
    assert by_id(draw(in_wrap_up()), "wrapup.tag")["maxLength"] == 50


@pytest.mark.rule("B-09")
def test_tags_can_be_added_and_removed() -> None:
    card = draw(in_wrap_up())
    base = {**LINK_DATA, "version": "3"}
    view = in_wrap_up(interaction=interaction(wrap_up=wrap_up(tags=("invoice",))))
    assert pressed(card, "tag.add")["data"] == {"verb": "tag.add", **base}
    assert pressed(draw(view), "tag.remove.invoice")["data"] == {"verb": "tag.remove", "tag": "invoice", **base}


@pytest.mark.rule("A-32")
def test_wrap_up_is_saved_and_finished_with_its_inputs() -> None:
    card = draw(in_wrap_up())
    for verb in ("wrapup.save", "wrapup.finish"):
        action = pressed(card, verb)
        assert action["data"] == {"verb": verb, **LINK_DATA, "version": "3"}
        # Without `associatedInputs: none` a press carries what stands in the inputs.
        assert "associatedInputs" not in action
    assert {node["id"] for node in of_type(card, "Input.Text")} == {"wrapup.notes", "wrapup.tag"}
    assert by_id(card, "wrapup.disposition")["value"] == "callback"


@pytest.mark.rule("B-05")
def test_b05_the_chat_brings_back_what_its_fields_were_drawn_from() -> None:
    hidden = by_id(draw(in_wrap_up(), Surface.CHAT), "wrapup.drawn")
    assert hidden["isVisible"] is False
    assert DrawnFields.read(hidden["value"]) is not None
    assert not has(draw(in_wrap_up(), Surface.PANE), "wrapup.drawn"), "the pane keeps what is typed by itself"


@pytest.mark.rule("A-32")
def test_finish_is_offered_only_where_wrap_up_is_ours() -> None:
    view = in_wrap_up(interaction=interaction(state=LegState.WRAP_UP, wrap_up=wrap_up(may_finish=False)))
    assert not has(draw(view), "wrapup.finish")


@pytest.mark.rule("A-32")
def test_outcome_is_written_where_there_is_no_list() -> None:
    view = in_wrap_up(interaction=interaction(wrap_up=wrap_up(dispositions=(), disposition="Solved")))
    field = by_id(draw(view), "wrapup.disposition")
    assert (field["type"], field["value"]) == ("Input.Text", "Solved")


@pytest.mark.rule("A-32")
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_nobody_is_told_to_choose_where_there_is_nothing_to_choose_from(language: str) -> None:
    free, listed = (
        by_id(draw(in_wrap_up(interaction=interaction(wrap_up=one)), language=language), "wrapup.disposition")
        for one in (wrap_up(dispositions=()), wrap_up())
    )
    assert free["placeholder"]
    assert free["placeholder"] != listed["placeholder"]


@pytest.mark.rule("A-32")
def test_chosen_outcome_stays_when_the_list_no_longer_has_it() -> None:
    gone = wrap_up(disposition="old", disposition_label="Older outcome")
    field = by_id(draw(in_wrap_up(interaction=interaction(wrap_up=gone))), "wrapup.disposition")
    assert {"title": "Older outcome", "value": "old"} in field["choices"]


@pytest.mark.rule("B-17")
def test_close_carries_what_is_needed_to_keep_what_was_typed() -> None:
    view = in_wrap_up()
    assert view.interaction is not None
    data = pressed(draw(view), "card.close")["data"]
    assert data["answer"] == "save"
    assert data["leg"] == view.interaction.leg_id
    assert data["version"] == str(view.interaction.wrap_up.version)


@pytest.mark.rule("B-19")
def test_closed_card_offers_only_to_be_opened_again() -> None:
    card = draw(card_view(is_closed=True, expanded=frozenset(Section)))
    assert pressed(card, "card.reopen")["data"] == {"verb": "customers.show", "card": CARD}
    assert set(verbs(card)) <= {
        "card.section",
        "card.category",
        "customers.show",
        "profile.show",
        "related.refresh",
        "related.expand",
    }


@pytest.mark.rule("P-05")
def test_every_identifier_is_shown_in_full() -> None:
    long_address = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.example.com"
    identities = (
        IdentityView(IdentityKind.PHONE, "+442071838750"),
        IdentityView(IdentityKind.EMAIL, long_address),
        IdentityView(IdentityKind.SOCIAL, "1029384756", provider="whatsapp", display_name="Ed"),
    )
    read = words(draw(card_view(identities=identities, expanded=frozenset({Section.IDENTITIES}))))
    for line in ("Phone: 020 7183 8750", f"E-mail: {long_address}", "Social (whatsapp): 1029384756 · Ed"):
        assert line in read


@pytest.mark.rule("P-06")
def test_wrap_up_says_not_linked_until_a_record_is_linked() -> None:
    banner = by_id(draw(in_wrap_up()), "banner.not_linked")
    assert banner["items"][0]["text"] == "Not linked yet"
    assert has(draw(in_wrap_up(expanded=frozenset())), "banner.not_linked")
    assert not has(draw(in_wrap_up(current_records=(contact(is_linked=True),))), "banner.not_linked")
    assert not has(draw(card_view()), "banner.not_linked")


@pytest.mark.rule("P-06")
def test_several_candidates_are_listed_and_none_is_linked() -> None:
    other = contact(record="salesforce:Contact:003B", title="Robert Ferrars")
    card = draw(card_view(current_records=(contact(), other)))
    assert verbs(card).count("link.add") == 2
    assert "link.remove" not in verbs(card)


@pytest.mark.rule("P-07")
def test_any_record_can_be_found_and_linked() -> None:
    card = draw(related(search_text="invoice", found_records=(case(), account())))
    assert pressed(card, "search.go")["data"] == {"verb": "link.search", "card": CARD, "interaction": INTERACTION}
    assert by_id(card, "search")["value"] == "invoice"
    assert "2 records found for “invoice”" in words(card)
    for record in (INVOICE, CLASSICS):
        assert pressed(card, f"found.{record}.link")["data"] == {"verb": "link.add", "record": record, **LINK_DATA}


@pytest.mark.rule("P-09")
@pytest.mark.parametrize(
    ("state", "changes", "said"),
    [
        (PushState.WAITING, {}, "Is written after wrap-up"),
        (PushState.SENDING, {}, "Sending to Salesforce …"),
        (PushState.SENT, {"sent_at": NOW}, "Sent to Salesforce, 20 Nov 2026, 15:05"),
        (PushState.RETRYING, {"reason": "timeout"}, "Not written yet: Salesforce takes too long to answer."),
        (
            PushState.RETRYING,
            {"reason": "unavailable", "next_attempt_at": NOW + timedelta(minutes=5), "attempts": 3},
            "Next try 20 Nov 2026, 15:10.",
        ),
        (PushState.FAILED, {"reason": "schema"}, "a mapped field is missing in Salesforce"),
        (PushState.FAILED, {"reason": "rejected", "detail": "too long"}, "Salesforce says: too long"),
        (PushState.FAILED, {"reason": "who knows"}, "Not written: Salesforce reports an error."),
        (PushState.KEPT, {}, "Unlinked. What was written stays in Salesforce."),
        (PushState.WITHDRAWN, {}, "Withdrawn. The activity is no longer in Salesforce."),
        (PushState.SENDING, {"is_withdrawal": True}, "Deleting the activity from Salesforce …"),
        (PushState.RETRYING, {"is_withdrawal": True, "reason": "mapping"}, "The activity is still there"),
    ],
)
def test_card_says_what_became_of_each_push(state: PushState, changes: dict[str, object], said: str) -> None:
    assert said in words(draw(linked(state, **changes)))


@pytest.mark.rule("P-09")
def test_digital_interaction_waits_for_its_own_moment() -> None:
    waiting = contact(is_linked=True, push=pushed(PushState.WAITING))
    mail = card_view(interaction=interaction(channel=Channel.EMAIL), current_records=(waiting,))
    assert "Is written when you leave the conversation" in words(draw(mail))


@pytest.mark.rule("P-09")
@pytest.mark.parametrize("state", [PushState.SENT, PushState.KEPT])
def test_written_activity_is_one_press_away(state: PushState) -> None:
    card = draw(linked(state, activity_url="https://acme.my.salesforce.com/00T1"))
    assert pressed(card, f"record.{EDWARD}.activity")["url"] == "https://acme.my.salesforce.com/00T1"


@pytest.mark.rule("P-09")
def test_failed_push_is_retried_from_the_card() -> None:
    card = draw(linked(PushState.FAILED, reason="rejected"))
    assert pressed(card, f"record.{EDWARD}.retry")["data"] == {"verb": "push.retry", **ON_RECORD}
    others = [linked(state) for state in PushState if state is not PushState.FAILED]
    assert not any(Verb.PUSH_RETRY in verbs(draw(view)) for view in others)


_AMEND = {
    "en": "Sent, but the last change is not there",
    "de": "Gesendet, aber die letzte Änderung fehlt",
    "es": "Enviado, pero",
}


@pytest.mark.rule("P-09")
@pytest.mark.parametrize("language", ["en", "de", "es"])
@pytest.mark.parametrize("surface", list(Surface))
@pytest.mark.parametrize("state", [PushState.FAILED, PushState.RETRYING])
def test_p09_a_change_that_does_not_arrive_leaves_the_way_to_the_activity(
    state: PushState, surface: Surface, language: str
) -> None:
    card = draw(amendment(state, reason="timeout"), surface, language=language)
    check(card)
    assert _AMEND[language] in words(card)
    assert pressed(card, f"record.{EDWARD}.activity")["url"] == "https://acme.my.salesforce.com/00T1"
    assert has(card, f"record.{EDWARD}.retry") == (state is PushState.FAILED)


@pytest.mark.rule("P-09")
def test_p09_a_change_that_waits_says_when_it_is_tried_again() -> None:
    view = amendment(PushState.RETRYING, reason="unavailable", next_attempt_at=NOW + timedelta(minutes=5))
    said = "Sent, but the last change is not there yet: Salesforce cannot be reached. Next try 20 Nov 2026, 15:10."
    assert said in words(draw(view))


@pytest.mark.rule("P-09")
def test_p09_an_activity_without_a_link_is_there_all_the_same() -> None:
    card = draw(linked(PushState.FAILED, reason="rejected", sent_at=NOW, owner_is_integration=True))
    assert "Sent, but the last change is not there" in words(card)
    assert "Written by the integration user" in words(card)
    assert not has(card, f"record.{EDWARD}.activity")


@pytest.mark.rule("P-09")
def test_push_is_told_once_where_the_record_stands_twice() -> None:
    sent = contact(is_linked=True, push=pushed(PushState.SENT, sent_at=NOW))
    view = after_push(sent)
    card = draw(replace(view, related_records=(sent,), expanded=frozenset({Section.CURRENT, Section.RELATED})))
    assert words(card).count("Sent to Salesforce") == 1


@pytest.mark.rule("P-12")
def test_falling_back_to_the_integration_user_is_shown() -> None:
    said = "Written by the integration user, not in your name."
    assert said in words(draw(linked(PushState.SENT, owner_is_integration=True)))
    assert said not in words(draw(linked(PushState.SENT)))


@pytest.mark.rule("A-17")
def test_crm_that_does_not_answer_is_named_with_the_reason() -> None:
    crms = (
        CrmStatus("dynamics", "Dynamics 365", reason="timeout"),
        CrmStatus("salesforce", "Salesforce", is_loading=True),
    )
    for expanded in (OPEN_RELATED, frozenset({Section.CURRENT})):
        read = words(draw(card_view(crms=crms, expanded=expanded)))
        assert "Dynamics 365 takes too long to answer. Records known before stay here; Refresh asks again." in read
        assert "Salesforce: looking for records …" in read


@pytest.mark.rule("P-20")
def test_interaction_of_another_agent_is_read_only() -> None:
    view = card_view(
        interaction=interaction(is_mine=False, agent_name="Lucy"),
        current_records=(contact(is_linked=True, push=pushed(PushState.FAILED, reason="rejected")), account()),
        expanded=frozenset(Section),
    )
    card = draw(view)
    assert not {"link.add", "link.remove", "push.retry", "wrapup.save", "tag.add"} & set(verbs(card))
    assert has(card, f"record.{EDWARD}.link")
    assert "Agent: Lucy" in words(card)


@pytest.mark.rule("A-29")
def test_notice_stands_at_the_end_in_chat_and_nowhere_in_the_pane() -> None:
    notice = Notice("linked", "success", (("name", "Edward *Ferrars*"),))
    box = draw(card_view(), Surface.CHAT, notice)["body"][-1]
    assert (box["id"], box["style"]) == ("notice", "good")
    assert box["items"][0]["text"] == r"Edward \*Ferrars\* is linked."
    assert not has(draw(card_view(), Surface.PANE, notice), "notice")


@pytest.mark.rule("B-05")
def test_change_elsewhere_offers_load() -> None:
    card = draw(card_view(), Surface.CHAT, Notice("changed_elsewhere", "warning"))
    assert pressed(card, "notice.load")["data"] == {"verb": "card.refresh", "card": CARD, "answer": "discard"}
    assert by_id(card, "notice.load")["title"] == "Load"


def test_teams_refreshes_for_60_users_at_most() -> None:
    users = [f"29:{n}" for n in range(100)]
    card = customer_card(card_view(), viewer(), Surface.CHAT, user_ids=[users[0], *users])
    assert card["refresh"]["userIds"] == users[:60]
    assert card["refresh"]["action"]["data"] == {"verb": "card.refresh", "card": CARD, "light": LEG}
    assert "userIds" not in customer_card(card_view(), viewer(), Surface.CHAT)["refresh"]


@pytest.mark.rule("P-15")
def test_no_fixed_width_makes_a_narrow_pane_scroll() -> None:
    card = draw(card_view(expanded=frozenset(Section)), roles=frozenset({"supervisor"}))
    assert {column["width"] for column in of_type(card, "Column")} <= {"auto", "stretch"}
    assert {image["width"] for image in of_type(card, "Image")} == {"16px"}
    assert len([block for block in of_type(card, "TextBlock") if block.get("style") == "heading"]) == 1 + len(Section)
