"""A database of the version before activities could be withdrawn: its pushes are as they were."""

from __future__ import annotations

import pytest

from customers.ids import PushId
from storage import links, schema
from storage.engine import Database
from tests.storage.earlier import left_by, one_push


@pytest.fixture
def before(empty: Database) -> Database:
    """A database as version 0005 left it, with one push."""
    return left_by(empty, "0005", one_push)


@pytest.mark.rule("C-12")
def test_c12_pushes_from_before_the_upgrade_are_as_they_were_and_no_withdrawals(before: Database) -> None:
    schema.upgrade(before)
    with before.write() as tx:
        row = links.push(tx, PushId("p"))
    assert row is not None
    assert (row["state"], row["activity_id"], row["facts"]) == ("kept", "00T1", {"notes": "Old."})
    assert (row["is_withdrawal"], row["withdrawals"]) == (False, 0)
    assert row["shared_key"] == "", "it has an activity of its own"
