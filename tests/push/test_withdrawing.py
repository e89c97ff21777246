"""Withdraw: an activity is taken out of the CRM again, exactly once, whatever happens meanwhile (C-12)."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
import sqlalchemy as sa

from cards.rights import RIGHTS
from connectors.errors import CrmForbidden, CrmUnavailable
from storage.engine import Database
from storage.tables import audit
from tests.cards.card_checks import has as has_element
from tests.desk.test_desk_races import RECORD, SETTINGS
from tests.push.crm_stub import Desk

DOWN = CrmUnavailable("salesforce", "withdraw", code="timeout")
FORBIDDEN = CrmForbidden("salesforce", "withdraw", detail="No delete right.")
ALLOWED = replace(SETTINGS, withdrawable={"salesforce": frozenset({"voice"})})
ASKS, OFFERS = f"record.{RECORD}.asks", f"record.{RECORD}.withdraw"


@pytest.fixture
def kept(database: Database) -> Desk:
    """The activity stands in the CRM, its record is unlinked."""
    desk = Desk(database, ALLOWED)
    desk.works_until_idle()
    desk.presses("link.remove")
    assert desk.push() == ("kept", "")
    return desk


def has(card: bytes, element_id: str) -> bool:
    """The card has this element."""
    return has_element(orjson.loads(card), element_id)


def _withdraws(desk: Desk) -> None:
    desk.presses("push.withdraw")
    desk.presses("push.withdraw", answer="yes")


@pytest.mark.rule("C-12")
def test_c12_it_asks_once_and_no_keeps_the_activity(kept: Desk) -> None:
    card = kept.presses("card.refresh").card
    assert has(card, OFFERS)
    assert not has(card, ASKS)
    asked = kept.presses("push.withdraw").card
    assert has(asked, ASKS)
    assert not has(asked, OFFERS)
    assert "Delete the activity from Salesforce, for everybody?" in str(asked)
    refused = kept.presses("push.withdraw", answer="no").card
    assert has(refused, OFFERS)
    assert not has(refused, ASKS)
    kept.works_until_idle()
    assert kept.push() == ("kept", "")
    assert kept.crm.withdrawn == []


@pytest.mark.rule("C-12")
def test_c12_yes_deletes_the_activity_that_we_wrote_and_the_card_says_so(kept: Desk, database: Database) -> None:
    kept.presses("push.withdraw")
    assert "Deleting the activity from Salesforce" in str(kept.presses("push.withdraw", answer="yes").card)
    kept.works_until_idle()
    assert kept.crm.withdrawn == ["00T1"]
    card = kept.presses("card.refresh").card
    assert "Withdrawn. The activity is no longer in Salesforce." in str(card)
    assert not has(card, OFFERS)
    with database.read() as connection:
        rows = connection.execute(sa.select(audit.c.action, audit.c.details).order_by(audit.c.id)).all()
    told = {action: details for action, details in rows if action.startswith("push.")}
    assert told["push.withdraw"] == {"record": RECORD, "activity": "Task:00T1"}
    assert told["push.withdrawn"] == {"activity": "Task:00T1"}


@pytest.mark.rule("C-12")
def test_c12_linked_again_it_is_written_again_under_a_fresh_key(kept: Desk) -> None:
    for _ in range(2):
        _withdraws(kept)
        kept.works_until_idle()
        kept.presses("link.add")
        kept.works_until_idle()
        assert kept.push() == ("sent", "")
        kept.presses("link.remove")
    assert len(kept.crm.withdrawn) == 2
    assert len(set(kept.crm.keys)) == len(kept.crm.keys) == 3


@pytest.mark.rule("C-12")
def test_c12_linked_again_while_it_is_deleted_it_is_deleted_first_and_then_written(kept: Desk) -> None:
    _withdraws(kept)
    kept.presses("link.add")
    assert kept.crm.withdrawn == []
    kept.works_until_idle()
    assert kept.crm.withdrawn == ["00T1"]
    assert len(set(kept.crm.keys)) == 2
    assert kept.push() == ("sent", "")


@pytest.mark.rule("C-12", "P-09")
def test_c12_an_outage_is_said_and_waited_for(kept: Desk) -> None:
    _withdraws(kept)
    kept.crm.error = DOWN
    kept.works()
    assert kept.push() == ("retrying", "unavailable")
    assert "The activity is still there: Salesforce cannot be reached" in str(kept.presses("card.refresh").card)
    kept.works_until_idle()
    assert kept.crm.withdrawn == ["00T1"]
    assert kept.push()[0] == "cancelled"


@pytest.mark.rule("C-12", "P-09")
def test_c12_a_refusal_says_why_and_retry_tries_again(kept: Desk) -> None:
    _withdraws(kept)
    kept.crm.error = FORBIDDEN
    kept.works()
    assert kept.push() == ("failed", "forbidden")
    card = kept.presses("card.refresh").card
    assert "Unlinked, but the activity could not be deleted" in str(card)
    assert "No delete right." in str(card)
    assert has(card, f"record.{RECORD}.retry")
    kept.presses("push.retry")
    kept.works_until_idle()
    assert kept.crm.withdrawn == ["00T1"]


@pytest.mark.rule("C-12")
def test_c12_linked_again_after_a_refusal_the_activity_is_kept_and_amended(kept: Desk) -> None:
    _withdraws(kept)
    kept.crm.error = FORBIDDEN
    kept.works()
    kept.presses("wrapup.save", notes="More.")
    kept.presses("link.add")
    kept.works_until_idle()
    assert kept.push() == ("sent", "")
    assert kept.crm.notes[-1] == "More."
    assert (kept.crm.withdrawn, len(set(kept.crm.keys))) == ([], 1)


@pytest.mark.rule("C-12")
def test_c12_linked_again_while_the_crm_refuses_the_activity_is_kept(kept: Desk) -> None:
    _withdraws(kept)
    kept.crm.error, kept.crm.during = FORBIDDEN, lambda: kept.presses("link.add")
    kept.works()
    kept.works_until_idle()
    assert kept.push() == ("sent", "")
    assert kept.crm.withdrawn == []


@pytest.mark.rule("C-12")
def test_c12_words_saved_meanwhile_are_not_written_into_what_is_deleted(kept: Desk) -> None:
    _withdraws(kept)
    kept.presses("wrapup.save", notes="Too late.")
    kept.works_until_idle()
    assert kept.crm.notes == [""]
    assert kept.crm.withdrawn == ["00T1"]


@pytest.mark.rule("C-12")
def test_c12_pressed_twice_it_is_deleted_once(kept: Desk) -> None:
    _withdraws(kept)
    answer = kept.presses("push.withdraw", answer="yes")
    assert answer.notice is not None
    assert answer.notice.code == "withdraw_nothing"
    kept.works_until_idle()
    assert kept.crm.withdrawn == ["00T1"]


@pytest.mark.rule("C-12")
def test_c12_where_the_mapping_does_not_allow_it_it_is_neither_offered_nor_done(database: Database) -> None:
    desk = Desk(database)
    desk.works_until_idle()
    card = desk.presses("link.remove").card
    assert "What was written stays in Salesforce" in str(card)
    assert not has(card, OFFERS)
    answer = desk.presses("push.withdraw", answer="yes")
    assert answer.notice is not None
    assert answer.notice.code == "withdraw_off"
    desk.works_until_idle()
    assert desk.crm.withdrawn == []


@pytest.mark.rule("C-12")
def test_c12_what_is_still_linked_cannot_be_withdrawn(database: Database) -> None:
    desk = Desk(database, ALLOWED)
    desk.works_until_idle()
    answer = desk.presses("push.withdraw", answer="yes")
    assert answer.notice is not None
    assert answer.notice.code == "withdraw_nothing"


@pytest.mark.rule("P-09")
def test_p09_a_withdrawal_whose_job_is_given_up_says_so(kept: Desk) -> None:
    _withdraws(kept)
    kept.crm.during = lambda: 1 // 0
    for _ in range(kept.lane.max_attempts):
        kept.works()
    assert kept.push() == ("failed", "unknown")
    kept.presses("push.retry")
    kept.works_until_idle()
    assert kept.crm.withdrawn == ["00T1"]


@pytest.mark.rule("P-20")
def test_p20_only_the_interactions_own_agent_withdraws() -> None:
    assert RIGHTS["push.withdraw"] is RIGHTS["push.retry"]  # type: ignore[index]
