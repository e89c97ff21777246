"""Profiles as agents read and write them: fields of the customers, labels, and numbers and addresses beside them.

Everything stays on its card when cards are merged (rule 8): of each field the first card that has a value shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, UserId, new_id
from customers.model import IdentityKind
from customers.profile_form import ContactPoint, Detail, ProfileView
from customers.profiles import Merge, Profile, profile
from storage import groups, labels, profile_edits
from storage.cards import customer_of, outdate, write_customer
from storage.conditions import same
from storage.engine import Tx
from storage.profiles import contacts_of, sides_of, with_contacts
from storage.rows import Row, every
from storage.tables import cards, contact_points, customers, merges

_ROOT = sa.bindparam("root", type_=sa.String)
_OWN = (
    sa.select(cards.c.id, customers.c.field_values)
    .select_from(cards.join(customers))
    .where(groups.in_group(cards.c.id, _ROOT))
)
_NEW = sa.insert(contact_points)
_UPDATE = sa.update(contact_points).where(same(contact_points.c.id))
_REMOVE = sa.update(contact_points).where(
    groups.in_group(contact_points.c.card_id, _ROOT),
    same(contact_points.c.kind, contact_points.c.value),
    contact_points.c.removed_at.is_(None),
)
_DEMOTE = (
    sa.update(contact_points)
    .where(same(contact_points.c.card_id, contact_points.c.kind))
    .values(is_primary=sa.case((contact_points.c.id == sa.bindparam("chosen"), sa.true()), else_=sa.false()))
)
_PICK = sa.update(merges).where(same(merges.c.id))


def profile_view(connection: sa.Connection, root_id: CardId) -> ProfileView:
    """The profile of all cards of the root, in five statements."""
    contacts = contacts_of(connection, [root_id])
    sides, standing = sides_of(connection, [root_id])[root_id]
    shown = profile(with_contacts(sides, contacts), standing)  # with what was picked by hand
    own = {row["id"]: row["field_values"] or {} for row in every(connection.execute(_OWN, {"root": root_id}))}
    own_sides = [(side.card_id, own[side.card_id]) for side in sides]
    own_owners = _own_owners(own_sides)
    own_values = {name: own[owner][name] for name, owner in own_owners.items()}
    return ProfileView(
        own_values=own_values,
        own_owners=own_owners,
        own_kept=tuple(_own_kept(own_values, own_sides)),
        values={detail: shown.values[detail] for detail in Detail},
        owners={detail: shown.owners[detail] for detail in Detail},
        kept=tuple(one for one in shown.kept if one.field in _BESIDE),
        contacts=_contacts(contacts, shown),
        tags=labels.of_card(connection, root_id),
    )


_BESIDE = frozenset(Detail) - {Detail.NAME, Detail.COMPANY}
"""Fields whose other values stand beside them; those of names and companies stand under Identities."""


OwnSides = Sequence[tuple[CardId, Mapping[str, str]]]


def _own_owners(sides: OwnSides) -> dict[str, CardId]:
    """Of each of the company's own fields that was ever written in: whose value is shown (C-16)."""
    owners: dict[str, CardId] = {}
    for card_id, values in reversed(sides):
        owners |= {name: card_id for name in values if name not in owners}
        owners |= {name: card_id for name, value in values.items() if value}
    return owners


def _own_kept(values: Mapping[str, str], sides: OwnSides) -> Iterable[tuple[str, str]]:
    every_value = (pair for _, own in sides for pair in own.items())
    return dict.fromkeys((name, value) for name, value in every_value if value not in ("", values[name]))


def _contacts(rows: Sequence[Row], shown: Profile) -> tuple[ContactPoint, ...]:
    """Each number and address once; one of each kind is the primary one."""
    each = {(row["kind"], row["value"]): row for row in reversed(rows)}
    return tuple(
        ContactPoint(
            id=row["id"],
            kind=IdentityKind(row["kind"]),
            value=row["value"],
            label=row["label"],
            is_primary=shown.values[row["kind"]] == row["value"],
            card_id=CardId(row["card_id"]),
        )
        for row in rows
        if each[row["kind"], row["value"]] is row
    )


def write(tx: Tx, root_id: CardId, news: Mapping[Detail, str], user: UserId) -> None:
    """The fields are as `news` say, each on the card whose value was shown."""
    profile_edits.edits(tx, root_id, {detail.value: text for detail, text in news.items()}, user)


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


def change_contact(tx: Tx, contact: ContactPoint, user: UserId, *, value: str, label: str) -> None:
    """The number or address is as given."""
    tx.execute(_UPDATE, {"value": value, "label": label, "the_id": contact.id, "edited_by": user, "edited_at": tx.now})
    outdate(tx, contact.card_id)


def remove_contact(tx: Tx, root_id: CardId, contact: ContactPoint, user: UserId) -> None:
    """The number or address is shown no more, whichever of the cards had it."""
    of_all = {"root": root_id, "the_kind": contact.kind.value, "the_value": contact.value}
    tx.execute(_REMOVE, of_all | {"removed_at": tx.now, "edited_by": user, "edited_at": tx.now})
    for card_id in groups.members(tx.connection, root_id):
        outdate(tx, card_id)


def set_primary(tx: Tx, root_id: CardId, contact: ContactPoint) -> None:
    """Of the numbers, or addresses, that one comes first. What came first on the other cards stays so on them: among
    the cards it is picked, as in a merge."""
    kind, card_id = contact.kind.value, contact.card_id
    tx.execute(_DEMOTE, {"the_card_id": card_id, "the_kind": kind, "chosen": contact.id})
    _, standing = sides_of(tx.connection, [root_id])[root_id]
    above = {merge.absorbed: merge for merge in standing}
    for merge in standing:
        if kind in merge.picks:
            _pick(tx, merge, {field: card for field, card in merge.picks.items() if field != kind})
    at = card_id
    while at in above and above[at].survivor != root_id:
        at = above[at].survivor
    if at in above:
        _pick(tx, above[at], {**above[at].picks, kind: card_id})


def _pick(tx: Tx, merge: Merge, picks: Mapping[str, Any]) -> None:
    tx.execute(_PICK, {"the_id": merge.id, "picks": dict(picks)})
