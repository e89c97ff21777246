"""What an agent does while a push is on its way, waits for another try, or has been refused."""

from __future__ import annotations

import pytest

from connectors.errors import CrmRejected, CrmUnavailable
from storage.engine import Database
from tests.push.crm_stub import Desk

DOWN = CrmUnavailable("salesforce", "log", code="timeout")
REFUSED = CrmRejected("salesforce", "amend", detail="Too long.")


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """The activity stands in the CRM."""
    assert desk.works()
    assert desk.push() == ("sent", "")
    return desk


@pytest.mark.rule("C-13")
def test_c13_words_saved_while_an_amendment_is_tried_again_reach_the_crm(sent: Desk) -> None:
    sent.presses("wrapup.save", notes="One.")
    sent.crm.error = DOWN
    sent.works()
    sent.crm.error, sent.crm.during = None, lambda: sent.presses("wrapup.save", notes="Two.")
    sent.works()
    assert sent.crm.notes[-1] == "One."
    sent.works_until_idle()
    assert sent.crm.notes[-1] == "Two."
    assert sent.push() == ("sent", "")


@pytest.mark.rule("C-13")
def test_c13_words_saved_after_an_amendment_was_refused_are_tried(sent: Desk) -> None:
    sent.presses("wrapup.save", notes="Too long.")
    sent.crm.error = REFUSED
    sent.works()
    assert sent.push() == ("failed", "rejected")
    card = str(sent.presses("card.refresh").card)
    assert "Sent, but the last change is not there" in card
    assert "https://crm.example/00T1" in card
    sent.presses("wrapup.save", notes="Short.")
    sent.works_until_idle()
    assert sent.crm.notes[-1] == "Short."
    assert sent.push() == ("sent", "")


@pytest.mark.rule("P-09")
@pytest.mark.parametrize("error", [DOWN, REFUSED], ids=["waits", "failed"])
def test_p09_an_amendment_that_is_taken_back_leaves_the_push_sent(sent: Desk, error: CrmUnavailable) -> None:
    sent.presses("wrapup.save", notes="One.")
    sent.crm.error = error
    sent.works()
    sent.presses("wrapup.save", notes="")
    sent.presses("push.retry")
    sent.works_until_idle()
    assert sent.crm.notes == [""]
    assert sent.push() == ("sent", "")


@pytest.mark.rule("P-09")
def test_p09_an_amendment_whose_job_is_given_up_says_so(sent: Desk) -> None:
    sent.presses("wrapup.save", notes="One.")
    sent.crm.during = lambda: 1 // 0
    for _ in range(sent.lane.max_attempts):
        sent.works()
    assert sent.push() == ("failed", "unknown")
    sent.presses("push.retry")
    sent.works_until_idle()
    assert sent.crm.notes[-1] == "One."
    assert sent.push() == ("sent", "")


@pytest.mark.rule("C-12")
@pytest.mark.parametrize("error", [DOWN, REFUSED], ids=["passes", "stays"])
def test_c12_a_record_unlinked_during_a_try_that_fails_is_given_nothing(desk: Desk, error: CrmUnavailable) -> None:
    desk.crm.error, desk.crm.during = error, lambda: desk.presses("link.remove")
    desk.works()
    desk.works_until_idle()
    assert desk.crm.notes == []
    assert desk.push()[0] == "cancelled"
    desk.presses("link.add")
    desk.works_until_idle()
    assert desk.crm.notes == [""]
    assert desk.push() == ("sent", "")


@pytest.mark.rule("C-12")
def test_c12_a_record_unlinked_during_an_amendment_that_fails_keeps_what_it_has(sent: Desk) -> None:
    sent.presses("wrapup.save", notes="One.")
    sent.crm.error, sent.crm.during = DOWN, lambda: sent.presses("link.remove")
    sent.works()
    sent.works_until_idle()
    assert sent.crm.notes == [""]
    assert sent.push()[0] == "kept"
    sent.presses("link.add")
    sent.works_until_idle()
    assert sent.crm.notes == ["", "One."]
    assert sent.push() == ("sent", "")
