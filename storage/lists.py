"""The lists beside the card: Open (B-02), Recent (B-28) and search results (B-29)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from customers.ids import CardId, UserId
from customers.matching.marking import Field, Mark
from customers.merging import ProfileField
from customers.model import Channel, LegState
from customers.views import CustomerListView, CustomerRow
from storage import groups, newest, search
from storage.profiles import profiles
from storage.rows import Row, every
from storage.tables import agents, cards, customers, desk_views, identities, interactions, legs, links, merges, pushes

RECENT_ROWS = 10
OPEN_ROWS = 50
SEARCH_ROWS = 20
PAGED_ROWS = 100
"""So many answers can be leafed through; who finds more writes more of the name."""

_TIED = "+"
_member = cards.alias("owner")
FIRST_IDENTITY = (
    sa.select(identities.c.value)
    .select_from(identities.join(_member))
    .where(sa.or_(_member.c.id == cards.c.id, _member.c.survivor_id == cards.c.id))
    .order_by(sa.case((_member.c.survivor_id.is_(None), 0), else_=1), identities.c.created_at, identities.c.id)
    .limit(1)
    .correlate(cards)
    .scalar_subquery()
)
"""Of a row of `cards`: its own, else of one that it stands for."""
IS_MERGED = sa.exists().where(merges.c.survivor_id == cards.c.id, merges.c.undone_at.is_(None)).correlate(cards)
"""Of a row of `cards`: it stands for another one, too."""


USER = sa.bindparam("user", type_=sa.String)
"""The parameter of all statements here."""
_LINKED = sa.exists().where(links.c.interaction_id == interactions.c.id, links.c.unlinked_at.is_(None))
_NEWEST_LEG = (
    sa.select(sa.case((_LINKED, legs.c.state + _TIED), else_=legs.c.state))
    .select_from(legs.join(interactions).join(agents))
    .where(legs.c.id.in_(newest.candidates(cards.c.id, USER, was_merged=True)), agents.c.user_id == USER)
    .order_by(*newest.mine_first(USER))
    .limit(1)
    .correlate(cards)
    .scalar_subquery()
)
"""State of the user's newest leg on the card, an open one first; with `_TIED` where a record is linked to it.

In one column: two would look for the leg twice.
"""
_HAS_FAILED = (
    sa.exists()
    .select_from(pushes.join(legs).join(agents))
    .where(groups.in_group(legs.c.card_id, cards.c.id), agents.c.user_id == USER, pushes.c.state == "failed")
    .correlate(cards)
)
_mine = sa.and_(desk_views.c.card_id == cards.c.id, desk_views.c.user_id == USER)
_ROWS = sa.select(
    cards.c.id, cards.c.channel, customers.c.name, FIRST_IDENTITY.label("identity"), desk_views.c.opened_at,
    _NEWEST_LEG.label("leg"), _HAS_FAILED.label("has_failed"), IS_MERGED.label("is_merged"),
).where(groups.IS_ROOT)  # fmt: skip
_SEEN = _ROWS.select_from(cards.join(customers).join(desk_views, _mine))
_IS_OPEN = desk_views.c.closed_at.is_(None)
_NEWEST_FIRST = (desk_views.c.opened_at.desc(), cards.c.id)
_OPEN = _SEEN.where(_IS_OPEN).order_by(*_NEWEST_FIRST).limit(OPEN_ROWS)
OPEN_PLACES = (
    sa.select(cards.c.id, cards.c.version, desk_views.c.opened_at)
    .select_from(cards.join(desk_views, _mine))
    .where(groups.IS_ROOT, _IS_OPEN)
    .order_by(*_NEWEST_FIRST)
    .limit(OPEN_ROWS)
)
"""Where who stands in the user's list Open. Parameter user."""
_OPEN_LINES = _SEEN.where(cards.c.id.in_(sa.bindparam("found", expanding=True))).order_by(*_NEWEST_FIRST)
_RECENT = (
    _SEEN.where(desk_views.c.closed_at.isnot(None))
    .order_by(desk_views.c.closed_at.desc(), cards.c.id)
    .limit(RECENT_ROWS)
)
_FOUND = _ROWS.select_from(cards.join(customers).outerjoin(desk_views, _mine)).where(
    cards.c.id.in_(sa.bindparam("found", expanding=True))
)


