"""Rule 8 of the architecture: a merge destroys nothing, and no table that refers to a customer is forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from customers.fields import Field
from customers.ids import CardId
from customers.profile_form import PARTS
from customers.views import Switches
from desk.act import ActionDesk
from storage import tables
from storage.engine import Database
from tests.desk.merging_world import ELINOR, SETTINGS
from tests.desk.test_messages import Talk
from tests.desk.test_profile_form import Form

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


EMPTY = {"links", "records", "pushes", "creations", "record_updates", "card_messages"}
"""Tables without a row in the next test: they need a CRM or a chat; they too are about a card and nothing else."""


@pytest.mark.rule("P-01", "B-39", "E-16")
def test_p01_a_merge_moves_nothing_and_its_undo_leaves_every_row_as_it_was(database: Database) -> None:
    talk = Talk(database)
    talk.shop.desk = ActionDesk(database, replace(SETTINGS, customer_fields=(Field("contract"),)))
    call, mail = talk.caller("Edward"), talk.caller("E. Ferrars")
    for card in (call, mail):
        _has_everything(talk, card)
    of_cards = [name for name, treated in TREATED.items() if treated == STAYS and name != "cards"]
    before = {name: _rows(database, name) for name in [*of_cards, "cards", "desk_views"]}
    assert {name for name, rows in before.items() if not rows} == EMPTY
    talk.shop.merge(call, mail)
    assert {name: _rows(database, name) for name in of_cards} == {name: before[name] for name in of_cards}
    talk.shop.undo(talk.shop.edges[0])
    after = {name: _rows(database, name) for name in before}
    assert after == before


def _has_everything(talk: Talk, card: CardId) -> None:
    """The card has a message, comments, a label, a number, a field of the company's own, requests."""
    talk.say(card, "Good morning.")
    interaction = talk.interaction(card).id
    talk.press("comment.add", card, interaction=interaction, inputs={"comment.text": "Friendly."})
    talk.comment(card, talk.case(card).page.messages[0], "He means it.")
    form = Form(talk, card, replace(ELINOR, switches=Switches(profile_parts=(*PARTS, "contract"))))
    form.types(company="Norland", phone__new="+442079460001", own__contract="K-17")
    assert form.save() == "saved"
    talk.press("tag.add", card, inputs={"profile.tag": "VIP"})
    talk.save(card, talk.shown(card), name="Invoice")
    talk.press("activity.move", card, interaction=interaction, request="new")
