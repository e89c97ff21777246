"""Agents as the contact centre names them, Teams users, and the match between the two (P-17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from customers.events import AgentRef
from customers.ids import AgentId, UserId, new_id
from storage.engine import Tx
from storage.rows import Row, every, first
from storage.tables import agents, users
from storage.upsert import insert_ignoring, upsert


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent of the contact centre."""

    id: AgentId
    key: str
    name: str
    email: str
    entra_object_id: str
    user_id: UserId | None


_AGENT = [agents.c[name] for name in AgentRow.__slots__]


def agent(tx: Tx, intake: str, ref: AgentRef) -> AgentRow:
    """The agent `ref` of `intake`, made where there is none; what `ref` tells anew is kept, and matched with a user."""
    query = sa.select(*_AGENT).where(agents.c.intake == intake, agents.c.key == ref.key)
    row = tx.execute(query).first()
    if row is None:
        return _new_agent(tx, intake, ref)
    known = AgentRow(*row)
    told = {
        "name": ref.name,
        "email": (ref.email or ref.upn or "").lower(),
        "entra_object_id": (ref.entra_object_id or "").lower(),
    }
    news: dict[str, str | None] = {
        name: value for name, value in told.items() if value and value != getattr(known, name)
    }
    if news and not known.user_id:
        news |= {
            "user_id": _user_of(
                tx, news.get("email") or known.email, news.get("entra_object_id") or known.entra_object_id
            )
        }
    if news:
        tx.execute(sa.update(agents).where(agents.c.id == known.id).values(**news))
        return AgentRow(*tx.execute(query).one())
    return known


def _new_agent(tx: Tx, intake: str, ref: AgentRef) -> AgentRow:
    email, oid = (ref.email or ref.upn or "").lower(), (ref.entra_object_id or "").lower()
    row = AgentRow(AgentId(new_id()), ref.key, ref.name or "", email, oid, _user_of(tx, email, oid))
    values = {name: getattr(row, name) for name in AgentRow.__slots__}
    tx.execute(
        insert_ignoring(tx, agents, ["intake", "key"]),
        values | {"intake": intake, "platform_id": ref.id or "", "created_at": tx.now},
    )
    query = sa.select(*_AGENT).where(agents.c.intake == intake, agents.c.key == ref.key)
    return AgentRow(*tx.execute(query).one())


def _user_of(tx: Tx, email: str, oid: str) -> UserId | None:
    if oid:
        found = tx.execute(sa.select(users.c.user_id).where(users.c.user_id == oid)).scalar()
        if found:
            return UserId(found)
    if not email:
        return None
    query = sa.select(users.c.user_id).where(sa.or_(users.c.email == email, users.c.upn == email)).limit(2)
    matches = tx.execute(query).scalars().all()
    # Two users with one address: nobody is matched, an administrator decides.
    return UserId(matches[0]) if len(matches) == 1 else None


def remember_user(tx: Tx, user_id: UserId, values: dict[str, Any]) -> list[AgentId]:
    """The user is known with `values` (empty ones leave what is there); agents that match now are returned."""
    known = {name: value for name, value in values.items() if value}
    upsert(tx, users, {"user_id": user_id, "updated_at": tx.now} | known, ["user_id"])
    row = tx.execute(sa.select(users.c.email, users.c.upn).where(users.c.user_id == user_id)).one()
    addresses = [address for address in set(row) if address]
    mine = agents.c.entra_object_id == user_id
    if addresses:
        mine = sa.or_(mine, agents.c.email.in_(addresses))
    matched = sa.update(agents).where(agents.c.user_id.is_(None), mine).values(user_id=user_id).returning(agents.c.id)
    return [AgentId(found) for found in tx.execute(matched).scalars()]


def match_agent(tx: Tx, intake: str, key: str, user_id: UserId | None) -> AgentId | None:
    """The agent is this Teams user from now on (or nobody); None where there is no such agent."""
    where = sa.and_(agents.c.intake == intake, agents.c.key == key)
    found = tx.execute(sa.update(agents).where(where).values(user_id=user_id).returning(agents.c.id)).scalar()
    return AgentId(found) if found else None


def user(connection: sa.Connection, user_id: UserId) -> Row | None:
    """The row of a Teams user."""
    return first(connection.execute(sa.select(users).where(users.c.user_id == user_id)))


def forget_conversation(tx: Tx, user_id: UserId) -> None:
    """The app was removed from the user's chat: nothing is sent there until it is installed again."""
    tx.execute(sa.update(users).where(users.c.user_id == user_id).values(conversation_id="", installed_at=None))


def listing(connection: sa.Connection) -> list[Row]:
    """Every agent, with the user's name and whether the app is installed; unmatched ones first."""
    query = (
        sa.select(
            agents.c.intake, agents.c.key, agents.c.name, agents.c.email, agents.c.user_id,
            users.c.name.label("user_name"), (sa.func.coalesce(users.c.conversation_id, "") != "").label("installed"),
        )
        .select_from(agents.outerjoin(users, users.c.user_id == agents.c.user_id))
        .order_by(agents.c.user_id.isnot(None), agents.c.intake, agents.c.key)
    )  # fmt: skip
    return every(connection.execute(query))
