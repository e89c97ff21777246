"""Edits of profiles on their way into CRM records: one row for each record, whatever is edited meanwhile joins it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, new_id
from customers.writing_back import Difference, UpdateState, UpdateView
from storage import groups
from storage.conditions import one_of, same
from storage.engine import Tx
from storage.rows import Row, every, first
from storage.tables import cards, interactions, links, record_updates

_ROOT = sa.bindparam("root", type_=sa.String)
_UNDER_WAY = [state.value for state in UpdateState if state not in (UpdateState.SENT, UpdateState.DROPPED)]
_LINKED = (
    sa.select(links.c.crm, links.c.type, links.c.record_id, links.c.title)
    .join(interactions, interactions.c.id == links.c.interaction_id)
    .where(groups.in_group(interactions.c.card_id, _ROOT), links.c.unlinked_at.is_(None))
    .distinct()
)
_WHOLE = sa.select(record_updates, sa.func.coalesce(cards.c.survivor_id, cards.c.id).label("root_id")).join(cards)
_BY_ID = _WHOLE.where(same(record_updates.c.id))
_STANDING = sa.select(record_updates).where(
    groups.in_group(record_updates.c.card_id, _ROOT),
    same(record_updates.c.crm, record_updates.c.type, record_updates.c.record_id),
    one_of(record_updates.c.state, _UNDER_WAY),
)
_OF_CARD = (
    sa.select(record_updates)
    .where(groups.in_group(record_updates.c.card_id, _ROOT))
    .order_by(record_updates.c.changed_at.desc(), record_updates.c.id)
    .limit(10)
)
_NEW = sa.insert(record_updates)
_SET = sa.update(record_updates).where(same(record_updates.c.id))


def linked_records(tx: Tx, root_id: CardId) -> list[Row]:
    """Every record that an interaction of the root's cards is linked to."""
    return every(tx.execute(_LINKED, {"root": root_id}))


def note(
    tx: Tx, root_id: CardId, record: Row, *, before: Mapping[str, str], after: Mapping[str, str], user: str
) -> str:
    """The record is to say what `after` says. An edit that has not arrived yet is part of it from now on; what stood
    in the profile before the first of them is what counts as known."""
    named = {f"the_{name}": record[name] for name in ("crm", "type", "record_id")}
    standing = first(tx.execute(_STANDING, {"root": root_id, **named}))
    fixed = {"state": UpdateState.SENDING.value, "edited_by": user, "changed_at": tx.now, "attempts": 0, "reason": ""}
    if standing is not None:
        joined = {"before": {**before, **standing["before"]}, "facts": {**standing["facts"], **after}}
        change(tx, standing["id"], **fixed, **joined)
        return str(standing["id"])
    update_id = new_id()
    row = {name: record[name] for name in ("crm", "type", "record_id", "title")}
    values = {"before": dict(before), "facts": dict(after), "differences": [], "accepted": {}}
    tx.execute(_NEW, {"id": update_id, "card_id": root_id, **row, **values, **fixed})
    return update_id


def hold(tx: Tx, update_id: str) -> Row | None:
    """One of them, with the root of its card; nobody else changes it until the transaction ends."""
    tx.lock(f"record_update:{update_id}")
    return first(tx.execute(_BY_ID, {"the_id": update_id}))


def change(tx: Tx, update_id: str, **values: Any) -> None:
    """It is as `values` say."""
    tx.execute(_SET, values | {"the_id": update_id, "changed_at": tx.now})


def views(connection: sa.Connection, root_id: CardId, labels: Mapping[str, str]) -> tuple[UpdateView, ...]:
    """The newest for each record; what was taken over is not among them."""
    found: dict[tuple[str, str, str], Row] = {}
    for row in every(connection.execute(_OF_CARD, {"root": root_id})):
        found.setdefault((row["crm"], row["type"], row["record_id"]), row)
    shown = [row for row in found.values() if row["state"] != UpdateState.DROPPED]
    return tuple(_view(row, labels.get(row["crm"], row["crm"])) for row in shown)


def _view(row: Row, crm_label: str) -> UpdateView:
    differences: Sequence[Mapping[str, str]] = row["differences"]
    return UpdateView(
        id=row["id"],
        crm_label=crm_label,
        title=row["title"],
        state=UpdateState(row["state"]),
        differences=tuple(Difference(one["source"], one["field"], one["theirs"], one["mine"]) for one in differences),
        reason=row["reason"],
        detail=row["detail"],
    )
