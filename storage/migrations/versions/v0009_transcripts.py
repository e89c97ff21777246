"""Where the transcript of an interaction is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """None is known yet; the next event of an interaction brings it, where one named it before."""
    op.add_column("interactions", sa.Column("transcript_url", sa.Text, nullable=False, server_default=""))