def open_list(connection: sa.Connection, user_id: UserId, selected: CardId | None = None) -> CustomerListView:
    """Customers whose interaction the user works on, or whose card they have not closed; newest first."""
    rows = every(connection.execute(_OPEN, {"user": user_id}))
    return CustomerListView("open", _lines(connection, rows), selected)


def open_lines(connection: sa.Connection, user_id: UserId, card_ids: Sequence[CardId]) -> tuple[CustomerRow, ...]:
    """Lines of that list; those of `card_ids`, in its order."""
    if not card_ids:
        return ()
    return _lines(connection, every(connection.execute(_OPEN_LINES, {"user": user_id, "found": [*card_ids]})))


def recent_list(connection: sa.Connection, user_id: UserId, selected: CardId | None = None) -> CustomerListView:
    """The 10 customers whose cards the user closed last (B-19, B-28)."""
    rows = every(connection.execute(_RECENT, {"user": user_id}))
    return CustomerListView("recent", _lines(connection, rows), selected)


def search_list(
    connection: sa.Connection, user_id: UserId, query_text: str, page: slice = slice(0, SEARCH_ROWS)
) -> CustomerListView:
    """Customers of whom `query_text` is a part, the best answer first (B-29): of the first PAGED_ROWS, those of `page`.

    The first page alone is found a little quicker.
    """
    most = SEARCH_ROWS if page == slice(0, SEARCH_ROWS) else PAGED_ROWS
    found = {one.card_id: one for one in search.find(connection, query_text, most)[page]}
    if not found:
        return CustomerListView("search", (), None, query_text)
    known = every(connection.execute(_FOUND, {"user": user_id, "found": [*found]}))
    lines = {line.card_id: line for line in _lines(connection, known)}
    rows = (_marked(lines[root], one.marks) for root, one in found.items() if root in lines)
    return CustomerListView("search", tuple(rows), None, query_text)


def _marked(line: CustomerRow, marks: Sequence[Mark]) -> CustomerRow:
    """With the number or address that answers, instead of the card's first."""
    contact = next((mark.text for mark in marks if mark.field not in (Field.NAME, Field.COMPANY)), line.identity)
    return replace(line, identity=contact, marks=tuple(mark.matched for mark in marks))


def _lines(connection: sa.Connection, rows: Sequence[Row]) -> tuple[CustomerRow, ...]:
    """The rows as lines, those of cards that were merged with the name that is shown of all of them."""
    names = names_of(connection, (CardId(row["id"]) for row in rows if row["is_merged"]))
    return tuple(_row(row, names.get(CardId(row["id"])) or row["name"]) for row in rows)


def names_of(connection: sa.Connection, merged: Iterable[CardId]) -> dict[CardId, str]:
    """What is shown as the name of each of these roots, of all the cards that it stands for."""
    roots = [*dict.fromkeys(merged)]
    known = profiles(connection, roots) if roots else {}
    return {card: one.values[ProfileField.NAME] for card, one in known.items()}


def _row(row: Row, name: str) -> CustomerRow:
    leg = row["leg"] or ""
    state = LegState(leg.removesuffix(_TIED)) if leg else None
    return CustomerRow(
        card_id=CardId(row["id"]),
        customer_name=name,
        identity=row["identity"] or "",
        channel=Channel(row["channel"]),
        state=state,
        since=row["opened_at"],
        is_unlinked=state in (LegState.ENDED, LegState.WRAP_UP) and not leg.endswith(_TIED),
        has_failed_push=bool(row["has_failed"]),
    )
