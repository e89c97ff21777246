"""Finish, where the card leads wrap-up (A-32)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from customers.events import AgentRef, IdentityClaim, InteractionEvent
from customers.ids import new_id
from customers.legs import LifecycleSettings
from customers.model import Channel, IdentityKind, Verb, WrapUpPlace
from customers.ports import Action
from customers.views import Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import DeskSettings, IntakeRules, Work
from storage import people
from storage.engine import Database, utc_now
from storage.tables import interactions as interaction_table
from storage.tables import legs
from tests.cards.card_checks import has, pressed
from tests.desk.test_desk_races import ELINOR

VIEWER = Viewer(ELINOR, "tenant", "Elinor Dashwood")


def _settings(place: WrapUpPlace) -> DeskSettings:
    return DeskSettings({"main": IntakeRules(LifecycleSettings(wrapup=place))}, {"salesforce": "Salesforce"})


def _ended(database: Database, settings: DeskSettings, channel: Channel) -> str:
    """An interaction that Elinor has ended just now; its card."""
    with database.write() as tx:
        people.remember_user(tx, ELINOR, {"email": "elinor.dashwood@contoso.example"})
        for seconds, verb in enumerate((Verb.ACCEPTED, Verb.ENDED)):
            event = InteractionEvent(
                source="/cc/main",
                id=new_id(),
                verb=verb,
                at=utc_now() - timedelta(seconds=10 - seconds),
                interaction_ref="i-1",
                channel=channel,
                agent=AgentRef(id="a-7", email="elinor.dashwood@contoso.example"),
                identities=(IdentityClaim(IdentityKind.EMAIL, "edward@example.com"),),
            )
            interactions.apply(Work(tx, settings), "main", event)
        return str(tx.execute(sa.select(interaction_table.c.card_id)).scalar_one())


def _card(database: Database, settings: DeskSettings, card_id: str) -> Any:
    """The card with Wrap-up open."""
    desk = ActionDesk(database, settings)
    card = orjson.loads(desk.act(VIEWER, Action("card.refresh", {"card": card_id})).card or b"")
    if not has(card, "wrapup.save"):
        card = orjson.loads(
            desk.act(VIEWER, Action("card.section", {"card": card_id, "section": "wrap_up"})).card or b""
        )
    return card


@pytest.mark.rule("A-32")
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.CHAT, Channel.VOICE])
def test_a32_wrap_up_that_the_card_leads_ends_by_finish_on_every_channel(database: Database, channel: Channel) -> None:
    settings = _settings(WrapUpPlace.CARD)
    card_id = _ended(database, settings, channel)
    data = pressed(_card(database, settings, card_id), "wrapup.finish")["data"]
    inputs = {"wrapup.notes": "All is well."}
    answer = ActionDesk(database, settings).act(VIEWER, Action("wrapup.finish", data, inputs))
    assert answer.notice is not None
    assert answer.notice.code == "finished"
    with database.read() as connection:
        leg = connection.execute(sa.select(legs.c.state, legs.c.edits, legs.c.pushed_at)).one()
    assert leg.state == "done"
    assert leg.edits["notes"] == "All is well."
    assert leg.pushed_at is not None
    assert not has(_card(database, settings, card_id), "wrapup.finish")


@pytest.mark.rule("A-32")
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.VOICE])
def test_a32_wrap_up_that_the_platform_leads_is_not_ours_to_finish(database: Database, channel: Channel) -> None:
    settings = _settings(WrapUpPlace.PLATFORM)
    card_id = _ended(database, settings, channel)
    assert not has(_card(database, settings, card_id), "wrapup.finish")
