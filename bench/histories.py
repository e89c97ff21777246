"""Customers with histories of any length, written into a database as the product would have left them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from customers.ids import AgentId, CardId, RequestId, UserId, new_id
from customers.model import Channel
from customers.views import Section, Viewer
from storage import cards, merges, people, requests, tables
from storage.engine import Database, Tx

ELINOR = Viewer(UserId("00000000-0000-4000-8000-000000000001"), "tenant", "Elinor Dashwood")
OUTCOMES = ("Resolved", "Call back", "Passed on")
_CHANNELS = (Channel.VOICE, Channel.EMAIL, Channel.CHAT)
_EVERY = timedelta(hours=6)
_OPEN = 3
"""So many of the newest requests are open still."""
_AT_ONCE = 2000


def customer(database: Database, count: int, *, in_one_request: bool = False, sections: bool = False) -> CardId:
    """A card with `count` interactions, each in a request of its own, or all in one; one more is under way.

    `sections`: ELINOR has all of them open.
    """
    with database.write() as tx:
        card = cards.create(tx, Channel.VOICE)
        cards.fill_customer(tx, card, {"name": "Edward Ferrars"})
        cards.open_view(tx, ELINOR.user_id, card)
        if sections:
            cards.update_view(tx, ELINOR.user_id, card, sections=[section.value for section in Section])
        people.remember_user(tx, ELINOR.user_id, {"tenant_id": "tenant", "name": ELINOR.name})
        _fill(tx, card, _agents(tx), count, in_one_request=in_one_request)
    return card


def merged(database: Database, count: int, *, sections: bool = False) -> CardId:
    """As `customer`, of two cards that were merged, with half of them each."""
    survivor = customer(database, count // 2, sections=sections)
    absorbed = customer(database, count - count // 2)
    with database.write() as tx:
        merges.merge(tx, survivor, absorbed, ELINOR.user_id, picks={})
    return survivor


def gather(database: Database, others: int = 500) -> None:
    """There are others, with an interaction or two, and the database knows how much there is of everything, as it does
    after a night."""
    with database.write() as tx:
        agents = _agents(tx)
        for _ in range(others):
            _fill(tx, cards.create(tx, Channel.VOICE), agents, 1, in_one_request=False)
        tx.execute(sa.text("ANALYZE"))


def _agents(tx: Tx) -> list[AgentId]:
    """Elinor herself, and a colleague."""
    known = dict(tx.execute(sa.select(tables.agents.c.key, tables.agents.c.id)).all())
    for key, user in (("elinor", ELINOR.user_id), ("marianne", None)):
        if key not in known:
            known[key] = new_id()
            row = {"id": known[key], "intake": "main", "key": key, "name": key.title(), "user_id": user}
            tx.execute(sa.insert(tables.agents).values(**row, created_at=tx.now))
    return [AgentId(known["elinor"]), AgentId(known["marianne"])]


def _fill(tx: Tx, card: CardId, agents: list[AgentId], count: int, *, in_one_request: bool) -> None:
    shared = requests.open_one(tx, card, name="Everything") if in_one_request else None
    made = [_rows(card, agents[number % 2], count - number, shared) for number in range(count + 1)]
    for name in ("requests", "interactions", "legs", "life_events"):
        rows = [one[name] for one in made if name in one]
        for at in range(0, len(rows), _AT_ONCE):
            tx.execute(sa.insert(tables.metadata.tables[name]), rows[at : at + _AT_ONCE])


def _rows(card: CardId, agent: AgentId, age: int, shared: RequestId | None) -> dict[str, dict[str, Any]]:
    """What stands in the tables of the interaction that is `age` interactions old; 0 is under way."""
    at = datetime.now(UTC).replace(microsecond=0) - age * _EVERY
    interaction, request = new_id(), shared or new_id()
    end = at + timedelta(minutes=1 + age % 20) if age else None
    rows: dict[str, dict[str, Any]] = {
        "interactions": {
            "id": interaction, "intake": "main", "source": "urn:bench", "ref": interaction, "card_id": card,
            "channel": _CHANNELS[age % 3].value, "subject": f"Order {age}", "started_at": at, "ended_at": end,
            "hints": [], "created_at": at, "request_id": request, "own_request_id": request, "direction": "inbound",
        },
        "legs": {
            "id": new_id(), "interaction_id": interaction, "card_id": card, "agent_id": agent, "number": 1,
            "state": "done" if age else "active", "offered_at": at, "accepted_at": at, "ended_at": end,
            "wrapup": {"disposition": "x", "disposition_label": OUTCOMES[age % 3], "notes": f"Note {age}: lorem."},
            "edits": {}, "created_at": at, "changed_at": at,
        },
    }  # fmt: skip
    if shared is None:
        closed = at + timedelta(days=5) if age > _OPEN else None
        rows["requests"] = {
            "id": request, "card_id": card, "name": f"Order {age}", "state": "closed" if closed else "open",
            "version": 1, "created_at": at, "changed_at": at, "closed_at": closed,
        }  # fmt: skip
    return rows


def kinds() -> Iterator[str]:
    """What a history may look like."""
    yield from ("requests of their own", "one request", "merged")


def of_kind(database: Database, kind: str, count: int, *, sections: bool = False) -> CardId:
    """A customer of that kind."""
    if kind == "merged":
        return merged(database, count, sections=sections)
    return customer(database, count, in_one_request=kind == "one request", sections=sections)
