"""Each agent's part of an interaction says since when there is something in it that they have not had open (E-08)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0014"
down_revision = "0013"

OPEN = "('offered', 'active', 'held', 'ended', 'wrap_up')"


def upgrade() -> None:
    """Nothing of before is unread; the open and the unread ones of an agent are found without the others."""
    op.add_column("legs", sa.Column("unread_at", UtcTime))
    op.execute(f"CREATE INDEX ix_legs_open_of_agent ON legs (agent_id) WHERE state IN {OPEN}")
    op.execute("CREATE INDEX ix_legs_unread ON legs (agent_id) WHERE unread_at IS NOT NULL")
