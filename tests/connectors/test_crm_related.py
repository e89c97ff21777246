"""Pages of related records: nothing stands on two pages, nothing is left out, however the CRM cuts its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.related import ListPage, Place, gathered


class _Crm:
    """Lists of rows, in pages of its own."""

    def __init__(self, lists: list[int], own: int) -> None:
        self.lists = [[{"id": f"{number}.{at}"} for at in range(length)] for number, length in enumerate(lists)]
        self.own = own

    def page(self, number: int, link: str) -> ListPage:
        start = int(link or 0)
        end = start + self.own
        return ListPage(self.lists[number][start:end], str(end) if end < len(self.lists[number]) else "")


@pytest.mark.rule("A-18", "A-20")
@given(st.lists(st.integers(0, 9), max_size=4), st.integers(1, 5), st.integers(1, 6))
def test_a18_every_record_stands_on_one_page(lists: list[int], own: int, size: int) -> None:
    crm = _Crm(lists, own)
    seen: list[str] = []
    place: Place | None = Place()
    while place is not None:
        known = {n: crm.page(n, place.link if n == place.list else "") for n in range(place.list, len(lists))}
        rows, following = gathered(len(lists), place, size, known, crm.page)
        assert len(rows) <= size
        assert following is None or len(rows) == size
        seen += [row["id"] for _, row in rows]
        place = following and Place.read(str(following))
    assert seen == [row["id"] for rows in crm.lists for row in rows]


def test_a_place_that_is_none_is_told_from_the_first() -> None:
    assert Place.read("") == Place()
    assert Place.read("2 7 contacts?$skiptoken=a b") == Place(2, 7, "contacts?$skiptoken=a b")
    assert Place.read("x") is None
    assert Place.read("1 x") is None
