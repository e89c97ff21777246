"""The tables. A change here needs a migration; a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, Table, UniqueConstraint

from customers.model import LegState
from storage.types import AutoId, Json, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = sa.String(32)
_TEXT = sa.Text()


def _text(name: str) -> Column[str]:
    return Column(name, _TEXT, nullable=False, server_default="")


def _flag(name: str) -> Column[bool]:
    return Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _count(name: str) -> Column[int]:
    return Column(name, sa.Integer, nullable=False, server_default="0")


def _time(name: str, *, null: bool = True) -> Column[object]:
    return Column(name, UtcTime, nullable=null)


# --- what came in -----------------------------------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("id", AutoId, primary_key=True, autoincrement=True),
    Column("intake", sa.String(64), nullable=False),
    Column("source", sa.String(256), nullable=False),
    Column("event_id", sa.String(128), nullable=False),
    Column("type", sa.String(80), nullable=False),
    Column("subject", sa.String(128), nullable=False),
    _time("at", null=False),
    _time("received_at", null=False),
    Column("body", sa.LargeBinary, nullable=False),
    Column("state", sa.String(16), nullable=False),  # new, done, unknown, failed
    _text("reason"),
    Column("correlation_id", sa.String(64), nullable=False),
    UniqueConstraint("intake", "source", "event_id"),
    Index(None, "state", "id"),
    Index(None, "received_at"),
)
"""Every event that was acknowledged, stored before it was."""

# --- the domain -------------------------------------------------------------------------------------------------

customers = Table(
    "customers",
    metadata,
    Column("id", _ID, primary_key=True),
    _text("name"),
    _text("given_name"),
    _text("family_name"),
    _text("company"),
    _text("gender"),
    _text("birth_date"),
    _text("street"),
    _text("postcode"),
    _text("notes"),
    _count("version"),
    _time("created_at", null=False),
    _time("updated_at", null=False),
    Column("field_values", Json),
)
"""`field_values`: those of the company's own fields, by name; null where nothing was ever written in any."""

cards = Table(
    "cards",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("customer_id", _ID, ForeignKey("customers.id"), nullable=False, index=True),
    Column("channel", sa.String(16), nullable=False),
    _count("version"),
    _time("created_at", null=False),
    _time("changed_at", null=False),
    Column("survivor_id", _ID, ForeignKey("cards.id"), index=True),
    _time("locked_at"),
    _text("locked_by"),
    _flag("is_indexed"),
)
"""A customer's view on one channel (A-21, A-22, C-10).

`survivor_id`: the card that stands for this one too since a merge (A-24), itself without a survivor; null where the
card stands for itself. It follows from `merges`; everything else that belongs to a card stays its own.
`is_indexed`: false until `storage.index` has read what the card says of its person now.
"""
Index("ix_cards_unindexed", cards.c.created_at, sqlite_where=~cards.c.is_indexed, postgresql_where=~cards.c.is_indexed)

identities = Table(
    "identities",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False, index=True),
    Column("channel", sa.String(16), nullable=False),
    Column("kind", sa.String(16), nullable=False),
    Column("provider", sa.String(256), nullable=False),
    Column("key", sa.String(400), nullable=False),
    Column("value", sa.String(400), nullable=False),
    _text("display_name"),
    _flag("verified"),
    _time("created_at", null=False),
    _time("blocked_at"),
    _text("blocked_by"),
    UniqueConstraint("channel", "kind", "provider", "key"),
)
"""A phone number, address or social id, on the channel that it came in on (P-03). `blocked_by`: a supervisor (C-07)."""

customer_tags = Table(
    "customer_tags",
    metadata,
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False),
    Column("key", sa.String(400), nullable=False),  # the tag without regard to case
    _text("tag"),
    _text("added_by"),
    _time("added_at", null=False),
    sa.PrimaryKeyConstraint("card_id", "key"),
)
"""Labels of customers, each once on a card (C-05)."""

contact_points = Table(
    "contact_points",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False, index=True),
    Column("kind", sa.String(16), nullable=False),
    Column("value", sa.String(400), nullable=False),
    Column("label", sa.String(16), nullable=False),
    _flag("is_primary"),
    _text("edited_by"),
    _time("created_at", null=False),
    _time("edited_at", null=False),
    _time("removed_at"),
)
"""Numbers and addresses that agents wrote into a profile (E-19). They lead to no card, as identities do."""

