"""Profiles as agents read and write them: fields of the customers, labels, and numbers and addresses beside them.

Everything stays on its card when cards are merged (rule 8): of each field the first card that has a value shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, UserId, new_id
from customers.model import IdentityKind
from customers.profile_form import KINDS, ContactPoint, Detail, ProfileView
from customers.profiles import Merge, Profile, profile
from storage import groups, labels, profile_edits
from storage.cards import outdate
from storage.conditions import same
from storage.engine import Tx
from storage.profiles import contacts_of, sides_of, with_contacts
from storage.rows import Row
from storage.tables import contact_points, merges

_ROOT = sa.bindparam("root", type_=sa.String)
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
    """The profile of all cards of the root, in four statements."""
    contacts = contacts_of(connection, [root_id])
    sides, standing = sides_of(connection, [root_id])[root_id]
    shown = profile(with_contacts(sides, contacts), standing)  # with what was picked by hand
    own = shown.values.keys() - _BUILT_IN
    return ProfileView(
        own_values={name: shown.values[name] for name in own},
        own_kept=tuple((one.field, one.value) for one in shown.kept if one.field in own),
        values={detail: shown.values[detail] for detail in Detail},
        owners={detail: shown.owners[detail] for detail in Detail},
        kept=tuple(one for one in shown.kept if one.field in _BESIDE),
        contacts=_contacts(contacts, shown),
        tags=labels.of_card(connection, root_id),
    )


_BUILT_IN = frozenset((*Detail, *KINDS))
_BESIDE = frozenset(Detail) - {Detail.NAME, Detail.COMPANY}
"""Fields whose other values stand beside them; those of names and companies stand under Identities."""


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


def write(tx: Tx, root_id: CardId, news: Mapping[Detail, str] | Mapping[str, str], user: UserId) -> None:
    """The fields, the company's own among them, are as `news` say, each on the card whose value was shown."""
    profile_edits.edits(tx, root_id, {str(name): text for name, text in news.items()}, user)


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
