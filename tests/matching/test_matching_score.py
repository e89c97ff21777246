"""What speaks for and against two cards being of one person, and what is suggested."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_cards import CROWD, FORMS, LANDLINE, MOBILE, NAMES, among, form

from customers.matching.frequencies import Counted, Known
from customers.matching.keys import KeyKind
from customers.matching.normal import MatchInput, NormalForm, normal_form
from customers.matching.reasons import ReasonCode
from customers.matching.score import Score, score
from customers.matching.suggest import SHOWN, Likelihood, judge, suggest
from customers.matching.weights import WEIGHTS

PAGE = (Path(__file__).parents[2] / "docs" / "matching.md").read_text("utf-8")
EDWARD = form("Edward Ferrars", phones=[MOBILE])
FAR = ("mastodon", "@sunshine@far.example")


def scored(one: NormalForm, other: NormalForm) -> Score:
    return score(one, other, among(one, other))


def codes(one: NormalForm, other: NormalForm) -> set[str]:
    return {reason.code.value for reason in scored(one, other).reasons}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (EDWARD, form("Eddie Ferrars", phones=["+4915112345678"]), {"same_mobile", "name_nickname", "name_same"}),
        (form(phones=[LANDLINE]), form(phones=[LANDLINE]), {"same_phone"}),
        (form("Ferrars, Edward"), form("Edward Ferrars"), {"name_same"}),
        (form("Thomas Müller"), form("Tomas Mueler"), {"name_typo"}),
        (form("Anna Meier"), form("Anna Mayr"), {"name_same", "name_sound"}),
        (form("Johm Meier"), form("Amy Meier"), {"name_same", "name_differs"}),
        (form("E. Ferrars"), form("Edward Ferrars"), {"name_same", "name_initial"}),
        (form("Max Mustermann"), form("Max Muster Mann"), {"name_same", "name_together"}),
        (form("Max Mustermann"), form("Max Muster"), {"name_same", "name_cut"}),
        (form("Fe Mustermann"), form("Ferrars Mustermann"), {"name_same", "name_cut"}),
        (form("Max Mustermann"), form("Erika Mustermann"), {"name_same", "name_differs"}),
        (form("Max Mustermann"), form("Mustermann"), {"name_same", "name_extra"}),
        (form("Thomas Müller"), form(emails=["tmueller@web.de"]), {"name_in_address"}),
        (form("Thomas Müller"), form(emails=["mueller.thomas@web.de"]), {"name_in_address"}),
        (form("Thomas Müller"), form(emails=["info@web.de"]), set()),
        (form(emails=["sunshine84@web.de"]), form(handles=[("telegram", "@Sunshine84")]), {"same_user_name"}),
        (form(emails=["a.b+shop@web.de"]), form(emails=["A.B@web.de"]), {"same_email"}),
        (form(handles=[("line", "U4af4980629")]), form(handles=[("LINE", "U4af4980629")]), {"same_handle"}),
        (form(handles=[FAR]), form(handles=[FAR]), {"same_handle"}),
        (form(person_ids={"sf": ["1"]}), form(person_ids={"sf": ["1"]}), {"same_person_id"}),
        (form(phones=[MOBILE]), form(phones=["+49 151 12345679"]), {"phone_slip"}),
        (form(phones=[MOBILE]), form(phones=["+49 171 7654321"]), {"other_mobile"}),
        (form(phones=[MOBILE, "+49 171 7654321"]), form(phones=[MOBILE]), {"same_mobile"}),
        (form(phones=[MOBILE]), form(phones=[LANDLINE]), set()),
        (form(emails=["sunshine84@web.de"]), form(emails=["x.y@gmx.de"]), {"other_mailbox"}),
        (form(emails=["sunshine84@web.de"]), form(emails=["e@classics.test"]), set()),
        (form("Rebecca Zank"), form(emails=["rebecca.zamk@gmail.com"]), {"name_in_address"}),
        (form(companies=["Classics, Inc."]), form(emails=["e@classics.test"]), {"same_company"}),
        (form(birth_date="1963-12-05"), form(birth_date="5.12.1963"), {"same_birth_date"}),
        (form(birth_date="1963-12-05"), form(birth_date="1963-05-12"), {"birth_date_slip"}),
        (form(birth_date="1963-12-05"), form(birth_date="1980-01-31"), {"birth_date_differs"}),
        (form(postcode="10115"), form(postcode="10117"), {"postcode_slip"}),
        (form(postcode="10115"), form(postcode="10115"), {"same_postcode"}),
        (form(street="Hauptstraße 5"), form(street="5, Haupt-Str."), {"same_address"}),
        (form(street="Lindenallee 5"), form(street="Lindenalee 5"), {"similar_address"}),
        (form(street="Lindenallee 5"), form(street="Lindenallee 8"), {"same_street"}),
        (form(street="Lindenallee 5"), form(street="Am Markt 5"), {"same_house_number"}),
    ],
)  # fmt: skip
def test_each_contribution_has_its_reason(one: NormalForm, other: NormalForm, expected: set[str]) -> None:
    assert codes(one, other) == expected


def test_reasons_carry_what_was_compared() -> None:
    found = {reason.code: reason for reason in scored(EDWARD, form("Eddie Ferrars", phones=[MOBILE])).reasons}
    assert found[ReasonCode.NAME_NICKNAME].values == ("edward", "eddie")
    assert found[ReasonCode.SAME_MOBILE].values == ("+4915112345678", "2")


def test_words_that_differ_contradict_less_where_they_look_alike() -> None:
    """More than two slips in a word are seldom, and another word is seldom so near."""
    one, near, far = form("Anna Brandstetter"), form("Anna Brodsteller"), form("Anna Kowalewski")
    costs = [
        next(reason.bits for reason in scored(one, other).reasons if reason.code is ReasonCode.NAME_DIFFERS)
        for other in (near, far)
    ]
    assert WEIGHTS.name_conflict <= costs[1] < costs[0] < WEIGHTS.name_conflict + WEIGHTS.name_resembles


def test_a_user_name_that_is_the_person_s_name_says_no_more_than_the_name() -> None:
    one, other = (form("Thomas Müller", emails=[f"tmueller@{host}"]) for host in ("web.de", "gmx.de"))
    assert "same_user_name" not in codes(one, other)


def test_a_switchboard_says_less_than_a_number_of_two() -> None:
    house = [form(f"Person{at} Name{at}", phones=[LANDLINE]) for at in range(30)]
    by_house = {one.code: one.bits for one in score(house[0], house[1], among(*house)).reasons}
    by_pair = {one.code: one.bits for one in scored(house[0], house[1]).reasons}
    assert by_house[ReasonCode.SAME_PHONE] < by_pair[ReasonCode.SAME_PHONE] - 3


@pytest.mark.parametrize(
    "shared",
    [
        {"phones": [LANDLINE]},
        {"phones": [MOBILE]},
        {"phones": ["+1 212 555 0123"]},
        {"emails": ["info@classics.test"]},
        {"emails": ["ferrars.family@web.de"]},
        {"phones": [LANDLINE], "companies": ["Classics, Inc."]},
        {"phones": [LANDLINE], "emails": ["info@classics.test"], "companies": ["Classics, Inc."]},
    ],
)
@pytest.mark.parametrize("names", [("", ""), ("Edward Ferrars", ""), ("Edward Ferrars", "Fanny Ferrars")])
def test_what_families_and_companies_share_makes_nobody_very_likely(
    names: tuple[str, str], shared: dict[str, object]
) -> None:
    one, other = (form(name, **shared) for name in names)
    for crowd in (CROWD, CROWD * 50):
        (found,) = suggest(one, {"other": other}, Counted([one, other, *crowd]))
        assert found.likelihood is not Likelihood.VERY_LIKELY


@pytest.mark.parametrize("shared", [{"phones": [LANDLINE]}, {"emails": ["ferrars.family@web.de"]}])
@pytest.mark.parametrize(
    "names",
    [
        "Andrea Andreas",
        "Martin Martina",
        "Maria Mario",
        "Stefan Stefanie",
        "Simone Simon",
        "Paul Paula",
        "Peter Petra",
        "Christian Christina",
        "Daniel Danielle",
        "Alexander Alexandra",
        "Julia Julian",
        "Erich Erika",
        "Andrew Andrea",
        "Louis Louise",
        "Sandra Alexander",
        "Ling Ming",
        "Sherry Henry",
        "Diane Shane",
        "Lorri Leroy",
        "Hanne Enno",
        "Pat Patri",
        "Jan Jana",
    ],
)
def test_a_couple_whose_names_differ_by_their_ends_is_not_very_likely_one_person(
    names: str, shared: dict[str, object]
) -> None:
    one, other = (form(f"{first} Ferrars", **shared) for first in names.split())
    (found,) = suggest(one, {"other": other}, Counted([one, other, *CROWD * 50]))
    assert found.likelihood is Likelihood.POSSIBLE


@pytest.mark.parametrize("names", [("Jean Bryant", "Juan Bryant"), ("Billie Kaye", "Bill Kaye")])
def test_a_surname_that_may_be_a_first_name_makes_no_surnames_of_first_names(names: tuple[str, str]) -> None:
    one, other = (form(name, emails=["our.house@web.de"]) for name in names)
    (found,) = suggest(one, {"other": other}, Counted([one, other, *CROWD * 50]))
    assert found.likelihood is Likelihood.POSSIBLE


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (("Paul Ferrars", "Paula Ferrars"), MOBILE),
        (("Lady Ferrars", "Ferrars"), MOBILE),
        (("Edward Ferrars", "Edwatd Ferrars"), LANDLINE),
        (("Hanna Ferrars", "Hannah Ferrars"), LANDLINE),
        (("Erik Ferrars", "Eric Ferrars"), MOBILE),
        (("Bernhard Ferrars", "Bernhart Ferrars"), LANDLINE),
        (("Edward Ferrars", "Eddie Ferrars"), LANDLINE),
        (("David Ferrars", "Dave Ferrars"), LANDLINE),
        (("Pat Ferrars", "Patrick Ferrars"), LANDLINE),
        (("Stefan Ferrars", "Stephan Ferrars"), LANDLINE),
        (("Edward Lang", "Edward Lange"), LANDLINE),
    ],
)
def test_a_slip_in_a_name_is_one_beside_a_mobile_number_or_where_it_is_no_ending_of_a_first_name(
    names: tuple[str, str], number: str
) -> None:
    one, other = (form(name, phones=[number, LANDLINE]) for name in names)
    (found,) = suggest(one, {"other": other}, Counted([one, other, *CROWD * 50]))
    assert found.likelihood is Likelihood.VERY_LIKELY


OWN_MOBILE = "+49 171 7654321"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([LANDLINE, MOBILE], [LANDLINE, MOBILE], {"same_mobile"}),
        ([LANDLINE, MOBILE], [LANDLINE], {"same_phone"}),
        ([LANDLINE, MOBILE], [LANDLINE, OWN_MOBILE], {"same_phone", "other_mobile"}),
        ([LANDLINE, MOBILE], [LANDLINE, "+49 151 12345679"], {"same_phone", "phone_slip"}),
        (["+49 30 1234568", MOBILE], [LANDLINE, OWN_MOBILE], {"phone_slip"}),
        (["+49 30 7654321", MOBILE], [LANDLINE, OWN_MOBILE], {"other_mobile"}),
    ],
)
def test_a_mobile_number_counts_before_a_landline_and_another_one_against(
    one: list[str], other: list[str], expected: set[str]
) -> None:
    assert codes(form(phones=one), form(phones=other)) == expected


def test_two_people_on_one_card_are_compared_in_both_directions_alike() -> None:
    """Two pairs of names are equally near, and one of them may be a couple's."""
    one, other = (
        normal_form(MatchInput(names=names, phones=[LANDLINE], country="DE"))
        for names in (["Andrea Ferrars", "Edward Ferrars"], ["Adward Ferrars", "Andreas Ferrars"])
    )
    assert scored(one, other).bits == scored(other, one).bits


