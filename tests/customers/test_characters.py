"""B-07, B-11: characters as a person counts them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers import characters
from customers.wrap_up import InvalidInput, checked_tag, checked_text

FAMILY = "👩‍👩‍👧‍👦"
SEEN = [
    ("", 0), ("abc", 3), ("äöü", 3), (unicodedata.normalize("NFD", "äöü"), 3), ("日本語", 3), (FAMILY, 1),
    ("👍🏽👍", 2),     ("🇩🇪🇪🇸", 2), ("🇩🇪🇪", 2), ("1️⃣2", 2), ("❤️", 1),
    ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
    ("한국", 2), (unicodedata.normalize("NFD", "한국"), 2), ("a\r\nb", 3), ("नि", 1), ("e\u0301\u0323", 1), ("ไม่", 2),
]  # fmt: skip


@pytest.mark.rule("B-07")
@pytest.mark.parametrize(("text", "count"), SEEN)
def test_b07_a_character_is_what_a_person_sees_as_one(text: str, count: int) -> None:
    assert characters.count(text) == count


@pytest.mark.rule("B-07")
@pytest.mark.parametrize("letter", ["x", "ü", "e\u0301", "👍", "👍🏽"])
def test_b07_two_thousand_of_any_fit_and_one_more_does_not(letter: str) -> None:
    assert checked_text("notes", letter * 2000) == letter * 2000
    with pytest.raises(InvalidInput, match="text_too_long"):
        checked_text("notes", letter * 2001)


@pytest.mark.rule("B-11")
@pytest.mark.parametrize("letter", ["x", "ü", "e\u0301", "👍🏽"])
def test_b11_fifty_of_any_fit_and_one_more_does_not(letter: str) -> None:
    assert checked_tag(letter * 50, []) == letter * 50
    with pytest.raises(InvalidInput, match="tag_too_long"):
        checked_tag(letter * 51, [])


def test_letters_with_endless_marks_do_not_make_an_endless_text() -> None:
    assert characters.count("e" + "\u0301" * 5000) == 1
    assert not characters.fits("e" + "\u0301" * 5000, 2000)


@given(st.text(), st.text())
def test_no_text_has_more_characters_than_code_points_nor_fewer_than_either_half(one: str, other: str) -> None:
    both = characters.count(one + other)
    assert both <= len(one + other)
    assert (
        max(characters.count(one), characters.count(other)) <= both <= characters.count(one) + characters.count(other)
    )


@given(st.text())
def test_what_is_kept_is_kept_as_it_is(text: str) -> None:
    kept = characters.clean(text)
    assert characters.clean(kept) == kept
    assert characters.clean(text.replace("\n", "\r\n")) == characters.clean(text)
