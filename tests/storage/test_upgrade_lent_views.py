"""A database of the version before views were lent: who had closed a merged card has closed what it stands for."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import schema, tables
from storage.engine import Database
from tests.storage.earlier import NOW, insert, left_by


@pytest.mark.rule("P-01", "B-02")
def test_p01_views_of_cards_that_were_merged_before_the_upgrade(empty: Database) -> None:
    database = left_by(empty, "0016", _fill)
    schema.upgrade(database)
    views = tables.desk_views.c
    with database.read() as connection:
        rows = connection.execute(sa.select(views.user_id, views.card_id, views.closed_at, views.is_lent)).all()
    assert {tuple(row) for row in rows} == {
        ("elinor", "call", NOW, False), ("elinor", "mail", NOW, False),
        ("marianne", "call", None, False), ("marianne", "mail", None, False),
        ("margaret", "mail", None, False),
    }  # fmt: skip


def _fill(connection: sa.Connection) -> None:
    """The mail's card was merged into the call's."""

    for card, survivor in (("call", None), ("mail", "call")):
        insert(connection, "customers", id=card, created_at=NOW, updated_at=NOW)
        common = {"channel": "email", "created_at": NOW, "changed_at": NOW, "is_indexed": False}
        insert(connection, "cards", id=card, customer_id=card, survivor_id=survivor, **common)
    for user, card, closed in (
        ("elinor", "call", NOW), ("elinor", "mail", None), ("marianne", "call", None), ("marianne", "mail", None),
        ("margaret", "mail", None),
    ):  # fmt: skip
        view = {"sections": [], "expanded": [], "found": [], "opened_at": NOW - timedelta(days=1)}
        insert(connection, "desk_views", user_id=user, card_id=card, closed_at=closed, **view)
