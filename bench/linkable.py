"""Calls that wait for a record to be linked, and what one linking does to the database, taken down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bench.activity import invoke
from bench.calls import INTAKE, SETTINGS, accepted
from bench.scene import Scene
from customers.events import AgentRef
from customers.ids import CardId, LegId, UserId
from customers.ports import Action
from customers.views import CardView, Notice, Surface, Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import Work
from storage import people, records, tables
from storage.engine import Database
from storage.views import card_view

_RECORDS = 6


@dataclass(frozen=True, slots=True)
class Call:
    """An open call of the scene's user, on a card that two CRMs have told records of."""

    card_id: CardId
    leg_id: LegId
    record: str

    def activity(self, scene: Scene) -> dict[str, Any]:
        """The press of Link beside the record, as Teams sends it."""
        return invoke(scene, "link.add", self.data())

    def look(self, scene: Scene) -> dict[str, Any]:
        """The card is brought up: nobody presses a button of a card that was never drawn."""
        return invoke(scene, "card.refresh", self.data())

    def data(self) -> dict[str, str]:
        """What the button carries."""
        return {"card": self.card_id, "leg": self.leg_id, "record": self.record, "version": "1"}


@dataclass(frozen=True, slots=True)
class Linking:
    """What one `link.add` did: its statements with their values, what the agent saw before it, and what was drawn."""

    statements: list[tuple[Any, Any]]
    before: CardView
    view: CardView
    notice: Notice | None


def viewer(scene: Scene) -> Viewer:
    """The scene's user, as the directory describes them."""
    zone = "Europe/Berlin"
    return Viewer(UserId(scene.user_id), scene.tenant_id, "Elinor Dashwood", time_zone=zone, country="GB")


def prepare(db: Database, scene: Scene, count: int) -> list[Call]:
    """`count` calls are open and known to their agent."""
    agent = AgentRef(id="elinor", entra_object_id=scene.user_id, name="Elinor Dashwood")
    with db.write() as tx:
        people.remember_user(tx, UserId(scene.user_id), {"tenant_id": scene.tenant_id, "name": "Elinor Dashwood"})
    for number in range(count):
        with db.write() as tx:
            interactions.apply(Work(tx, SETTINGS), INTAKE, accepted(number, agent))
    return [_known(db, card_id, leg_id) for card_id, leg_id in _open(db)]


def take_down(db: Database, scene: Scene, call: Call) -> Linking:
    """Link the call's record for real, and note what that was."""
    desk, who = ActionDesk(db, SETTINGS), viewer(scene)
    before = _view(db, who, call)
    with _noted(db.engine) as seen:
        answer = desk.act(who, Action("link.add", call.data(), surface=Surface.CHAT))
    return Linking(seen, before, _view(db, who, call), answer.notice)


def _view(db: Database, who: Viewer, call: Call) -> CardView:
    with db.read() as connection:
        view = card_view(connection, who, call.card_id, SETTINGS.views, call.leg_id)
    assert view is not None
    return view


@contextmanager
def _noted(engine: sa.Engine) -> Iterator[list[tuple[Any, Any]]]:
    """Statements with their values, in order: constructs, and the texts of those that are prepared."""
    seen: list[tuple[Any, Any]] = []

    def construct(_connection: sa.Connection, statement: Any, many: Any, one: Any, _options: Any) -> None:
        seen.append((statement, many or one or None))

    def prepared(_connection: sa.Connection, _cursor: Any, text: str, values: Any, context: Any, _many: bool) -> None:
        if context.compiled is None and values:
            seen.append((text, values))

    sa.event.listen(engine, "before_execute", construct)
    sa.event.listen(engine, "before_cursor_execute", prepared)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_execute", construct)
        sa.event.remove(engine, "before_cursor_execute", prepared)


def link_count(db: Database) -> int:
    """How many records are linked."""
    with db.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.links)).scalar_one()


def _open(db: Database) -> list[tuple[CardId, LegId]]:
    legs, calls = tables.legs, tables.interactions
    query = sa.select(calls.c.card_id, legs.c.id).join(legs, legs.c.interaction_id == calls.c.id).order_by(calls.c.ref)
    with db.read() as connection:
        return [(CardId(card_id), LegId(leg_id)) for card_id, leg_id in connection.execute(query)]


def _known(db: Database, card_id: CardId, leg_id: LegId) -> Call:
    rows = [_record(card_id, number) for number in range(_RECORDS)]
    with db.write() as tx:
        for crm in ("salesforce", "dynamics"):
            records.replace(tx, card_id, crm, "", [row for row in rows if row["crm"] == crm])
            records.set_lookup(tx, card_id, crm, "ready")
    first = rows[0]
    return Call(card_id, leg_id, f"{first['crm']}:{first['type']}:{first['record_id']}")


def _record(card_id: CardId, number: int) -> dict[str, Any]:
    crm, type_ = (("salesforce", "Contact"), ("dynamics", "account"))[number % 2]
    return {
        "crm": crm,
        "type": type_,
        "record_id": f"{card_id[:15]}{number:03d}",
        "level": "person",
        "type_label": type_.title(),
        "title": f"Edward Ferrars {number}",
        "subtitle": "Classics, Inc.",
        "url": f"https://{crm}.example.com/{card_id}/{number}",
        "match": "phone",
        "has_children": True,
    }
