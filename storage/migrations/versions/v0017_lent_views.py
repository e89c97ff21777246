"""Of a view that a merge opened it is kept how it was before, so that an undo gives it back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Views of cards that were merged before stay as they are: nobody knows how they were.

    Who had closed the card that stands for others has closed those, too: an undo used to do that.
    """
    op.add_column("desk_views", sa.Column("is_lent", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("desk_views", sa.Column("own_opened_at", UtcTime))
    op.add_column("desk_views", sa.Column("own_closed_at", UtcTime))
    _close()


def _close() -> None:
    views = sa.table("desk_views", sa.column("user_id"), sa.column("card_id"), sa.column("closed_at", UtcTime))
    cards = sa.table("cards", sa.column("id"), sa.column("survivor_id"))
    whole = views.alias("whole")
    closed = (
        sa.select(whole.c.closed_at)
        .select_from(whole.join(cards, cards.c.survivor_id == whole.c.card_id))
        .where(cards.c.id == views.c.card_id, whole.c.user_id == views.c.user_id, whole.c.closed_at.isnot(None))
        .correlate(views)
    )
    op.execute(
        sa.update(views).where(views.c.closed_at.is_(None), closed.exists()).values(closed_at=closed.scalar_subquery())
    )
