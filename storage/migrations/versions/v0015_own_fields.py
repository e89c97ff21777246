"""Fields of a company's own, of activities and of customers (B-38, B-39)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Json

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Nothing is written in them yet."""
    op.add_column("interactions", sa.Column("field_values", Json))
    op.add_column("customers", sa.Column("field_values", Json))
