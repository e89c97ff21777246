"""Records of a CRM have a date, and the list that they are in may go on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Records that were told before have no date, and nothing behind them, until their CRM is asked again."""
    for name in ("dated", "more"):
        op.add_column("records", sa.Column(name, sa.Text, nullable=False, server_default=""))
