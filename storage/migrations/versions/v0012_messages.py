"""Messages of both sides, comments on them, and identities that are blocked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TIME = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")  # microseconds since 1970 on SQLite


def upgrade() -> None:
    """Messages are kept from now on; those of before stand in the events alone, as long as those are kept."""
    op.create_table(
        "messages",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("interaction_id", sa.String(32), sa.ForeignKey("interactions.id"), nullable=False),
        sa.Column("ref", sa.String(128), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("author", sa.String(16), nullable=False),
        sa.Column("side", sa.String(16), nullable=False),
        _text("name"),
        _text("text"),
        _flag("is_cut"),
        _flag("has_attachments"),
        _flag("is_internal"),
        sa.UniqueConstraint("interaction_id", "ref"),
    )
    op.create_index("ix_messages_interaction_id_at", "messages", ["interaction_id", "at"])
    op.add_column("interactions", sa.Column("last_message_at", TIME))
    op.create_index("ix_interactions_card_id_last_message_at", "interactions", ["card_id", "last_message_at"])
    # With its reference, which op.add_column would add in a statement of its own that SQLite does not have.
    op.execute("ALTER TABLE comments ADD COLUMN message_id VARCHAR(32) REFERENCES messages (id)")
    op.create_index("ix_comments_message_id", "comments", ["message_id"])
    op.add_column("identities", sa.Column("blocked_at", TIME))
    op.add_column("identities", _text("blocked_by"))


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
