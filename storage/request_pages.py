"""All requests of a customer, page by page, newest first: read by key, so that late pages cost what early ones do."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import sqlalchemy as sa

from customers.ids import CardId
from customers.journey import NOW, Cursor
from customers.requests import RequestState
from storage import groups
from storage.request_rows import NEWEST, Statement, listed
from storage.rows import Row, every
from storage.tables import requests

PAGE_ROWS = 10


def _page(slots: int) -> Statement:
    """What is older than a place. Parameters members, at, id."""
    at: sa.BindParameter[object] = sa.bindparam("at", type_=requests.c.created_at.type)
    is_older = sa.tuple_(requests.c.created_at, requests.c.id) < sa.tuple_(at, sa.bindparam("id", type_=sa.String))

    def some(state: RequestState) -> Statement:
        def of_card(card: sa.BindParameter[str]) -> Statement:
            is_ours = requests.c.card_id == card, requests.c.state == sa.literal(state.value)
            return sa.select(requests.c.id).where(*is_ours, is_older).order_by(*NEWEST).limit(PAGE_ROWS + 1)

        return sa.select(groups.spread(of_card, slots).c.id)

    # Each state by itself, as the index has them.
    ids = sa.union_all(*map(some, RequestState))
    return listed(requests.c.id.in_(ids)).order_by(*NEWEST).limit(PAGE_ROWS + 1)


_PAGE = {False: _page(1), True: _page(groups.SLOTS)}
"""By whether the card was ever merged."""


def page(connection: sa.Connection, members: Sequence[CardId], before: str, *, was_merged: bool) -> list[Row]:
    """The requests after the place `before` (empty: the newest), one more than fit on a page where there are more."""
    place = Cursor.read(before) or NOW
    asked = groups.spread_over(members, groups.SLOTS if was_merged else 1)
    named = {"at": place.at, "id": place.id}
    found = [every(connection.execute(_PAGE[was_merged], {**named, **some})) for some in asked]
    rows = sorted(itertools.chain(*found), key=lambda row: (row["created_at"], row["id"]), reverse=True)
    return rows[: PAGE_ROWS + 1]
