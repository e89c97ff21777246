"""Edits of profiles, and what of them is offered to the other side once a merge is taken back (P-01)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, UserId
from customers.merging import FieldOffer
from customers.profile_form import Detail
from storage import added, groups
from storage.cards import customer_of, write_customer
from storage.conditions import same
from storage.engine import Tx
from storage.profiles import profiles
from storage.rows import Row, every, first
from storage.tables import field_offers, merges, profile_edits
from storage.upsert import upsert

_COLUMNS = frozenset(Detail)
_NOTE = sa.insert(profile_edits).inline()
_SINCE = (
    sa.select(profile_edits.c.card_id, profile_edits.c.field, profile_edits.c.after, profile_edits.c.edited_at)
    .where(
        groups.in_group(profile_edits.c.card_id, sa.bindparam("root", type_=sa.String)),
        profile_edits.c.edited_at >= sa.bindparam("since", type_=profile_edits.c.edited_at.type),
    )
    .order_by(profile_edits.c.id)
)
_JOINED = sa.select(merges.c.survivor_id, merges.c.absorbed_id, merges.c.merged_at).where(
    merges.c.undone_at.is_(None), groups.in_group(merges.c.absorbed_id, sa.bindparam("root", type_=sa.String))
)
_OFFER = upsert(field_offers, ["card_id", "field", "origin_id"], ["value", "offered_at"])
_THE_OFFER = sa.and_(
    groups.in_group(field_offers.c.card_id, sa.bindparam("root", type_=sa.String)),
    same(field_offers.c.field, field_offers.c.origin_id),
)
_OFFERED = sa.select(field_offers).where(
    _THE_OFFER, ~groups.in_group(field_offers.c.origin_id, sa.bindparam("root", type_=sa.String))
)
_SETTLE = sa.delete(field_offers).where(_THE_OFFER)


def edit(tx: Tx, root_id: CardId, field: str, value: str, user: UserId) -> bool:
    """The customer's field holds `value`, on the card whose value was shown; False where it did already."""
    return edits(tx, root_id, {field: value}, user)


def edits(tx: Tx, root_id: CardId, news: Mapping[str, str], user: UserId) -> bool:
    """As `edit`, of several fields; False where all of them were so already."""
    shown = profiles(tx.connection, [root_id])[root_id]
    by_card: dict[CardId, dict[str, str]] = {}
    for field, value in news.items():
        # One of the company's own that nobody has written in yet is on none of the cards.
        if shown.values.get(field, "") != value:
            by_card.setdefault(shown.owners.get(field, root_id), {})[field] = value
    for card_id, values in by_card.items():
        _write(tx, card_id, values, user)
    return bool(by_card)


def _write(tx: Tx, card_id: CardId, values: Mapping[str, str], user: UserId) -> None:
    """What of `values` is no column is a field of the company's own."""
    row = customer_of(tx, card_id)
    own = row["field_values"] or {}
    columns: dict[str, Any] = {name: text for name, text in values.items() if name in _COLUMNS}
    if len(columns) < len(values):
        columns["field_values"] = {**own, **{name: text for name, text in values.items() if name not in _COLUMNS}}
    write_customer(tx, card_id, row, columns)
    common = {"card_id": card_id, "edited_by": user, "edited_at": tx.now}
    before = {name: row[name] if name in _COLUMNS else own.get(name, "") for name in values}
    tx.execute(_NOTE, [{**common, "field": one, "before": before[one], "after": text} for one, text in values.items()])


def offer(tx: Tx, parted: Row, roots: Collection[CardId]) -> None:
    """What was written on the cards of either root while the merge `parted` made them one is offered to the other one,
    where that shows something else. Of each field the last words count; labels, numbers and addresses that were added
    are offered together."""
    shown = profiles(tx.connection, roots)
    since = _one_since(tx, parted, roots)
    for origin in roots:
        rows = every(tx.execute(_SINCE, {"root": origin, "since": parted["merged_at"]}))
        last = {(row["card_id"], row["field"]): row for row in rows if row["edited_at"] >= since[row["card_id"]]}
        for other in (root for root in roots if root != origin):
            for (card, field), row in last.items():
                if row["after"] and shown[other].values.get(field) != row["after"]:
                    _put(tx, other, field, card, row["after"])
            for (card, part), lines in added.since(tx.connection, origin, other, since).items():
                _put(tx, other, part, card, added.SEPARATOR.join(lines))


def _put(tx: Tx, card_id: CardId, field: str, origin: CardId, value: str) -> None:
    row = {"card_id": card_id, "field": field, "origin_id": origin, "value": value, "offered_at": tx.now}
    tx.execute(_OFFER[tx.dialect], row)


def _one_since(tx: Tx, parted: Row, roots: Iterable[CardId]) -> dict[str, datetime]:
    """For each card of `roots` since when it was one with the other end of `parted`: since the latest of the merges
    between the two."""
    joined = [merge for root in roots for merge in every(tx.execute(_JOINED, {"root": root}))]
    since = {parted["survivor_id"]: parted["merged_at"], parted["absorbed_id"]: parted["merged_at"]}
    reached = [*since]
    for card in reached:
        for merge in joined:
            for one, other in (
                (merge["survivor_id"], merge["absorbed_id"]),
                (merge["absorbed_id"], merge["survivor_id"]),
            ):
                if one == card and other not in since:
                    since[other] = max(since[card], merge["merged_at"])
                    reached.append(other)
    return since


def offered(tx: Tx, root_id: CardId, field: str, origin: CardId) -> FieldOffer | None:
    """The offer, where it has not been answered; none from a card that is one with this one again."""
    row = first(tx.execute(_OFFERED, {"root": root_id, "the_field": field, "the_origin_id": origin}))
    return FieldOffer(field, row["value"], origin) if row else None


def settle(tx: Tx, root_id: CardId, field: str, origin: CardId) -> None:
    """The offer is answered: it stands there no more."""
    tx.execute(_SETTLE, {"root": root_id, "the_field": field, "the_origin_id": origin})
