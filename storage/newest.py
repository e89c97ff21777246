"""The newest legs of a card, found in its indexes however long its history is.

A join that is sorted would read them all. Here the index is asked for one leg at a time: the newest of each card, the
newest of each card and agent; and for all those that are open, which are few.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storage import groups
from storage.tables import LEG_AT, LEG_IS_OPEN, agents, cards, legs

_leg = legs.alias("newest")
_AT = sa.func.coalesce(_leg.c.accepted_at, _leg.c.offered_at, _leg.c.created_at)
Element = sa.ColumnElement[Any]


def candidates(card: Element, user: Element, *, was_merged: bool) -> sa.CompoundSelect[Any]:
    """Ids of all open legs of the root `card`, of the newest, and of the newest of each of the user's agents."""
    member = cards.alias("member")
    is_member = sa.or_(member.c.id == card, member.c.survivor_id == card)
    its_agent = agents.alias("its_agent")
    mine = its_agent.c.user_id == user
    opened = sa.select(legs.c.id).where(LEG_IS_OPEN)
    if not was_merged:
        return sa.union_all(
            opened.where(legs.c.card_id == card),
            sa.select(_newest(_leg.c.card_id == card)),
            sa.select(_newest(_leg.c.card_id == card, _leg.c.agent_id == its_agent.c.id)).where(mine),
        )
    parts = (
        opened.where(groups.in_group(legs.c.card_id, card)),
        sa.select(_newest(_leg.c.card_id == member.c.id)).where(is_member),
        sa.select(_newest(_leg.c.card_id == member.c.id, _leg.c.agent_id == its_agent.c.id))
        .select_from(member.join(its_agent, sa.true()))
        .where(is_member, mine),
    )
    return sa.union_all(*(part.correlate(cards) for part in parts))


def _newest(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return (
        sa.select(_leg.c.id)
        .where(*where)
        .order_by(_AT.desc(), _leg.c.id.desc())
        .limit(1)
        .correlate_except(_leg)
        .scalar_subquery()
    )


def mine_first(user: Element) -> list[Element]:
    """The order of legs joined with their agents: the user's, open ones, newer ones first."""
    return [
        sa.case((agents.c.user_id == user, 0), else_=1),
        sa.case((LEG_IS_OPEN, 0), else_=1),
        LEG_AT.desc(),
        legs.c.id.desc(),
    ]
