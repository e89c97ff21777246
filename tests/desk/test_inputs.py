"""What agents paste into fields."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from customers.ports import Action, BadAction
from customers.views import Viewer
from desk.act import ActionDesk
from storage.engine import Database
from storage.tables import legs
from tests.desk.test_desk_races import ELINOR, SETTINGS, _call

VIEWER = Viewer(ELINOR, "tenant", "Elinor Dashwood")


def test_control_characters_in_notes_are_left_out_and_lines_are_kept(database: Database) -> None:
    data = _call(database)
    desk = ActionDesk(database, SETTINGS)
    for verb, inputs in [
        ("wrapup.save", {"wrapup.notes": "One\0 two\x07.\nThree\tfour."}),
        ("tag.add", {"wrapup.tag": "in\0voice"}),
        ("link.search", {"search": "Fer\0rars"}),
        ("customers.search", {"search": "Fer\0rars"}),
    ]:
        answer = desk.act(VIEWER, Action(verb, data, inputs))
        assert answer.notice is None or answer.notice.kind == "success"
    with database.read() as connection:
        edits = connection.execute(sa.select(legs.c.edits)).scalar_one()
    assert edits["notes"] == "One two.\nThree\tfour."
    assert edits["tags"] == ["invoice"]


def test_an_id_with_a_nul_is_none_of_ours(database: Database) -> None:
    with pytest.raises(BadAction):
        ActionDesk(database, SETTINGS).act(VIEWER, Action("card.refresh", {"card": "a\0b"}))
