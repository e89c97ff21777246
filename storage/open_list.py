"""The list Open for pages that keep it (B-02): asked for with every change of a card in it, so in one statement where
nothing in it is new."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from customers.ids import CardId, LegId, UserId
from customers.open_list import Known, OpenListView, Place, circumstances
from storage import lists, unread
from storage.tables import agents, desk_views

_places, _unread = lists.OPEN_PLACES.subquery(), unread.ALL.subquery()
_NO_VERSION = sa.literal_column("0", sa.Integer)
_NO_TIME = sa.cast(sa.null(), desk_views.c.opened_at.type)
_NOW = sa.union_all(
    sa.select(sa.literal_column("'place'").label("part"), _places.c.id, _places.c.version, _places.c.opened_at),
    sa.select(sa.literal_column("'unread'"), _unread.c.id, _NO_VERSION, _unread.c.unread_at),
    sa.select(sa.literal_column("'agent'"), agents.c.id, _NO_VERSION, _NO_TIME).where(agents.c.user_id == lists.USER),
)


def open_news(
    connection: sa.Connection, user_id: UserId, known: Known, drawing: Sequence[str], selected: CardId | None = None
) -> OpenListView:
    """The list, of which no line is read that is `known`: whatever changes one raises its card's version, or opens the
    card anew. `drawing`: what else the lines depend on, once they are drawn."""
    rows = sorted(connection.execute(_NOW, {"user": user_id}).all(), key=lambda row: row.id)
    here = circumstances(*drawing, *(row.id for row in rows if row.part == "agent"))
    in_time = sorted((row for row in rows if row.part != "agent"), key=lambda row: row.opened_at, reverse=True)
    places = tuple(
        Place(CardId(row.id), row.version, int(row.opened_at.timestamp()), row.id == selected)
        for row in in_time
        if row.part == "place"
    )
    have = frozenset(known.places) if known.circumstances == here else frozenset()
    return OpenListView(
        now=Known(here, places),
        news=lists.open_lines(connection, user_id, [place.card_id for place in places if place not in have]),
        unread=tuple(LegId(row.id) for row in in_time if row.part == "unread"),
        selected=selected,
    )
