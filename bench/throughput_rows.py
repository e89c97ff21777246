"""Wrap-ups that are over, each with links whose pushes wait in the queue."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from connectors.interface import RecordRef
from jobs.queue import enqueue
from storage import tables
from storage.engine import Database

EMAIL = "elinor.dashwood@contoso.example"


def fill(database: Database, crm: str, records: Sequence[RecordRef], count: int) -> None:
    """`count` more wrap-ups; a push for each of `records`, each with its job."""
    with database.write() as tx:
        agent = {"intake": "bench", "key": "a-7", "name": "Elinor Dashwood", "email": EMAIL, "created_at": tx.now}
        agent_id = tx.execute(sa.select(tables.agents.c.id)).scalar()
        if agent_id is None:
            agent_id = uuid.uuid4().hex
            tx.execute(sa.insert(tables.agents), [agent | {"id": agent_id}])
        rows: dict[sa.Table, list[dict[str, Any]]] = {}
        for _ in range(count):
            _one(rows, str(agent_id), crm, records, tx.now)
        for table, values in rows.items():
            tx.execute(sa.insert(table), values)
        for push in rows[tables.pushes]:
            key = f"push:{push['id']}"
            enqueue(tx, lane=f"push:{crm}", kind="push", payload={"push": push["id"]}, key=key)


def _one(
    rows: dict[sa.Table, list[dict[str, Any]]], agent_id: str, crm: str, records: Sequence[RecordRef], now: Any
) -> None:
    customer, card, interaction, leg = (uuid.uuid4().hex for _ in range(4))

    def add(table: sa.Table, **values: Any) -> None:
        rows.setdefault(table, []).append(values)

    add(tables.customers, id=customer, name="Edward Ferrars", created_at=now, updated_at=now)
    add(tables.cards, id=card, customer_id=customer, channel="voice", created_at=now, changed_at=now)
    add(
        tables.interactions,
        id=interaction, intake="bench", source="bench", ref=interaction, card_id=card, home_id=card, channel="voice",
        direction="inbound", subject="Billing", queue="Support", customer_address="+4915112345678", hints=[],
        started_at=now - timedelta(minutes=6), ended_at=now, created_at=now,
    )  # fmt: skip
    said = {"notes": "Wants a copy of the invoice. " * 10, "disposition": "resolved", "disposition_label": "Resolved"}
    add(
        tables.legs,
        id=leg, interaction_id=interaction, agent_id=agent_id, number=1, state="done", wrapup=said, edits={},
        accepted_at=now - timedelta(minutes=6), ended_at=now, pushed_at=now, created_at=now,
    )  # fmt: skip
    for record in records:
        link = uuid.uuid4().hex
        add(
            tables.links,
            id=link, interaction_id=interaction, crm=crm, type=record.type, record_id=record.id, level="person",
            linked_at=now,
        )  # fmt: skip
        add(
            tables.pushes,
            id=uuid.uuid4().hex, leg_id=leg, link_id=link, crm=crm, key=str(uuid.uuid4()), state="sending", facts={},
            created_at=now,
        )  # fmt: skip
