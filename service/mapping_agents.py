"""Agents who are no users of a CRM: they act in the integration user's name, and `check` says so (P-12)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from connectors.errors import CrmForbidden
from connectors.interface import CrmAgent, CrmConnector, MappingProblem
from service.settings import Settings
from service.wiring import named_database
from storage import people, schema
from storage.errors import StorageUnavailable


def known_agents(settings: Settings) -> list[CrmAgent]:
    """Those that the contact centres have named so far; none where the database is not there yet."""
    url = sa.make_url(settings.database.url)
    if url.get_backend_name() == "sqlite" and not _has_file(url):
        return []
    database = named_database(settings)
    try:
        if not schema.is_current(database):
            return []
        with database.read() as connection:
            rows = people.listing(connection)
    except StorageUnavailable:
        return []
    finally:
        database.close()
    return [CrmAgent(row["name"], row["email"], row["user_id"] or "") for row in rows]


def _has_file(url: sa.URL) -> bool:
    return bool(url.database) and Path(str(url.database)).exists()


def strangers(crm: CrmConnector, agents: list[CrmAgent]) -> Iterator[MappingProblem]:
    """One for each of `agents` who is no active user of the CRM. None stops anything."""
    try:
        unknown = crm.unknown_agents(agents)
    except CrmForbidden:
        to_do = "let it read users, or every activity is in its own name"
        yield MappingProblem("agents", "the integration user may not read users", to_do, stops=False)
        return
    for agent in unknown:
        who = agent.name or agent.email or agent.entra_object_id
        told = f" ({agent.email})" if agent.email and agent.email != who else ""
        problem = f"{who}{told} is no active user of {crm.label}, or not a single one"
        to_do = "add or activate the user under this e-mail address, or leave their activities to the integration user"
        yield MappingProblem("agents", problem, to_do, stops=False)