agents = Table(
    "agents",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("intake", sa.String(64), nullable=False),
    Column("key", sa.String(254), nullable=False),
    _text("platform_id"),
    Column("email", sa.String(254), nullable=False, server_default="", index=True),
    Column("entra_object_id", sa.String(36), nullable=False, server_default=""),
    _text("name"),
    Column("user_id", sa.String(36), index=True),
    _time("created_at", null=False),
    UniqueConstraint("intake", "key"),
)
"""People as the contact centre names them; `user_id` is the Teams user once the two are matched (P-17)."""

users = Table(
    "users",
    metadata,
    Column("user_id", sa.String(36), primary_key=True),
    _text("tenant_id"),
    _text("name"),
    Column("email", sa.String(254), nullable=False, server_default="", index=True),
    Column("upn", sa.String(254), nullable=False, server_default="", index=True),
    _text("language"),
    _text("time_zone"),
    _text("teams_id"),
    _text("bot_id"),
    _text("service_url"),
    _text("conversation_id"),
    _time("installed_at"),
    _time("updated_at", null=False),
    _text("memberships"),
    _time("memberships_at"),
)
"""Teams users; those with a conversation have installed the app. `memberships`: groups and app roles as Entra told them
at `memberships_at`, JSON; empty: it never has."""

interactions = Table(
    "interactions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("intake", sa.String(64), nullable=False),
    Column("source", sa.String(256), nullable=False),
    Column("ref", sa.String(128), nullable=False),
    Column("card_id", _ID, ForeignKey("cards.id")),
    Column("home_id", _ID, index=True),
    Column("request_id", _ID, ForeignKey("requests.id")),
    Column("own_request_id", _ID, ForeignKey("requests.id")),
    Column("channel", sa.String(16), nullable=False),
    _text("provider"),
    _text("direction"),
    _text("business_address"),
    _text("queue"),
    _text("subject"),
    _text("url"),
    _text("recording_url"),
    _text("transcript_url"),
    _text("customer_address"),
    _time("started_at"),
    _time("ended_at"),
    Column("hints", Json, nullable=False),
    _time("replied_at"),
    _time("last_message_at"),
    _count("version"),
    _time("created_at", null=False),
    Column("field_values", Json),
    UniqueConstraint("intake", "source", "ref"),
    Index(None, "card_id", "last_message_at"),
    Index(None, "request_id", "last_message_at"),
)
"""`home_id`: the card that its identities lead to, where an agent has moved it to another customer (B-42).
`request_id`: the request that it is in; `own_request_id` the one on its own card that it is in as soon as the first is
on a card that is not one with its own any more. `replied_at`: when an agent first wrote to the customer in it (C-02).
`field_values`: as in `customers`.
"""
INTERACTION_AT = sa.func.coalesce(interactions.c.started_at, interactions.c.created_at)
"""When it began, as far as that is known."""
Index("ix_interactions_journey", interactions.c.card_id, INTERACTION_AT, interactions.c.id)
Index(
    "ix_interactions_journey_channel", interactions.c.card_id, interactions.c.channel, INTERACTION_AT, interactions.c.id
)
Index("ix_interactions_journey_request", interactions.c.request_id, INTERACTION_AT, interactions.c.id)
Index("ix_interactions_journey_own_request", interactions.c.own_request_id, INTERACTION_AT, interactions.c.id)
Index("ix_interactions_replied", interactions.c.request_id, interactions.c.replied_at)

life_events = Table(
    "life_events",
    metadata,
    Column("id", AutoId, primary_key=True, autoincrement=True),
    Column("interaction_id", _ID, ForeignKey("interactions.id"), nullable=False),
    Column("source", sa.String(256), nullable=False),
    Column("event_id", sa.String(128), nullable=False),
    Column("body", _TEXT, nullable=False),
    UniqueConstraint("interaction_id", "source", "event_id"),
)
"""What happened to an interaction, in our words: the state of its legs is a fold over these rows."""

