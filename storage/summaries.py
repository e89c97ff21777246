"""What tells cards from each other (P-05), read for many of them in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId
from customers.merging import CardSummary, Contact, ProfileField
from customers.model import Channel, IdentityKind
from customers.profiles import Profile
from customers.requests import RequestState
from storage.conditions import one_of
from storage.groups import ROOT
from storage.profiles import profiles
from storage.rows import Row, every
from storage.tables import cards, identities, interactions, requests

_ROOTS: sa.BindParameter[Any] = sa.bindparam("roots", expanding=True)
_OF_ROOTS = sa.or_(cards.c.id.in_(_ROOTS), cards.c.survivor_id.in_(_ROOTS))
_CARDS = sa.select(cards.c.id, cards.c.version, cards.c.locked_at).where(cards.c.id.in_(_ROOTS))
_CONTACTS = (
    sa.select(ROOT.label("root"), identities.c.kind, identities.c.value, identities.c.channel, identities.c.provider)
    .select_from(identities.join(cards))
    .where(_OF_ROOTS, identities.c.kind != IdentityKind.EXTERNAL.value)
    .order_by(sa.case((cards.c.survivor_id.is_(None), 0), else_=1), identities.c.created_at, identities.c.id)
)
_its = interactions.alias("its")
_ITS_NEWEST = (
    sa.select(_its.c.id)
    .where(_its.c.card_id == cards.c.id)
    .order_by(sa.func.coalesce(_its.c.started_at, _its.c.created_at).desc(), _its.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_NEWEST = (
    sa.select(ROOT.label("root"), interactions.c.channel, interactions.c.started_at.label("at"))
    .select_from(cards.join(interactions, interactions.c.id == _ITS_NEWEST))
    .where(_OF_ROOTS)
)
_OPEN = (
    sa.select(ROOT.label("root"), sa.func.count().label("open"))
    .select_from(requests.join(cards))
    .where(_OF_ROOTS, one_of(requests.c.state, [RequestState.OPEN.value]))
    .group_by(ROOT)
)


def summaries(connection: sa.Connection, roots: Iterable[CardId]) -> dict[CardId, CardSummary]:
    """By root; ids of no card and of cards that another one stands for are left out."""
    asked = {"roots": sorted(set(roots))}
    if not asked["roots"]:
        return {}
    known = profiles(connection, asked["roots"])
    contacts = _by_root(every(connection.execute(_CONTACTS, asked)))
    newest = _by_root(every(connection.execute(_NEWEST, asked)))
    open_ones = {row["root"]: row["open"] for row in every(connection.execute(_OPEN, asked))}
    rows = [row for row in every(connection.execute(_CARDS, asked)) if row["id"] in known]
    return {
        CardId(row["id"]): _summary(
            row, known[row["id"]], contacts.get(row["id"], []), newest.get(row["id"], []), open_ones.get(row["id"], 0)
        )
        for row in rows
    }


def _by_root(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["root"], []).append(row)
    return found


def _summary(row: Row, known: Profile, contacts: list[Row], newest: list[Row], open_ones: int) -> CardSummary:
    last: Mapping[str, Any] = max(newest, key=_at, default={})
    return CardSummary(
        card_id=CardId(row["id"]),
        version=row["version"],
        channels=known.channels,
        customer_name=known.values[ProfileField.NAME],
        company=known.values[ProfileField.COMPANY],
        contacts=tuple(
            Contact(IdentityKind(one["kind"]), one["value"], Channel(one["channel"]), one["provider"])
            for one in contacts
        ),
        last_at=last.get("at"),
        last_channel=Channel(last["channel"]) if last else None,
        open_requests=open_ones,
        is_locked=row["locked_at"] is not None,
    )


def _at(row: Row) -> float:
    at: datetime | None = row["at"]
    return at.timestamp() if at else 0.0
