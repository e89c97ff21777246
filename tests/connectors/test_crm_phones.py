"""Phone numbers as they stand in CRMs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import phones

GERMAN, AMERICAN, ITALIAN = "+4915112345678", "+14155550123", "+390612345678"


@pytest.mark.parametrize(
    ("stored", "number"),
    [
        ("(0151) 123-456 78", GERMAN),
        ("+49 (0)151 12345678", GERMAN),
        ("0049 151/12345678", GERMAN),
        ("4915112345678", GERMAN),
        ("+49 151 12345678 ext. 5", GERMAN),
        ("(415) 555-0123", AMERICAN),
        ("1-415-555-0123", AMERICAN),
        ("415.555.0123 x12", AMERICAN),
        ("06 1234 5678", ITALIAN),
    ],
)
def test_every_spelling_is_the_number(stored: str, number: str) -> None:
    assert phones.is_same(stored, number)


@pytest.mark.parametrize("stored", ["", "0151 12345679", "+43 151 12345678", "12345678", "call me", "😀"])
def test_other_numbers_are_not(stored: str) -> None:
    assert not phones.is_same(stored, GERMAN)


@given(st.sampled_from([GERMAN, AMERICAN, ITALIAN]))
def test_spellings_are_the_number(number: str) -> None:
    spellings = phones.spellings(number)
    assert number in spellings
    assert len(set(spellings)) == len(spellings)
    assert all(phones.is_same(text, number) for text in spellings)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_borne(stored: str, number: str) -> None:
    phones.is_same(stored, number)
    phones.spellings(number)