legs = Table(
    "legs",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("interaction_id", _ID, ForeignKey("interactions.id"), nullable=False),
    Column("card_id", _ID),
    Column("agent_id", _ID, ForeignKey("agents.id"), nullable=False, index=True),
    Column("number", sa.Integer, nullable=False),
    Column("state", sa.String(16), nullable=False),
    _time("offered_at"),
    _time("accepted_at"),
    _time("ended_at"),
    _time("closed_at"),
    _time("wrapup_started_at"),
    _time("wrapup_completed_at"),
    _time("push_due_at"),
    _time("pushed_at"),
    Column("wrapup", Json, nullable=False),  # what the platform sent
    Column("edits", Json, nullable=False),  # what the agent wrote on the card; wins
    _count("version"),
    _time("created_at", null=False),
    _time("changed_at"),
    _time("unread_at"),
    UniqueConstraint("interaction_id", "agent_id", "number"),
)
"""One agent's part of an interaction. `card_id` is that of the interaction, so that the newest of a card is found
without the others. `changed_at` is null where nothing has changed it since there are requests. `unread_at`: since when
there is something in it that the agent has not had open; null where there is nothing (E-08)."""
LEG_AT = sa.func.coalesce(legs.c.accepted_at, legs.c.offered_at, legs.c.created_at)
"""When the agent took it, as far as that is known."""
Index("ix_legs_newest", legs.c.card_id, LEG_AT, legs.c.id)
Index("ix_legs_newest_of_agent", legs.c.card_id, legs.c.agent_id, LEG_AT, legs.c.id)
LEG_IS_OPEN = legs.c.state.in_([sa.literal_column(f"'{state.value}'") for state in LegState if state.is_open])
"""Somebody still has work on it. Spelt out, so that a database sees that the index of those has them."""
Index("ix_legs_open", legs.c.card_id, sqlite_where=LEG_IS_OPEN, postgresql_where=LEG_IS_OPEN)
Index("ix_legs_open_of_agent", legs.c.agent_id, sqlite_where=LEG_IS_OPEN, postgresql_where=LEG_IS_OPEN)
LEG_IS_UNREAD = legs.c.unread_at.isnot(None)
"""Its agent has not had open what is new in it."""
Index("ix_legs_unread", legs.c.agent_id, sqlite_where=LEG_IS_UNREAD, postgresql_where=LEG_IS_UNREAD)

requests = Table(
    "requests",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False),
    _text("name"),
    _text("description"),
    Column("state", sa.String(16), nullable=False),
    _count("version"),
    _text("created_by"),
    _time("created_at", null=False),
    _time("changed_at", null=False),
    _text("closed_by"),
    _time("closed_at"),
    Index(None, "card_id", "state", "created_at", "id"),
    CheckConstraint("state in ('open','closed','cancelled')", name="state"),
)
"""A customer's problem, which groups interactions (B-35). `created_by`, `closed_by`: a user; empty where it opened with
an interaction or closed by itself. `changed_at`: the last change of the request, or of its activities as far as the
closing of requests has looked at them (B-36)."""
Index(
    "ix_requests_open", requests.c.changed_at, sqlite_where=requests.c.state == "open",
    postgresql_where=requests.c.state == "open",
)  # fmt: skip

request_edits = Table(
    "request_edits",
    metadata,
    Column("id", AutoId, primary_key=True, autoincrement=True),
    Column("request_id", _ID, ForeignKey("requests.id"), nullable=False),
    Column("version", sa.Integer, nullable=False),
    Column("field", sa.String(32), nullable=False),
    _text("before"),
    _text("after"),
    _text("edited_by"),
    _time("edited_at", null=False),
    Index(None, "request_id", "version"),
)
"""What agents wrote into requests: what stood there at any version follows from it (P-13)."""

activity_moves = Table(
    "activity_moves",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("interaction_id", _ID, ForeignKey("interactions.id"), nullable=False, index=True),
    Column("before", Json, nullable=False),  # the columns of the interaction that say where it belongs
    Column("request_id", _ID, ForeignKey("requests.id"), nullable=False, index=True),
    Column("request_version", sa.Integer, nullable=False),  # of the request, once the activity was in it
    Column("opened", sa.String(16), nullable=False),  # '', 'new', or 'again': what the move did to the request
    _time("was_closed_at"),
    _text("was_closed_by"),
    _text("moved_by"),
    _time("moved_at", null=False),
    _time("undone_at"),
)
"""Activities that agents moved to another request or customer (C-15); each can be taken back."""

