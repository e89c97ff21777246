"""Activities that agents put into another request, or with another customer, and back again (B-33, B-42, C-15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from customers.ids import InteractionId, MoveId, RequestId, UserId, new_id
from storage import interactions as rows
from storage.conditions import same
from storage.engine import Tx
from storage.groups import ROOT
from storage.request_views import effective_of_group
from storage.rows import Row, first
from storage.tables import activity_moves, cards, interactions

PLACE = ("card_id", "home_id", "request_id", "own_request_id")
"""Columns of an interaction that say where it belongs."""
_PLACED = (
    sa.select(
        interactions.c.id, *(interactions.c[name] for name in PLACE), interactions.c.intake, interactions.c.source,
        interactions.c.ref, ROOT.label("root_id"), effective_of_group(ROOT).label("effective_id"),
    )
    .select_from(interactions.join(cards, cards.c.id == interactions.c.card_id))
    .where(same(interactions.c.id))
)  # fmt: skip
_NEW = sa.insert(activity_moves)
_MOVE = sa.select(activity_moves).where(same(activity_moves.c.id), activity_moves.c.undone_at.is_(None))
_IS_LAST = (
    sa.select(activity_moves.c.id)
    .where(same(activity_moves.c.interaction_id), activity_moves.c.undone_at.is_(None))
    .order_by(activity_moves.c.moved_at.desc(), activity_moves.c.id)
    .limit(1)
)
_UNDO = sa.update(activity_moves).where(same(activity_moves.c.id), activity_moves.c.undone_at.is_(None))
_OF_REQUEST = sa.select(interactions.c.id).where(same(interactions.c.request_id)).limit(1)


def placed(tx: Tx, interaction_id: InteractionId) -> Row | None:
    """Where the interaction belongs, with the root of its card and the request that it is shown in.

    Nobody else changes it until `tx` ends.
    """
    row = first(tx.execute(_PLACED, {"the_id": interaction_id}))
    if row is not None and rows.hold(tx, row):
        return first(tx.execute(_PLACED, {"the_id": interaction_id}))
    return row


def put(tx: Tx, row: Row, target: Row) -> None:
    """The interaction, read as `row`, is in the request `target`.

    On another customer's card where that is one: its identities go on leading to the card that it came in on. Of the
    same customer it stays on its card, so that it is found there once cards are parted.
    """
    if target["root_id"] != row["root_id"]:
        home = row["home_id"] or row["card_id"]
        is_home = target["card_id"] == home
        news = {"card_id": target["card_id"], "home_id": None if is_home else home, "own_request_id": target["id"]}
    elif target["card_id"] == row["card_id"]:
        news = {"own_request_id": target["id"]}
    else:
        news = {}
    rows.update(tx, InteractionId(row["id"]), request_id=target["id"], **news)


def note(tx: Tx, row: Row, target: Row, user: UserId, *, opened: str = "", was: Row | None = None) -> MoveId:
    """It is remembered where the interaction was. `opened`: `new` or `again`, where the move opened the request; `was`:
    the request before that."""
    move_id = MoveId(new_id())
    values = {
        "id": move_id, "interaction_id": row["id"], "before": {name: row[name] for name in PLACE},
        "request_id": target["id"], "request_version": target["version"], "opened": opened,
        "was_closed_at": was["closed_at"] if was else None, "was_closed_by": was["closed_by"] if was else "",
        "moved_by": user, "moved_at": tx.now,
    }  # fmt: skip
    tx.execute(_NEW, values)
    return move_id


def load(tx: Tx, move_id: MoveId) -> Row | None:
    """The move, where it stands; None where it was taken back."""
    return first(tx.execute(_MOVE, {"the_id": move_id}))


def is_last(tx: Tx, move: Row) -> bool:
    """True where the activity was not moved again since."""
    return bool(tx.execute(_IS_LAST, {"the_interaction_id": move["interaction_id"]}).scalar() == move["id"])


def undo(tx: Tx, move: Row) -> bool:
    """The interaction is where it was; False where somebody else has taken it back already."""
    if not tx.execute(_UNDO, {"the_id": move["id"], "undone_at": tx.now}).rowcount:
        return False
    before: Mapping[str, Any] = move["before"]
    rows.update(tx, InteractionId(move["interaction_id"]), **before)
    return True


def is_empty(tx: Tx, request_id: RequestId) -> bool:
    """True where no interaction is in the request."""
    return tx.execute(_OF_REQUEST, {"the_request_id": request_id}).first() is None
