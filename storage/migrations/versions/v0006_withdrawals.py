"""Activities that are taken out of a CRM again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """None was so far."""
    op.add_column("pushes", sa.Column("is_withdrawal", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("pushes", sa.Column("withdrawals", sa.Integer, nullable=False, server_default="0"))