@pytest.mark.parametrize("shared", [{"phones": [LANDLINE]}, {"emails": ["ferrars.family@web.de"]}])
def test_a_lone_surname_says_nothing_beside_a_family_s_line(shared: dict[str, object]) -> None:
    one, other = form("Edward Ferrars", **shared), form("Frau Ferrars", **shared)
    (found,) = suggest(one, {"other": other}, Counted([one, other, *CROWD * 50]))
    assert found.likelihood is not Likelihood.VERY_LIKELY


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.50, Likelihood.POSSIBLE),
        (0.64, Likelihood.POSSIBLE),
        (0.66, Likelihood.LIKELY),
        (0.89, Likelihood.LIKELY),
        (0.91, Likelihood.VERY_LIKELY),
    ],
)
def test_a_suggestion_is_called_after_its_probability(probability: float, expected: Likelihood) -> None:
    """One birth date: the fewer cards there are, the less is it chance."""
    one, other = form(birth_date="1963-12-05"), form(birth_date="1963-12-05")
    cards = round(2 ** (WEIGHTS.birth_date + WEIGHTS.prior) * (1 / probability - 1))
    found = judge(one, other, Known({}, cards))
    assert (found.likelihood, found.probability) == (expected, pytest.approx(probability, abs=0.001))


@pytest.mark.parametrize("shared", [{"phones": [MOBILE]}, {"phones": [LANDLINE]}, {"emails": ["ferrars@web.de"]}])
def test_one_line_and_nothing_else_is_possible(shared: dict[str, object]) -> None:
    one, other = form(**shared), form(**shared)
    (found,) = suggest(one, {"other": other}, Counted([one, other, *CROWD * 50]))
    assert (found.likelihood, found.probability) == (Likelihood.POSSIBLE, pytest.approx(0.5))


