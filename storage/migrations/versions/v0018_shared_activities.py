"""Several people on one activity: a push says which one it has in common with others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Every push from before has an activity of its own."""
    op.add_column("pushes", sa.Column("shared_key", sa.String(36), nullable=False, server_default=""))
