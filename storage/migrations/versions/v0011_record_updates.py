"""Edits of profiles on their way into CRM records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UtcTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """None is on its way."""
    op.create_table(
        "record_updates",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("card_id", sa.String(32), nullable=False),
        sa.Column("crm", sa.String(64), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("record_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.String(16), nullable=False),
        *(sa.Column(name, Json, nullable=False) for name in ("before", "facts", "differences", "accepted")),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("reason", "detail", "edited_by")),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_updates"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_record_updates_card_id_cards"),
    )
    op.create_index("ix_record_updates_card_id", "record_updates", ["card_id"])
