"""Rule 8 of the architecture: a merge destroys nothing, and no table that refers to a customer is forgotten."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from customers.merging import ProfileField
from storage import tables
from storage.engine import Database
from tests.desk.merging_world import ELINOR, MARIANNE, Shop

STAYS = "what is in it stays with its own card; the merged card shows all of it"
TELLS = "tells of merges and of what was decided about pairs of cards"
VIEWS = "an agent's view: copied to the card that stands for this one, kept for an undo"
DERIVED = "made anew from the cards"
TREATED = {
    "cards": STAYS,
    "customers": STAYS,
    "identities": STAYS,
    "interactions": STAYS,
    "life_events": STAYS,
    "legs": STAYS,
    "links": STAYS,
    "pushes": STAYS,
    "records": STAYS,
    "lookups": STAYS,
    "card_messages": STAYS,
    "profile_edits": STAYS,
    "contact_points": STAYS,
    "customer_tags": STAYS,
    "comments": STAYS,
    "creations": STAYS,
    "record_updates": STAYS,
    "messages": STAYS,
    "requests": STAYS,
    "request_edits": STAYS,
    "activity_moves": STAYS,
    "field_offers": TELLS,
    "merges": TELLS,
    "distinctions": TELLS,
    "desk_views": VIEWS,
    "match_cards": DERIVED,
}
MAY_CHANGE = {"cards": {"version", "changed_at"}}
"""Of a card after a merge and its undo."""


def _refers(table: sa.Table, known: set[str]) -> bool:
    return any(key.column.table.name in known for key in table.foreign_keys)


def _about_customers() -> set[str]:
    """Tables that refer to a customer, at whatever distance."""
    found = {"customers"}
    while more := {table.name for table in tables.metadata.sorted_tables if _refers(table, found)} - found:
        found |= more
    return found


def test_every_table_that_refers_to_a_customer_is_covered() -> None:
    assert _about_customers() == TREATED.keys()


def _rows(database: Database, name: str) -> list[dict[str, Any]]:
    table = tables.metadata.tables[name]
    kept = [column for column in table.c if column.name not in MAY_CHANGE.get(name, ())]
    with database.read() as connection:
        rows = connection.execute(sa.select(*kept).order_by(*table.primary_key.columns)).mappings().all()
    return [dict(row) for row in rows]


@pytest.mark.rule("P-01")
def test_p01_a_merge_moves_nothing_and_its_undo_leaves_every_row_as_it_was(database: Database) -> None:
    shop = Shop(database)
    call, mail = shop.newcomer(name="Edward", viewer=ELINOR), shop.newcomer(name="E. Ferrars", viewer=MARIANNE)
    shop.edit(mail, ProfileField.COMPANY, "Norland")
    request = shop.view(mail).interaction.request_id  # type: ignore[union-attr]
    shop.press(
        "request.save", MARIANNE, card=mail, request=request, version="1", inputs={f"request.name.{request}": "Invoice"}
    )
    interaction = shop.view(call).interaction.id  # type: ignore[union-attr]
    shop.press(
        "comment.add", card=mail, interaction=shop.view(mail).interaction.id, inputs={"comment.text": "Friendly."}
    )  # type: ignore[union-attr]
    shop.press("activity.move", card=call, interaction=interaction, request="new")
    of_cards = [name for name, treated in TREATED.items() if treated == STAYS and name != "cards"]
    before = {name: _rows(database, name) for name in [*of_cards, "cards", "desk_views"]}
    shop.merge(call, mail)
    assert {name: _rows(database, name) for name in of_cards} == {name: before[name] for name in of_cards}
    shop.undo(shop.edges[0])
    after = {name: _rows(database, name) for name in before}
    assert after == before
