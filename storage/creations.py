"""Records that agents create in a CRM (A-19): what is asked, typed, refused, and that each is created once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from customers.creating import CreationState, CreationView, FormInput
from customers.ids import new_id
from customers.views import RecordView
from storage import groups
from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, first
from storage.tables import cards, creations, interactions

_ROOT = sa.func.coalesce(cards.c.survivor_id, cards.c.id).label("card_id")
_NEW = sa.insert(creations)
_SET = sa.update(creations).where(same(creations.c.id))
_BY_ID = (
    sa.select(
        creations, _ROOT, interactions.c.intake, interactions.c.source, interactions.c.ref,
    )
    .join(interactions, interactions.c.id == creations.c.interaction_id)
    .outerjoin(cards, cards.c.id == interactions.c.card_id)
    .where(same(creations.c.id))
)  # fmt: skip


def add(tx: Tx, leg: Mapping[str, Any], crm: str, type_: str, user: str) -> str:
    """A record that is to be created, its key with it, before anybody is asked anything."""
    creation_id = new_id()
    row = {
        "id": creation_id, "interaction_id": leg["interaction_id"], "leg_id": leg["id"], "crm": crm, "type": type_,
        "key": str(uuid.uuid4()), "state": CreationState.ASKING.value, "form": [], "typed": {}, "wrong": {},
        "found": [], "created_by": user, "created_at": tx.now,
    }  # fmt: skip
    tx.execute(_NEW, row)
    return creation_id


def load(connection: sa.Connection, creation_id: str) -> Row | None:
    """One of them, with the root of its card and what its interaction is known by."""
    return first(connection.execute(_BY_ID, {"the_id": creation_id}))


def hold(tx: Tx, creation_id: str) -> Row | None:
    """The same; nobody else changes it until the transaction ends."""
    tx.lock(f"creation:{creation_id}")
    row = load(tx.connection, creation_id)
    if row is not None and row["card_id"]:
        groups.hold(tx, row["card_id"])
    return row


def change(tx: Tx, creation_id: str, **values: Any) -> None:
    """It is as `values` say."""
    tx.execute(_SET, values | {"the_id": creation_id})


def inputs_of(row: Mapping[str, Any]) -> tuple[FormInput, ...]:
    """The form as it came from the CRM."""
    return tuple(FormInput.of(one) for one in row["form"])


def form_with(row: Mapping[str, Any], one: FormInput) -> list[dict[str, Any]]:
    """The form with `one` in place of the field of the same name, to be stored."""
    return [(one if other.name == one.name else other).to_json() for other in inputs_of(row)]


def view_of(row: Mapping[str, Any], *, crm_label: str, type_label: str, found: tuple[RecordView, ...]) -> CreationView:
    """What the agent sees of it."""
    typed = row["typed"]
    inputs = [_with(one, typed.get(one.name)) for one in inputs_of(row)]
    return CreationView(
        id=row["id"],
        crm_label=crm_label,
        type_label=type_label,
        state=CreationState(row["state"]),
        inputs=tuple(inputs),
        wrong=row["wrong"],
        found=found,
        may_create=bool(row["may_create"]),
        reason=row["reason"],
        detail=row["detail"],
    )


def _with(one: FormInput, typed: str | None) -> FormInput:
    if typed is None or one.kind == "record":
        return one
    return replace(one, value=typed)
