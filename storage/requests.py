"""Requests: opened, written in, closed; and the interactions that are in them (B-26, B-35, B-36).

A request hangs on a card and stays there when cards are merged (rule 8). An interaction may be in a request of another
card of the same customer; it has one on its own card too, which it is in again once the two cards are parted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, InteractionId, RequestId, new_id
from customers.requests import RequestField, RequestState
from storage.conditions import EPOCH, same
from storage.engine import Tx
from storage.groups import ROOT
from storage.rows import Row, every, first
from storage.tables import cards, interactions, legs, request_edits, requests

_NEW = sa.insert(requests)
_LOAD = (
    sa.select(requests, ROOT.label("root_id"))
    .join(cards, cards.c.id == requests.c.card_id)
    .where(same(requests.c.id))
    .with_for_update(of=requests)
)
_UPDATE = sa.update(requests).where(same(requests.c.id)).values(version=requests.c.version + 1)
_TOUCH = sa.update(requests).where(same(requests.c.id))
_NOTE = sa.insert(request_edits).inline()
_EDITS_SINCE = (
    sa.select(request_edits.c.field, request_edits.c.before)
    .where(same(request_edits.c.request_id), request_edits.c.version > sa.bindparam("version"))
    .order_by(request_edits.c.id.desc())
)
_OPEN = requests.c.state == sa.literal(RequestState.OPEN.value)
_IN_IT = interactions.c.request_id == requests.c.id
_LAST_OF_ACTIVITIES = (
    sa.select(sa.func.max(legs.c.changed_at))
    .select_from(legs.join(interactions))
    .where(same(interactions.c.request_id))
)
_QUIET = (
    sa.select(requests.c.id)
    .where(_OPEN, requests.c.changed_at <= sa.bindparam("until", type_=requests.c.changed_at.type))
    .order_by(requests.c.changed_at, requests.c.id)
    .limit(sa.bindparam("rows", type_=sa.Integer))
)
_NEXT = sa.select(sa.func.min(requests.c.changed_at)).where(_OPEN)
_REPLIED = (
    sa.select(interactions.c.id).where(
        interactions.c.request_id == sa.bindparam("request", type_=sa.String), interactions.c.replied_at >= EPOCH
    )
).limit(1)
_OTHERS_HERE = sa.select(interactions.c.id).where(_IN_IT, interactions.c.card_id == requests.c.card_id).exists()
_FOLLOW = (
    sa.update(requests)
    .where(requests.c.card_id == sa.bindparam("old", type_=sa.String), ~_OTHERS_HERE)
    .values(card_id=sa.bindparam("new", type_=sa.String))
)


def open_one(tx: Tx, card_id: CardId, *, name: str = "", description: str = "", user: str = "") -> RequestId:
    """A new request of the card. `user`: who added it; empty where it opens with an interaction."""
    request_id = RequestId(new_id())
    row = {
        "id": request_id, "card_id": card_id, "name": name, "description": description,
        "state": RequestState.OPEN.value, "version": 1, "created_by": user, "created_at": tx.now, "changed_at": tx.now,
        "closed_by": "",
    }  # fmt: skip
    tx.execute(_NEW, row)
    return request_id


def load(tx: Tx, request_id: RequestId) -> Row | None:
    """The request with the root of its card; nobody else changes it until `tx` ends."""
    return first(tx.execute(_LOAD, {"the_id": request_id}))


def texts(row: Row) -> dict[RequestField, str]:
    """What stands in the request."""
    return {field: row[field] for field in RequestField}


def texts_at(tx: Tx, row: Row, version: int) -> dict[RequestField, str]:
    """What stood in the request when `version` was its version; as it is now, where that is unknown."""
    found = texts(row)
    if version < row["version"]:
        for edit in every(tx.execute(_EDITS_SINCE, {"the_request_id": row["id"], "version": version})):
            found[RequestField(edit["field"])] = edit["before"]
    return found


def write(tx: Tx, row: Row, news: Mapping[RequestField, str], user: str) -> None:
    """The request, whose row has been loaded as `row`, is as `news` say."""
    values: dict[str, Any] = {field.value: text for field, text in news.items()}
    tx.execute(_UPDATE, values | {"the_id": row["id"], "changed_at": tx.now})
    for field, text in news.items():
        edit = {
            "request_id": row["id"], "version": row["version"] + 1, "field": field.value, "before": row[field],
            "after": text, "edited_by": user, "edited_at": tx.now,
        }  # fmt: skip
        tx.execute(_NOTE, edit)


def set_state(
    tx: Tx, request_id: RequestId, state: RequestState, user: str, *, closed_at: datetime | None = None
) -> None:
    """The request is open, or closed or cancelled by `user`, at `closed_at` or now."""
    is_open = state is RequestState.OPEN
    values = {
        "state": state.value, "changed_at": tx.now, "closed_by": "" if is_open else user,
        "closed_at": None if is_open else closed_at or tx.now,
    }  # fmt: skip
    tx.execute(_UPDATE, values | {"the_id": request_id})


def touch(tx: Tx, request_id: RequestId, at: datetime | None = None) -> None:
    """The request, or one of its activities, has changed at `at`, or now: it closes later."""
    tx.execute(_TOUCH, {"the_id": request_id, "changed_at": at or tx.now})


def has_reply(tx: Tx, request_id: RequestId) -> bool:
    """True where an agent has written to the customer in one of its activities (C-02)."""
    return tx.execute(_REPLIED, {"request": request_id}).first() is not None


# --- closing by itself ------------------------------------------------------------------------------------------


def quiet(tx: Tx, until: datetime, rows: int) -> list[Row]:
    """Open requests that have not changed themselves since `until`, those left alone for longest first."""
    return every(tx.execute(_QUIET, {"until": until, "rows": rows}))


def last_of_activities(tx: Tx, request_id: RequestId) -> datetime | None:
    """When one of its activities last changed; None where that is not known to have happened."""
    found: datetime | None = tx.execute(_LAST_OF_ACTIVITIES, {"the_request_id": request_id}).scalar()
    return found


def oldest_change(tx: Tx) -> datetime | None:
    """Since when the open request that has been left alone for longest has not changed; None where none is open."""
    found: datetime | None = tx.execute(_NEXT).scalar()
    return found


# --- a card that gives way --------------------------------------------------------------------------------------


def follow(tx: Tx, old: CardId, new: CardId) -> None:
    """Requests of `old` that no interaction of it is in any more hang on `new`."""
    tx.execute(_FOLLOW, {"old": old, "new": new})


def card_of(tx: Tx, interaction_id: InteractionId) -> CardId | None:
    """The card of the request that the interaction is in."""
    found = tx.execute(
        sa.select(requests.c.card_id)
        .select_from(requests.join(interactions, _IN_IT))
        .where(interactions.c.id == interaction_id)
    ).scalar()
    return CardId(found) if found else None
