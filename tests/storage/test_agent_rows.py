"""Agents are made once, whoever hears of them first."""

from __future__ import annotations

from customers.events import AgentRef
from storage import people
from storage.engine import Database

ELINOR = AgentRef(id="a-7", email="elinor.dashwood@contoso.example")


def test_who_finds_an_agent_made_meanwhile_has_that_one(database: Database) -> None:
    with database.write() as tx:
        assert people.find(tx, "main", ELINOR.key) is None
        made = people.agent(tx, "main", ELINOR)
    with database.write() as tx:
        # As one who looked before the other committed: nobody was known then.
        assert people.agent(tx, "main", ELINOR, known=None) == made
