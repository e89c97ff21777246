"""A database of the version before unread marks: nothing of before is unread, and what comes from then on is."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from customers.ids import InteractionId
from storage import schema, tables, unread
from storage.engine import Database
from tests.storage.earlier import left_by, three_interactions


@pytest.fixture
def before(empty: Database) -> Database:
    """A database as version 0013 left it, with content of an earlier one."""
    return left_by(empty, "0003", three_interactions, "0013")


@pytest.mark.rule("E-08")
def test_e08_legs_of_before_are_read_and_take_marks(before: Database) -> None:
    schema.upgrade(before)
    with before.write() as tx:
        legs = tx.execute(sa.select(tables.legs)).mappings().all()
        assert legs
        assert {leg["unread_at"] for leg in legs} == {None}
        taken = next(leg for leg in legs if leg["accepted_at"])
        unread.customer_wrote(tx, InteractionId(taken["interaction_id"]))
        marked = sa.select(tables.legs.c.interaction_id).where(tables.legs.c.unread_at.isnot(None))
        assert set(tx.execute(marked).scalars()) == {taken["interaction_id"]}
