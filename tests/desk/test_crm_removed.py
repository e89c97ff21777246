"""A CRM that an administrator takes out of the settings, and puts back."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from customers.model import Verb
from customers.ports import Action
from customers.views import Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import Work
from storage.engine import Database
from storage.tables import jobs, pushes
from tests.desk.test_desk_races import ELINOR, SETTINGS, _call, _happens, _link

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
