"""The Salesforce user who an agent is: looked up once, remembered for a while."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence

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

    def unknown(self, agents: Sequence[CrmAgent]) -> list[CrmAgent]:
        """Those whom nobody is, asked now: 25 in a call."""
        named = [agent for agent in agents if agent.email or agent.entra_object_id]
        found = self._rest.queries("find_users", [_question(agent) for agent in named])
        known = {agent for agent, rows in zip(named, found, strict=True) if _user_of(agent, rows)}
        return [agent for agent in agents if agent not in known]

    def _look_up(self, agent: CrmAgent) -> str:
        return _user_of(agent, self._rest.queries("find_user", [_question(agent)])[0])


def _question(agent: CrmAgent) -> str:
    return queries.users(_names(agent), [agent.email] if agent.email else [""])


def _names(agent: CrmAgent) -> list[str]:
    return [name for name in (agent.email, agent.entra_object_id) if name]


def _user_of(agent: CrmAgent, rows: Sequence[Row]) -> str:
    wanted = {name.lower() for name in _names(agent)}
    federated = [row for row in rows if str(row.get("FederationIdentifier") or "").lower() in wanted]
    standard = [row for row in rows if row.get("UserType") == "Standard"]
    return next((_only(found) for found in (federated, standard, rows) if len(found) == 1), "")


def _only(rows: Sequence[Row]) -> str:
    return str(rows[0]["Id"])
