"""What a record's type is called on the card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from customers.ids import CardId
from customers.views import Viewer
from storage.engine import Database
from storage.view_settings import ViewSettings
from storage.views import card_view
from tests.desk.test_desk_races import ELINOR, SETTINGS, _call

LABELS = {"salesforce": {"Contact": {"en": "Person", "de": "Kontakt"}}}


@pytest.mark.rule("P-14")
@pytest.mark.parametrize(
    ("language", "label"), [("de", "Kontakt"), ("de-AT", "Kontakt"), ("en-GB", "Person"), ("es", "Person")]
)
def test_p14_the_type_is_called_as_the_mapping_says_in_the_agents_language(
    database: Database, language: str, label: str
) -> None:
    settings = replace(SETTINGS, type_labels=LABELS)
    assert _label(database, settings.views, language) == label


def test_a_type_without_a_name_in_the_mapping_is_called_as_the_crm_told_it(database: Database) -> None:
    assert _label(database, SETTINGS.views, "de") == "Contact"


def _label(database: Database, views: ViewSettings, language: str) -> str:
    data = _call(database)
    viewer = Viewer(ELINOR, "tenant", "Elinor Dashwood", language=language)
    with database.read() as connection:
        view = card_view(connection, viewer, CardId(data["card"]), views)
    assert view is not None
    return view.current_records[0].type_label
