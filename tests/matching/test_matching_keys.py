"""Cards that may be of one person share a key; the same facts have the same keys in every process and release."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import log2

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import dates
from matching_cards import CARDS, FORMS, MOBILE, form

from customers.matching.candidates import CAP, LIMIT, choose
from customers.matching.frequencies import Counted
from customers.matching.keys import EXACT, KeyKind, keys, number, query_keys
from customers.matching.normal import MatchInput, NormalForm, normal_form
from customers.matching.reasons import ReasonCode
from customers.matching.score import score


def test_keys_are_the_same_in_every_release() -> None:
    assert number("P", "12345678") == 940846378532350002
    assert number("P", "12345678", "other tenant") != number("P", "12345678")


@given(FORMS)
def test_keys_fit_a_database_s_integer(made: NormalForm) -> None:
    assert all(0 <= key < 2**63 for key in query_keys(made))
    assert keys(made).items() <= query_keys(made).items()


@given(CARDS)
def test_equal_forms_have_equal_keys(card: MatchInput) -> None:
    assert keys(normal_form(card)) == keys(normal_form(card))


@given(FORMS.filter(lambda form: form.phones != ()), FORMS)
def test_a_shared_number_is_a_shared_key(one: NormalForm, other: NormalForm) -> None:
    other = replace(other, phones=(*other.phones, one.phones[0]))
    shared = keys(one).keys() & query_keys(other).keys()
    assert KeyKind.PHONE in {keys(one)[key] for key in shared}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Edward Ferrars", "Ferrars, Edward"),
        ("Edward Ferrars", "E. Ferrars"),
        ("Edward Ferrars", "Eddie Ferrars"),
        ("Edward Ferrars", "Edwrad Ferars"),
        ("Thomas Müller", "Tomas Mueler"),
        ("Meier", "Mayr"),
        ("Ferrars", "Edward Ferrars"),
        ("Zebediah McPahil", "Liam McPhail"),
        ("Max Mustermann", "Max Muster Mann"),
    ],
)
def test_names_that_may_be_one_share_a_key(one: str, other: str) -> None:
    assert query_keys(form(one)).keys() & keys(form(other)).keys()


@pytest.mark.rule("P-04")
@pytest.mark.parametrize("other", ["19510717", "19501711", "19511107", "19611012"])
def test_whatever_counts_as_a_slip_of_a_birth_date_shares_a_key(other: str) -> None:
    one = NormalForm(names=("chelsea matthews",), birth_date="19510711")
    wrong = NormalForm(names=("brody matthews",), birth_date=other)
    codes = {reason.code for reason in score(one, wrong, Counted([one, wrong])).reasons}
    shared = keys(one).keys() & keys(wrong).keys()
    is_found = KeyKind.BIRTH_PART in {keys(one)[key] for key in shared}
    assert is_found == (ReasonCode.BIRTH_DATE_SLIP in codes)


@given(dates(date(1900, 1, 1), date(2025, 12, 31)), dates(date(1900, 1, 1), date(2025, 12, 31)))
@example(date(1951, 7, 11), date(1951, 11, 7))
@settings(max_examples=50)
def test_slips_of_any_birth_date_share_a_key(born: date, other: date) -> None:
    one, wrong = (NormalForm(names=("matthews",), birth_date=f"{day:%Y%m%d}") for day in (born, other))
    codes = {reason.code for reason in score(one, wrong, Counted([one, wrong])).reasons}
    kinds = {keys(one)[key] for key in keys(one).keys() & keys(wrong).keys()}
    assert ReasonCode.BIRTH_DATE_SLIP not in codes or KeyKind.BIRTH_PART in kinds


@pytest.mark.parametrize("local", ["thomas.mueller", "tmueller", "muellert", "muellerthomas", "t.mueller"])
def test_an_address_made_from_a_name_shares_a_key_with_it(local: str) -> None:
    assert query_keys(form("Thomas Müller")).keys() & keys(form(emails=[f"{local}@web.de"])).keys()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Celis Tomás", "celiatomas@web.de"),
        ("Tomas Celis", "tomakelis@web.de"),
        ("Repecca Sank", "rebecca.zank@gmail.com"),
    ],
)
def test_a_mistyped_name_shares_a_key_with_the_address_that_is_made_of_it(name: str, address: str) -> None:
    assert query_keys(form(name)).keys() & keys(form(emails=[address])).keys()
    assert query_keys(form(emails=[address])).keys() & keys(form(name)).keys()


def test_withheld_numbers_are_nobody_s_key() -> None:
    assert keys(form(phones=["anonymous", "4711", "+49"], country="DE")) == {}


def test_two_tenants_share_no_key() -> None:
    card = form("Edward Ferrars", phones=[MOBILE])
    assert not keys(card, "one").keys() & keys(card, "other").keys()


def test_candidates_are_few_and_those_with_an_exact_id_come_first() -> None:
    kinds = {1: KeyKind.WORD, 2: KeyKind.PHONE, 3: KeyKind.NAME_SOUNDS}
    postings = {1: [f"w{at:03}" for at in range(CAP + 1)], 2: ["phone"], 3: [f"n{at:02}" for at in range(60)]}
    chosen = choose(kinds, postings, 1000)
    assert chosen[0] == "phone"
    assert len(chosen) == LIMIT
    assert not [card for card in chosen if card.startswith("w")], "an overfull key is not followed"
    assert {KeyKind.PHONE, KeyKind.EMAIL} <= EXACT


def test_a_switchboard_leaves_room_for_those_of_the_same_name() -> None:
    kinds = {1: KeyKind.PHONE, 2: KeyKind.NAME_SOUNDS}
    house = [f"h{at:02}" for at in range(LIMIT)]
    assert choose(kinds, {1: house, 2: ["namesake"]}, 1_000_000)[0] == "namesake"
    assert choose(kinds, {1: house[: LIMIT // 2], 2: ["namesake"]}, 1_000_000)[-1] == "namesake"


def test_whoever_has_the_same_person_id_comes_first_however_many_they_are() -> None:
    kinds = {1: KeyKind.PERSON_ID, 2: KeyKind.NAME_SOUNDS}
    same = [f"p{at:02}" for at in range(LIMIT - 5)]
    assert {*same} <= {*choose(kinds, {1: same, 2: [f"n{at}" for at in range(9)]}, 1_000_000)}


POSTINGS = st.dictionaries(st.integers(1, 12), st.lists(st.integers(1, 60), unique=True, max_size=30), min_size=1)


@given(
    POSTINGS,
    st.lists(st.sampled_from([KeyKind.WORD, KeyKind.NAME_SOUNDS, KeyKind.BIRTH_DATE]), min_size=12, max_size=12),
)
@example({1: [2, 1], 2: [4, 3], 3: [1, 5, 6]}, [KeyKind.WORD] * 12)
def test_candidates_are_those_with_the_rarest_key_of_each_fact_and_then_with_more_of_them(
    postings: dict[int, list[int]], kinds: list[KeyKind]
) -> None:
    of_fact = {key: kinds[key - 1] is KeyKind.BIRTH_DATE for key in postings}

    def worth(card: int, fact: bool) -> float:
        found = [log2(1000 / len(some)) for key, some in postings.items() if of_fact[key] is fact and card in some]
        return max(found) + (len(found) - 1) if found else 0.0

    promise = {card: worth(card, False) + worth(card, True) for some in postings.values() for card in some}
    expected = sorted(promise, key=lambda card: (-promise[card], card))[:5]
    assert choose(dict(enumerate(kinds, 1)), postings, 1000, limit=5) == expected
