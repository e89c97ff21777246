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
_HERE = same(records.c.card_id, records.c.crm, records.c.parent)
_UNDER = sa.select(records.c.type, records.c.record_id, records.c.position).where(_HERE).order_by(records.c.position)
_ENDS = sa.update(records).where(_HERE, records.c.more != "").values(more="")
_TOLD = (
    sa.select(records.c.type, records.c.record_id)
    .where(
        groups.in_group(records.c.card_id, sa.bindparam("root", type_=sa.String)),
        same(records.c.crm, records.c.parent),
    )
    .distinct()
)
_GOES_ON_AFTER = sa.update(records).where(_HERE, same(records.c.type, records.c.record_id))
_GOES_ON = (
    sa.select(records.c.card_id, records.c.more)
    .where(
        groups.in_group(records.c.card_id, sa.bindparam("root", type_=sa.String)),
        same(records.c.crm, records.c.parent),
        records.c.more != "",
    )
    .order_by(records.c.card_id)
    .limit(1)
)
_DESCRIBED = ["type_label", "title", "subtitle", "level", "url", "match", "has_children", "dated", "position"]
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


def append(tx: Tx, card_id: CardId, crm: str, parent: str, rows: Sequence[dict[str, Any]]) -> None:
    """`crm` has told more under `parent`, behind what it told before; what stands there already stays where it is."""
    tx.lock(f"records:{card_id}:{crm}")
    where = {"the_card_id": card_id, "the_crm": crm, "the_parent": parent}
    there = every(tx.execute(_UNDER, where))
    tx.execute(_ENDS, where)
    known = {(row["type"], row["record_id"]) for row in there}
    new = [row for row in rows if (row["type"], row["record_id"]) not in known]
    start = there[-1]["position"] + 1 if there else 0
    more = rows[-1]["more"] if rows else ""
    if new:
        new[-1] |= {"more": more}
        fixed = {"card_id": card_id, "crm": crm, "parent": parent}
        tx.execute(_INSERT, [row | fixed | {"position": start + at} for at, row in enumerate(new)])
    elif there and more:
        last = {"the_type": there[-1]["type"], "the_record_id": there[-1]["record_id"]}
        tx.execute(_GOES_ON_AFTER, where | last | {"more": more})


def under(tx: Tx, root_id: CardId, crm: str, parent: str) -> Sequence[tuple[str, str]]:
    """Type and id of what `crm` has told under `parent`, each once."""
    found = tx.execute(_TOLD, {"root": root_id, "the_crm": crm, "the_parent": parent})
    return [(row.type, row.record_id) for row in found]


def goes_on(tx: Tx, root_id: CardId, crm: str, parent: str) -> tuple[CardId, str] | None:
    """Which card was told of the records under `parent`, and where the CRM goes on with them; None: nowhere."""
    found = first(tx.execute(_GOES_ON, {"root": root_id, "the_crm": crm, "the_parent": parent}))
    return (CardId(found["card_id"]), found["more"]) if found else None


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
