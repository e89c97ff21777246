"""Records tied to interactions (A-07), and the pushes that follow (P-08)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from customers.ids import InteractionId, LegId, LinkId, PushId, new_id
from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, every
from storage.tables import agents, cards, interactions, legs, links, pushes
from storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One tie between an interaction and a record."""

    id: LinkId
    interaction_id: InteractionId
    crm: str
    type: str
    record_id: str
    title: str
    unlinked_at: datetime | None


_LINK = [links.c[name] for name in LinkRow.__slots__]
_TIE = upsert(
    links,
    ["interaction_id", "crm", "type", "record_id"],
    ["type_label", "title", "subtitle", "level", "linked_by", "linked_at", "unlinked_at"],
    returning=_LINK,
)
_UNTIE = (
    sa.update(links)
    .where(same(links.c.id))
    .values(version=links.c.version + 1)
    .returning(links.c.interaction_id, links.c.level)
)
_CARD = sa.select(interactions.c.card_id).where(same(interactions.c.id)).scalar_subquery()
_OUTDATE = sa.update(cards).where(cards.c.id == _CARD).values(is_indexed=False)
_TIED = sa.select(*_LINK).where(
    same(links.c.interaction_id), same(links.c.crm), same(links.c.type), same(links.c.record_id)
)
_ACTIVE = sa.select(*_LINK).where(same(links.c.interaction_id), links.c.unlinked_at.is_(None))
_PUSHES_OF_LINK = sa.select(pushes).where(same(pushes.c.link_id))
_PUSHES_OF_LEG = sa.select(pushes).where(same(pushes.c.leg_id))
_BEGUN = [pushes.c.id, pushes.c.state, pushes.c.is_withdrawal, pushes.c.withdrawals, pushes.c.attempts]
_NEW_PUSH = upsert(pushes, ["leg_id", "link_id"], ["crm"], returning=_BEGUN)
_SET_PUSH = sa.update(pushes).where(same(pushes.c.id))
_THESE = (
    sa.select(
        pushes, links.c.type, links.c.record_id, links.c.unlinked_at, links.c.interaction_id, interactions.c.card_id,
        interactions.c.intake, interactions.c.source, interactions.c.ref,
    )
    .join(links, links.c.id == pushes.c.link_id)
    .join(interactions, interactions.c.id == links.c.interaction_id)
    .where(pushes.c.id.in_(sa.bindparam("ids", expanding=True)))
)  # fmt: skip


def tie(tx: Tx, interaction_id: InteractionId, record: dict[str, str], user_id: str) -> LinkRow:
    """The record is linked to the interaction; again, where the tie had been taken back."""
    values = record | {
        "id": new_id(), "interaction_id": interaction_id, "linked_by": user_id, "linked_at": tx.now,
        "unlinked_at": None, "version": 1,
    }  # fmt: skip
    row = LinkRow(*tx.execute(_TIE[tx.dialect], values).one())
    _outdate(tx, interaction_id, record["level"])
    return row


def untie(tx: Tx, link_id: LinkId) -> None:
    """The tie is taken back; that it was there stays on record."""
    _outdate(tx, *tx.execute(_UNTIE, {"the_id": link_id, "unlinked_at": tx.now}).one())


def _outdate(tx: Tx, interaction_id: str, level: str) -> None:
    """The record of a person says who the card's person is (P-04): the card is indexed anew."""
    if level == "person":
        tx.execute(_OUTDATE, {"the_id": interaction_id})


def active(tx: Tx, interaction_id: InteractionId) -> list[LinkRow]:
    """The ties that stand."""
    return [LinkRow(*row) for row in tx.execute(_ACTIVE, {"the_interaction_id": interaction_id})]


def tied(tx: Tx, interaction_id: InteractionId, crm: str, type_: str, record_id: str) -> LinkRow | None:
    """The tie between the two, also one that was taken back."""
    named = {"the_interaction_id": interaction_id, "the_crm": crm, "the_type": type_, "the_record_id": record_id}
    row = tx.execute(_TIED, named).first()
    return None if row is None else LinkRow(*row)


# --- pushes -----------------------------------------------------------------------------------------------------


def push_rows(tx: Tx, *, link_id: LinkId | None = None, leg_id: LegId | None = None) -> list[Row]:
    """The pushes of a link, or of a leg."""
    if link_id:
        return every(tx.execute(_PUSHES_OF_LINK, {"the_link_id": link_id}))
    return every(tx.execute(_PUSHES_OF_LEG, {"the_leg_id": leg_id}))


class PushRow(NamedTuple):
    """Where a push stands."""

    id: PushId
    state: str
    is_withdrawal: bool
    withdrawals: int
    attempts: int


def new_push(tx: Tx, leg_id: LegId, link: LinkRow, keys: tuple[str, str], correlation_id: str) -> PushRow:
    """A push that is on its way; the existing one, as it was, where the leg has one for this record.

    `keys`: its own, and that of the activity which it has in common with others, or none.
    """
    values = {
        "id": new_id(), "leg_id": leg_id, "link_id": link.id, "crm": link.crm, "key": keys[0], "shared_key": keys[1],
        "state": "sending", "facts": {}, "created_at": tx.now, "correlation_id": correlation_id,
    }  # fmt: skip
    return PushRow(*tx.execute(_NEW_PUSH[tx.dialect], values).one())