links = Table(
    "links",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("interaction_id", _ID, ForeignKey("interactions.id"), nullable=False),
    Column("crm", sa.String(64), nullable=False),
    Column("type", sa.String(80), nullable=False),
    Column("record_id", sa.String(64), nullable=False),
    _text("type_label"),
    _text("title"),
    _text("subtitle"),
    Column("level", sa.String(16), nullable=False),
    _text("linked_by"),
    _time("linked_at", null=False),
    _time("unlinked_at"),
    _count("version"),
    UniqueConstraint("interaction_id", "crm", "type", "record_id"),
)
"""A record tied to an interaction (A-07); `unlinked_at` is set when the tie is taken back (A-15)."""

pushes = Table(
    "pushes",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("leg_id", _ID, ForeignKey("legs.id"), nullable=False),
    Column("link_id", _ID, ForeignKey("links.id"), nullable=False, index=True),
    Column("crm", sa.String(64), nullable=False),
    Column("key", sa.String(36), nullable=False),
    # of the activity that it has in common with other people of the leg; empty: it has one of its own, under `key`
    Column("shared_key", sa.String(36), nullable=False, server_default=""),
    Column("state", sa.String(16), nullable=False),
    _count("attempts"),
    _text("reason"),
    _text("detail"),
    _text("activity_type"),
    _text("activity_id"),
    _text("activity_url"),
    _flag("owner_is_integration"),
    _flag("is_withdrawal"),  # what is on its way, or was done last, is the deletion of the activity (C-12)
    _count("withdrawals"),  # activities of this push that were deleted; the next one has a key of its own
    Column("facts", Json, nullable=False),  # what the CRM was told, so that an amendment tells the difference
    _time("next_attempt_at"),
    _time("sent_at"),
    _time("created_at", null=False),
    Column("correlation_id", sa.String(64), nullable=False, server_default=""),
    UniqueConstraint("leg_id", "link_id"),
    UniqueConstraint("key"),
    Index(None, "state", "crm"),
    CheckConstraint("state in ('sending','sent','retrying','failed','kept','cancelled')", name="state"),
)
"""One activity in one CRM: exactly one per (leg, linked record) (P-08). The row is the truth, its job disposable."""

messages = Table(
    "messages",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("interaction_id", _ID, ForeignKey("interactions.id"), nullable=False),
    Column("ref", sa.String(128), nullable=False),
    _time("at", null=False),
    Column("author", sa.String(16), nullable=False),
    Column("side", sa.String(16), nullable=False),  # customer, agent: which of the two a filter shows it with
    _text("name"),
    _text("text"),
    _flag("is_cut"),
    _flag("has_attachments"),
    _flag("is_internal"),
    UniqueConstraint("interaction_id", "ref"),
    Index(None, "interaction_id", "at"),
)
"""What customers and agents wrote to each other (E-16). `ref`: the platform's id of it, or that of the event."""

comments = Table(
    "comments",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("interaction_id", _ID, ForeignKey("interactions.id"), nullable=False),
    _text("text"),
    Column("corrects_id", _ID, ForeignKey("comments.id"), index=True),
    _text("written_by"),
    _time("written_at", null=False),
    _time("hidden_at"),
    Column("message_id", _ID, ForeignKey("messages.id"), index=True),
    Index(None, "interaction_id", "written_at"),
)
"""What agents wrote on activities (B-40), some on one message of them (C-03). Rows are added,
and `hidden_at` is set when the request is cancelled (C-02)."""

# --- what the card shows of the CRMs ----------------------------------------------------------------------------

record_updates = Table(
    "record_updates",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False, index=True),
    Column("crm", sa.String(64), nullable=False),
    Column("type", sa.String(80), nullable=False),
    Column("record_id", sa.String(64), nullable=False),
    _text("title"),
    Column("before", Json, nullable=False),  # what the profile said before the first edit that has not arrived
    Column("facts", Json, nullable=False),
    Column("state", sa.String(16), nullable=False),
    Column("differences", Json, nullable=False),  # what the CRM has other words for
    Column("accepted", Json, nullable=False),  # by field: the CRM's words that an agent has seen and gives up
    _text("reason"),
    _text("detail"),
    _count("attempts"),
    _text("edited_by"),
    _time("changed_at", null=False),
)
"""Edits of a profile on their way into CRM records."""

