"""Records that agents create in a CRM."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UtcTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """None has been created yet."""
    op.create_table(
        "creations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("interaction_id", sa.String(32), nullable=False),
        sa.Column("leg_id", sa.String(32), nullable=False),
        sa.Column("crm", sa.String(64), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *(sa.Column(name, Json, nullable=False) for name in ("form", "typed", "wrong", "found")),
        *(
            sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
            for name in ("may_create", "is_forced")
        ),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("reason", "detail", "record_id")),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_by", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_creations"),
        sa.UniqueConstraint("key", name="uq_creations_key"),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name="fk_creations_interaction_id_interactions"
        ),
    )
    op.create_index("ix_creations_interaction_id", "creations", ["interaction_id"])