def test_one_number_and_one_name_are_very_likely() -> None:
    one, other = form("Edward Ferrars", phones=[LANDLINE]), form("Ed. Ferrars", phones=[LANDLINE])
    (found,) = suggest(one, {"other": other}, Counted([one, other, *CROWD * 50]))
    assert found.likelihood is Likelihood.VERY_LIKELY


@given(FORMS, FORMS)
def test_a_score_is_the_same_in_both_directions(one: NormalForm, other: NormalForm) -> None:
    known = among(one, other)
    assert score(one, other, known).bits == pytest.approx(score(other, one, known).bits)


@given(FORMS, FORMS)
def test_a_score_is_the_sum_of_its_reasons(one: NormalForm, other: NormalForm) -> None:
    found = scored(one, other)
    assert found.bits == pytest.approx(sum(reason.bits for reason in found.reasons))


@given(NAMES, NAMES, st.sampled_from(["birth_date", "name"]))
def test_a_score_never_rises_by_a_contradiction(name: str, other_name: str, what: str) -> None:
    one, other = form(name), form(other_name)
    known = among(one, other)
    before = score(one, other, known).bits
    if what == "birth_date":
        one, other = replace(one, birth_date="19631205"), replace(other, birth_date="19800131")
    elif one.names and other.names:
        one = replace(one, names=(f"{one.names[0]} qqqqq",))
        other = replace(other, names=(f"{other.names[0]} wxwxwxwx",))
    assert score(one, other, known).bits <= before


