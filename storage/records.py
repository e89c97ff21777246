"""CRM records as the CRMs last told them; the card shows these without asking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId
from storage import groups
from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, every, first
from storage.tables import lookups, records
from storage.upsert import upsert

_FORGET = sa.delete(records).where(same(records.c.card_id, records.c.crm, records.c.parent))
_INSERT = sa.insert(records)
_DESCRIBED = ["type_label", "title", "subtitle", "level", "url", "match", "has_children", "position"]
_ADD = upsert(records, ["card_id", "crm", "type", "record_id", "parent"], _DESCRIBED)
_KNOWN = (
    sa.select(records)
    .where(
        groups.in_group(records.c.card_id, sa.bindparam("root", type_=sa.String)),
        same(records.c.crm, records.c.type, records.c.record_id),
    )
    .order_by(records.c.parent)
    .limit(1)
)
_OF_LOOKUP = ["card_id", "crm"]
_ASKED = upsert(lookups, _OF_LOOKUP, ["state", "reason"])
_ANSWERED = upsert(lookups, _OF_LOOKUP, ["state", "reason", "fetched_at"])
_LOOKUPS = sa.select(lookups).where(same(lookups.c.card_id))


def replace(tx: Tx, card_id: CardId, crm: str, parent: str, rows: Sequence[dict[str, Any]]) -> None:
    """What `crm` told under `parent` (empty: of the person) is now `rows`, in their order."""
    tx.lock(f"records:{card_id}:{crm}")
    tx.execute(_FORGET, {"the_card_id": card_id, "the_crm": crm, "the_parent": parent})
    if rows:
        fixed = {"card_id": card_id, "crm": crm, "parent": parent}
        tx.execute(_INSERT, [row | fixed | {"position": at} for at, row in enumerate(rows)])


def add(tx: Tx, card_id: CardId, crm: str, parent: str, row: Mapping[str, Any]) -> None:
    """`crm` has told of one more record under `parent`; it stands first."""
    tx.lock(f"records:{card_id}:{crm}")
    values = {**row, "card_id": card_id, "crm": crm, "parent": parent, "position": -1}
    tx.execute(_ADD[tx.dialect], values)


def known(tx: Tx, root_id: CardId, crm: str, type_: str, record_id: str) -> Row | None:
    """The record, where this card or one that it stands for has been told of it."""
    values = {"root": root_id, "the_crm": crm, "the_type": type_, "the_record_id": record_id}
    return first(tx.execute(_KNOWN, values))


def set_lookup(tx: Tx, card_id: CardId, crm: str, state: str, reason: str = "") -> None:
    """Whether `crm` is being asked for this card, has answered, or has not."""
    row: dict[str, Any] = {"card_id": card_id, "crm": crm, "state": state, "reason": reason}
    if state == "ready":
        tx.execute(_ANSWERED[tx.dialect], row | {"fetched_at": tx.now})
    else:
        tx.execute(_ASKED[tx.dialect], row)


def lookup_states(tx: Tx, card_id: CardId) -> dict[str, Row]:
    """By CRM name."""
    return {row["crm"]: row for row in every(tx.execute(_LOOKUPS, {"the_card_id": card_id}))}
