"""The real desk on a database of its own behind the pane, with a contact centre that writes to Elinor."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from customers.ids import UserId
from customers.model import Verb
from customers.ports import Action, Answer, Change
from customers.views import Viewer
from desk.act import ActionDesk
from service.crossing import Crossing
from service.desk import ServiceDesk
from simulators.entra import people as entra_people
from storage import people, schema
from storage.engine import Database
from tests.desk.inbox_world import Inbox
from tests.desk.merging_world import SETTINGS

HER = Viewer(UserId(entra_people.ELINOR.oid), "tenant", "Elinor Dashwood")


class RealDesk:
    """`ServiceDesk`, which writes down what it is asked. Must be made in the event loop's thread."""

    def __init__(self, path: Path) -> None:
        self.database = Database(f"sqlite:///{path}/inbox.db")
        schema.upgrade(self.database)
        self.inbox = Inbox(self.database)
        with self.database.write() as tx:
            people.remember_user(tx, HER.user_id, {"tenant_id": "tenant", "name": HER.name})
        self._crossing = Crossing(2)
        self._desk = ServiceDesk(self.database, ActionDesk(self.database, SETTINGS), self._crossing)
        self.actions: list[Action] = []

    @property
    def verbs(self) -> Counter[str]:
        return Counter(action.verb for action in self.actions)

    @property
    def listening(self) -> int:
        return self._desk.watchers

    async def act(self, viewer: Viewer, action: Action) -> Answer:
        self.actions.append(action)
        return await self._desk.act(viewer, action)

    def changes(self, viewer: Viewer) -> AsyncIterator[Change]:
        return self._desk.changes(viewer)

    def happens(self, ref: str, verb: Verb = Verb.ACCEPTED, **known: Any) -> None:
        """Something happens to an interaction of Elinor's."""
        self.inbox.happens(ref, verb, HER, **known)

    def unread(self) -> list[str]:
        return self.inbox.unread(HER)

    def close(self) -> None:
        self._desk.close()
        self._crossing.close()
        self.database.close()


@contextmanager
def real_desk(path: Path) -> Any:
    """Closed afterwards."""
    desk = RealDesk(path)
    try:
        yield desk
    finally:
        desk.close()
