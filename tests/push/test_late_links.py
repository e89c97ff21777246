"""What becomes known after the push, such as the recording's link, reaches the activity that is there (C-13, P-10)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from customers.model import Verb
from desk import interactions
from desk.work import Work
from storage.engine import Database
from tests.desk.test_desk_races import SETTINGS, _happens
from tests.push.crm_stub import Desk

RECORDING, TRANSCRIPT = "https://recordings.example/1", "https://transcripts.example/1"


@pytest.fixture
def sent(database: Database) -> Desk:
    desk = Desk(database)
    desk.works_until_idle()
    assert desk.push() == ("sent", "")
    return desk


def _later(database: Database, **changes: object) -> None:
    event = replace(_happens(Verb.UPDATED, 10), **changes)  # type: ignore[arg-type]
    with database.write() as tx:
        interactions.apply(Work(tx, SETTINGS), "main", event)


@pytest.mark.rule("C-13", "P-10")
@pytest.mark.parametrize(
    ("said", "fact", "value"),
    [
        ({"recording_url": RECORDING}, "recording_url", RECORDING),
        ({"attributes": (("transcriptUrl", TRANSCRIPT),)}, "transcript_url", TRANSCRIPT),
        ({"queue": "Classics"}, "queue", "Classics"),
    ],
)
def test_c13_what_comes_after_the_push_amends_the_same_activity_with_that_alone(
    sent: Desk, database: Database, said: dict[str, object], fact: str, value: str
) -> None:
    _later(database, **said)
    sent.works_until_idle()
    assert sent.crm.amended == [{fact: value}]
    assert len(set(sent.crm.keys)) == 1
    assert sent.push() == ("sent", "")
    _later(database, **said)  # told again: nothing is new
    assert not sent.works()


@pytest.mark.rule("C-12")
def test_c12_what_comes_after_unlinking_is_not_written(sent: Desk, database: Database) -> None:
    sent.presses("link.remove")
    _later(database, recording_url=RECORDING)
    sent.works_until_idle()
    assert sent.crm.amended == []
    assert sent.push()[0] == "kept"


@pytest.mark.parametrize("odd", ["javascript:alert(1)", "http://plain.example", "https://two words.example", "id-4711"])
def test_a_transcript_that_is_no_address_is_not_written(sent: Desk, database: Database, odd: str) -> None:
    _later(database, attributes=(("transcriptUrl", odd),))
    sent.works_until_idle()
    assert sent.crm.amended == []
