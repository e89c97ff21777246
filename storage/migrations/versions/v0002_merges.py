"""Merges of cards, what was decided about pairs of cards, and edits of profiles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")  # microseconds since 1970 on SQLite


def upgrade() -> None:
    """Every card stands for itself, as before."""
    _cards()
    op.add_column("desk_views", sa.Column("merging", JSON))
    _merges()
    _distinctions()
    _merge_proposals()
    _profile_edits()
    _field_offers()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, TIME, nullable=nullable)


def _card(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), sa.ForeignKey("cards.id"), nullable=False)


def _cards() -> None:
    # With its reference, which op.add_column would add in a statement of its own that SQLite does not have.
    op.execute("ALTER TABLE cards ADD COLUMN survivor_id VARCHAR(32) REFERENCES cards (id)")
    op.add_column("cards", _time("locked_at"))
    op.add_column("cards", _text("locked_by"))
    op.create_index("ix_cards_survivor_id", "cards", ["survivor_id"])


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.String(32), primary_key=True),
        _card("survivor_id"),
        _card("absorbed_id"),
        sa.Column("picks", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        _text("merged_by"),
        _time("merged_at", nullable=False),
        _text("undone_by"),
        _time("undone_at"),
    )
    op.create_index("ix_merges_survivor_id", "merges", ["survivor_id"])
    op.create_index("ix_merges_absorbed_id", "merges", ["absorbed_id"])


def _distinctions() -> None:
    op.create_table(
        "distinctions",
        _card("left_id"),
        _card("right_id"),
        _text("decided_by"),
        _time("decided_at", nullable=False),
        sa.PrimaryKeyConstraint("left_id", "right_id"),
    )
    op.create_index("ix_distinctions_right_id", "distinctions", ["right_id"])


def _merge_proposals() -> None:
    op.create_table(
        "merge_proposals",
        sa.Column("id", AUTO_ID, primary_key=True, autoincrement=True),
        sa.Column("survivor_key", sa.String(400), nullable=False),
        sa.Column("absorbed_key", sa.String(400), nullable=False),
        _time("proposed_at", nullable=False),
        sa.UniqueConstraint("survivor_key", "absorbed_key"),
    )
    op.create_index("ix_merge_proposals_absorbed_key", "merge_proposals", ["absorbed_key"])


def _profile_edits() -> None:
    op.create_table(
        "profile_edits",
        sa.Column("id", AUTO_ID, primary_key=True, autoincrement=True),
        _card("card_id"),
        sa.Column("field", sa.String(32), nullable=False),
        _text("before"),
        _text("after"),
        _text("edited_by"),
        _time("edited_at", nullable=False),
    )
    op.create_index("ix_profile_edits_card_id", "profile_edits", ["card_id"])


def _field_offers() -> None:
    op.create_table(
        "field_offers",
        _card("card_id"),
        sa.Column("field", sa.String(32), nullable=False),
        _text("value"),
        _card("origin_id"),
        _time("offered_at", nullable=False),
        sa.PrimaryKeyConstraint("card_id", "field", "origin_id"),
    )
    op.create_index("ix_field_offers_origin_id", "field_offers", ["origin_id"])
