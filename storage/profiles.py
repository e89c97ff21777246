"""Profiles of customers, from one card or from several that were merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, MergeId
from customers.merging import ProfileField
from customers.model import Channel
from customers.profile_form import KINDS
from customers.profiles import Merge, Profile, Side, in_order, profile
from storage.groups import IS_ROOT, ROOT
from storage.rows import Row, every
from storage.tables import cards, contact_points, customers, merges

_ROOTS: sa.BindParameter[Any] = sa.bindparam("roots", expanding=True)
_OF_ROOTS = sa.or_(sa.and_(cards.c.id.in_(_ROOTS), IS_ROOT), cards.c.survivor_id.in_(_ROOTS))
_SIDES = (
    sa.select(
        ROOT.label("root"), cards.c.id, cards.c.channel, customers.c.field_values,
        *(customers.c[field] for field in ProfileField)
    )
    .select_from(cards.join(customers))
    .where(_OF_ROOTS)
    .order_by(cards.c.created_at, cards.c.id)
)  # fmt: skip
_MERGES = (
    sa.select(cards.c.survivor_id.label("root"), merges)
    .select_from(merges.join(cards, cards.c.id == merges.c.absorbed_id))
    .where(cards.c.survivor_id.in_(_ROOTS), merges.c.undone_at.is_(None))
    .order_by(merges.c.merged_at, merges.c.id)
)
_CONTACTS = (
    sa.select(contact_points)
    .select_from(contact_points.join(cards))
    .where(_OF_ROOTS, contact_points.c.removed_at.is_(None))
    .order_by(
        sa.case((cards.c.survivor_id.is_(None), 0), else_=1),
        contact_points.c.kind.desc(),
        contact_points.c.created_at,
        contact_points.c.id,
    )
)

Sides = tuple[list[Side], list[Merge]]
"""Of one root: its sides in order, and the merges among them that stand, oldest first."""


def merge_of(row: Row) -> Merge:
    """The merge that a row of `merges` tells of."""
    picks = {field: CardId(card) for field, card in row["picks"].items()}
    return Merge(MergeId(row["id"]), CardId(row["survivor_id"]), CardId(row["absorbed_id"]), picks)


def sides_of(connection: sa.Connection, roots: Iterable[CardId]) -> dict[CardId, Sides]:
    """By root, in two statements. Ids of cards that do not stand for themselves are left out.

    The company's own fields are among the values, by their names, where they were ever written in on one of the cards.
    """
    wanted = {"roots": sorted(set(roots))}
    joined: dict[CardId, list[Merge]] = {}
    for row in every(connection.execute(_MERGES, wanted)):
        joined.setdefault(CardId(row["root"]), []).append(merge_of(row))
    sides: dict[CardId, list[Side]] = {}
    rows = every(connection.execute(_SIDES, wanted))
    own = dict.fromkeys(name for row in rows for name in row["field_values"] or ())
    for row in rows:
        sides.setdefault(CardId(row["root"]), []).append(_side(row, own))
    return {root: (_ordered(root, found, joined.get(root, [])), joined.get(root, [])) for root, found in sides.items()}


def profiles(connection: sa.Connection, roots: Iterable[CardId]) -> dict[CardId, Profile]:
    """By root, in two statements, whatever their number."""
    return {root: profile(*found) for root, found in sides_of(connection, roots).items()}


def contacts_of(connection: sa.Connection, roots: Iterable[CardId]) -> list[Row]:
    """Numbers and addresses of the roots and the cards that they stand for; those of a root come first."""
    return every(connection.execute(_CONTACTS, {"roots": sorted(set(roots))}))


def with_contacts(sides: Iterable[Side], contacts: Sequence[Row]) -> list[Side]:
    """`sides`, each also with the number and the address that come first of its own among `contacts` (C-16)."""
    own: dict[tuple[str, str], str] = {}
    for row in [*(one for one in contacts if one["is_primary"]), *contacts]:
        own.setdefault((row["card_id"], row["kind"]), row["value"])
    return [
        replace(side, values={**side.values, **{kind.value: own.get((side.card_id, kind), "") for kind in KINDS}})
        for side in sides
    ]


def whole(connection: sa.Connection, roots: Sequence[CardId]) -> Mapping[CardId, Sides]:
    """As `sides_of`, in three statements, with everything that is picked in a merge."""
    contacts = contacts_of(connection, roots)
    found = sides_of(connection, roots).items()
    return {root: (with_contacts(sides, contacts), standing) for root, (sides, standing) in found}


def _side(row: Row, own: Iterable[str]) -> Side:
    written = row["field_values"] or {}
    values = {field.value: row[field] for field in ProfileField}
    return Side(CardId(row["id"]), Channel(row["channel"]), {name: written.get(name, "") for name in own} | values)


def _ordered(root: CardId, sides: Sequence[Side], standing: Sequence[Merge]) -> list[Side]:
    place = {card: at for at, card in enumerate(in_order(root, standing))}
    return sorted(sides, key=lambda side: place[side.card_id])
