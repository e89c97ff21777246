"""Customers, their cards, and the identities that lead to a card (A-21, A-22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from customers.identities import Identity
from customers.ids import CardId, CustomerId, LegId, UserId, new_id
from customers.model import Channel
from storage import groups, index, lent_views
from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, first, only
from storage.tables import (
    LEG_IS_OPEN,
    agents,
    cards,
    contact_points,
    customer_tags,
    customers,
    desk_views,
    distinctions,
    identities,
    interactions,
    legs,
    lookups,
    profile_edits,
    record_updates,
    records,
)
from storage.upsert import insert_ignoring, upsert

_IDENTITY = (identities.c.kind, identities.c.provider, identities.c.key)
_FIND = sa.select(*_IDENTITY, identities.c.card_id).where(
    same(identities.c.channel), sa.tuple_(*_IDENTITY).in_(sa.bindparam("keys", expanding=True))
)
_NEW_CUSTOMER = sa.insert(customers)
_NEW_CARD = sa.insert(cards)
_ADD_IDENTITY = insert_ignoring(identities, ["channel", "kind", "provider", "key"], returning=[identities.c.id])
_HAS_IDENTITIES = sa.select(identities.c.id).where(same(identities.c.card_id)).limit(1)
_CUSTOMER = sa.select(customers).join(cards).where(same(cards.c.id))
_UPDATE_CUSTOMER = sa.update(customers).where(same(customers.c.id))
_CARD = sa.bindparam("card", type_=sa.String)
_BUMP = (
    sa.update(cards)
    .where(cards.c.id == groups.held_root_of(_CARD))
    .values(version=cards.c.version + 1)
    .returning(cards.c.id, cards.c.version)
)
_VERSION = sa.select(cards.c.version).where(cards.c.id == groups.root_of(_CARD))
_EDITED = sa.or_(
    sa.exists().where(profile_edits.c.card_id == cards.c.id),
    sa.exists().where(contact_points.c.card_id == cards.c.id),
    sa.exists().where(customer_tags.c.card_id == cards.c.id),
)
_HAS_PAST = sa.select(cards.c.id).where(same(cards.c.id), sa.or_(groups.WAS_MERGED, _EDITED))
_OUTDATE = sa.update(cards).where(same(cards.c.id)).values(is_indexed=False)
_LIVE_LEGS = sa.select(legs.c.id).where(
    groups.in_group(legs.c.card_id, _CARD), LEG_IS_OPEN, legs.c.accepted_at.isnot(None)
)
_LIVE_LEGS_OF = _LIVE_LEGS.join(agents).where(same(agents.c.user_id))
_MINE = same(desk_views.c.user_id, desk_views.c.card_id)
_OPEN_VIEW = upsert(desk_views, ["user_id", "card_id"], ["opened_at", "closed_at", *lent_views.OWN])
_UPDATE_VIEW = sa.update(desk_views).where(_MINE)
_VIEW = sa.select(desk_views).where(_MINE)
_VIEWERS_OF = (
    sa.select(desk_views.c.user_id).where(desk_views.c.card_id.in_(sa.bindparam("cards", expanding=True))).distinct()
)
_VIEWERS = sa.select(desk_views.c.user_id).where(same(desk_views.c.card_id))


def find(tx: Tx, channel: Channel, claimed: Sequence[Identity]) -> CardId | None:
    """The card on `channel` that one of `claimed` leads to; the earlier an identity stands, the more it counts."""
    if not claimed:
        return None
    keys = [(identity.kind, identity.provider, identity.key) for identity in claimed]
    rows = tx.execute(_FIND, {"the_channel": channel, "keys": keys})
    found = {(kind, provider, key): card for kind, provider, key, card in rows}
    return next((CardId(found[key]) for key in keys if key in found), None)


def create(tx: Tx, channel: Channel) -> CardId:
    """A new customer with one card, on `channel`."""
    customer_id, card_id = CustomerId(new_id()), CardId(new_id())
    tx.execute(_NEW_CUSTOMER, {"id": customer_id, "created_at": tx.now, "updated_at": tx.now})
    card = {
        "id": card_id, "customer_id": customer_id, "channel": channel, "version": 1, "created_at": tx.now,
        "changed_at": tx.now,
    }  # fmt: skip
    tx.execute(_NEW_CARD, card)
    tx.outdated.add(card_id)
    return card_id


def outdate(tx: Tx, card_id: CardId) -> None:
    """The card says something else of its person than before: it is indexed anew (`storage.index`).

    Never left out because it seems noted already: what notes it may be about to be taken back by the one who indexes.
    """
    if card_id not in tx.outdated:
        tx.execute(_OUTDATE, {"the_id": card_id})
        tx.outdated.add(card_id)


def add_identities(tx: Tx, card_id: CardId, channel: Channel, claimed: Sequence[Identity]) -> bool:
    """The card has these identities, but for those that lead to another card already; True where one is new."""
    added = False
    for identity in claimed:
        values = {
            "id": new_id(), "card_id": card_id, "channel": channel, "kind": identity.kind,
            "provider": identity.provider, "key": identity.key, "value": identity.value,
            "display_name": identity.display_name, "verified": bool(identity.verified), "created_at": tx.now,
        }  # fmt: skip
        added = tx.execute(_ADD_IDENTITY[tx.dialect], values).scalar() is not None or added
    if added:
        outdate(tx, card_id)
    return added


def has_identities(tx: Tx, card_id: CardId) -> bool:
    """False for the card of somebody who withheld who they are."""
    return tx.execute(_HAS_IDENTITIES, {"the_card_id": card_id}).first() is not None


def fill_customer(tx: Tx, card_id: CardId, values: dict[str, str]) -> bool:
    """What the contact centre knows of the customer fills what is empty; nothing is overwritten."""
    row = customer_of(tx, card_id)
    news = {name: value for name, value in values.items() if value and not row[name]}
    if news:
        write_customer(tx, card_id, row, news)
    return bool(news)


def customer_of(tx: Tx, card_id: CardId) -> Row:
    """The row of the card's own customer."""
    return only(tx.execute(_CUSTOMER, {"the_id": card_id}))


