"""The messages of a request are found among those interactions of it that have any."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """An index; nothing else changes."""
    op.create_index("ix_interactions_request_id_last_message_at", "interactions", ["request_id", "last_message_at"])
