"""Agents as the contact centre names them, Teams users, and the match between the two (P-17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from customers.events import AgentRef
from customers.ids import AgentId, UserId, new_id
from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, every, first
from storage.tables import agents, users
from storage.upsert import PerDialect, insert_ignoring, upsert


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent of the contact centre."""

    id: AgentId
    key: str
    name: str
    email: str
    entra_object_id: str
    user_id: UserId | None


class AgentCounts(NamedTuple):
    """How many agents are Teams users, and how many are not."""

    matched: int
    unmatched: int


_AGENT = [agents.c[name] for name in AgentRow.__slots__]
_OF_KEY = same(agents.c.intake, agents.c.key)
_FIND_AGENT = sa.select(*_AGENT).where(_OF_KEY)
_NEW_AGENT = insert_ignoring(agents, ["intake", "key"], returning=[agents.c.id])
_UPDATE_AGENT = sa.update(agents).where(same(agents.c.id))
_MATCH_AGENT = sa.update(agents).where(_OF_KEY).returning(agents.c.id)
_AT_ADDRESS = sa.select(*_AGENT, agents.c.platform_id).where(same(agents.c.intake, agents.c.email))
_NAMED = sa.select(agents.c.platform_id, agents.c.email).where(
    same(agents.c.intake), agents.c.platform_id != "", agents.c.email.in_(sa.bindparam("addresses", expanding=True))
)
_FORGET_AGENT = sa.delete(agents).where(same(agents.c.id))
_USER = sa.select(users).where(same(users.c.user_id))
_TIME_ZONES = sa.select(users.c.user_id, users.c.time_zone).where(
    users.c.user_id.in_(sa.bindparam("ids", expanding=True))
)
_HAS_USER = sa.select(users.c.user_id).where(same(users.c.user_id))
_USERS_AT = (
    sa.select(users.c.user_id)
    .where(sa.or_(users.c.email == sa.bindparam("address"), users.c.upn == sa.bindparam("address")))
    .limit(2)
)
_UPDATE_USER = sa.update(users).where(same(users.c.user_id))
_MATCH_USER = (
    sa.update(agents)
    .where(
        agents.c.user_id.is_(None),
        sa.or_(
            agents.c.entra_object_id == sa.bindparam("the_user_id", type_=sa.String),
            sa.and_(agents.c.email != "", agents.c.email.in_([sa.bindparam("the_email"), sa.bindparam("the_upn")])),
        ),
    )
    .returning(agents.c.id)
)


def find(tx: Tx, intake: str, key: str) -> AgentRow | None:
    """The agent of `intake` with this key."""
    row = tx.execute(_FIND_AGENT, {"the_intake": intake, "the_key": key}).first()
    return AgentRow(*row) if row else None


def agent(tx: Tx, intake: str, ref: AgentRef, known: AgentRow | None = None) -> AgentRow:
    """The agent `ref`, made where `find` knew none; what `ref` tells anew is kept, and matched with a user."""
    if known is None:
        return _new_agent(tx, intake, ref)
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
        tx.execute(_UPDATE_AGENT, news | {"the_id": known.id})
        return replace(known, **news)  # type: ignore[arg-type]
    return known


def named(tx: Tx, intake: str, addresses: Iterable[str]) -> list[AgentRef]:
    """Agents of `intake` with the platform's id who have one of these addresses."""
    rows = tx.execute(_NAMED, {"the_intake": intake, "addresses": sorted(addresses)})
    return [AgentRef(id=platform_id, email=email) for platform_id, email in rows]


def namesake(tx: Tx, intake: str, ref: AgentRef) -> AgentRow | None:
    """Who has been known by `ref`'s address alone, and is `ref`: nobody else has that address."""
    address = (ref.email or ref.upn).lower()
    if not (ref.id and address):
        return None
    rows = tx.execute(_AT_ADDRESS, {"the_intake": intake, "the_email": address}).all()
    if any(row.platform_id not in ("", ref.id) for row in rows):
        return None
    nameless = [AgentRow(*row[:-1]) for row in rows if not row.platform_id and row.key == address.casefold()]
    return nameless[0] if nameless else None


def rename(tx: Tx, agent_id: AgentId, platform_id: str) -> None:
    """The agent is known by the platform's id from now on."""
    tx.execute(_UPDATE_AGENT, {"the_id": agent_id, "key": platform_id, "platform_id": platform_id})


