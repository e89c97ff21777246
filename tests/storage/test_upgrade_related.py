"""A database of the version before related records came in pages: what was told stands there, and can be turned."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from customers.ids import CardId
from storage import records, schema, tables
from storage.engine import Database
from tests.storage.earlier import insert, left_by, three_interactions

PARENT = "crm:Contact:1"


def _told_before(connection: sa.Connection) -> None:
    insert(connection, "records", **_row("1"), card_id="c", crm="crm", parent=PARENT, position=0)


@pytest.mark.rule("A-20")
def test_a20_records_of_before_have_no_date_and_take_pages(empty: Database) -> None:
    database, card = left_by(empty, "0003", three_interactions, "0018", _told_before), CardId("c")
    schema.upgrade(database)
    with database.write() as tx:
        assert records.goes_on(tx, card, "crm", PARENT) is None
        records.append(tx, card, "crm", PARENT, [_told("1", ""), _told("2", "further")])
        assert records.goes_on(tx, card, "crm", PARENT) == (card, "further")
        records.append(tx, card, "crm", PARENT, [_told("2", "still further")])
        assert records.goes_on(tx, card, "crm", PARENT) == (card, "still further")
        records.append(tx, card, "crm", PARENT, [_told("3", "")])
        assert records.goes_on(tx, card, "crm", PARENT) is None
        wanted = sa.select(tables.records.c.record_id, tables.records.c.dated).order_by(tables.records.c.position)
        found = tx.execute(wanted.where(tables.records.c.parent == PARENT)).all()
        assert [tuple(row) for row in found] == [("1", ""), ("2", "2026-11-21"), ("3", "2026-11-21")]


def _row(record_id: str) -> dict[str, object]:
    texts = dict.fromkeys(("type_label", "title", "subtitle", "url", "match"), "")
    return {"type": "Case", "record_id": record_id, "level": "related", "has_children": True, **texts}


def _told(record_id: str, more: str) -> dict[str, object]:
    return {**_row(record_id), "dated": "2026-11-21", "more": more}
