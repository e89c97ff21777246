"""The Salesforce user who an agent is: looked up once, remembered for a while."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from connectors.interface import CrmAgent
from connectors.salesforce import queries
from connectors.salesforce.rest import Rest, Row

REMEMBERED_SECONDS = 900.0
MAX_REMEMBERED = 2048


class Users:
    """A bounded memory of who is who, also of agents that nobody is. Safe for many threads."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._lock = threading.Lock()
        self._known: OrderedDict[CrmAgent, tuple[float, str]] = OrderedDict()

    def find(self, agent: CrmAgent) -> str:
        """The id of the agent's active user; empty where there is none, or more than one."""
        if not agent.email and not agent.entra_object_id:
            return ""
        now = time.monotonic()
        with self._lock:
            until, user = self._known.get(agent, (0.0, ""))
        if now < until:
            return user
        user = self._look_up(agent)
        with self._lock:
            self._known[agent] = (now + REMEMBERED_SECONDS, user)
            self._known.move_to_end(agent)
            while len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return user

    def forget(self, agent: CrmAgent) -> None:
        """The next `find` asks again."""
        with self._lock:
            self._known.pop(agent, None)

    def _look_up(self, agent: CrmAgent) -> str:
        names = [name for name in (agent.email, agent.entra_object_id) if name]
        emails = [agent.email] if agent.email else [""]
        rows = self._rest.queries("find_user", [queries.users(names, emails)])[0]
        wanted = {name.lower() for name in names}
        federated = [row for row in rows if str(row.get("FederationIdentifier") or "").lower() in wanted]
        standard = [row for row in rows if row.get("UserType") == "Standard"]
        return next((_only(found) for found in (federated, standard, rows) if len(found) == 1), "")


def _only(rows: list[Row]) -> str:
    return str(rows[0]["Id"])
