"""What the pushes of an interaction would say now, for previews: nothing is written, whether they have gone or not."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from connectors.interface import ActivityDraft, RecordRef
from customers.ids import InteractionId, LegId, LinkId, UserId
from desk.pushing import activity_key
from push.facts import draft, facts_of
from storage import interactions, links, people
from storage.engine import Tx
from storage.links import LinkRow
from storage.tables import interactions as interaction_table
from storage.tables import legs


def drafts(
    tx: Tx, crm: str, ref: str, record: RecordRef | None = None, *, interaction_id: str = ""
) -> Iterator[ActivityDraft]:
    """One for each leg and linked record (or `record`) of the interaction with our id, else with this `ref`."""
    query = sa.select(legs.c.id, interaction_table.c.id).join(
        interaction_table, interaction_table.c.id == legs.c.interaction_id
    )
    is_meant = interaction_table.c.id == interaction_id if interaction_id else interaction_table.c.ref == ref
    for leg_id, found_id in tx.execute(query.where(is_meant).order_by(legs.c.number)).all():
        source = interactions.activity_source(tx, LegId(leg_id))
        leg = interactions.leg(tx, LegId(leg_id))
        if source is None or leg is None:
            continue
        user = people.user(tx.connection, UserId(source.agent["user_id"])) if source.agent["user_id"] else None
        facts = facts_of(source, user["time_zone"] if user else "UTC")
        for link in _links(tx, crm, InteractionId(found_id), record):
            push = {"key": activity_key(leg, link), "crm": crm, "type": link.type, "record_id": link.record_id}
            yield draft(push, source, facts)


def _links(tx: Tx, crm: str, interaction_id: InteractionId, ref: RecordRef | None) -> list[LinkRow]:
    active = [link for link in links.active(tx, interaction_id) if link.crm == crm]
    if ref is None:
        return active
    linked = [link for link in active if (link.type, link.record_id) == (ref.type, ref.id)]
    return linked or [LinkRow(LinkId(""), interaction_id, crm, ref.type, ref.id, "", None)]
