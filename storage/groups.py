"""Cards that stand for one customer since they were merged (A-24): one of them, the root, stands for the others.

Everything that belongs to a card stays its own. Whoever shows or changes a customer looks at all cards of the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, IdentityId, UserId
from storage.conditions import same
from storage.engine import Tx
from storage.tables import cards, identities, merges

WAS_MERGED = sa.or_(
    sa.exists().where(merges.c.survivor_id == cards.c.id), sa.exists().where(merges.c.absorbed_id == cards.c.id)
)
"""Of a row of `cards`: agents have merged it with another one, also if they took that back."""
ROOT = sa.func.coalesce(cards.c.survivor_id, cards.c.id)
"""Of a row of `cards`: the card that stands for it."""
IS_ROOT = sa.func.coalesce(cards.c.survivor_id, sa.literal("")) == sa.literal("")
"""Of a row of `cards`: it stands for itself. Not *is null*: SQLite has an index for that, of nearly all cards."""
_ROOT = sa.select(ROOT).where(same(cards.c.id))
_HOLD = _ROOT.with_for_update(read=True, key_share=True)
_MEMBERS = sa.select(cards.c.id).where(
    sa.or_(cards.c.id == sa.bindparam("root"), cards.c.survivor_id == sa.bindparam("root"))
)
_LOCK = (
    sa.select(cards.c.id)
    .where(
        sa.or_(
            cards.c.id.in_(sa.bindparam("roots", expanding=True)),
            cards.c.survivor_id.in_(sa.bindparam("roots", expanding=True)),
        )
    )
    .order_by(sa.case((cards.c.survivor_id.is_(None), 1), else_=0), cards.c.id)
    .with_for_update()
)

_LOCKED = (
    sa.select(cards.c.id)
    .where(cards.c.id.in_(sa.bindparam("roots", expanding=True)), cards.c.locked_at.isnot(None))
    .limit(1)
)
_SET_LOCK = sa.update(cards).where(same(cards.c.id))


def root_of(card: sa.BindParameter[str]) -> sa.ScalarSelect[Any]:
    """The root of the card that the parameter names."""
    return sa.select(ROOT).where(cards.c.id == card).scalar_subquery()


def held_root_of(card: sa.BindParameter[str]) -> sa.ScalarSelect[Any]:
    """As `root_of`, and as `hold`: whoever merges the card meanwhile is waited for, and then it is the new root."""
    return sa.select(ROOT).where(cards.c.id == card).with_for_update(read=True, key_share=True).scalar_subquery()


def in_group(column: sa.ColumnElement[Any], root: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The column holds `root` or a card that it stands for."""
    member = cards.alias("member")
    of_root = sa.select(member.c.id).where(sa.or_(member.c.id == root, member.c.survivor_id == root))
    return column.in_(of_root.correlate_except(member))


SLOTS = 8
"""Cards that `spread` asks at once: few customers have more."""


def spread(of_card: Callable[[sa.BindParameter[str]], sa.Select[Any]], slots: int = SLOTS) -> sa.Subquery:
    """What `of_card` selects, a few rows with an order and a limit, of each card given as `member_0`, `member_1`, …

    A condition on all cards at once would read and sort everything that they have.
    """
    parts = (of_card(sa.bindparam(f"member_{slot}", type_=sa.String)).subquery() for slot in range(slots))
    return sa.union_all(*(sa.select(one) for one in parts)).subquery()


def spread_over(cards_: Sequence[CardId], slots: int = SLOTS) -> Iterator[dict[str, CardId | None]]:
    """The parameters of a statement with `spread`: one set for so many cards as it takes."""
    for start in range(0, len(cards_), slots):
        some = [*cards_[start : start + slots]]
        yield {f"member_{slot}": card for slot, card in enumerate([*some, *[None] * (slots - len(some))])}


_SET_BLOCKED = sa.update(identities).where(
    same(identities.c.id), in_group(identities.c.card_id, sa.bindparam("root", type_=sa.String))
)


def hold(tx: Tx, card_id: CardId) -> CardId | None:
    """The card's root; None where there is no such card. It is neither merged nor removed until `tx` ends; whoever
    changes something else of it does not wait."""
    found = tx.execute(_HOLD, {"the_id": card_id}).scalar()
    return CardId(found) if found else None


def root(connection: sa.Connection, card_id: CardId) -> CardId | None:
    """The card's root as things stand; None where there is no such card."""
    found = connection.execute(_ROOT, {"the_id": card_id}).scalar()
    return CardId(found) if found else None


def members(connection: sa.Connection, root_id: CardId) -> list[CardId]:
    """The root and the cards that it stands for."""
    return [CardId(found) for found in connection.execute(_MEMBERS, {"root": root_id}).scalars()]


def has_locked_profile(connection: sa.Connection, roots: Iterable[CardId]) -> bool:
    """True where a supervisor has locked one of the profiles (C-07)."""
    return connection.execute(_LOCKED, {"roots": [*roots]}).first() is not None


def set_lock(tx: Tx, root_id: CardId, user: UserId | None) -> None:
    """The profile is locked by `user`; by nobody, where that is None."""
    values = {"locked_at": tx.now if user else None, "locked_by": user or ""}
    tx.execute(_SET_LOCK, values | {"the_id": root_id})


def set_blocked(tx: Tx, root_id: CardId, identity_id: IdentityId, user: UserId | None) -> bool:
    """The identity is blocked by `user`, or by nobody; False where no card of the root has it."""
    values = {"blocked_at": tx.now if user else None, "blocked_by": user or "", "root": root_id, "the_id": identity_id}
    return tx.execute(_SET_BLOCKED, values).rowcount > 0


def lock(tx: Tx, roots: Iterable[CardId]) -> None:
    """Nobody else merges, parts or holds cards of `roots` until `tx` ends.

    Roots come last: whoever changes a card has that one before they tell its root, and no two wait for each other.
    """
    tx.execute(_LOCK, {"roots": sorted(set(roots))}).all()
