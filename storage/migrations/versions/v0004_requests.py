"""Requests, and activities that were moved: each interaction gets a request of its own. More fields of profiles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")  # microseconds since 1970 on SQLite
CLOSE_AFTER = timedelta(days=5)
"""The rule's own (B-36); a setting for it comes with this version."""


def upgrade() -> None:
    """Every interaction that an agent has taken is in a request of its own; old ones are closed as they would have."""
    _requests()
    _request_edits()
    _interactions()
    op.add_column("legs", _time("changed_at"))
    op.add_column("desk_views", sa.Column("handling", JSON))
    _activity_moves()
    _profiles()
    _comments()
    _open_for_interactions()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, TIME, nullable=nullable)


def _id(name: str, table: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), sa.ForeignKey(f"{table}.id"), nullable=False)


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(32), primary_key=True),
        _id("card_id", "cards"),
        _text("name"),
        _text("description"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        _text("created_by"),
        _time("created_at", nullable=False),
        _time("changed_at", nullable=False),
        _text("closed_by"),
        _time("closed_at"),
        sa.CheckConstraint("state in ('open','closed','cancelled')", name="state"),
    )
    op.create_index("ix_requests_card_id_state_created_at", "requests", ["card_id", "state", "created_at"])
    is_open = sa.text("state = 'open'")
    op.create_index("ix_requests_open", "requests", ["changed_at"], sqlite_where=is_open, postgresql_where=is_open)


def _request_edits() -> None:
    op.create_table(
        "request_edits",
        sa.Column("id", AUTO_ID, primary_key=True, autoincrement=True),
        _id("request_id", "requests"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        _text("before"),
        _text("after"),
        _text("edited_by"),
        _time("edited_at", nullable=False),
    )
    op.create_index("ix_request_edits_request_id_version", "request_edits", ["request_id", "version"])


def _interactions() -> None:
    op.add_column("interactions", sa.Column("home_id", sa.String(32)))
    for column in ("request_id", "own_request_id"):
        # With its reference, which op.add_column would add in a statement of its own that SQLite does not have.
        op.execute(f"ALTER TABLE interactions ADD COLUMN {column} VARCHAR(32) REFERENCES requests (id)")
    for column in ("home_id", "request_id", "own_request_id"):
        op.create_index(f"ix_interactions_{column}", "interactions", [column])
    op.add_column("interactions", _time("replied_at"))


def _activity_moves() -> None:
    op.create_table(
        "activity_moves",
        sa.Column("id", sa.String(32), primary_key=True),
        _id("interaction_id", "interactions"),
        sa.Column("before", JSON, nullable=False),
        _id("request_id", "requests"),
        sa.Column("request_version", sa.Integer, nullable=False),
        sa.Column("opened", sa.String(16), nullable=False),
        _time("was_closed_at"),
        _text("was_closed_by"),
        _text("moved_by"),
        _time("moved_at", nullable=False),
        _time("undone_at"),
    )
    for column in ("interaction_id", "request_id"):
        op.create_index(f"ix_activity_moves_{column}", "activity_moves", [column])


def _profiles() -> None:
    for column in ("gender", "birth_date", "street", "postcode", "tags", "notes"):
        op.add_column("customers", _text(column))
    op.create_table(
        "contact_points",
        sa.Column("id", sa.String(32), primary_key=True),
        _id("card_id", "cards"),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.String(400), nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("is_primary", sa.Boolean, nullable=False, server_default=sa.false()),
        _text("edited_by"),
        _time("created_at", nullable=False),
        _time("edited_at", nullable=False),
        _time("removed_at"),
    )
    op.create_index("ix_contact_points_card_id", "contact_points", ["card_id"])


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.String(32), primary_key=True),
        _id("interaction_id", "interactions"),
        _text("text"),
        sa.Column("corrects_id", sa.String(32), sa.ForeignKey("comments.id")),
        _text("written_by"),
        _time("written_at", nullable=False),
        _time("hidden_at"),
    )
    op.create_index("ix_comments_corrects_id", "comments", ["corrects_id"])
    op.create_index("ix_comments_interaction_id_written_at", "comments", ["interaction_id", "written_at"])


_LAST = "coalesce(ended_at, started_at, created_at)"


def _open_for_interactions() -> None:
    """The request has the id of its interaction, and its subject as name: one statement, whatever their number."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    closing = f"{_LAST} + {round(CLOSE_AFTER.total_seconds()) * 10**6}"
    if not is_sqlite:
        closing = f"{_LAST} + interval '{round(CLOSE_AFTER.total_seconds())} seconds'"
    limit = datetime.now(UTC) - CLOSE_AFTER
    values = {"old": round(limit.timestamp() * 10**6) if is_sqlite else limit}
    op.get_bind().execute(
        sa.text(
            f"""
            INSERT INTO requests (id, card_id, name, state, version, created_at, changed_at, closed_at)
            SELECT id, card_id, substr(subject, 1, 2000),
                   CASE WHEN {_LAST} <= :old THEN 'closed' ELSE 'open' END, 1,
                   coalesce(started_at, created_at), {_LAST},
                   CASE WHEN {_LAST} <= :old THEN {closing} END
            FROM interactions
            WHERE card_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM legs WHERE legs.interaction_id = interactions.id AND legs.accepted_at IS NOT NULL)
            """  # noqa: S608 - nothing of it comes from outside
        ),
        values,
    )
    op.execute(
        "UPDATE interactions SET request_id = id, own_request_id = id"
        " WHERE EXISTS (SELECT 1 FROM requests WHERE requests.id = interactions.id)"
    )
