"""What the last look at each CRM's mapping found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UtcTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing is known until the service looks, which it does when it starts."""
    op.create_table(
        "crm_checks",
        sa.Column("crm", sa.String(64), primary_key=True),
        sa.Column("asked_at", UtcTime),
        sa.Column("checked_at", UtcTime),
        sa.Column("is_fit", sa.Boolean),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("findings", Json, nullable=False),
    )
