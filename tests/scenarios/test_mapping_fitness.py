"""A mapping that no longer fits pauses its CRM, says why, loses nothing, and goes on by itself (P-11, P-19)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from connectors.salesforce.connector import DEFAULT_MAPPING
from service.crms import connector
from service.settings import Settings
from simulators.contact_centre.scripts import Script
from simulators.salesforce.metadata import change_all
from simulators.salesforce.org import Org
from tests.scenarios.world import CONTACT, Agent, Grounds, World, agent, built

BOTH = (CONTACT, "dynamics:contact:")
HIDE = {"object": "Task", "field": "Description", "access": "none"}
SHOW = {"object": "Task", "field": "Description", "access": "edit"}
TAKEN_AWAY = [
    pytest.param(
        (
            "salesforce",
            {"object": "Task", "access": "read"},
            {"object": "Task", "access": "edit"},
            "may not create a Task",
        ),
        id="salesforce object permission",
    ),
    pytest.param(
        (
            "salesforce",
            {"object": "Task", "fields": {"Region__c": "string:40 flags=cu"}},
            {"object": "Task", "remove": "Region__c"},
            "Region__c is required",
        ),
        id="salesforce required field",
    ),
    pytest.param(
        (
            "salesforce",
            {"object": "Task", "fields": {"Description": "textarea:20"}},
            {"object": "Task", "fields": {"Description": "textarea:32000"}},
            "Description.max: the field takes 20 characters",
        ),
        id="salesforce shorter field",
    ),
    pytest.param(
        (
            "dataverse",
            {"table": "phonecall", "remove": "phonenumber"},
            {"table": "phonecall", "columns": {"phonenumber": "String:200"}},
            "phonenumber: does not exist",
        ),
        id="dynamics column",
    ),
]


async def _call(world: World, elinor: Agent, name: str, records: tuple[str, ...] = BOTH) -> tuple[str, Script]:
    """A call with records linked; its card."""
    await elinor.act("customers.open")
    script = world.script(name)
    await world.happens("accepted", script)
    card = await elinor.first_card()
    for record in records:
        await elinor.presses(card, "link.add", {"record": record})
    return card, script


async def _ends(world: World, elinor: Agent, card: str, script: Script, notes: str) -> None:
    await world.happens("ended", script)
    await elinor.presses(card, "wrapup.finish", wrapup__notes=notes)


async def _listed(world: World) -> list[dict[str, Any]]:
    """As `customer-card push list` says it."""
    return await world.operators(lambda listed: listed.pushes(["sending", "retrying", "failed"], 100))


@pytest.mark.rule("P-11", "P-19", "P-08")
async def test_p19_a_field_that_is_hidden_pauses_the_crm_and_nothing_is_lost(world: World, elinor: Agent) -> None:
    await _taken_away(world, elinor, ("salesforce", HIDE, SHOW, "Description"))


@pytest.mark.parametrize("case", TAKEN_AWAY)
@pytest.mark.rule("P-11", "P-19", "P-08")
async def test_p19_whatever_the_crm_takes_away_pauses_it_and_nothing_is_lost(
    world_on_sqlite: World, case: tuple[str, object, object, str]
) -> None:
    await _taken_away(world_on_sqlite, agent(world_on_sqlite, "elinor"), case)


async def _taken_away(world: World, elinor: Agent, case: tuple[str, object, object, str]) -> None:
    crm, gone, mended, said = case
    card, script = await _call(world, elinor, "first")
    await world.administrators(crm, gone)
    await _ends(world, elinor, card, script, "First.")

    async def is_held() -> bool:
        return "does not fit" in await elinor.text(card)

    await world.until(is_held, "the card says why")
    assert "as soon as that is mended" in await elinor.text(card)
    own, other = (world.tasks, world.phone_calls) if crm == "salesforce" else (world.phone_calls, world.tasks)
    await world.until(other, "the other CRM is written to as ever")
    _, second = await _call(world, elinor, "second")
    await _ends(world, elinor, card, second, "Second.")
    await world.until(lambda: len(other()) == 2, "the other CRM goes on")
    name = "salesforce" if crm == "salesforce" else "dynamics"
    waiting = [row for row in await _listed(world) if row["crm"] == name]
    assert [(row["state"], row["reason"]) for row in waiting] == [("retrying", "mapping")] * 2
    assert own() == []
    assert await _fits(world, name, "0.0")
    assert said in await _checked(world, name)
    await world.administrators(crm, mended)
    await world.until(lambda: len(own()) == 2, "what waited is written")
    await world.idle()
    assert (len(own()), len(other())) == (2, 2)
    words = sorted(row["Description" if crm == "salesforce" else "description"].split("\n")[0] for row in own())
    assert words == ["First.", "Second."]
    assert await _listed(world) == []


@pytest.mark.rule("P-19")
async def test_p19_a_mapping_that_does_not_fit_at_the_start_writes_nothing_until_it_does(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with built(grounds, sqlite_url, tmp_path, before=lambda world: change_all(world.org.metadata, HIDE)) as world:
        elinor = agent(world, "elinor")

        await world.until(lambda: _fits(world, "salesforce", "0.0"), "a look at the start")
        card, script = await _call(world, elinor, "first", (CONTACT,))
        await _ends(world, elinor, card, script, "First.")
        await world.until(lambda: _says(elinor, card, "does not fit"), "the card says why")
        assert world.tasks() == []
        await world.administrators("salesforce", SHOW)
        await world.until(world.tasks, "the task")
        await world.idle()
        assert len(world.tasks()) == 1


async def _fits(world: World, crm: str, value: str) -> bool:
    """What operators are told."""
    async with world.session.get(f"{world.management_url}/metrics") as answer:
        return f'customer_card_mapping_fits{{crm="{crm}"}} {value}' in await answer.text()


async def _checked(world: World, crm: str) -> str:
    """What the administrator is told."""
    asked = connector(Settings(**world.tables), crm)
    try:
        return "\n".join(map(str, await asyncio.to_thread(asked.check_mapping)))
    finally:
        asked.close()


async def _says(elinor: Agent, card: str, words: str) -> bool:
    return words in await elinor.text(card)


@pytest.mark.rule("P-19")
async def test_p19_a_changed_mapping_is_taken_up_and_a_broken_one_is_not(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    mapping = tmp_path / "salesforce.toml"
    usual = DEFAULT_MAPPING.read_text()
    mapping.write_text(usual)
    crms: dict[str, Any] = {}

    def connect(world: World) -> None:
        crms["salesforce"] = {
            "kind": "salesforce",
            "url": world.urls["salesforce"],
            "auth": {"client_id": Org().client_id, "client_secret": Org().client_secret},
            "mapping": str(mapping),
        }
        world.tables["crm"] = crms

    async with built(grounds, sqlite_url, tmp_path, before=connect) as world:
        elinor = agent(world, "elinor")
        card, script = await _call(world, elinor, "first", (CONTACT,))
        mapping.write_text("[records")
        await _ends(world, elinor, card, script, "First.")
        await world.until(world.tasks, "the task, by the mapping as it was")
        card, script = await _call(world, elinor, "second", (CONTACT,))
        mapping.write_text(
            usual.replace("[activities.default.fields.Description]", "[activities.default.fields.Gone__c]")
        )
        await world.until(lambda: _fits(world, "salesforce", "0.0"), "one that does not fit is seen")
        await _ends(world, elinor, card, script, "Second.")
        await world.until(lambda: _says(elinor, card, "does not fit"), "the card says why")
        mapping.write_text(usual.replace("Outcome: ", "Result: "))
        await world.until(lambda: len(world.tasks()) == 2, "the task, by the mended mapping")
        await world.idle()
        assert [task["Description"].split("\n")[0] for task in world.tasks()] == ["First.", "Second."]
        assert await _says(elinor, card, "Contact · Salesforce")
        mapping.write_text(usual.replace('label = { en = "Contact"', 'label = { en = "Reader"'))
        await world.until(lambda: _says(elinor, card, "Reader · Salesforce"), "the new name, without a restart")


@pytest.mark.rule("P-09")
async def test_p09_a_validation_rule_added_at_noon_is_said_in_its_words_and_nothing_is_lost_or_twice(
    world: World, elinor: Agent
) -> None:
    rule = {"object": "Task", "rule": "Outcome"}
    card, script = await _call(world, elinor, "first", (CONTACT,))
    await world.administrators("salesforce", {**rule, "requires": "CallDisposition", "message": "Choose an outcome."})
    await _ends(world, elinor, card, script, "First.")
    await elinor.button(card, "push.retry", record=CONTACT)
    assert "Choose an outcome." in await elinor.text(card)
    (failed,) = await _listed(world)
    assert (failed["state"], failed["reason"], failed["detail"]) == ("failed", "rejected", "Choose an outcome.")
    await world.administrators("salesforce", {**rule, "active": False})
    await elinor.presses(card, "push.retry", {"record": CONTACT})
    await world.until(world.tasks, "the task")
    await world.idle()
    assert len(world.tasks()) == 1
