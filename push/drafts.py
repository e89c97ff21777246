"""What the pushes of an interaction would say now, for previews: nothing is written, whether they have gone or not."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa

from connectors.interface import ActivityDraft, ActivityPreview, CrmConnector, RecordDraft, RecordRef
from customers.fields import FieldSets
from customers.ids import CardId, InteractionId, LegId, LinkId, UserId
from desk.pushing import activity_key
from desk.work import DeskSettings
from push.facts import draft, facts_of
from push.record_facts import agent_of, record_facts
from storage import interactions, links, people
from storage.engine import Tx
from storage.links import LinkRow
from storage.tables import interactions as interaction_table
from storage.tables import legs


def previews(connector: CrmConnector, many: Sequence[ActivityDraft]) -> list[ActivityPreview]:
    """What each activity would be; people who stand on one together are in one, and named in its title."""
    found: dict[object, list[ActivityPreview]] = {}
    for one in many:
        is_shared = one.record.type in connector.together.get(one.channel, ())
        group = (one.facts.get("interaction_id"), one.agent) if is_shared else one.key
        found.setdefault(group, []).append(connector.preview_activity(one))
    return [replace(group[0], record_title=", ".join(one.record_title for one in group)) for group in found.values()]


def drafts(
    tx: Tx, sets: FieldSets, crm: str, ref: str, record: RecordRef | None = None, *, interaction_id: str = ""
) -> Iterator[ActivityDraft]:
    """One for each leg and linked record (or `record`) of the interaction with our id, else with this `ref`.

    `sets`: the company's own fields of activities.
    """
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
        facts = facts_of(source, user["time_zone"] if user else "UTC", sets)
        keys = {row["link_id"]: (row["key"], row["shared_key"]) for row in links.push_rows(tx, leg_id=LegId(leg_id))}
        for link in _links(tx, crm, InteractionId(found_id), record):
            key, shared_key = keys.get(link.id) or (activity_key(leg, link), "")
            push = {"key": key, "shared_key": shared_key, "crm": crm, "type": link.type, "record_id": link.record_id}
            yield draft(push, source, facts)


def record_draft(tx: Tx, settings: DeskSettings, crm: str, ref: str, kind: str) -> RecordDraft | None:
    """A new record of type `kind`, as the form on the card of the interaction's newest leg would begin it."""
    query = sa.select(legs.c.id).join(interaction_table, interaction_table.c.id == legs.c.interaction_id)
    newest = query.where(interaction_table.c.ref == ref).order_by(legs.c.number.desc()).limit(1)
    leg_id = tx.execute(newest).scalar()
    leg = interactions.leg(tx, LegId(leg_id)) if leg_id else None
    source = interactions.activity_source(tx, LegId(leg_id)) if leg_id else None
    if leg is None or source is None:
        return None
    active = _links(tx, crm, InteractionId(leg["interaction_id"]), None)
    linked = [RecordRef(crm, one.type, one.record_id) for one in active]
    facts = record_facts(tx, source, CardId(leg["card_id"]), settings)
    return RecordDraft(uuid.uuid4(), kind, facts=facts, linked=linked, agent=agent_of(source))


def _links(tx: Tx, crm: str, interaction_id: InteractionId, ref: RecordRef | None) -> list[LinkRow]:
    active = [link for link in links.active(tx, interaction_id) if link.crm == crm]
    if ref is None:
        return active
    linked = [link for link in active if (link.type, link.record_id) == (ref.type, ref.id)]
    return linked or [LinkRow(LinkId(""), interaction_id, crm, ref.type, ref.id, "", None)]
