"""Fields that a company chose itself: which an activity has, and what each takes (B-38, B-39). Pure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.fields import Choice, Field, FieldType, Labels, checked, fields_of, standing
from customers.model import Channel
from customers.wrap_up import InvalidInput

CHOICE = Field("c", FieldType.CHOICE, choices=(Choice("a", Labels(en="Apple")), Choice("b", Labels(de="Birne"))))
NUMBER = Field("n", FieldType.NUMBER)
BOUND = Field("n", FieldType.NUMBER, least=Decimal("0.5"), most=Decimal(10))
DAY = Field("d", FieldType.DATE)
LINK = Field("l", FieldType.LINK, longest=40)
LINE = Field("t", longest=5)
LINES = Field("t", longest=300)


@pytest.mark.rule("B-38")
def test_b38_fields_differ_between_activities() -> None:
    assert fields_of({"voice": (DAY, NUMBER), "default": (LINE,)}, Channel.VOICE) == (DAY, NUMBER)
    assert fields_of({"voice": (DAY, NUMBER), "default": (LINE,)}, Channel.EMAIL) == (LINE,)
    assert fields_of({"voice": (DAY,)}, Channel.EMAIL) == ()
    assert fields_of({"voice": (), "default": (LINE,)}, Channel.VOICE) == (), "none is a choice, too"


@pytest.mark.rule("B-39")
@pytest.mark.parametrize(
    ("field", "text", "kept"),
    [
        (NUMBER, "1234.50", "1234.5"),
        (NUMBER, "12,5", "12.5"),
        (NUMBER, "1 000", "1000"),
        (NUMBER, "-0.0", "0"),
        (NUMBER, "+7", "7"),
        (NUMBER, "100", "100"),
        (DAY, " 2026-12-05 ", "2026-12-05"),
        (CHOICE, "b", "b"),
        (LINK, "https://acme.example.com/1?x=2", "https://acme.example.com/1?x=2"),
        (LINK, "mailto:edward@example.com", "mailto:edward@example.com"),
        (LINK, "tel:+4930123", "tel:+4930123"),
        (LINE, " two\nlines", None),
        (LINE, "a\nb", "a b"),
        (LINES, " a\r\nb ", "a\nb"),
        (LINE, "👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧👨‍👩‍👧"),
        (LINE, "  ", ""),
    ],
)
def test_b39_what_fits_is_kept_in_one_spelling(field: Field, text: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(InvalidInput, match="long"):
            checked(field, text)
    else:
        assert checked(field, text) == kept


@pytest.mark.rule("B-39")
@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        (NUMBER, "a lot", "number"),
        (NUMBER, "1.2345", "number"),
        (NUMBER, "1e9", "number"),
        (NUMBER, "1.000,5", "number"),
        (NUMBER, "9" * 13, "number"),
        (BOUND, "0.4", "range"),
        (BOUND, "11", "range"),
        (DAY, "2026-02-30", "date"),
        (DAY, "soon", "date"),
        (DAY, "0001-01-01", "date"),
        (CHOICE, "c", "choice"),
        (CHOICE, "Apple", "choice"),
        (LINK, "http://acme.example.com", "link"),
        (LINK, "javascript:alert(1)", "link"),
        (LINK, "https://acme.example.com with blanks", "link"),
        (LINK, "https://acme.example.com/" + "x" * 40, "long"),
        (LINE, "123456", "long"),
    ],
)
def test_b39_what_does_not_fit_is_refused(field: Field, text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(field, text)
    assert (refused.value.field, refused.value.code) == (field.name, code)


@pytest.mark.rule("B-39")
@given(field=st.sampled_from([NUMBER, DAY, CHOICE, LINK, LINE, LINES]), text=st.text(max_size=20))
def test_b39_what_is_kept_is_taken_again_and_stands_in_the_input(field: Field, text: str) -> None:
    try:
        kept = checked(field, text)
    except InvalidInput:
        return
    assert checked(field, kept) == kept
    assert standing(field, kept) == kept


@pytest.mark.rule("P-14")
def test_p14_a_label_falls_back_to_a_language_that_there_is() -> None:
    assert [CHOICE.choice("b", language) for language in ("en", "de-AT", "es")] == ["Birne", "Birne", "Birne"]
    assert Field("x", labels=Labels(en="Reason", es="Motivo")).label("de") == "Reason"
    assert Field("x").label("de") == "x"
    assert CHOICE.choice("gone", "en") == "gone"
