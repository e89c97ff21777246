"""Agents as users of the CRM: who they are there, so that activities stand in their name (P-12)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.dynamics import queries
from connectors.dynamics.records import as_guid
from connectors.dynamics.web import WebApi
from connectors.errors import CrmForbidden
from connectors.interface import CrmAgent

KEPT_SECONDS = 600
ASKED_AT_ONCE = 20
MISSED_SECONDS = 60
"""How long it is remembered that somebody is no user: shorter, an administrator may be adding them."""


@dataclass(frozen=True, slots=True)
class CrmUser:
    """An enabled user of the CRM."""

    id: str
    object_id: str
    """In Entra; empty for users without one."""


class Agents:
    """Looks agents up, and remembers them for a while. Safe for many threads."""

    def __init__(self, web: WebApi, clock: Callable[[], float] = time.monotonic) -> None:
        self._web = web
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[float, CrmUser | None]] = {}

    def find(self, agent: CrmAgent) -> CrmUser | None:
        """The enabled user with the agent's Entra id, else with their e-mail address; None where there is none."""
        key = (agent.entra_object_id.lower(), agent.email.lower())
        with self._lock:
            until, user = self._known.get(key, (0.0, None))
            if self._clock() < until:
                return user
        try:
            user = self._ask(agent)
        except CrmForbidden:  # we may not read users: then nobody can be named
            user = None
        until = self._clock() + (KEPT_SECONDS if user else MISSED_SECONDS)
        with self._lock:
            self._known[key] = (until, user)
        return user

    def forget(self, agent: CrmAgent) -> None:
        """The next `find` asks the CRM."""
        with self._lock:
            self._known.pop((agent.entra_object_id.lower(), agent.email.lower()), None)

    def unknown(self, agents: Sequence[CrmAgent]) -> list[CrmAgent]:
        """Those whom nobody is, asked now: some in a call."""
        missing: list[CrmAgent] = []
        for start in range(0, len(agents), ASKED_AT_ONCE):
            some = agents[start : start + ASKED_AT_ONCE]
            rows = self._users_of(some)
            missing += [agent for agent in some if not _is_among(agent, rows)]
        return missing

    def _users_of(self, agents: Sequence[CrmAgent]) -> list[Mapping[str, Any]]:
        ids = [f"azureactivedirectoryobjectid eq {found}" for one in agents if (found := as_guid(one.entra_object_id))]
        addresses = [f"internalemailaddress eq {queries.literal(one.email)}" for one in agents if one.email]
        if not (ids or addresses):
            return []
        options = {
            "$select": "systemuserid,azureactivedirectoryobjectid,internalemailaddress",
            "$filter": f"isdisabled eq false and ({queries.any_of([*ids, *addresses])})",
        }
        return list(self._web.rows("find_agents", "systemusers", options, most=10 * len(agents)))

    def _ask(self, agent: CrmAgent) -> CrmUser | None:
        object_id = as_guid(agent.entra_object_id)
        if object_id:
            found = self._matching(f"azureactivedirectoryobjectid eq {object_id}")
            if found is not None:
                return found
        if agent.email:
            return self._matching(f"internalemailaddress eq {queries.literal(agent.email)}")
        return None

    def _matching(self, condition: str) -> CrmUser | None:
        options = {
            "$select": "systemuserid,azureactivedirectoryobjectid",
            "$filter": f"{condition} and isdisabled eq false",
        }
        rows = list(self._web.rows("find_agent", "systemusers", options, most=2))
        if len(rows) != 1:  # nobody, or nobody can say which of them
            return None
        return CrmUser(str(rows[0]["systemuserid"]), str(rows[0].get("azureactivedirectoryobjectid") or ""))


def _is_among(agent: CrmAgent, rows: Sequence[Mapping[str, Any]]) -> bool:
    """True where one of `rows`, and no second one, is the agent."""
    by_id = [row for row in rows if _same(row, "azureactivedirectoryobjectid", agent.entra_object_id)]
    by_address = [row for row in rows if _same(row, "internalemailaddress", agent.email)]
    return len(by_id) == 1 or len(by_address) == 1


def _same(row: Mapping[str, Any], name: str, wanted: str) -> bool:
    return bool(wanted) and str(row.get(name) or "").casefold() == wanted.casefold()
