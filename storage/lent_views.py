"""What agents have open of cards that were merged, and find again once they are parted (P-01, B-02, B-28).

Whoever has a card open has the one open that stands for it: the view of the one is lent to the other. Of a view that is
lent it is kept how it was before, so that an undo gives it back: closed where the agent had closed it, and gone where
they never had it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from customers.ids import CardId, UserId
from customers.profiles import Merge
from storage import groups
from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, every
from storage.tables import desk_views, merges
from storage.upsert import insert_ignoring

_VIEWS = sa.select(desk_views).where(desk_views.c.card_id.in_(sa.bindparam("cards", expanding=True)))
_OF_USER = _VIEWS.where(same(desk_views.c.user_id))
_THE_VIEW = same(desk_views.c.user_id, desk_views.c.card_id)
_NEW = insert_ignoring(desk_views, ["user_id", "card_id"])
_UPDATE = sa.update(desk_views).where(_THE_VIEW)
_DELETE = sa.delete(desk_views).where(_THE_VIEW)
_REST = sa.update(desk_views).where(same(desk_views.c.card_id))
_CLOSE = sa.update(desk_views).where(
    same(desk_views.c.user_id),
    groups.in_group(desk_views.c.card_id, sa.bindparam("root", type_=sa.String)),
    desk_views.c.closed_at.is_(None),
)
_EDGES = sa.select(merges.c.survivor_id, merges.c.absorbed_id).where(
    merges.c.undone_at.is_(None), groups.in_group(merges.c.absorbed_id, sa.bindparam("root", type_=sa.String))
)
OWN = {"is_lent": False, "own_opened_at": None, "own_closed_at": None}
"""Of a view that the agent opened by themselves."""


def carry(tx: Tx, absorbed: CardId, survivor: CardId) -> None:
    """Whoever had the one open has the other open, with what was unfolded in it; the old view rests until an undo."""
    views = _by_user(every(tx.execute(_VIEWS, {"cards": [absorbed, survivor]})))
    for of_user in views.values():
        if absorbed in of_user:
            _lend(tx, of_user[absorbed], of_user.get(survivor), survivor)
    tx.execute(_REST, {"the_card_id": absorbed, "merging": None})


def _lend(tx: Tx, view: Row, there: Row | None, card_id: CardId) -> None:
    if there is None:
        row = {**view, **OWN, "card_id": card_id, "merging": None, "is_lent": True}
        tx.execute(_NEW[tx.dialect], row)
    elif view["closed_at"] is None and there["closed_at"] is not None:
        before = {} if there["is_lent"] else {"own_opened_at": there["opened_at"], "own_closed_at": there["closed_at"]}
        _set(tx, there, closed_at=None, opened_at=view["opened_at"], is_lent=True, **before)


def give_back(tx: Tx, card_id: CardId, standing: Sequence[Merge]) -> None:
    """A card was parted from `card_id`: the views of this one, and of those that stand for it, are as they are without
    the other. `standing`: the merges among them."""
    above = {merge.absorbed: merge.survivor for merge in standing}
    path = [card_id]
    while path[-1] in above:
        path.append(above[path[-1]])
    below = {card: [merge.absorbed for merge in standing if merge.survivor == card] for card in path}
    wanted = {*path, *(one for cards in below.values() for one in cards)}
    for views in _by_user(every(tx.execute(_VIEWS, {"cards": sorted(wanted)}))).values():
        for card in path:
            if card in views and views[card]["is_lent"]:
                rest = _without(tx, views[card], [views[one] for one in below[card] if one in views])
                if rest is None:
                    del views[card]
                else:
                    views[card] = rest


def _without(tx: Tx, view: Row, below: Sequence[Row]) -> Row | None:
    """The view as what still stands below it makes it; None where it is gone."""
    if any(one["closed_at"] is None for one in below):
        return view
    closed = [*(one["closed_at"] for one in below), *filter(None, [view["own_closed_at"]])]
    if not closed:
        tx.execute(_DELETE, {"the_user_id": view["user_id"], "the_card_id": view["card_id"]})
        return None
    news = {"closed_at": max(closed)}
    if not below:
        news = {"closed_at": view["own_closed_at"], "opened_at": view["own_opened_at"], **OWN}
    _set(tx, view, **news)
    return {**view, **news}


def open_through(tx: Tx, user_id: UserId, card_id: CardId, root_id: CardId, values: Row) -> None:
    """The user has opened `card_id`, as `values` say, and so the cards that stand for it, up to the root."""
    above = {row["absorbed_id"]: row["survivor_id"] for row in every(tx.execute(_EDGES, {"root": root_id}))}
    path = [card_id]
    while path[-1] in above:
        path.append(CardId(above[path[-1]]))
    known = {row["card_id"]: row for row in every(tx.execute(_OF_USER, {"cards": path, "the_user_id": user_id}))}
    opened = {"opened_at": tx.now, "closed_at": None}
    own = {**values, **opened, **OWN, "card_id": card_id}
    if card_id in known:
        _set(tx, known[card_id], **opened, **OWN)
    else:
        tx.execute(_NEW[tx.dialect], own)
    for card in path[1:]:
        if card not in known or known[card]["closed_at"] is not None:
            _lend(tx, own, known.get(card), card)
        else:
            _set(tx, known[card], opened_at=tx.now)


def close(tx: Tx, user_id: UserId, root_id: CardId) -> bool:
    """The user has closed the root and all cards that it stands for; False where they had none of them open."""
    of_group = {"the_user_id": user_id, "root": root_id, "closed_at": tx.now}
    return tx.execute(_CLOSE, of_group).rowcount > 0


def _set(tx: Tx, view: Row, **news: object) -> None:
    tx.execute(_UPDATE, {"the_user_id": view["user_id"], "the_card_id": view["card_id"], **news})


def _by_user(rows: Iterable[Row]) -> dict[str, dict[str, Row]]:
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["user_id"], {})[row["card_id"]] = row
    return found
