"""Profiles as agents read and write them: fields of the customers, and numbers and addresses beside them.

Everything stays on its card when cards are merged (rule 8): of each field the first card that has a value shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, MergeId, UserId, new_id
from customers.merging import ProfileField
from customers.model import IdentityKind
from customers.profile_form import ContactPoint, Detail, ProfileView
from customers.profiles import Merge, in_order
from storage import groups, profile_edits
from storage.cards import customer_of, outdate, write_customer
from storage.conditions import same
from storage.engine import Tx
from storage.profiles import profiles
from storage.rows import Row, every
from storage.tables import cards, contact_points, customers, merges

_ROOT = sa.bindparam("root", type_=sa.String)
_SIDES = (
    sa.select(cards.c.id, customers.c.field_values, *(customers.c[detail.value] for detail in Detail))
    .select_from(cards.join(customers))
    .where(groups.in_group(cards.c.id, _ROOT))
    .order_by(cards.c.created_at, cards.c.id)
)
_MERGES = (
    sa.select(merges.c.id, merges.c.survivor_id, merges.c.absorbed_id)
    .where(merges.c.undone_at.is_(None), groups.in_group(merges.c.absorbed_id, _ROOT))
    .order_by(merges.c.merged_at, merges.c.id)
)
_CONTACTS = (
    sa.select(contact_points)
    .where(groups.in_group(contact_points.c.card_id, _ROOT), contact_points.c.removed_at.is_(None))
    .order_by(
        sa.case((contact_points.c.card_id == _ROOT, 0), else_=1),
        contact_points.c.kind.desc(),
        contact_points.c.created_at,
        contact_points.c.id,
    )
)
_NEW = sa.insert(contact_points)
_UPDATE = sa.update(contact_points).where(same(contact_points.c.id))
_DEMOTE = (
    sa.update(contact_points)
    .where(groups.in_group(contact_points.c.card_id, _ROOT), same(contact_points.c.kind))
    .values(is_primary=sa.case((contact_points.c.id == sa.bindparam("chosen"), sa.true()), else_=sa.false()))
)


def profile_view(connection: sa.Connection, root_id: CardId) -> ProfileView:
    """The profile of all cards of the root, in four statements."""
    sides = every(connection.execute(_SIDES, {"root": root_id}))
    if len(sides) > 1:
        sides = _ordered(connection, root_id, sides)
    owners = {detail: _owner(detail, sides) for detail in Detail}
    by_id = {side["id"]: side for side in sides}
    values = {detail: by_id[owner][detail] for detail, owner in owners.items()}
    if len(sides) > 1:
        shown = profiles(connection, [root_id])[root_id]  # with what was picked by hand
        for profile_field in ProfileField:
            values[Detail(profile_field)] = shown.values[profile_field]
            owners[Detail(profile_field)] = shown.owners[profile_field]
    own_owners = _own_owners(sides)
    own_values = {name: by_id[owner]["field_values"][name] for name, owner in own_owners.items()}
    return ProfileView(
        own_values=own_values,
        own_owners=own_owners,
        own_kept=tuple(_own_kept(own_values, sides)),
        values=values,
        owners=owners,
        kept=tuple(_kept(values, sides)),
        contacts=_contacts(every(connection.execute(_CONTACTS, {"root": root_id}))),
    )


def _ordered(connection: sa.Connection, root_id: CardId, sides: Sequence[Row]) -> list[Row]:
    standing = [
        Merge(MergeId(row["id"]), CardId(row["survivor_id"]), CardId(row["absorbed_id"]), {})
        for row in every(connection.execute(_MERGES, {"root": root_id}))
    ]
    place = {card: at for at, card in enumerate(in_order(root_id, standing))}
    return sorted(sides, key=lambda side: place[side["id"]])


def _owner(detail: Detail, sides: Sequence[Row]) -> CardId:
    return CardId(next((side["id"] for side in sides if side[detail]), sides[0]["id"]))


def _kept(values: Mapping[Detail, str], sides: Sequence[Row]) -> Iterable[tuple[Detail, str]]:
    """Names and companies that are kept stand under Identities, with where they came from."""
    seen = set()
    for side in sides:
        for detail in Detail:
            other = (detail, side[detail])
            if detail not in ("name", "company") and side[detail] not in ("", values[detail]) and other not in seen:
                seen.add(other)
                yield other


def _own_owners(sides: Sequence[Row]) -> dict[str, CardId]:
    """Of each of the company's own fields that was ever written in: whose value is shown (C-16)."""
    owners: dict[str, CardId] = {}
    for side in reversed(sides):
        owners |= {name: CardId(side["id"]) for name in side["field_values"] or {} if name not in owners}
        owners |= {name: CardId(side["id"]) for name, value in (side["field_values"] or {}).items() if value}
    return owners