def absorbed(tx: Tx, survivor: AgentRow, old: AgentRow) -> None:
    """`old`, who has no legs any more, is `survivor`, who is the Teams user that `old` was."""
    tx.execute(_FORGET_AGENT, {"the_id": old.id})
    if old.user_id and not survivor.user_id:
        tx.execute(_UPDATE_AGENT, {"the_id": survivor.id, "user_id": old.user_id})


def _new_agent(tx: Tx, intake: str, ref: AgentRef) -> AgentRow:
    email, oid = (ref.email or ref.upn or "").lower(), (ref.entra_object_id or "").lower()
    row = AgentRow(AgentId(new_id()), ref.key, ref.name or "", email, oid, _user_of(tx, email, oid))
    values = {name: getattr(row, name) for name in AgentRow.__slots__}
    fixed = {"intake": intake, "platform_id": ref.id or "", "created_at": tx.now}
    if tx.execute(_NEW_AGENT[tx.dialect], values | fixed).scalar() is not None:
        return row
    return AgentRow(*tx.execute(_FIND_AGENT, {"the_intake": intake, "the_key": ref.key}).one())


def _hold(tx: Tx, *names: str) -> None:
    """Who has one of these ids or addresses is matched by one transaction at a time: neither overlooks the other."""
    tx.lock(*sorted({f"person:{name}" for name in names if name}))


def _user_of(tx: Tx, email: str, oid: str) -> UserId | None:
    _hold(tx, email, oid)
    if oid:
        found = tx.execute(_HAS_USER, {"the_user_id": oid}).scalar()
        if found:
            return UserId(found)
    if not email:
        return None
    matches = tx.execute(_USERS_AT, {"address": email}).scalars().all()
    # Two users with one address: nobody is matched, an administrator decides.
    return UserId(matches[0]) if len(matches) == 1 else None


def remember_user(tx: Tx, user_id: UserId, values: dict[str, Any]) -> list[AgentId]:
    """The user is known with `values` (empty ones leave what is there); agents that match now are returned."""
    row = {"user_id": user_id, "updated_at": tx.now} | {name: value for name, value in values.items() if value}
    _hold(tx, user_id, *(str(row.get(name, "")) for name in ("email", "upn")))
    email, upn = tx.execute(_remember(tuple(row))[tx.dialect], row).one()
    matched = {"the_user_id": user_id, "the_email": email, "the_upn": upn, "user_id": user_id}
    return [AgentId(found) for found in tx.execute(_MATCH_USER, matched).scalars()]


@lru_cache(maxsize=64)
def _remember(columns: tuple[str, ...]) -> PerDialect:
    changed = [name for name in columns if name != "user_id"]
    return upsert(users, ["user_id"], changed, returning=[users.c.email, users.c.upn])


def match_agent(tx: Tx, intake: str, key: str, user_id: UserId | None) -> AgentId | None:
    """The agent is this Teams user from now on (or nobody); None where there is no such agent."""
    found = tx.execute(_MATCH_AGENT, {"the_intake": intake, "the_key": key, "user_id": user_id}).scalar()
    return AgentId(found) if found else None


def user(connection: sa.Connection, user_id: UserId) -> Row | None:
    """The row of a Teams user."""
    return first(connection.execute(_USER, {"the_user_id": user_id}))


def time_zones(connection: sa.Connection, user_ids: Iterable[UserId]) -> dict[UserId, str]:
    """The time zones of those Teams users who are known."""
    wanted = list(user_ids)
    if not wanted:
        return {}
    return {row.user_id: row.time_zone for row in connection.execute(_TIME_ZONES, {"ids": wanted})}


def forget_conversation(tx: Tx, user_id: UserId) -> None:
    """The app was removed from the user's chat: nothing is sent there until it is installed again."""
    tx.execute(_UPDATE_USER, {"the_user_id": user_id, "conversation_id": "", "installed_at": None})


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


def counts(connection: sa.Connection) -> AgentCounts:
    """How many agents are matched, and how many wait for it."""
    query = sa.select(sa.func.count(agents.c.user_id), sa.func.count())
    matched, everybody = connection.execute(query.select_from(agents)).one()
    return AgentCounts(matched, everybody - matched)
