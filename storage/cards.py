"""Customers, their cards, and the identities that lead to a card (A-21, A-22)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from customers.identities import Identity
from customers.ids import CardId, CustomerId, LegId, UserId, new_id
from customers.model import Channel, LegState
from storage.engine import Tx
from storage.rows import Row, first, only
from storage.tables import agents, cards, customers, desk_views, identities, interactions, legs, lookups, records
from storage.upsert import insert_ignoring, upsert

OPEN_STATES = [state.value for state in LegState if state.is_open]


def find(tx: Tx, channel: Channel, claimed: Sequence[Identity]) -> CardId | None:
    """The card on `channel` that one of `claimed` leads to; the earlier an identity stands, the more it counts."""
    if not claimed:
        return None
    keys = [(identity.kind, identity.provider, identity.key) for identity in claimed]
    columns = (identities.c.kind, identities.c.provider, identities.c.key)
    query = sa.select(*columns, identities.c.card_id).where(
        identities.c.channel == channel, sa.tuple_(*columns).in_(keys)
    )
    found = {(kind, provider, key): card for kind, provider, key, card in tx.execute(query)}
    return next((CardId(found[key]) for key in keys if key in found), None)


def create(tx: Tx, channel: Channel) -> CardId:
    """A new customer with one card, on `channel`."""
    customer_id, card_id = CustomerId(new_id()), CardId(new_id())
    tx.execute(sa.insert(customers).values(id=customer_id, created_at=tx.now, updated_at=tx.now))
    tx.execute(
        sa.insert(cards).values(
            id=card_id, customer_id=customer_id, channel=channel, version=1, created_at=tx.now, changed_at=tx.now
        )
    )
    return card_id


def add_identities(tx: Tx, card_id: CardId, channel: Channel, claimed: Sequence[Identity]) -> bool:
    """The card has these identities, but for those that lead to another card already; True where one is new."""
    added = False
    for identity in claimed:
        statement = insert_ignoring(tx, identities, ["channel", "kind", "provider", "key"]).returning(identities.c.id)
        values = {
            "id": new_id(), "card_id": card_id, "channel": channel, "kind": identity.kind,
            "provider": identity.provider, "key": identity.key, "value": identity.value,
            "display_name": identity.display_name, "verified": bool(identity.verified), "created_at": tx.now,
        }  # fmt: skip
        added = tx.execute(statement, values).scalar() is not None or added
    return added


def has_identities(tx: Tx, card_id: CardId) -> bool:
    """False for the card of somebody who withheld who they are."""
    return tx.execute(sa.select(identities.c.id).where(identities.c.card_id == card_id).limit(1)).first() is not None


def fill_customer(tx: Tx, card_id: CardId, values: dict[str, str]) -> bool:
    """What the contact centre knows of the customer fills what is empty; nothing is overwritten."""
    row = only(tx.execute(sa.select(customers).join(cards).where(cards.c.id == card_id)))
    news = {name: value for name, value in values.items() if value and not row[name]}
    if news:
        news_and_version = news | {"version": row["version"] + 1, "updated_at": tx.now}
        tx.execute(sa.update(customers).where(customers.c.id == row["id"]).values(**news_and_version))
    return bool(news)


def bump(tx: Tx, card_id: CardId) -> int:
    """The card's version has risen; the new one."""
    statement = (
        sa.update(cards)
        .where(cards.c.id == card_id)
        .values(version=cards.c.version + 1, changed_at=tx.now)
        .returning(cards.c.version)
    )
    return int(tx.execute(statement).scalar_one())


def live_legs(tx: Tx, card_id: CardId) -> list[LegId]:
    """Legs on this card that somebody works on now."""
    query = (
        sa.select(legs.c.id)
        .join(interactions)
        .where(interactions.c.card_id == card_id, legs.c.state.in_(OPEN_STATES), legs.c.accepted_at.isnot(None))
    )
    return [LegId(found) for found in tx.execute(query).scalars()]


def drop_if_empty(tx: Tx, card_id: CardId) -> None:
    """A nameless card that no interaction stands on any more is gone, and its customer with it."""
    if tx.execute(sa.select(interactions.c.id).where(interactions.c.card_id == card_id).limit(1)).first():
        return
    customer_id = tx.execute(sa.select(cards.c.customer_id).where(cards.c.id == card_id)).scalar_one()
    for table in (desk_views, records, lookups, identities):
        tx.execute(sa.delete(table).where(table.c.card_id == card_id))
    tx.execute(sa.delete(cards).where(cards.c.id == card_id))
    others = sa.select(cards.c.id).where(cards.c.customer_id == customer_id)
    tx.execute(sa.delete(customers).where(customers.c.id == customer_id, ~others.exists()))


def open_view(tx: Tx, user_id: UserId, card_id: CardId) -> None:
    """The card stands in the user's list Open (B-02), with the sections that it opens with."""
    values = {
        "user_id": user_id, "card_id": card_id, "sections": ["current"], "expanded": [], "search_text": "", "found": [],
        "opened_at": tx.now, "closed_at": None,
    }  # fmt: skip
    upsert(tx, desk_views, values, ["user_id", "card_id"], keep=["sections", "expanded", "search_text", "found"])


def move_views(tx: Tx, old: CardId, new: CardId) -> None:
    """Whoever had `old` open has `new` open."""
    for user_id in tx.execute(sa.select(desk_views.c.user_id).where(desk_views.c.card_id == old)).scalars().all():
        open_view(tx, user_id, new)


def update_view(tx: Tx, user_id: UserId, card_id: CardId, **values: object) -> None:
    """The user's view of the card is as `values` say; it is made where there is none."""
    changed = sa.update(desk_views).where(desk_views.c.user_id == user_id, desk_views.c.card_id == card_id)
    if not tx.execute(changed.values(**values)).rowcount:
        open_view(tx, user_id, card_id)
        tx.execute(changed.values(**values))


def unfold(tx: Tx, user_id: UserId, card_id: CardId, section: str) -> None:
    """The section is open in the user's view of the card; the others stay as they are."""
    row = view_row(tx.connection, user_id, card_id)
    if row is not None and section not in row["sections"]:
        update_view(tx, user_id, card_id, sections=[*row["sections"], section])


def view_row(connection: sa.Connection, user_id: UserId, card_id: CardId) -> Row | None:
    """The user's view of the card."""
    query = sa.select(desk_views).where(desk_views.c.user_id == user_id, desk_views.c.card_id == card_id)
    return first(connection.execute(query))


def viewers(tx: Tx, leg_id: LegId) -> UserId | None:
    """The Teams user of the leg's agent, once the two are matched."""
    query = sa.select(agents.c.user_id).join(legs, legs.c.agent_id == agents.c.id).where(legs.c.id == leg_id)
    return tx.execute(query).scalar()
