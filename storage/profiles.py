"""Profiles of customers, from one card or from several that were merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, MergeId
from customers.merging import ProfileField
from customers.model import Channel
from customers.profiles import Merge, Profile, Side, in_order, profile
from storage.groups import IS_ROOT, ROOT
from storage.rows import Row, every
from storage.tables import cards, customers, merges

_ROOTS: sa.BindParameter[Any] = sa.bindparam("roots", expanding=True)
_SIDES = (
    sa.select(ROOT.label("root"), cards.c.id, cards.c.channel, *(customers.c[field] for field in ProfileField))
    .select_from(cards.join(customers))
    .where(sa.or_(sa.and_(cards.c.id.in_(_ROOTS), IS_ROOT), cards.c.survivor_id.in_(_ROOTS)))
    .order_by(cards.c.created_at, cards.c.id)
)
_MERGES = (
    sa.select(cards.c.survivor_id.label("root"), merges)
    .select_from(merges.join(cards, cards.c.id == merges.c.absorbed_id))
    .where(cards.c.survivor_id.in_(_ROOTS), merges.c.undone_at.is_(None))
    .order_by(merges.c.merged_at, merges.c.id)
)


def merge_of(row: Row) -> Merge:
    """The merge that a row of `merges` tells of."""
    picks = {ProfileField(field): CardId(card) for field, card in row["picks"].items()}
    return Merge(MergeId(row["id"]), CardId(row["survivor_id"]), CardId(row["absorbed_id"]), picks)


def sides_of(connection: sa.Connection, roots: Iterable[CardId]) -> dict[CardId, tuple[list[Side], list[Merge]]]:
    """By root, in two statements: its sides in order, and the merges among them that stand, oldest first.

    Ids of cards that do not stand for themselves are left out.
    """
    wanted = {"roots": sorted(set(roots))}
    joined: dict[CardId, list[Merge]] = {}
    for row in every(connection.execute(_MERGES, wanted)):
        joined.setdefault(CardId(row["root"]), []).append(merge_of(row))
    sides: dict[CardId, list[Side]] = {}
    for row in every(connection.execute(_SIDES, wanted)):
        sides.setdefault(CardId(row["root"]), []).append(_side(row))
    return {root: (_ordered(root, found, joined.get(root, [])), joined.get(root, [])) for root, found in sides.items()}


def profiles(connection: sa.Connection, roots: Iterable[CardId]) -> dict[CardId, Profile]:
    """By root, in two statements, whatever their number."""
    return {root: profile(*found) for root, found in sides_of(connection, roots).items()}


def _side(row: Row) -> Side:
    return Side(CardId(row["id"]), Channel(row["channel"]), {field: row[field] for field in ProfileField})


def _ordered(root: CardId, sides: Sequence[Side], standing: Sequence[Merge]) -> list[Side]:
    place = {card: at for at, card in enumerate(in_order(root, standing))}
    return sorted(sides, key=lambda side: place[side.card_id])
