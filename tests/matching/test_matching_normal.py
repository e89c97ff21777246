"""Two ways of writing one fact have one normal form; what names nobody is no fact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_cards import CARDS, FORMS, MOBILE, WORDS, as_input, form

from customers.matching.addresses import company_domain, mailbox, user_name, user_words
from customers.matching.cologne import cologne
from customers.matching.details import birth_date, company_words, street
from customers.matching.diminutives import related
from customers.matching.folding import fold
from customers.matching.names import name_words
from customers.matching.normal import MatchInput, NormalForm, normal_form
from customers.matching.packing import VERSION, OtherVersion, pack, unpack
from customers.matching.terms import terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "Mueller"),
        ("Müller", "MULLER"),
        ("Strauß", "Strauss"),
        ("Jörg", "Joerg"),
        ("François", "francois"),
        ("O'Brien", "OBrien"),
        ("O’Brien", "O'Brien"),
        ("Иван", "Ivan"),
    ],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(
    st.text(alphabet="bcdfgklmnprstz", max_size=3),
    st.sampled_from("äöü"),
    st.text(alphabet="bcdfgklmnprstz", max_size=3),
)
def test_an_umlaut_folds_like_both_ways_around_it(before: str, umlaut: str, after: str) -> None:
    plain = {"ä": "a", "ö": "o", "ü": "u"}[umlaut]
    written = {before + how + after for how in (umlaut, plain, plain + "e", umlaut.upper())}
    assert len({fold(word) for word in written}) == 1


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Edward Ferrars", ("edward", "ferrars")),
        ("Ferrars, Edward", ("edward", "ferrars")),
        ("Herr Dr. Bernhard von Bülow", ("bernhard", "bulow")),
        ("BÜLOW Bernhard", ("bernhard", "bulow")),
        ("Señora María de la Cruz", ("cruz", "maria")),
        ("J.R. Smith", ("j", "r", "smith")),
        ("Mr Le", ("le",)),
        ("Anna-Lena Schmidt", ("anna", "lena", "schmidt")),
        ("Wireless Caller", ()),
        ("Unbekannt", ()),
        ("+49 151 12345678", ()),
        ("", ()),
    ],
)
def test_a_name_is_its_telling_words_in_no_order(name: str, words: tuple[str, ...]) -> None:
    assert name_words(name) == words


@given(st.lists(WORDS, min_size=1, max_size=6, unique=True), st.randoms())
def test_word_order_does_not_matter(words: list[str], chance: object) -> None:
    shuffled = [*words]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert name_words(" ".join(words)) == name_words(" ".join(shuffled))


@pytest.mark.parametrize(
    ("word", "code"),
    [("muller", "657"), ("wikipedia", "3412"), ("breschnew", "17863"), ("meier", "67"), ("mayr", "67"),
     ("schmidt", "862"), ("x", "48")],
)  # fmt: skip
def test_cologne_phonetics_is_as_published(word: str, code: str) -> None:
    assert cologne(word) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [("edward", "eddie"), ("eddie", "ted"), ("robert", "bob"), ("wilhelm", "willi"), ("francisco", "paco"),
     ("giuseppe", "beppe"),     ("johannes", "jan"), ("mikhail", "misha")],
)  # fmt: skip
def test_diminutives_are_known_in_both_directions(one: str, other: str) -> None:
    assert other in related(one)
    assert one in related(other)


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("E.Ferrars+shop@Norland.Example", "e.ferrars@norland.example"),
        ("ed.die@googlemail.com", "eddie@gmail.com"),
        ("Edward <e.ferrars@norland.example>", "e.ferrars@norland.example"),
        ("+@odd.test", "+@odd.test"),
        ("nobody", ""),
    ],
)
def test_one_mailbox_has_one_form(address: str, same: str) -> None:
    assert mailbox(address) == same


def test_an_address_tells_of_its_owner() -> None:
    assert user_words("t.mueller84") == ("muller", "t")
    assert user_words("info") == ()
    assert company_domain("e@mail.classics.co.uk") == "classics"
    assert company_domain("eddie@gmail.com") == ""
    assert user_name("@TMueller") == "tmueller"
    assert user_name("4915112345678") == ""
    assert user_name("a81f-9c02-11d8-77e0-33a1") == ""


def test_dots_at_gmail_are_no_part_of_the_mailbox_and_part_the_words_of_its_owner_s_name() -> None:
    written, bare = form(emails=["Rebecca.Zank+shop@gmail.com"]), form(emails=["rebeccazank@googlemail.com"])
    assert written.emails == bare.emails == ("rebeccazank@gmail.com",)
    assert [*written.aliases.values()] == [("rebecca", "zank")]
    assert [*bare.aliases.values()] == [("rebeccazank",)]
    both = form(emails=["rebecca.zank@gmail.com", "rebec.ca.zank@gmail.com", "r.e.b.e.c.c.a.zank@gmail.com"])
    assert [*both.aliases.values()] == [("rebecca", "zank")]
    assert {"rebecca", "zank"} <= terms(MatchInput(emails=["Rebecca.Zank@gmail.com"]))


def test_details_are_compared_without_their_dress() -> None:
    assert company_words("Classics, Inc.") == company_words("CLASSICS") == "classics"
    assert street("Hauptstraße 5") == street("5, Haupt-Str.") == street("Hauptstr. 5")
    assert birth_date("1963-12-05") == birth_date("5.12.1963") == birth_date("19631205") == "19631205"
    assert birth_date("196312") == ""


def test_numbers_are_of_the_business_number_s_country() -> None:
    assert form(phones=["0151 12345678"], country="DE").phones == ("+4915112345678",)
    assert form(handles=[("whatsapp", "4915112345678")]).phones == ("+4915112345678",)


def test_withheld_and_internal_numbers_are_nobody_s() -> None:
    assert form(phones=["anonymous", "4711", "unknown", "-"], country="DE") == NormalForm()


@given(CARDS)
def test_a_normal_form_is_its_own_normal_form(card: MatchInput) -> None:
    made = normal_form(card)
    assert normal_form(as_input(made)) == made


@given(FORMS)
def test_packing_loses_nothing(made: NormalForm) -> None:
    packed = pack(made)
    assert unpack(packed) == made
    assert "\n" not in packed


def test_packing_is_short_and_says_its_version() -> None:
    card = form("Edward Ferrars", phones=[MOBILE], emails=["e.ferrars@norland.example"])
    assert pack(card) == "3|edward ferrars||*4915112345678|e.ferrars@norland.example"
    assert pack(NormalForm()) == VERSION
    with pytest.raises(OtherVersion):
        unpack("0|edward")