def _own_kept(values: Mapping[str, str], sides: Sequence[Row]) -> Iterable[tuple[str, str]]:
    every_value = (pair for side in sides for pair in (side["field_values"] or {}).items())
    return dict.fromkeys((name, value) for name, value in every_value if value not in ("", values[name]))


def _contacts(rows: Sequence[Row]) -> tuple[ContactPoint, ...]:
    """Each number and address once; one of each kind is the primary one."""
    each = {(row["kind"], row["value"]): row for row in reversed(rows)}
    ordered = [row for row in rows if each[row["kind"], row["value"]] is row]
    primary = {row["kind"]: row["id"] for row in reversed(ordered)}
    primary |= {row["kind"]: row["id"] for row in reversed(ordered) if row["is_primary"]}
    return tuple(
        ContactPoint(
            id=row["id"],
            kind=IdentityKind(row["kind"]),
            value=row["value"],
            label=row["label"],
            is_primary=primary[row["kind"]] == row["id"],
            card_id=CardId(row["card_id"]),
        )
        for row in ordered
    )


def write(tx: Tx, root_id: CardId, owners: Mapping[Detail, CardId], news: Mapping[Detail, str], user: UserId) -> None:
    """The fields are as `news` say, each on the card whose value was shown."""
    by_card: dict[CardId, dict[str, str]] = {}
    for detail, text in news.items():
        if detail in (Detail.NAME, Detail.COMPANY):
            profile_edits.edit(tx, root_id, ProfileField(detail.value), text, user)
        else:
            by_card.setdefault(owners[detail], {})[detail.value] = text
    for card_id, values in by_card.items():
        write_customer(tx, card_id, customer_of(tx, card_id), values)


def write_own(tx: Tx, root_id: CardId, owners: Mapping[str, CardId], news: Mapping[str, str]) -> None:
    """The company's own fields are as `news` say, each on the card whose value was shown."""
    by_card: dict[CardId, dict[str, str]] = {}
    for name, text in news.items():
        by_card.setdefault(owners.get(name, root_id), {})[name] = text
    for card_id, values in by_card.items():
        row = customer_of(tx, card_id)
        write_customer(tx, card_id, row, {"field_values": {**(row["field_values"] or {}), **values}})


def add_contact(tx: Tx, card_id: CardId, kind: IdentityKind, value: str, *, label: str, user: UserId) -> str:
    """The customer has one more number or address."""
    contact_id = new_id()
    row = {
        "id": contact_id, "card_id": card_id, "kind": kind.value, "value": value, "label": label, "is_primary": False,
        "edited_by": user, "created_at": tx.now, "edited_at": tx.now,
    }  # fmt: skip
    tx.execute(_NEW, row)
    outdate(tx, card_id)
    return contact_id


def change_contact(tx: Tx, contact: ContactPoint, user: UserId, **values: Any) -> None:
    """The number or address is as `values` say; with `removed_at` it is shown no more."""
    tx.execute(_UPDATE, {**values, "the_id": contact.id, "edited_by": user, "edited_at": tx.now})
    outdate(tx, contact.card_id)


def set_primary(tx: Tx, root_id: CardId, kind: IdentityKind, contact_id: str) -> None:
    """Of the numbers, or addresses, that one comes first."""
    tx.execute(_DEMOTE, {"root": root_id, "the_kind": kind.value, "chosen": contact_id})