creations = Table(
    "creations",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("interaction_id", _ID, ForeignKey("interactions.id"), nullable=False, index=True),
    Column("leg_id", _ID, nullable=False),
    Column("crm", sa.String(64), nullable=False),
    Column("type", sa.String(80), nullable=False),
    Column("key", sa.String(36), nullable=False),
    Column("state", sa.String(16), nullable=False),
    Column("form", Json, nullable=False),
    Column("typed", Json, nullable=False),
    Column("wrong", Json, nullable=False),  # by field: why it cannot be created
    Column("found", Json, nullable=False),  # what the CRM takes for the same
    _flag("may_create"),
    _flag("is_forced"),
    _text("reason"),
    _text("detail"),
    _text("record_id"),
    _count("attempts"),
    _text("created_by"),
    _time("created_at", null=False),
    _time("ended_at"),
    UniqueConstraint("key"),
)
"""Records that agents create in a CRM (A-19), each once under its key."""

records = Table(
    "records",
    metadata,
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False),
    Column("crm", sa.String(64), nullable=False),
    Column("type", sa.String(80), nullable=False),
    Column("record_id", sa.String(64), nullable=False),
    Column("parent", sa.String(210), nullable=False, server_default=""),  # the record that it was fetched from
    Column("position", sa.Integer, nullable=False),
    Column("level", sa.String(16), nullable=False),
    _text("type_label"),
    _text("title"),
    _text("subtitle"),
    _text("url"),
    _text("match"),
    Column("has_children", sa.Boolean, nullable=False, server_default=sa.true()),
    _text("dated"),
    _text("more"),
    sa.PrimaryKeyConstraint("card_id", "crm", "type", "record_id", "parent"),
)
"""What the CRMs answered last; shown until they are asked again.

`more`, at the last of those under a parent: where the CRM goes on with them; empty everywhere else.
"""

lookups = Table(
    "lookups",
    metadata,
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False),
    Column("crm", sa.String(64), nullable=False),
    Column("state", sa.String(16), nullable=False),  # loading, ready, failed
    _text("reason"),
    _time("fetched_at"),
    sa.PrimaryKeyConstraint("card_id", "crm"),
)

# --- what agents have open --------------------------------------------------------------------------------------

desk_views = Table(
    "desk_views",
    metadata,
    Column("user_id", sa.String(36), nullable=False),
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False),
    Column("sections", Json, nullable=False),
    Column("expanded", Json, nullable=False),
    _text("search_text"),
    Column("found", Json, nullable=False),
    _time("opened_at", null=False),
    _time("closed_at"),
    Column("merging", Json),  # the merge that is being prepared: what was typed, chosen, picked
    Column("handling", Json),  # the request that is looked at, and the activity that is about to be moved
    _flag("is_lent"),
    _time("own_opened_at"),
    _time("own_closed_at"),
    sa.PrimaryKeyConstraint("user_id", "card_id"),
    Index(None, "user_id", "opened_at"),
)
"""One agent's view of one card: what is expanded, whether it is open (C-14).

`is_lent`: it is there, or open, because a card is that this one stands for; `own_opened_at` and `own_closed_at` say how
it was before, null where there was none.
"""

card_messages = Table(
    "card_messages",
    metadata,
    Column("leg_id", _ID, ForeignKey("legs.id"), nullable=False),
    Column("user_id", sa.String(36), nullable=False),
    _text("service_url"),
    _text("conversation_id"),
    _text("activity_id"),
    Column("digest", sa.String(64), nullable=False, server_default=""),
    _time("updated_at", null=False),
    sa.PrimaryKeyConstraint("leg_id", "user_id"),
)
"""The chat message that shows a leg's card, and what it last showed."""

# --- merges -----------------------------------------------------------------------------------------------------

merges = Table(
    "merges",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("survivor_id", _ID, ForeignKey("cards.id"), nullable=False, index=True),
    Column("absorbed_id", _ID, ForeignKey("cards.id"), nullable=False, index=True),
    Column("picks", Json, nullable=False),  # by field, the card whose value is shown
    Column("reasons", Json, nullable=False),  # why the two were taken for one person, as they were suggested
    _text("merged_by"),
    _time("merged_at", null=False),
    _text("undone_by"),
    _time("undone_at"),
)
"""Who made one card of two, when and why; nothing is moved for it (rule 8 of the architecture). A merge that is taken
back stays here with `undone_at`."""