@given(FORMS, FORMS)
def test_p04_different_person_ids_of_one_system_always_forbid(one: NormalForm, other: NormalForm) -> None:
    one, other = replace(one, person_ids=(("crm", "1"),)), replace(other, person_ids=(("crm", "2"), ("other", "1")))
    known = among(one, other)
    assert score(one, other, known).is_forbidden
    assert suggest(one, {"other": other}, known) == []


def test_p04_ids_of_channels_and_of_other_systems_never_forbid() -> None:
    one = form("Edward Ferrars", phones=[MOBILE], handles=[("line", "1")], person_ids={"salesforce": ["1"]})
    other = form("Edward Ferrars", phones=[MOBILE], handles=[("line", "2")], person_ids={"dynamics": ["2"]})
    assert not scored(one, other).is_forbidden
    (found,) = suggest(one, {"other": other}, among(one, other))
    assert found.likelihood is Likelihood.VERY_LIKELY


def test_p04_suggestions_come_with_reasons_the_likeliest_first() -> None:
    cards = {
        "brother": form("Robert Ferrars", phones=[LANDLINE]),
        "eddie": form("Eddie Ferrars", phones=[MOBILE]),
        "stranger": form("Sabine Koch"),
    }
    found = suggest(EDWARD, cards, among(EDWARD, *cards.values()))
    assert [one.card for one in found] == ["eddie", "brother"]
    assert found[0].likelihood is Likelihood.VERY_LIKELY
    assert found[0].reasons[0].code is ReasonCode.SAME_MOBILE


