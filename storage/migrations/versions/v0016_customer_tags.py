"""Labels of customers, each by itself: they stood in one text, with commas between them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Each label stands on the oldest card of its customer."""
    op.create_table(
        "customer_tags",
        sa.Column("card_id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("tag", sa.Text, nullable=False, server_default=""),
        sa.Column("added_by", sa.Text, nullable=False, server_default=""),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("card_id", "key", name="pk_customer_tags"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_customer_tags_card_id_cards"),
    )
    _split()
    op.drop_column("customers", "tags")


def _split() -> None:
    customers = sa.table("customers", sa.column("id"), sa.column("tags"), sa.column("updated_at", UtcTime))
    cards = sa.table("cards", sa.column("id"), sa.column("customer_id"), sa.column("created_at", UtcTime))
    tags = sa.table(
        "customer_tags", sa.column("card_id"), sa.column("key"), sa.column("tag"), sa.column("added_at", UtcTime)
    )
    connection = op.get_bind()
    first = (
        sa.select(cards.c.id)
        .where(cards.c.customer_id == customers.c.id)
        .order_by(cards.c.created_at, cards.c.id)
        .limit(1)
        .scalar_subquery()
    )
    query = sa.select(first.label("card_id"), customers.c.tags, customers.c.updated_at).where(customers.c.tags != "")
    for row in connection.execute(query).all():
        named: dict[str, str] = {}
        for part in row.tags.split(","):
            if tag := " ".join(part.split()):
                named.setdefault(tag.casefold()[:400], tag)
        rows = [
            {"card_id": row.card_id, "key": key, "tag": tag, "added_at": row.updated_at} for key, tag in named.items()
        ]
        if row.card_id and rows:
            connection.execute(sa.insert(tags), rows)
