"""Indexes that make the newest of a long history cost what that of a short one costs; the section Journey."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LEG_AT = "coalesce(accepted_at, offered_at, created_at)"
OPEN = "('offered', 'active', 'held', 'ended', 'wrap_up')"
INTERACTION_AT = "coalesce(started_at, created_at)"


def upgrade() -> None:
    """Each leg knows its card; whoever had the earlier interactions open has the journey open."""
    op.add_column("legs", sa.Column("card_id", sa.String(32)))
    op.execute(
        "UPDATE legs SET card_id = (SELECT card_id FROM interactions WHERE interactions.id = legs.interaction_id)"
    )
    _index("legs_newest", "legs", "card_id", LEG_AT, "id")
    _index("legs_newest_of_agent", "legs", "card_id", "agent_id", LEG_AT, "id")
    op.execute(f"CREATE INDEX ix_legs_open ON legs (card_id) WHERE state IN {OPEN}")
    for column in ("card_id", "request_id", "own_request_id"):  # the next ones begin with them
        op.drop_index(f"ix_interactions_{column}", "interactions")
    _index("interactions_journey", "interactions", "card_id", INTERACTION_AT, "id")
    _index("interactions_journey_channel", "interactions", "card_id", "channel", INTERACTION_AT, "id")
    _index("interactions_journey_request", "interactions", "request_id", INTERACTION_AT, "id")
    _index("interactions_journey_own_request", "interactions", "own_request_id", INTERACTION_AT, "id")
    _index("interactions_replied", "interactions", "request_id", "replied_at")
    op.drop_index("ix_requests_card_id_state_created_at", "requests")
    _index("requests_card_id_state_created_at_id", "requests", "card_id", "state", "created_at", "id")
    _rename_section()


def _index(name: str, table: str, *columns: str) -> None:
    op.execute(f"CREATE INDEX ix_{name} ON {table} ({', '.join(columns)})")


def _rename_section() -> None:
    renamed = "replace(CAST(sections AS text), '\"earlier\"', '\"journey\"')"
    if op.get_bind().dialect.name == "postgresql":
        renamed = f"CAST({renamed} AS jsonb)"
    op.execute(f"UPDATE desk_views SET sections = {renamed}")  # noqa: S608 - nothing of it comes from outside
