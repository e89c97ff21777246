"""The index of cards, for duplicates and for the search box. Existing cards are indexed while the service runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """No card is indexed yet."""
    op.add_column("cards", sa.Column("is_indexed", sa.Boolean, nullable=False, server_default=sa.false()))
    is_new = sa.text("is_indexed = 0" if op.get_bind().dialect.name == "sqlite" else "NOT is_indexed")
    op.create_index("ix_cards_unindexed", "cards", ["created_at"], sqlite_where=is_new, postgresql_where=is_new)
    op.create_table(
        "match_cards",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("card_id", sa.String(32), sa.ForeignKey("cards.id"), nullable=False, unique=True),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
    )
    _rows("card_keys", sa.Column("k", sa.BigInteger, nullable=False))
    _counts()
    op.create_table(
        "terms",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("term", BYTES, nullable=False, unique=True),
        sa.Column("cards", sa.Integer, nullable=False),
    )
    _rows("term_pieces", sa.Column("piece", sa.Text, nullable=False), to="term")
    _rows("term_cards", sa.Column("term", sa.Integer, nullable=False))
    _rows("search_values", sa.Column("value", BYTES, nullable=False))
    _state()


def _rows(name: str, found_by: sa.Column[object], to: str = "card") -> None:
    other = sa.Column(to, sa.Integer, nullable=False)
    op.create_table(name, found_by, other, sa.PrimaryKeyConstraint(found_by.name, to), sqlite_with_rowid=False)


def _counts() -> None:
    op.create_table(
        "token_counts",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("cards", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _state() -> None:
    op.create_table(
        "index_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("rules", sa.String(64), nullable=False),
        sa.Column("swept_to", sa.String(32)),
    )
