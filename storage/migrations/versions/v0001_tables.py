"""The tables of 0.1.0."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")  # microseconds since 1970 on SQLite


def upgrade() -> None:
    """Make them."""
    _events()
    _customers()
    _cards()
    _identities()
    _agents()
    _users()
    _interactions()
    _life_events()
    _legs()
    _links()
    _pushes()
    _records()
    _lookups()
    _desk_views()
    _card_messages()
    _jobs()
    _lanes()
    _audit()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, TIME, nullable=nullable)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", AUTO_ID, primary_key=True),
        sa.Column("intake", sa.String(64), nullable=False),
        sa.Column("source", sa.String(256), nullable=False),
        sa.Column("event_id", sa.String(128), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        _time("at", nullable=False),
        _time("received_at", nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _text("reason"),
        sa.Column("correlation_id", sa.String(64), nullable=False),
        sa.UniqueConstraint("intake", "source", "event_id"),
    )
    op.create_index("ix_events_received_at", "events", ["received_at"])
    op.create_index("ix_events_state_id", "events", ["state", "id"])


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String(32), primary_key=True),
        _text("name"),
        _text("given_name"),
        _text("family_name"),
        _text("company"),
        _count("version"),
        _time("created_at", nullable=False),
        _time("updated_at", nullable=False),
    )


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("customer_id", sa.String(32), sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        _count("version"),
        _time("created_at", nullable=False),
        _time("changed_at", nullable=False),
    )
    op.create_index("ix_cards_customer_id", "cards", ["customer_id"])


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("card_id", sa.String(32), sa.ForeignKey("cards.id"), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("provider", sa.String(256), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("value", sa.String(400), nullable=False),
        _text("display_name"),
        sa.Column("verified", sa.Boolean, nullable=False, server_default=sa.false()),
        _time("created_at", nullable=False),
        sa.UniqueConstraint("channel", "kind", "provider", "key"),
    )
    op.create_index("ix_identities_card_id", "identities", ["card_id"])


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("intake", sa.String(64), nullable=False),
        sa.Column("key", sa.String(254), nullable=False),
        _text("platform_id"),
        sa.Column("email", sa.String(254), nullable=False, server_default=""),
        sa.Column("entra_object_id", sa.String(36), nullable=False, server_default=""),
        _text("name"),
        sa.Column("user_id", sa.String(36)),
        _time("created_at", nullable=False),
        sa.UniqueConstraint("intake", "key"),
    )
    op.create_index("ix_agents_email", "agents", ["email"])
    op.create_index("ix_agents_user_id", "agents", ["user_id"])


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("user_id", sa.String(36), primary_key=True),
        _text("tenant_id"),
        _text("name"),
        sa.Column("email", sa.String(254), nullable=False, server_default=""),
        sa.Column("upn", sa.String(254), nullable=False, server_default=""),
        _text("language"),
        _text("time_zone"),
        _text("teams_id"),
        _text("bot_id"),
        _text("service_url"),
        _text("conversation_id"),
        _time("installed_at"),
        _time("updated_at", nullable=False),
    )
    op.create_index("ix_users_email", "users", ["email"])
    op.create_index("ix_users_upn", "users", ["upn"])


def _interactions() -> None:
    op.create_table(
        "interactions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("intake", sa.String(64), nullable=False),
        sa.Column("source", sa.String(256), nullable=False),
        sa.Column("ref", sa.String(128), nullable=False),
        sa.Column("card_id", sa.String(32), sa.ForeignKey("cards.id")),
        sa.Column("channel", sa.String(16), nullable=False),
        _text("provider"),
        _text("direction"),
        _text("business_address"),
        _text("queue"),
        _text("subject"),
        _text("url"),
        _text("recording_url"),
        _text("customer_address"),
        _time("started_at"),
        _time("ended_at"),
        sa.Column("hints", JSON, nullable=False),
        _count("version"),
        _time("created_at", nullable=False),
        sa.UniqueConstraint("intake", "source", "ref"),
    )
    op.create_index("ix_interactions_card_id", "interactions", ["card_id"])


def _life_events() -> None:
    op.create_table(
        "life_events",
        sa.Column("id", AUTO_ID, primary_key=True),
        sa.Column("interaction_id", sa.String(32), sa.ForeignKey("interactions.id"), nullable=False),
        sa.Column("source", sa.String(256), nullable=False),
        sa.Column("event_id", sa.String(128), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("interaction_id", "source", "event_id"),
    )


def _legs() -> None:
    op.create_table(
        "legs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("interaction_id", sa.String(32), sa.ForeignKey("interactions.id"), nullable=False),
        sa.Column("agent_id", sa.String(32), sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _time("offered_at"),
        _time("accepted_at"),
        _time("ended_at"),
        _time("closed_at"),
        _time("wrapup_started_at"),
        _time("wrapup_completed_at"),
        _time("push_due_at"),
        _time("pushed_at"),
        sa.Column("wrapup", JSON, nullable=False),
        sa.Column("edits", JSON, nullable=False),
        _count("version"),
        _time("created_at", nullable=False),
        sa.UniqueConstraint("interaction_id", "agent_id", "number"),
    )
    op.create_index("ix_legs_agent_id", "legs", ["agent_id"])


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("interaction_id", sa.String(32), sa.ForeignKey("interactions.id"), nullable=False),
        sa.Column("crm", sa.String(64), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("record_id", sa.String(64), nullable=False),
        _text("type_label"),
        _text("title"),
        _text("subtitle"),
        sa.Column("level", sa.String(16), nullable=False),
        _text("linked_by"),
        _time("linked_at", nullable=False),
        _time("unlinked_at"),
        _count("version"),
        sa.UniqueConstraint("interaction_id", "crm", "type", "record_id"),
    )


def _pushes() -> None:
    op.create_table(
        "pushes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("leg_id", sa.String(32), sa.ForeignKey("legs.id"), nullable=False),
        sa.Column("link_id", sa.String(32), sa.ForeignKey("links.id"), nullable=False),
        sa.Column("crm", sa.String(64), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _count("attempts"),
        _text("reason"),
        _text("detail"),
        _text("activity_type"),
        _text("activity_id"),
        _text("activity_url"),
        sa.Column("owner_is_integration", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("facts", JSON, nullable=False),
        _time("next_attempt_at"),
        _time("sent_at"),
        _time("created_at", nullable=False),
        sa.Column("correlation_id", sa.String(64), nullable=False, server_default=""),
        sa.CheckConstraint("state in ('sending','sent','retrying','failed','kept','cancelled')", name="state"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("leg_id", "link_id"),
    )
    op.create_index("ix_pushes_link_id", "pushes", ["link_id"])
    op.create_index("ix_pushes_state_crm", "pushes", ["state", "crm"])


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("card_id", sa.String(32), sa.ForeignKey("cards.id"), nullable=False),
        sa.Column("crm", sa.String(64), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("record_id", sa.String(64), nullable=False),
        sa.Column("parent", sa.String(210), nullable=False, server_default=""),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        _text("type_label"),
        _text("title"),
        _text("subtitle"),
        _text("url"),
        _text("match"),
        sa.Column("has_children", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.PrimaryKeyConstraint("card_id", "crm", "type", "record_id", "parent"),
    )


def _lookups() -> None:
    op.create_table(
        "lookups",
        sa.Column("card_id", sa.String(32), sa.ForeignKey("cards.id"), nullable=False),
        sa.Column("crm", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _text("reason"),
        _time("fetched_at"),
        sa.PrimaryKeyConstraint("card_id", "crm"),
    )


def _desk_views() -> None:
    op.create_table(
        "desk_views",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("card_id", sa.String(32), sa.ForeignKey("cards.id"), nullable=False),
        sa.Column("sections", JSON, nullable=False),
        sa.Column("expanded", JSON, nullable=False),
        _text("search_text"),
        sa.Column("found", JSON, nullable=False),
        _time("opened_at", nullable=False),
        _time("closed_at"),
        sa.PrimaryKeyConstraint("user_id", "card_id"),
    )
    op.create_index("ix_desk_views_user_id_opened_at", "desk_views", ["user_id", "opened_at"])


def _card_messages() -> None:
    op.create_table(
        "card_messages",
        sa.Column("leg_id", sa.String(32), sa.ForeignKey("legs.id"), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        _text("service_url"),
        _text("conversation_id"),
        _text("activity_id"),
        sa.Column("digest", sa.String(64), nullable=False, server_default=""),
        _time("updated_at", nullable=False),
        sa.PrimaryKeyConstraint("leg_id", "user_id"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", AUTO_ID, primary_key=True),
        sa.Column("lane", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="ready"),
        _time("due_at", nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False, server_default="1"),
        _count("attempts"),
        _count("takeovers"),
        sa.Column("token", sa.String(32), nullable=False, server_default=""),
        _time("leased_until"),
        _text("reason"),
        sa.Column("correlation_id", sa.String(64), nullable=False, server_default=""),
        _time("created_at", nullable=False),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_jobs_state_lane_due_at", "jobs", ["state", "lane", "due_at"])


def _lanes() -> None:
    op.create_table(
        "lanes",
        sa.Column("name", sa.String(80), primary_key=True),
        _time("paused_until"),
        _text("reason"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", AUTO_ID, primary_key=True),
        _time("at", nullable=False),
        _text("user_id"),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("details", JSON, nullable=False),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
