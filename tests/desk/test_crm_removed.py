"""A CRM that an administrator takes out of the settings, and puts back."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from cards.render import customer_card
from customers.ids import CardId
from customers.model import PushState, Verb
from customers.ports import Action
from customers.views import CardView, Section, Surface, Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import DeskSettings, Work
from storage import cards, records
from storage.engine import Database
from storage.tables import jobs, pushes
from storage.views import card_view
from tests.cards.card_checks import check, has
from tests.desk.test_desk_races import CONTACT, ELINOR, RECORD, SETTINGS, _call, _happens, _link

VIEWER = Viewer(ELINOR, "tenant", "Elinor Dashwood")
WITHOUT = replace(SETTINGS, crm_labels={"dynamics": "Dynamics 365"})


@pytest.mark.rule("A-11")
def test_a11_a_record_of_a_crm_that_is_not_connected_any_more_cannot_be_linked(database: Database) -> None:
    data = _call(database)
    answer = ActionDesk(database, WITHOUT).act(VIEWER, Action("link.add", data))
    assert answer.notice is not None
    assert answer.notice.code == "record_gone"


@pytest.mark.rule("P-08")
def test_p08_a_push_waits_for_its_crm_to_be_connected_again(database: Database) -> None:
    data = _call(database)
    _link(database, data)
    with database.write() as tx:
        interactions.apply(Work(tx, WITHOUT), "main", _happens(Verb.WRAPUP_COMPLETED, 9))
    with database.read() as connection:
        assert connection.execute(sa.select(pushes.c.state)).scalars().all() == ["sending"]
        waiting = sa.select(jobs.c.state).where(jobs.c.lane == "push:salesforce")
        assert connection.execute(waiting).scalars().all() == ["ready"]


def _view(database: Database, data: dict[str, str], settings: DeskSettings) -> CardView:
    with database.read() as connection:
        view = card_view(connection, VIEWER, CardId(data["card"]), settings.views)
    assert view is not None
    return view


def _known_everywhere(database: Database) -> dict[str, str]:
    """A record of each CRM that is suggested, one that hangs on another, and one that was searched for."""
    data = _call(database)
    card_id = CardId(data["card"])
    case = CONTACT | {"type": "Case", "record_id": "500", "level": "related", "match": ""}
    with database.write() as tx:
        records.replace(tx, card_id, "dynamics", "", [CONTACT | {"type": "contact", "record_id": "d-1"}])
        records.replace(tx, card_id, "salesforce", "*", [case])
        records.replace(tx, card_id, "salesforce", RECORD, [case])
        found = [one | {"crm": crm} for one, crm in ((case, "salesforce"), (case, "dynamics"))]
        cards.update_view(tx, ELINOR, card_id, found=found, search_text="case", expanded=[RECORD])
    return data


@pytest.mark.rule("A-11")
def test_a11_records_of_a_crm_that_is_not_connected_any_more_stand_nowhere(database: Database) -> None:
    data = _known_everywhere(database)
    view = _view(database, data, WITHOUT)
    for shown in (view.current_records, view.related_records, view.found_records):
        assert [record.crm_name for record in shown] == ["dynamics"]
    both = replace(SETTINGS, crm_labels={"salesforce": "Salesforce", "dynamics": "Dynamics 365"})
    view = _view(database, data, both)
    for shown in (view.current_records, view.related_records, view.found_records):
        assert {record.crm_name for record in shown} == {"dynamics", "salesforce"}


@pytest.mark.rule("A-11")
def test_a11_a_linked_record_stays_and_can_be_unlinked(database: Database) -> None:
    data = _known_everywhere(database)
    _link(database, data)
    linked = _view(database, data, WITHOUT).current_records[0]
    assert (linked.record, linked.title, linked.crm_label) == (RECORD, "Edward Ferrars", "salesforce")
    assert linked.is_linked
    assert not linked.is_connected
    ActionDesk(database, WITHOUT).act(VIEWER, Action("link.remove", data))
    assert [record.crm_name for record in _view(database, data, WITHOUT).current_records] == ["dynamics"]


@pytest.mark.rule("P-09")
@pytest.mark.parametrize("state", [PushState.FAILED, PushState.SENDING, PushState.RETRYING])
def test_p09_no_retry_is_offered_that_nobody_would_carry_out(database: Database, state: PushState) -> None:
    data = _call(database)
    _link(database, data)
    with database.write() as tx:
        interactions.apply(Work(tx, WITHOUT), "main", _happens(Verb.WRAPUP_COMPLETED, 9))
        tx.execute(sa.update(pushes).values(state=state.value, reason="rejected"))
    answer = ActionDesk(database, WITHOUT).act(VIEWER, Action("push.retry", data))
    assert answer.notice is not None
    assert answer.notice.code == "crm_not_connected"
    assert "salesforce" in answer.notice_text
    view = _view(database, data, WITHOUT)
    assert view.current_records[0].push is not None
    assert view.current_records[0].push.state is state
    for surface in Surface:
        card = customer_card(replace(view, expanded=frozenset(Section)), VIEWER, surface)
        check(card)
        assert not has(card, f"record.{RECORD}.retry")
        assert has(card, f"record.{RECORD}.link")
        assert "salesforce is no longer connected" in str(card)
        assert "Sending to" not in str(card)
    again = ActionDesk(database, SETTINGS).act(VIEWER, Action("push.retry", data))
    assert (again.notice is not None) == (state is not PushState.SENDING)
