"""CRM records as the CRMs last told them; the card shows these without asking again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId
from storage.engine import Tx
from storage.rows import Row, every, first
from storage.tables import lookups, records
from storage.upsert import upsert


def replace(tx: Tx, card_id: CardId, crm: str, parent: str, rows: Sequence[dict[str, Any]]) -> None:
    """What `crm` told under `parent` (empty: of the person) is now `rows`, in their order."""
    where = sa.and_(records.c.card_id == card_id, records.c.crm == crm, records.c.parent == parent)
    tx.execute(sa.delete(records).where(where))
    if rows:
        fixed = {"card_id": card_id, "crm": crm, "parent": parent}
        tx.execute(sa.insert(records), [row | fixed | {"position": at} for at, row in enumerate(rows)])


def known(tx: Tx, card_id: CardId, crm: str, type_: str, record_id: str) -> Row | None:
    """The record, where this card has been told of it."""
    query = sa.select(records).where(
        records.c.card_id == card_id, records.c.crm == crm, records.c.type == type_, records.c.record_id == record_id
    )
    return first(tx.execute(query.limit(1)))


def set_lookup(tx: Tx, card_id: CardId, crm: str, state: str, reason: str = "") -> None:
    """Whether `crm` is being asked for this card, has answered, or has not."""
    values: dict[str, Any] = {"card_id": card_id, "crm": crm, "state": state, "reason": reason}
    if state == "ready":
        values["fetched_at"] = tx.now
    upsert(tx, lookups, values, ["card_id", "crm"])


def lookup_states(tx: Tx, card_id: CardId) -> dict[str, Row]:
    """By CRM name."""
    return {row["crm"]: row for row in every(tx.execute(sa.select(lookups).where(lookups.c.card_id == card_id)))}