def test_equally_good_rivals_take_each_other_s_certainty() -> None:
    two = {at: form("Edward Ferrars", postcode=at) for at in ("10115", "80331")}
    query = form("Edward Ferrars")
    known = among(query, *two.values())
    alone = suggest(query, {"10115": two["10115"]}, known)[0].probability
    rivals = [replace(card, person_ids=(("crm", at),)) for at, card in two.items()]
    both = suggest(query, dict(enumerate_as_text(rivals)), known)
    assert all(one.probability <= 0.5 for one in both)
    assert alone > both[0].probability


def test_each_other_s_duplicates_are_no_rivals() -> None:
    cards = {at: form("Edward Ferrars", phones=[MOBILE]) for at in ("a", "b")}
    found = suggest(EDWARD, cards, among(EDWARD, *cards.values()))
    assert {one.likelihood for one in found} == {Likelihood.VERY_LIKELY}


def enumerate_as_text(cards: list[NormalForm]) -> list[tuple[str, NormalForm]]:
    return [(str(at), card) for at, card in enumerate(cards)]


@given(st.lists(FORMS, max_size=8), FORMS, st.randoms())
def test_the_order_of_candidates_does_not_matter(cards: list[NormalForm], query: NormalForm, chance: object) -> None:
    known = among(query, *cards)
    listed = enumerate_as_text(cards)
    before = suggest(query, dict(listed), known)
    chance.shuffle(listed)  # type: ignore[attr-defined]
    assert suggest(query, dict(listed), known) == before


def test_at_most_five_are_listed_of_those_that_little_speaks_for() -> None:
    cards = {str(at): form(f"Ferrars Other{at}x") for at in range(9)}
    query = form("Edward Ferrars")
    assert len(suggest(query, cards, among(query, *cards.values()))) == SHOWN


def test_a_house_without_cards_has_no_suggestions() -> None:
    assert suggest(normal_form(MatchInput()), {"a": CROWD[0]}, among()) == []


def test_what_makes_words_alike_is_tried_from_the_dearest_to_the_cheapest() -> None:
    tried = [WEIGHTS.one_typo, WEIGHTS.nickname, WEIGHTS.sounds_alike, WEIGHTS.cut_short, WEIGHTS.two_typos]
    assert tried == sorted(tried, reverse=True)
    assert tried[0] + WEIGHTS.initial < 0, "a word that both have is dearer than whatever else it may stand for"


@pytest.mark.parametrize("name", [field.name for field in fields(WEIGHTS)])
def test_the_page_explains_each_weight_with_its_value(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (\S+) \| .+ \|$", PAGE, re.MULTILINE)
    assert row is not None, name
    assert float(row[1].replace("−", "-")) == getattr(WEIGHTS, name)


@pytest.mark.parametrize("kind", KeyKind)
def test_the_page_names_each_kind_of_key(kind: KeyKind) -> None:
    assert re.search(rf"^\| {kind.value} \| ", PAGE, re.MULTILINE)