def sharing(tx: Tx, leg_id: LegId, crm: str) -> list[Row]:
    """The leg's pushes to `crm` that have, or had, an activity in common with others, oldest first."""
    query = (
        sa.select(pushes, links.c.unlinked_at)
        .join(links, links.c.id == pushes.c.link_id)
        .where(pushes.c.leg_id == leg_id, pushes.c.crm == crm, pushes.c.shared_key != "")
        .order_by(pushes.c.created_at, pushes.c.id)
    )
    return every(tx.execute(query))


def set_push(tx: Tx, push_id: PushId, **values: Any) -> None:
    """The push is as `values` say."""
    tx.execute(_SET_PUSH, values | {"the_id": push_id})


def set_pushes(tx: Tx, many: Sequence[tuple[PushId, dict[str, Any]]]) -> None:
    """Each push is as its values say; one statement for those that name the same columns."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for push_id, values in many:
        alike[tuple(sorted(values))].append(values | {"the_id": push_id})
    for rows in alike.values():
        tx.execute(_SET_PUSH, rows)


def push(tx: Tx, push_id: PushId) -> Row | None:
    """One push with what it belongs to: leg, link, interaction, card."""
    return these(tx, [push_id]).get(push_id)


def these(tx: Tx, push_ids: Iterable[PushId]) -> dict[PushId, Row]:
    """`push` of each that there is."""
    return {row["id"]: row for row in every(tx.execute(_THESE, {"ids": list(push_ids)}))}


def unfinished(tx: Tx, crm: str) -> list[tuple[str, str]]:
    """Id and reason of each push of `crm` that is on its way or waits, oldest first."""
    query = (
        sa.select(pushes.c.id, pushes.c.reason)
        .where(pushes.c.crm == crm, pushes.c.state.in_(["sending", "retrying"]))
        .order_by(pushes.c.created_at)
    )
    return [(push_id, reason) for push_id, reason in tx.execute(query)]


def listing(connection: sa.Connection, states: Sequence[str], limit: int = 200, crm: str = "") -> list[Row]:
    """Pushes in one of `states`, of `crm` or of all, oldest first, with the record they are for."""
    query = (
        sa.select(
            pushes.c.id, pushes.c.crm, pushes.c.state, pushes.c.reason, pushes.c.detail, pushes.c.attempts,
            pushes.c.next_attempt_at, pushes.c.created_at, pushes.c.is_withdrawal, links.c.type,
            links.c.record_id, interactions.c.card_id, interactions.c.ref.label("interaction"), links.c.title,
            agents.c.name.label("agent"),
        )
        .join(links, links.c.id == pushes.c.link_id)
        .join(interactions, interactions.c.id == links.c.interaction_id)
        .join(legs, legs.c.id == pushes.c.leg_id)
        .join(agents, agents.c.id == legs.c.agent_id)
        .where(pushes.c.state.in_(states))
        .order_by(pushes.c.created_at)
        .limit(limit)
    )  # fmt: skip
    return every(connection.execute(query.where(pushes.c.crm == crm) if crm else query))


def not_begun(tx: Tx, crm: str) -> list[PushId]:
    """Pushes of `crm` that wait for their first attempt, and of which nothing has been said yet."""
    query = sa.select(pushes.c.id).where(
        pushes.c.crm == crm, pushes.c.state == "sending", pushes.c.attempts == 0, sa.not_(pushes.c.is_withdrawal)
    )
    return [PushId(push_id) for push_id in tx.execute(query.order_by(pushes.c.created_at)).scalars()]


def put_off_waiting(tx: Tx, crm: str, reason: str, until: datetime) -> None:
    """Pushes of `crm` that wait for `reason` say that nothing is tried before `until`."""
    waits = sa.and_(pushes.c.crm == crm, pushes.c.state == "retrying", pushes.c.reason == reason)
    update = sa.update(pushes).where(waits, pushes.c.next_attempt_at < until)
    tx.execute(update.values(next_attempt_at=until))


def counts(connection: sa.Connection) -> list[tuple[str, str, str, int]]:
    """CRM, state, reason and number of the pushes that are not through."""
    query = sa.select(pushes.c.crm, pushes.c.state, pushes.c.reason, sa.func.count())
    query = query.where(pushes.c.state.in_(["sending", "retrying", "failed"]))
    grouped = query.group_by(pushes.c.crm, pushes.c.state, pushes.c.reason)
    return [(crm, state, reason, count) for crm, state, reason, count in connection.execute(grouped)]


def newest_refusals(connection: sa.Connection) -> dict[str, tuple[str, str]]:
    """By CRM, why its newest push that failed or waits does, and the CRM's own words."""
    waits = sa.and_(pushes.c.state.in_(["retrying", "failed"]), pushes.c.reason != "")
    newest = sa.select(pushes.c.crm, sa.func.max(pushes.c.created_at).label("at")).where(waits).group_by(pushes.c.crm)
    of_crm = newest.subquery()
    query = sa.select(pushes.c.crm, pushes.c.reason, pushes.c.detail).join(
        of_crm, sa.and_(of_crm.c.crm == pushes.c.crm, of_crm.c.at == pushes.c.created_at)
    )
    return {crm: (reason, detail) for crm, reason, detail in connection.execute(query.where(waits))}
