"""Records tied to interactions (A-07), and the pushes that follow (P-08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, InteractionId, LegId, LinkId, PushId, new_id
from storage.engine import Tx
from storage.rows import Row, every, first
from storage.tables import interactions, legs, links, pushes
from storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One tie between an interaction and a record."""

    id: LinkId
    interaction_id: InteractionId
    crm: str
    type: str
    record_id: str
    title: str
    unlinked_at: datetime | None


_LINK = [links.c[name] for name in LinkRow.__slots__]


def tie(tx: Tx, interaction_id: InteractionId, record: dict[str, str], user_id: str) -> LinkRow:
    """The record is linked to the interaction; again, where the tie had been taken back."""
    unique = ["interaction_id", "crm", "type", "record_id"]
    values = record | {
        "id": new_id(), "interaction_id": interaction_id, "linked_by": user_id, "linked_at": tx.now,
        "unlinked_at": None, "version": 1,
    }  # fmt: skip
    upsert(tx, links, values, unique, keep=["id", "version"])
    return of_record(tx, interaction_id, record["crm"], record["type"], record["record_id"])


def of_record(tx: Tx, interaction_id: InteractionId, crm: str, type_: str, record_id: str) -> LinkRow:
    """The tie to this record. Raises sqlalchemy.exc.NoResultFound."""
    query = sa.select(*_LINK).where(
        links.c.interaction_id == interaction_id,
        links.c.crm == crm,
        links.c.type == type_,
        links.c.record_id == record_id,
    )
    return LinkRow(*tx.execute(query).one())


def untie(tx: Tx, link_id: LinkId) -> None:
    """The tie is taken back; that it was there stays on record."""
    tx.execute(sa.update(links).where(links.c.id == link_id).values(unlinked_at=tx.now, version=links.c.version + 1))


def active(tx: Tx, interaction_id: InteractionId) -> list[LinkRow]:
    """The ties that stand."""
    query = sa.select(*_LINK).where(links.c.interaction_id == interaction_id, links.c.unlinked_at.is_(None))
    return [LinkRow(*row) for row in tx.execute(query)]


# --- pushes -----------------------------------------------------------------------------------------------------


def push_rows(tx: Tx, *, link_id: LinkId | None = None, leg_id: LegId | None = None) -> list[Row]:
    """The pushes of a link, or of a leg."""
    where = pushes.c.link_id == link_id if link_id else pushes.c.leg_id == leg_id
    return every(tx.execute(sa.select(pushes).where(where)))


def new_push(tx: Tx, leg_id: LegId, link: LinkRow, key: str, correlation_id: str) -> PushId:
    """A push that is on its way, under `key`; the existing one where this leg already has one for this record."""
    push_id = new_id()
    values = {
        "id": push_id, "leg_id": leg_id, "link_id": link.id, "crm": link.crm, "key": key, "state": "sending",
        "facts": {}, "created_at": tx.now, "correlation_id": correlation_id,
    }  # fmt: skip
    upsert(
        tx, pushes, values, ["leg_id", "link_id"], keep=["id", "key", "state", "facts", "created_at", "correlation_id"]
    )
    where = sa.and_(pushes.c.leg_id == leg_id, pushes.c.link_id == link.id)
    return PushId(tx.execute(sa.select(pushes.c.id).where(where)).scalar_one())


def set_push(tx: Tx, push_id: PushId, **values: Any) -> None:
    """The push is as `values` say."""
    tx.execute(sa.update(pushes).where(pushes.c.id == push_id).values(**values))


def push(tx: Tx, push_id: PushId) -> Row | None:
    """One push with what it belongs to: leg, link, interaction, card."""
    query = (
        sa.select(
            pushes,
            links.c.type, links.c.record_id, links.c.unlinked_at, links.c.interaction_id,
            interactions.c.card_id,
        )
        .join(links, links.c.id == pushes.c.link_id)
        .join(interactions, interactions.c.id == links.c.interaction_id)
        .where(pushes.c.id == push_id)
    )  # fmt: skip
    return first(tx.execute(query))


def pushed_legs(tx: Tx, interaction_id: InteractionId) -> list[LegId]:
    """Legs whose time of the push has come: a record linked from now on is written at once (C-12)."""
    query = sa.select(legs.c.id).where(legs.c.interaction_id == interaction_id, legs.c.pushed_at.isnot(None))
    return [LegId(found) for found in tx.execute(query).scalars()]


def listing(connection: sa.Connection, states: Sequence[str], limit: int = 200) -> list[Row]:
    """Pushes in one of `states`, oldest first, with the record they are for."""
    query = (
        sa.select(
            pushes.c.id, pushes.c.crm, pushes.c.state, pushes.c.reason, pushes.c.detail, pushes.c.attempts,
            pushes.c.next_attempt_at, pushes.c.created_at, links.c.type, links.c.record_id, interactions.c.card_id,
            interactions.c.ref.label("interaction"),
        )
        .join(links, links.c.id == pushes.c.link_id)
        .join(interactions, interactions.c.id == links.c.interaction_id)
        .where(pushes.c.state.in_(states))
        .order_by(pushes.c.created_at)
        .limit(limit)
    )  # fmt: skip
    return every(connection.execute(query))


def card_of_leg(connection: sa.Connection, leg_id: LegId) -> CardId | None:
    """The card that the leg's interaction stands on."""
    query = sa.select(interactions.c.card_id).join(legs).where(legs.c.id == leg_id)
    return connection.execute(query).scalar()
