"""Somebody who is in no CRM calls, and the form of a new contact stands on the card (A-19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulators.demo.client import elements
from tests.scenarios.world import Agent, World, agent

SOPHIA = {
    "name": "Sophia Grey",
    "identities": [
        {"kind": "phone", "value": "+442079460001"},
        {"kind": "email", "value": "sophia@grey.example"},
    ],
}
NAMES = {
    "salesforce": ("Contact", "FirstName", "LastName", "Email"),
    "dynamics": ("contact", "firstname", "lastname", "emailaddress1"),
}


@dataclass
class Form:
    """The form of one CRM's contact, on the card of a call from somebody who is in no CRM."""

    world: World
    agent: Agent
    card: str
    crm: str

    @property
    def names(self) -> tuple[str, str, str, str]:
        """Type, first name, last name, e-mail: as the CRM calls them."""
        return NAMES[self.crm]

    async def opens(self) -> Any:
        """New record, then the type; the card with the form."""
        await self.agent.presses(self.card, "record.new")
        await self.agent.presses(self.card, "record.new", {"crm": self.crm, "type": self.names[0]})
        await self.agent.button(self.card, "record.create")
        return await self.agent.card(self.card)

    async def shown(self) -> dict[str, str]:
        """What stands in the inputs, by field."""
        card = await self.agent.card(self.card)
        inputs = {str(one["id"]): one["value"] for one in elements(card) if str(one.get("type")).startswith("Input.")}
        return {name.split(".", 2)[2]: value for name, value in inputs.items() if name.startswith("create.")}

    async def sends(self, data: dict[str, str] | None = None, **typed: str) -> Any:
        """Create, with what was typed over what stands there; the answer."""
        found = await self.agent.button(self.card, "record.create", **(data or {}))
        creation = found["data"]["creation"]
        inputs = {f"create.{creation}.{name}": text for name, text in ({**await self.shown(), **typed}).items()}
        return await self.agent.act("record.create", found["data"], **inputs)

    async def says(self, words: str) -> str:
        """The words of the card, once these are among them."""

        async def look() -> str:
            text = (await self.agent.text(self.card)).replace("\\", "")
            return text if words in text else ""

        return str(await self.world.until(look, words))

    def rows(self) -> list[dict[str, Any]]:
        """Contacts in the CRM that are called Grey."""
        if self.crm == "salesforce":
            return [row for row in self.world.org.records["Contact"].values() if row["LastName"] == "Grey"]
        rows = self.world.dataverse.state()["tables"]["contacts"]
        return [row for row in rows if row.get("lastname") == "Grey"]

    async def is_linked(self) -> Any:
        """The new record's button, once it reads Linked."""
        return await self.agent.button(self.card, "link.remove", record=f"{self.crm}:{self.names[0]}:")


async def ringing(world: World, crm: str) -> Form:
    elinor = agent(world, "elinor")
    await elinor.act("customers.open")
    script = world.script("new", contact=SOPHIA)
    await world.happens("offered", script)
    await world.happens("accepted", script)
    card = await elinor.first_card()
    await elinor.unfolds(card, "related")
    return Form(world, elinor, card, crm)
