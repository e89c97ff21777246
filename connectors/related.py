"""Pages of what is related to a record: its lists one after the other, each in the CRM's own pages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins."""

    list: int = 0
    """Which list of the mapping."""
    skip: int = 0
    """Rows of the CRM's page that stand on an earlier one of ours."""
    link: str = ""
    """The CRM's page, in its own words; empty: the first one."""

    def __str__(self) -> str:
        return f"{self.list} {self.skip} {self.link}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """What `str(place)` wrote; the beginning for an empty text, None for any other."""
        if not text:
            return cls()
        first, _, rest = text.partition(" ")
        skip, _, link = rest.partition(" ")
        return cls(int(first), int(skip), link) if first.isdigit() and skip.isdigit() else None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One of the CRM's pages of one list."""

    rows: Sequence[Row]
    following: str = ""
    """The link of the next one; empty where this is the last."""


Fetch = Callable[[int, str], ListPage]
"""(list, link) → the CRM's page."""


def gathered(
    count: int, place: Place, size: int, known: Mapping[int, ListPage], fetch: Fetch
) -> tuple[list[tuple[int, Row]], Place | None]:
    """Up to `size` rows from `place` on, each with its list, and where the next page begins; None: nowhere.

    `known` are pages that were fetched together: of the list of `place` the one that its link names, of others the
    first.
    """
    found: list[tuple[int, Row]] = []
    for number in range(place.list, count):
        link, skip = (place.link, place.skip) if number == place.list else ("", 0)
        page = known[number]
        while True:
            rows, room = page.rows[skip:], size - len(found)
            found += [(number, row) for row in rows[:room]]
            if len(rows) > room:
                return found, Place(number, skip + room, link)
            if not page.following:
                break
            link, skip = page.following, 0
            if len(found) == size:
                return found, Place(number, 0, link)
            page = fetch(number, link)
    return found, None