distinctions = Table(
    "distinctions",
    metadata,
    Column("left_id", _ID, ForeignKey("cards.id"), nullable=False),
    Column("right_id", _ID, ForeignKey("cards.id"), nullable=False, index=True),
    _text("decided_by"),
    _time("decided_at", null=False),
    sa.PrimaryKeyConstraint("left_id", "right_id"),
)
"""Pairs of cards of which an agent said that they are not the same person (P-04). The lesser id stands left."""

merge_proposals = Table(
    "merge_proposals",
    metadata,
    Column("id", AutoId, primary_key=True, autoincrement=True),
    Column("survivor_key", sa.String(400), nullable=False),
    Column("absorbed_key", sa.String(400), nullable=False, index=True),
    _time("proposed_at", null=False),
    UniqueConstraint("survivor_key", "absorbed_key"),
)
"""Contacts that the contact centre made one of, as keys of `identities`: proposed, not merged."""

profile_edits = Table(
    "profile_edits",
    metadata,
    Column("id", AutoId, primary_key=True, autoincrement=True),
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False, index=True),
    Column("field", sa.String(32), nullable=False),
    _text("before"),
    _text("after"),
    _text("edited_by"),
    _time("edited_at", null=False),
)
"""What agents wrote into the fields of customers."""

field_offers = Table(
    "field_offers",
    metadata,
    Column("card_id", _ID, ForeignKey("cards.id"), nullable=False),
    Column("field", sa.String(32), nullable=False),
    _text("value"),
    Column("origin_id", _ID, ForeignKey("cards.id"), nullable=False, index=True),
    _time("offered_at", null=False),
    sa.PrimaryKeyConstraint("card_id", "field", "origin_id"),
)
"""Values that were written on `origin_id` while it was one with `card_id`, offered to the latter since they are two."""

# --- work that follows ------------------------------------------------------------------------------------------

jobs = Table(
    "jobs",
    metadata,
    Column("id", AutoId, primary_key=True, autoincrement=True),
    Column("lane", sa.String(80), nullable=False),
    Column("kind", sa.String(32), nullable=False),
    Column("key", sa.String(160), nullable=False, unique=True),
    Column("payload", Json, nullable=False),
    Column("state", sa.String(8), nullable=False, server_default="ready"),  # ready, leased, dead
    _time("due_at", null=False),
    Column("wanted", sa.Integer, nullable=False, server_default="1"),
    _count("attempts"),
    _count("takeovers"),  # leases in a row that ran out: the process died with the job in its hands
    Column("token", sa.String(32), nullable=False, server_default=""),
    _time("leased_until"),
    _text("reason"),
    Column("correlation_id", sa.String(64), nullable=False, server_default=""),
    _time("created_at", null=False),
    Index(None, "state", "lane", "due_at"),
)
"""Written in the transaction of the change that it follows from; leased, settled and forgotten."""

lanes = Table(
    "lanes",
    metadata,
    Column("name", sa.String(80), primary_key=True),
    _time("paused_until"),
    _text("reason"),
)
"""Lanes that wait as a whole: a CRM that is down or asked us to slow down."""

crm_checks = Table(
    "crm_checks",
    metadata,
    Column("crm", sa.String(64), primary_key=True),
    _time("asked_at"),
    _time("checked_at"),
    Column("is_fit", sa.Boolean),
    _text("error"),
    Column("findings", Json, nullable=False),
)
"""What the last look at a CRM's mapping found. `asked_at`: when an administrator wanted one. `error`: why the CRM
could not be asked; then `is_fit` and `findings` are those of the look before."""

audit = Table(
    "audit",
    metadata,
    Column("id", AutoId, primary_key=True, autoincrement=True),
    _time("at", null=False),
    _text("user_id"),
    Column("action", sa.String(64), nullable=False),
    Column("subject", sa.String(160), nullable=False, index=True),
    Column("details", Json, nullable=False),
)
"""Who did what (P-16)."""
