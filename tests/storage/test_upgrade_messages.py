"""A database of the version before messages: it takes them after the upgrade, and comments of before stay."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import schema, tables
from storage.engine import Database
from tests.storage.earlier import NOW, insert, left_by, three_interactions


@pytest.fixture
def before(empty: Database) -> Database:
    """A database as version 0005 left it, with a comment."""
    return left_by(empty, "0003", three_interactions, "0005", _comment)


def _comment(connection: sa.Connection) -> None:
    comment = {"id": "m", "interaction_id": "old", "text": "Friendly.", "written_by": "u", "written_at": NOW}
    insert(connection, "comments", **comment)


def test_comments_and_identities_of_before_are_as_they_were_and_messages_are_taken(before: Database) -> None:
    schema.upgrade(before)
    with before.write() as tx:
        row = {"id": "x", "interaction_id": "old", "ref": "1", "at": NOW, "author": "customer", "side": "customer"}
        tx.execute(sa.insert(tables.messages).values(**row))
        kept = tx.execute(sa.select(tables.comments)).mappings().one()
        assert (kept["text"], kept["message_id"]) == ("Friendly.", None)
        with pytest.raises(sa.exc.IntegrityError):
            tx.execute(sa.insert(tables.messages).values({**row, "id": "y"}))
