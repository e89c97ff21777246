"""Edits of a profile reach the linked CRM records where the mapping says so, and never over others' words unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from simulators.dataverse.schema import TABLES
from simulators.dataverse.seeds import seed_id
from simulators.demo.client import button, elements
from simulators.entra.people import ELINOR
from tests.scenarios.world import Agent, Grounds, World, agent, built

FOLLOWED = {
    "salesforce": '\n[records.Contact.update]\nFirstName = "customer_given_name"\nTitle = "customer_notes"\n'
    'MobilePhone = "customer_mobile_phone"\n',
    "dynamics": '\n[records.contact.update]\nfirstname = "customer_given_name"\njobtitle = "customer_notes"\n'
    'mobilephone = "customer_mobile_phone"\n',
}
FIELDS = {"salesforce": ("FirstName", "Title", "MobilePhone"), "dynamics": ("firstname", "jobtitle", "mobilephone")}


@dataclass
class House:
    """Edward is on the phone, and linked in both CRMs."""

    world: World
    elinor: Agent
    card: str

    def row(self, crm: str) -> dict[str, Any]:
        """Edward in that CRM, to be read and changed."""
        if crm == "salesforce":
            rows = self.world.org.records["Contact"].values()
            return next(row for row in rows if row["LastName"] == "Ferrars" and row["Email"])
        return self.world.dataverse.store.get(TABLES["contact"], seed_id("contact/edward"))

    def someone_writes(self, crm: str, **values: str) -> None:
        """A user of the CRM changes him."""
        row = self.row(crm)
        if crm == "salesforce":
            self.world.org.change(self.world.org.metadata.sobjects["Contact"], row, values)
        else:
            row.update(values)
            row["@version"] += 1000

    async def saves(self, **typed: str) -> None:
        """Edit, type, Save."""
        await self.elinor.presses(self.card, "profile.edit")
        found = await self.elinor.button(self.card, "profile.save")
        card = await self.elinor.card(self.card)
        shown = {one["id"]: one.get("value", "") for one in elements(card) if str(one.get("type")).startswith("Input.")}
        texts = {name: text for name, text in shown.items() if name.startswith("profile.")}
        texts |= {f"profile.{name.replace('__', '.')}": text for name, text in typed.items()}
        answer = await self.elinor.act("profile.save", found["data"], **texts)
        assert answer["notice"]["code"] == "saved", answer["notice"]

    async def says(self, words: str) -> str:
        """The words of the card, once these are among them."""

        async def look() -> str:
            text = (await self.elinor.text(self.card)).replace("\\", "")
            return text if words in text else ""

        return str(await self.world.until(look, words))


@pytest.fixture
async def house(grounds: Grounds, sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    def mapped(world: World) -> None:
        for crm, more in FOLLOWED.items():
            text = resources.files(f"connectors.{crm}").joinpath("default.toml").read_text("utf-8")
            (tmp_path / f"{crm}.toml").write_text(text + more, "utf-8")
            world.tables["crm"][crm] |= {"mapping": str(tmp_path / f"{crm}.toml")}

    async with built(grounds, sqlite_url, tmp_path, before=mapped) as world:
        elinor = agent(world, "elinor")
        await elinor.act("customers.open")
        await world.happens("accepted")
        card = await elinor.first_card()
        for record in ("salesforce:Contact:", "dynamics:contact:"):
            await elinor.presses(card, "link.add", {"record": record})
        await elinor.act("profile.show", {"card": card})
        house = House(world, elinor, card)
        for crm, (_, notes, _) in FIELDS.items():
            house.someone_writes(crm, **{notes: ""})
        await house.saves(given_name="Edward")  # as both have him
        yield house


@pytest.mark.rule("E-20", "P-13")
async def test_an_edit_reaches_both_crms_and_the_card_says_so(house: House) -> None:
    await house.saves(given_name="Edwin", notes="Vicar", phone__new="+4915112345678", phone__new__label="mobile")
    for crm, (given, notes, mobile) in FIELDS.items():
        row = house.row(crm)
        await house.world.until(lambda row=row, given=given: row[given] == "Edwin", crm)
        assert row[notes] == "Vicar"
        assert row[mobile] != "+4915112345678", "the same number in another spelling stays as it is"
        await house.says(f"Changed in {'Salesforce' if crm == 'salesforce' else 'Dynamics 365'}, too")


@pytest.mark.rule("P-13")
@pytest.mark.parametrize("crm", FIELDS)
async def test_p13_what_the_crm_has_is_shown_and_kept_until_the_agent_decides(house: House, crm: str) -> None:
    _, notes, _ = FIELDS[crm]
    other = next(name for name in FIELDS if name != crm)
    house.someone_writes(crm, **{notes: "Bishop"})
    await house.saves(notes="Vicar")
    text = await house.says("has something else")
    assert "here “Vicar”" in text
    assert "“Bishop”" in text
    assert house.row(crm)[notes] == "Bishop"
    await house.world.until(lambda: house.row(other)[FIELDS[other][1]] == "Vicar", "the other CRM")
    await house.elinor.presses(house.card, "conflict.keep")
    await house.world.until(lambda: house.row(crm)[notes] == "Vicar", "mine")
    assert button(await house.elinor.card(house.card), "conflict.keep") is None


@pytest.mark.rule("P-13")
async def test_p13_load_takes_the_crms_words(house: House) -> None:
    house.someone_writes("dynamics", jobtitle="Bishop")
    await house.saves(notes="Vicar")
    await house.says("has something else")
    await house.elinor.presses(house.card, "conflict.load")
    text = await house.elinor.text(house.card)
    assert "Bishop" in text
    assert "Vicar" not in text
    assert house.row("dynamics")["jobtitle"] == "Bishop"


@pytest.mark.rule("P-08", "P-13")
@pytest.mark.parametrize("crm", FIELDS)
async def test_p08_an_outage_is_waited_for_and_a_refusal_is_said_with_retry(house: House, crm: str) -> None:
    faults = house.world.salesforce_faults if crm == "salesforce" else house.world.dataverse.faults
    path = {"salesforce": "/sobjects/Contact/", "dynamics": r"/contacts\("}[crm]
    faults.arm({"fault": "answer_lost", "method": "PATCH", "path": path})
    faults.arm({"fault": "validation", "method": "PATCH", "path": path, "message": "No."})
    await house.saves(given_name="Edwin")
    await house.world.until(lambda: house.row(crm)[FIELDS[crm][0]] == "Edwin", "the edit")
    faults.clear()
    faults.arm({"fault": "validation", "method": "PATCH", "path": path, "message": "Say no."})
    await house.saves(given_name="Edmund")
    await house.says("Say no.")
    (row,) = await house.world.operators(lambda listed: listed.pushes(["failed"], 9))
    assert row["crm"] == crm
    assert (row["does"], row["reason"], row["agent"]) == ("update", "rejected", ELINOR.name)
    assert "Say no." in row["detail"]
    if crm == "salesforce":
        await house.elinor.presses(house.card, "conflict.keep")
    else:  # whoever looks after the service does it
        assert await house.world.operators(lambda listed: listed.retry([row["id"]], None)) == 1
    await house.world.until(lambda: house.row(crm)[FIELDS[crm][0]] == "Edmund", "the edit")


@pytest.mark.rule("P-06")
async def test_p06_nothing_is_written_where_two_of_a_type_are_linked(house: House) -> None:
    await house.elinor.unfolds(house.card, "related")
    await house.elinor.presses(house.card, "link.search", search="Lucy Steele")
    await house.elinor.presses(house.card, "link.add", {"record": "salesforce:Contact:"})
    before: Mapping[str, Any] = dict(house.row("salesforce"))
    await house.saves(given_name="Edwin")
    await house.world.until(lambda: house.row("dynamics")["firstname"] == "Edwin", "Dynamics")
    await house.world.idle()
    assert house.row("salesforce")["FirstName"] == before["FirstName"]
