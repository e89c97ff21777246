"""Merges and what undoes them (A-24, P-01), and pairs of cards that are not the same person (P-04).

A merge is a row that points from card to card. `cards.survivor_id` follows from the rows that stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, MergeId, UserId, new_id
from customers.profiles import survivors
from storage import groups, lent_views
from storage.conditions import same
from storage.engine import Tx
from storage.profiles import merge_of
from storage.rows import Row, every, first, only
from storage.tables import cards, distinctions, merge_proposals, merges
from storage.upsert import insert_ignoring

_MERGE = sa.select(merges).where(same(merges.c.id))
_NEW_MERGE = sa.insert(merges)
_ABSORB = (
    sa.update(cards)
    .where(sa.or_(cards.c.id == sa.bindparam("absorbed"), cards.c.survivor_id == sa.bindparam("absorbed")))
    .values(survivor_id=sa.bindparam("survivor"))
)
_UNDO = sa.update(merges).where(same(merges.c.id), merges.c.undone_at.is_(None))
_STANDING = (
    sa.select(merges)
    .where(merges.c.undone_at.is_(None), groups.in_group(merges.c.absorbed_id, sa.bindparam("root", type_=sa.String)))
    .order_by(merges.c.merged_at, merges.c.id)
)
_PLACE = sa.update(cards).where(same(cards.c.id))
_PROPOSE = insert_ignoring(merge_proposals, ["survivor_key", "absorbed_key"])
_DISTINGUISH = insert_ignoring(distinctions, ["left_id", "right_id"])
_OURS: sa.BindParameter[Any] = sa.bindparam("ours", expanding=True)
_THEIRS: sa.BindParameter[Any] = sa.bindparam("theirs", expanding=True)
_FORGET = sa.delete(distinctions).where(
    sa.or_(
        sa.and_(distinctions.c.left_id.in_(_OURS), distinctions.c.right_id.in_(_THEIRS)),
        sa.and_(distinctions.c.left_id.in_(_THEIRS), distinctions.c.right_id.in_(_OURS)),
    )
)


def _others_of(ours: sa.Column[Any], theirs: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(groups.ROOT).select_from(distinctions.join(cards, cards.c.id == theirs)).where(ours.in_(_OURS))


_DISTINGUISHED = sa.union(
    _others_of(distinctions.c.left_id, distinctions.c.right_id),
    _others_of(distinctions.c.right_id, distinctions.c.left_id),
)

Picks = Mapping[str, CardId]
"""Fields whose value was picked by hand: the card that it is of."""


def as_json(picks: Picks) -> dict[str, str]:
    """As the database keeps them."""
    return {str(field): card for field, card in picks.items()}


def load(connection: sa.Connection, merge_id: MergeId) -> Row | None:
    """The merge's row, whether it stands or not."""
    return first(connection.execute(_MERGE, {"the_id": merge_id}))


def merge(
    tx: Tx, survivor: CardId, absorbed: CardId, user: UserId, *, picks: Picks, reasons: Sequence[Mapping[str, Any]] = ()
) -> MergeId:
    """`survivor` stands for `absorbed` and all that this stood for. Both must be roots that `groups.lock` holds."""
    merge_id = MergeId(new_id())
    row = {
        "id": merge_id, "survivor_id": survivor, "absorbed_id": absorbed, "picks": as_json(picks),
        "reasons": [*reasons], "merged_by": user, "merged_at": tx.now,
    }  # fmt: skip
    lent_views.carry(tx, absorbed, survivor)
    tx.execute(_NEW_MERGE, row)
    tx.execute(_ABSORB, {"absorbed": absorbed, "survivor": survivor})
    return merge_id


def undo(tx: Tx, merge_id: MergeId, root_id: CardId, user: UserId) -> set[CardId]:
    """The merge is taken back; the roots of what was one card: `root_id`, and the one that was parted from it.

    The whole group must be locked. Empty where somebody else has taken it back already.
    """
    if not tx.execute(_UNDO, {"the_id": merge_id, "undone_at": tx.now, "undone_by": user}).rowcount:
        return set()
    taken_back = only(tx.execute(_MERGE, {"the_id": merge_id}))
    members = groups.members(tx.connection, root_id)
    standing = [merge_of(row) for row in every(tx.execute(_STANDING, {"root": root_id}))]
    placed = survivors(members, standing)
    for card, top in placed.items():
        tx.execute(_PLACE, {"the_id": card, "survivor_id": None if top == card else top})
    lent_views.give_back(tx, taken_back["survivor_id"], standing)
    return set(placed.values())


def propose(tx: Tx, survivor_key: str, absorbed_key: str) -> None:
    """The contact centre has made one contact of two, named by the keys of their identities (P-04)."""
    values = {"survivor_key": survivor_key, "absorbed_key": absorbed_key, "proposed_at": tx.now}
    tx.execute(_PROPOSE[tx.dialect], values)


def distinguish(tx: Tx, one: CardId, other: CardId, user: UserId) -> None:
    """It is remembered that the two are not the same person, also when either is merged with others later."""
    left, right = sorted((one, other))
    values = {"left_id": left, "right_id": right, "decided_by": user, "decided_at": tx.now}
    tx.execute(_DISTINGUISH[tx.dialect], values)


def forget_distinction(tx: Tx, one: CardId, other: CardId) -> None:
    """Nothing is remembered any more of any card of the one root and any of the other."""
    ours, theirs = (groups.members(tx.connection, root) for root in (one, other))
    tx.execute(_FORGET, {"ours": ours, "theirs": theirs})


def distinguished(connection: sa.Connection, root_id: CardId) -> set[CardId]:
    """Roots of which an agent said that they, or a card that they stand for, are not the same person as `root_id`."""
    found = connection.execute(_DISTINGUISHED, {"ours": groups.members(connection, root_id)}).scalars()
    return {CardId(card) for card in found} - {root_id}
