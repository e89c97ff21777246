"""Groups and app roles of users, as Entra told them last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nobody's are known until they open the pane."""
    op.add_column("users", sa.Column("memberships", sa.Text, nullable=False, server_default=""))
    op.add_column("users", sa.Column("memberships_at", UtcTime))
