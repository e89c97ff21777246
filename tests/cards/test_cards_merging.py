"""What agents see of merging: who may be the same person and why, what comes together, how it is taken apart."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cards import texts
from cards.actions import Verb
from cards.drawing import drawing_of
from cards.limits import BUDGETS, ENVELOPE, LIMIT, size
from cards.marks import marked
from cards.reasons import speaks_against, speaks_for
from cards.render import customer_card, customer_list
from customers.ids import CardId, MergeId
from customers.matching.reasons import Reason, ReasonCode
from customers.merging import (
    OFFERED,
    Candidate,
    Contact,
    FieldChoice,
    FieldOffer,
    FieldValue,
    MergePreview,
    MergeView,
    PastMerge,
    ProfileField,
)
from customers.model import Channel, IdentityKind
from customers.profile_form import KeptValue
from customers.views import CardView, CustomerListView, Notice, Section, Surface
from tests.cards.card_checks import Node, by_id, check, has, nodes, of_type, pressed, words
from tests.cards.card_views import CARD, INTERACTION, LEG, NOW, card_view, journey, viewer
from tests.cards.crowded_views import CROWD
from tests.cards.golden_cards import SUPERVISOR, draw, marked_people
from tests.cards.merge_views import (
    CHAT,
    LUCY,
    MAIL,
    MERGED,
    UNDONE,
    choosing_more,
    merged,
    of_three,
    of_two,
    offered,
    own,
    preparing,
    preview,
    searching,
    suggesting,
    suggestions,
    summary,
    swapped,
)
from tests.cards.test_cards_escape import HOSTILE, PARSER, anything, visible

LANGUAGES = ("en", "de", "es")
NICKNAME = "short form of the name: Edward / Eddie"
STRONG = {"strong_open", "strong_close"}


def data(card: Node, element_id: str) -> dict[str, str]:
    """What pressing the element with this id sends, without its verb."""
    return {name: value for name, value in pressed(card, element_id)["data"].items() if name != "verb"}


def candidate(card: Node, card_id: CardId = MAIL) -> str:
    """What can be read of one candidate."""
    return words({"body": [by_id(card, f"merge.candidate.{card_id}")]})


@pytest.mark.rule("A-25")
def test_a25_the_merge_control_stands_at_the_top_right_and_opens_the_panel() -> None:
    card = draw(card_view())
    top = card["body"][0]["columns"]
    assert top[-1]["id"] == "merge.open"
    assert top[-1]["items"][0]["altText"] == top[-1]["selectAction"]["title"] == "Merge with another card"
    assert data(card, "merge.open") == {"interaction": INTERACTION, "leg": LEG, "card": CARD, "version": "17"}
    assert data(draw(card_view(interaction=None)), "merge.open") == {"card": CARD}
    assert not has(card, "merge.panel")


@pytest.mark.rule("A-25", "A-26")
def test_a26_the_panel_stands_directly_below_the_head_and_is_closed_by_the_control_or_its_cross() -> None:
    card = draw(suggesting())
    assert [one.get("id") for one in card["body"]].index("merge.panel") == 2
    for element_id in ("merge.open", "merge.close"):
        assert pressed(card, element_id)["verb"] == Verb.MERGE_OPEN
        assert pressed(card, element_id)["title"] == "Close merging"


@pytest.mark.rule("A-26", "P-04", "P-05")
def test_p05_a_suggestion_says_everything_that_tells_it_apart() -> None:
    assert set(candidate(draw(suggesting())).splitlines()) == {
        "Eddie Ferrars",
        "very likely",
        "Norland Holdings · E-mail",
        "E-mail: eddie.ferrars@norland.example",
        "Last: E-mail, 19 Nov 2026, 15:05 · 1 open request",
        f"Why: the name matches eddie.ferrars@norland.example · same name: Ferrars · {NICKNAME}",
    }
    social = candidate(draw(suggesting()), CHAT)
    assert "Social (whatsapp): 447400123456 · Social message" in social
    assert "Phone: 07400 123456 · SMS" in social
    assert "No interaction yet" in social
    assert "your contact centre says so" in social


@pytest.mark.rule("P-14")
def test_p14_numbers_stand_as_the_viewers_country_writes_them() -> None:
    assert "Telefon: +44 7400 123456 · SMS" in candidate(draw(suggesting(), language="de"), CHAT)


@pytest.mark.rule("P-04")
def test_p04_contradictions_have_a_sign_of_their_own_and_shared_numbers_say_by_how_many() -> None:
    said = candidate(draw(suggesting()), LUCY)
    assert "Why: same phone number: 020 7183 8750 (on 1,240 cards)" in said
    assert "⚠ Against it: different names: Edward / Lucy · different dates of birth: 12 May 1965 / 1 Jan 1971" in said
    assert "(on 2 cards)" not in candidate(draw(suggesting()), CHAT)


@pytest.mark.rule("P-04")
def test_p04_another_person_of_one_system_cannot_be_merged_and_says_why() -> None:
    card, twin = draw(suggesting()), "7" * 32
    assert "⚠ These are two different persons in Salesforce. They cannot be merged." in candidate(card, CardId(twin))
    assert not has(card, f"merge.candidate.{twin}.preview")
    assert not has(card, f"merge.candidate.{twin}.likelihood")


@pytest.mark.rule("P-04")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ReasonCode)
def test_p04_every_reason_is_said_in_words(code: ReasonCode, language: str) -> None:
    d = drawing_of(card_view(), viewer(language=language), Surface.PANE, BUDGETS[0])
    for values in ((), ("one",), ("one", "other"), ("one", "3"), ("Salesforce", "1", "2")):
        reasons = (Reason(code, 1.0, values),)
        said = speaks_for(d, reasons) or speaks_against(d, reasons, is_forbidden=False)
        assert said
        assert "{" not in said


def test_reasons_are_written_as_people_write_them() -> None:
    d = drawing_of(card_view(), viewer(language="de", country="DE"), Surface.PANE, BUDGETS[0])
    reasons = (
        Reason(ReasonCode.NAME_SAME, 1.0, ("edward",)),
        Reason(ReasonCode.SAME_MOBILE, 1.0, ("+4915112345678", "1200")),
        Reason(ReasonCode.NAME_SAME, 1.0, ("ferrars",)),
        Reason(ReasonCode.SAME_BIRTH_DATE, 1.0, ("19630230",)),
        Reason(ReasonCode.BIRTH_DATE_SLIP, 1.0, ("19630205", "19630502")),
        Reason(ReasonCode.SAME_ADDRESS, 1.0, ("5 haupt str",)),
    )
    assert speaks_for(d, reasons).replace("\\", "").split(" · ") == [
        "gleicher Name: Edward Ferrars",
        "gleiche Mobilnummer: 01511 2345678 (auf 1.200 Karten)",
        "gleiches Geburtsdatum: 19630230",
        "fast gleiches Geburtsdatum: 05.02.1963 / 02.05.1963",
        "gleiche Adresse: 5 Haupt Str",
    ]


@pytest.mark.rule("A-27")
def test_a27_all_cards_are_searched() -> None:
    card = draw(searching())
    assert by_id(card, "merge.query")["value"] == "ferr 7400"
    assert data(card, "merge.search") == {"card": CARD}
    assert by_id(card, "merge.found")["text"] == "2 cards found for “ferr 7400”"
    assert "Eddie **Ferr**ars" in candidate(card)
    assert "Phone: 0**7400** 123456 · SMS" in candidate(card, CHAT)


def test_empty_panels_say_why() -> None:
    assert by_id(draw(preparing(MergeView())), "merge.found")["text"] == (
        "No card looks like the same person. Search for one."
    )
    assert by_id(draw(searching("*")), "merge.found")["text"] == "No card found for “\\*”."


@pytest.mark.rule("A-28", "P-04")
def test_a28_a_candidate_is_looked_at_or_ruled_out() -> None:
    card = draw(suggesting())
    assert data(card, f"merge.candidate.{MAIL}.preview") == {"card": CARD, "others": MAIL}
    assert pressed(card, f"merge.candidate.{MAIL}.preview")["tooltip"] == "See what comes together with Eddie Ferrars"
    assert data(card, f"merge.candidate.{MAIL}.dismiss") == {"card": CARD, "others": MAIL}
    assert data(card, f"merge.dismissed.{LUCY}") == {"card": CARD, "others": LUCY, "back": "yes"}


@pytest.mark.rule("P-02")
def test_p02_chosen_cards_stay_chosen_while_another_one_is_looked_for() -> None:
    card = draw(choosing_more())
    assert "1 card chosen" in words(card)
    assert data(card, "merge.chosen.preview") == {"card": CARD, "others": MAIL}
    assert data(card, "merge.chosen.none") == {"card": CARD, "others": ""}
    assert "✓ chosen" in candidate(card)
    assert not has(card, f"merge.candidate.{MAIL}.preview")
    assert data(card, f"merge.candidate.{CHAT}.preview") == {"card": CARD, "others": f"{MAIL},{CHAT}"}


@pytest.mark.rule("P-02", "P-03", "C-16")
def test_p02_the_preview_shows_both_cards_and_what_becomes_of_them() -> None:
    card = draw(of_two())
    stays, joins = (words({"body": [column]}) for column in by_id(card, "merge.cards")["columns"])
    assert stays.splitlines()[:2] == ["This card stays (open now)", "Edward Ferrars"]
    assert joins.splitlines()[:2] == ["Becomes part of it", "Eddie Ferrars"]
    assert "Phone: 07400 123456 · Call" in stays
    assert "Every number and address keeps its channel" in words(card)
    pick = by_id(card, "merge.pick.company")
    assert pick["value"] == MAIL
    assert pick["choices"] == [
        {"title": "Classics, Inc. · Call, open now", "value": CARD},
        {"title": "Norland Holdings · E-mail", "value": MAIL},
    ]
    assert "the card will be called Edward Ferrars, Norland Holdings." in by_id(card, "merge.called")["text"]


@pytest.mark.rule("A-28", "P-02")
def test_p02_merge_carries_what_the_agent_has_seen() -> None:
    card = draw(of_two())
    seen = {"card": CARD, "others": MAIL, "survivor": CARD, "versions": f"{CARD}:17,{MAIL}:3"}
    assert data(card, "merge.confirm") == seen
    assert pressed(card, "merge.confirm")["style"] == "positive"
    assert data(card, "merge.more") == {"card": CARD, "others": MAIL, "more": "yes"}
    assert data(card, "merge.back") == {"card": CARD, "others": ""}


@pytest.mark.rule("P-02")
def test_p02_the_direction_can_be_swapped_and_swapped_back() -> None:
    assert data(draw(of_two()), "merge.swap") == {"card": CARD, "others": MAIL, "survivor": MAIL}
    card = draw(swapped())
    assert data(card, "merge.swap") == {"card": CARD, "others": MAIL}
    seen = {"card": CARD, "others": MAIL, "survivor": MAIL, "versions": f"{MAIL}:3,{CARD}:17"}
    assert data(card, "merge.confirm") == seen


@pytest.mark.rule("P-02")
def test_p02_of_several_cards_any_may_stay_or_be_left_out() -> None:
    card = draw(of_three())
    both = f"{MAIL},{CHAT}"
    assert data(card, f"merge.absorbed.{CHAT}.keep") == {"card": CARD, "others": both, "survivor": CHAT}
    assert data(card, f"merge.absorbed.{CHAT}.leave") == {"card": CARD, "others": MAIL}
    assert not has(card, "merge.swap")
    other = preview(survivor=summary(), absorbed=(own(), replace(summary(), card_id=CHAT)))
    card = draw(preparing(MergeView(chosen=(MAIL, CHAT), preview=other)))
    assert data(card, f"merge.absorbed.{CARD}.keep") == {"card": CARD, "others": both}
    assert not has(card, f"merge.absorbed.{CARD}.leave")


def test_what_cannot_be_merged_says_why_instead_of_offering_it() -> None:
    card = draw(of_two(problem="merge_forbidden"))
    assert "⚠ These are two different persons in one system." in words({"body": [by_id(card, "merge.problem")]})
    assert not has(card, "merge.confirm")


@pytest.mark.rule("C-07")
def test_c07_a_locked_profile_can_be_unlocked_by_supervisors_and_not_be_merged() -> None:
    opened = frozenset({Section.IDENTITIES, Section.MORE})
    view = merged(is_locked=True, merge=suggesting().merge, offers=offered().offers, expanded=opened)
    card = draw(view, roles=SUPERVISOR)
    assert "Profile locked" in words({"body": [by_id(card, "profile.locked")]})
    assert data(card, "profile.unlock") == {"card": CARD}
    for element_id in ("merge.open", "merge.panel", "offers", f"merge.past.{MERGED}.undo", "profile.lock"):
        assert not has(card, element_id)
    assert data(draw(merged(expanded=opened), roles=frozenset({"admin"})), "profile.lock") == {"card": CARD}
    agents = draw(merged(expanded=opened))
    assert not has(agents, "section.more")
    assert not has(agents, "category.more")
    assert not has(agents, "profile.lock")


@pytest.mark.rule("P-01", "P-03", "C-16")
def test_p01_identities_keep_their_channel_and_merges_can_be_taken_apart() -> None:
    card = draw(merged())
    read = words(card)
    assert "Phone: 07400 123456 · SMS" in read
    assert "Name, also: Eddie Ferrars · E-mail" in read
    assert "Merged 20 Nov 2026, 15:05 by Elinor Dashwood" in read
    assert "Merged 17 Nov 2026, 15:05, taken apart 18 Nov 2026, 15:05" in read
    assert data(card, f"merge.past.{MERGED}.undo") == {"card": CARD, "merge": MERGED, "leg": LEG}
    assert data(card, f"merge.past.{UNDONE}.again") == {"card": CARD, "merge": UNDONE, "leg": LEG, "again": "yes"}


def test_what_was_written_while_merged_can_be_taken_over_or_not() -> None:
    card = draw(offered())
    ids = {"card": CARD, "field": "name", "origin": MAIL}
    assert data(card, f"offer.name.{MAIL}.take") == data(card, f"offer.name.{MAIL}.decline") == ids
    assert pressed(card, f"offer.company.{MAIL}.decline")["verb"] == Verb.FIELD_DECLINE


def test_a_closed_card_offers_nothing_of_it() -> None:
    card = draw(merged(is_closed=True, merge=suggesting().merge), roles=SUPERVISOR)
    sent = {node["verb"] for node in of_type({"body": card["body"]}, "Action.Execute")}
    assert sent == {Verb.CARD_SECTION, Verb.CARD_CATEGORY, Verb.CUSTOMERS_SHOW, Verb.PROFILE_SHOW}


def test_rows_that_a_search_has_found_are_marked() -> None:
    read = words(customer_list(marked_people(), viewer()))
    assert "Edward **Ferr**ars" in read
    assert "+49 **151**1 2345678" in read
    assert "**" not in words(customer_list(CustomerListView("open", marked_people().rows[2:]), viewer()))


# --- marks


@given(anything, st.lists(st.one_of(anything, st.sampled_from(["a", "Ferr", "44", "*", "ä"])), max_size=4))
@example("Edward", ["dwa", "ward"])
@example("a*b*c", ["*b*"])
@example("\ue010a\ue011", ["a"])
@example("x@y.example", ["@y"])
def test_marked_text_shows_the_same_characters_and_no_other_markup(value: str, marks: list[str]) -> None:
    kept = value.replace("\ue010", "").replace("\ue011", "")
    tokens = PARSER.parse(marked(value, marks))
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "text_special", *STRONG}
    assert " ".join("".join(child.content for child in children).split()) == visible(kept if marks else value)


@pytest.mark.parametrize(
    ("value", "marks", "shown"),
    [
        ("Edward Ferrars", ("ferr", "ED"), "**Ed**ward **Ferr**ars"),
        ("Edward", ("dwa", "ward"), "E**dward**"),
        ("eddie@norland.example", ("@norland.",), "eddie@**norland**.example"),
        ("020 7946 0123", ("+442079460",), "0**20 7946 0**123"),
        ("+49 1511 2345678", ("01511",), "+49 **1511** 2345678"),
        ("*Ferr*ars", ("ferr",), "\\***Ferr**\\*ars"),
        ("Straße", ("STRASSE",), "Straße"),
        ("Edward", ("", " ", "x"), "Edward"),
    ],
)
def test_what_matches_is_bold(value: str, marks: tuple[str, ...], shown: str) -> None:
    assert marked(value, marks) == shown
    assert "**" not in MarkdownIt("commonmark").renderInline(shown).replace("\\*", "")


# --- whatever it holds


def crowded(text: str, count: int, *, is_preview: bool) -> CardView:
    """A card with `count` of everything that merging brings, each text `text`."""
    ids = [CardId(f"{n:032x}") for n in range(count)]
    contacts = tuple(Contact(IdentityKind.EMAIL, f"{n}{text}", Channel.EMAIL, text) for n in range(count))
    cards = [replace(summary(), card_id=one, customer_name=text, company=text, contacts=contacts) for one in ids]
    reasons = tuple(Reason(code, 1.0, (text, text)) for code in ReasonCode)
    found = tuple(Candidate(card, None, reasons, marks=(text[:3], text), forbidden="") for card in cards)
    values = tuple(FieldValue(one, Channel.EMAIL, text) for one in ids[:10])
    fields = tuple(FieldChoice(field, values, ids[0]) for field in ProfileField)
    shown = MergePreview(own(customer_name=text), tuple(cards[:9]), fields, text, text, "merge_gone")
    merge = MergeView(text, found, (), shown if is_preview else None, tuple(cards))
    past = tuple(PastMerge(MergeId(f"{n:032x}"), text, text, Channel.SMS, NOW, text) for n in range(count))
    return card_view(
        merge=merge,
        merges=past,
        kept=tuple(KeptValue(ProfileField.NAME, text, Channel.CHAT) for _ in ids),
        offers=tuple(FieldOffer(ProfileField.COMPANY, text, one) for one in ids),
        expanded=frozenset(Section),
    )


@pytest.mark.parametrize("text", [*CROWD, *HOSTILE])
@pytest.mark.parametrize(("count", "is_preview"), [(1, False), (12, True), (60, False)])
def test_whatever_is_to_be_merged_the_card_is_valid_harmless_and_small_enough(
    text: str, count: int, *, is_preview: bool
) -> None:
    card = customer_card(crowded(text, count, is_preview=is_preview), viewer(), Surface.CHAT, Notice("merge_changed"))
    check(card)
    assert size(card) <= LIMIT - ENVELOPE
    for node in of_type(card, "TextBlock"):
        tokens = PARSER.parse(node["text"])
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"], node
        kinds = {child.type for token in tokens for child in token.children or ()}
        assert kinds <= {"text", "text_special", *STRONG}, node


def test_candidates_are_left_out_before_anything_else() -> None:
    many = tuple(
        replace(one, card=replace(one.card, card_id=CardId(f"{n:032x}"), contacts=one.card.contacts * 6))
        for n, one in enumerate(suggestions()[:1] * 10)
    )
    history = journey(
        *(card_view().journey.rows[0]._replace(id=f"{n:032x}", notes="Called again. " * 9) for n in range(3))
    )
    card = draw(preparing(MergeView(candidates=many), journey=history, expanded=frozenset(Section)))
    shown = [one for one in nodes(card) if one.get("id", "").endswith(".dismiss")]
    rows = [one for one in nodes(card) if re.fullmatch("journey\\.[0-9a-f]{32}", one.get("id", ""))]
    assert BUDGETS[1].candidates <= len(shown) < len(many)
    assert f"and {len(many) - len(shown)} more" in words(card)
    assert len(rows) == len(history.rows)


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", LANGUAGES)
def test_p14_every_text_of_the_domain_has_words(language: str) -> None:
    known = texts.of(language)
    assert {f"why.{code}" for code in ReasonCode} <= known.keys()
    for place in ("profile", "field"):
        assert {f"{place}.{field}" for field in OFFERED} <= known.keys()