def write_customer(tx: Tx, card_id: CardId, row: Row, news: Mapping[str, Any]) -> None:
    """The customer of `card_id`, whose row has been read as `row`, is as `news` say."""
    changed = {**news, "version": row["version"] + 1, "updated_at": tx.now}
    tx.execute(_UPDATE_CUSTOMER, changed | {"the_id": row["id"]})
    outdate(tx, card_id)


def bump(tx: Tx, card_id: CardId) -> tuple[CardId, int]:
    """The version of the card's root has risen: the root, and its new version."""
    root, version = tx.execute(_BUMP, {"card": card_id, "changed_at": tx.now}).one()
    return CardId(root), int(version)


def version(tx: Tx, card_id: CardId) -> int:
    """How often the card's root has changed."""
    return int(tx.execute(_VERSION, {"card": card_id}).scalar_one())


def live_legs(tx: Tx, root_id: CardId) -> list[LegId]:
    """Legs that somebody works on now, on this card or one that it stands for."""
    return [LegId(found) for found in tx.execute(_LIVE_LEGS, {"card": root_id}).scalars()]


def live_legs_of(tx: Tx, root_id: CardId, user_id: UserId) -> list[LegId]:
    """Those that the user works on."""
    return [LegId(found) for found in tx.execute(_LIVE_LEGS_OF, {"card": root_id, "the_user_id": user_id}).scalars()]


def drop_if_empty(tx: Tx, card_id: CardId) -> None:
    """A nameless card that no interaction stands on any more is gone with its customer.

    One that agents have merged and parted again, or written on, stays, but in nobody's lists.
    """
    stands_here = sa.or_(interactions.c.card_id == card_id, interactions.c.home_id == card_id)
    if tx.execute(sa.select(interactions.c.id).where(stands_here).limit(1)).first():
        return
    if tx.execute(_HAS_PAST, {"the_id": card_id}).first():
        tx.execute(sa.delete(desk_views).where(desk_views.c.card_id == card_id))
        return
    index.forget(tx, card_id)
    customer_id = tx.execute(sa.select(cards.c.customer_id).where(cards.c.id == card_id)).scalar_one()
    for table in (desk_views, records, lookups, identities, contact_points, record_updates):
        tx.execute(sa.delete(table).where(table.c.card_id == card_id))
    for column in (distinctions.c.left_id, distinctions.c.right_id):
        tx.execute(sa.delete(distinctions).where(column == card_id))
    tx.execute(sa.delete(cards).where(cards.c.id == card_id))
    others = sa.select(cards.c.id).where(cards.c.customer_id == customer_id)
    tx.execute(sa.delete(customers).where(customers.c.id == customer_id, ~others.exists()))


def open_view(tx: Tx, user_id: UserId, card_id: CardId) -> None:
    """The card's root stands in the user's list Open (B-02), with the sections that it opens with."""
    root_id = groups.hold(tx, card_id)
    values = {
        "user_id": user_id, "card_id": root_id, "sections": ["current"], "expanded": [], "search_text": "", "found": [],
        "opened_at": tx.now, "closed_at": None, **lent_views.OWN,
    }  # fmt: skip
    if root_id is None or root_id == card_id:
        tx.execute(_OPEN_VIEW[tx.dialect], values)
    else:
        lent_views.open_through(tx, user_id, card_id, root_id, values)


def close_view(tx: Tx, user_id: UserId, root_id: CardId) -> None:
    """The card stands in the user's list Recent (B-19), and so do those that it stands for, once they are parted."""
    if not lent_views.close(tx, user_id, root_id):
        update_view(tx, user_id, root_id, closed_at=tx.now)


def viewers(tx: Tx, card_ids: Iterable[CardId]) -> list[UserId]:
    """Users who have, or have had, one of the cards open."""
    return [UserId(found) for found in tx.execute(_VIEWERS_OF, {"cards": [*card_ids]}).scalars()]


def move_views(tx: Tx, old: CardId, new: CardId) -> list[UserId]:
    """Whoever had `old` open has `new` open; they are returned."""
    users = [UserId(found) for found in tx.execute(_VIEWERS, {"the_card_id": old}).scalars().all()]
    for user_id in users:
        open_view(tx, user_id, new)
    return users


def update_view(tx: Tx, user_id: UserId, root_id: CardId, **values: object) -> None:
    """The user's view of the card is as `values` say; it is made where there is none."""
    changed = values | {"the_user_id": user_id, "the_card_id": root_id}
    if not tx.execute(_UPDATE_VIEW, changed).rowcount:
        open_view(tx, user_id, root_id)
        tx.execute(_UPDATE_VIEW, changed)


def unfold(tx: Tx, user_id: UserId, card_id: CardId, section: str) -> None:
    """The section is open in the user's view of the card's root; the others stay as they are."""
    root_id = groups.hold(tx, card_id)
    row = view_row(tx.connection, user_id, root_id) if root_id else None
    if root_id and row is not None and section not in row["sections"]:
        update_view(tx, user_id, root_id, sections=[*row["sections"], section])


def view_row(connection: sa.Connection, user_id: UserId, root_id: CardId) -> Row | None:
    """The user's view of the card."""
    return first(connection.execute(_VIEW, {"the_user_id": user_id, "the_card_id": root_id}))
