"""Records that agents create from the card (A-19): once, linked at once, with the CRM's own rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.demo.client import button
from simulators.entra.people import ELINOR
from tests.scenarios.new_record import NAMES, ringing
from tests.scenarios.world import Grounds, World, built


@pytest.fixture
async def world(grounds: Grounds, sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with built(grounds, sqlite_url, tmp_path) as made:
        yield made


@pytest.mark.rule("A-19", "A-07", "A-08")
@pytest.mark.parametrize("crm", NAMES)
async def test_a19_a_new_contact_is_created_linked_and_given_the_activity(
    grounds: Grounds, database_url: str, tmp_path: Path, crm: str
) -> None:
    async with built(grounds, database_url, tmp_path) as world:
        form = await ringing(world, crm)
        await form.opens()
        _, first, last, email = form.names
        shown = await form.shown()
        assert (shown[first], shown[last], shown[email]) == ("Sophia", "Grey", "sophia@grey.example")
        await form.sends()
        linked = (await form.is_linked())["data"]["record"]
        (row,) = form.rows()
        assert linked.rsplit(":", 1)[1] in (row.get("Id"), row.get("contactid"))
        assert button(await form.agent.card(form.card), "record.create") is None
        await form.agent.unfolds(form.card, "wrap_up")
        await world.happens("ended", world.script("new"))
        await form.agent.presses(form.card, "wrapup.finish")
        await world.until(lambda: world.tasks() or world.phone_calls(), "the activity")
        await world.idle()
        written = [one["WhoId"] for one in world.tasks()] + [
            one["_regardingobjectid_value"] for one in world.phone_calls()
        ]
        assert written == [linked.rsplit(":", 1)[1]]


@pytest.mark.rule("A-19")
@pytest.mark.parametrize("crm", NAMES)
async def test_a19_what_the_crm_takes_for_the_same_is_offered_and_created_only_when_it_is_wanted(
    world: World, crm: str
) -> None:
    type_, _, _, email = NAMES[crm]
    rule = {"object": type_, "duplicates": [email]} if crm == "salesforce" else {"table": type_, "duplicates": [email]}
    await world.administrators("dataverse" if crm == "dynamics" else crm, rule)
    form = await ringing(world, crm)
    await form.opens()
    await form.sends(**{email: "edward.ferrars@example.com"})
    await form.says("has this already")
    assert "Edward Ferrars" in await form.agent.text(form.card)
    assert form.rows() == []
    assert (await form.shown())[email] == "edward.ferrars@example.com", "what was typed stays"
    await form.sends({"anyway": "yes"})
    await form.is_linked()
    assert len(form.rows()) == 1


@pytest.mark.rule("A-19")
async def test_a19_the_one_that_is_there_is_linked_instead_and_the_form_is_gone(world: World) -> None:
    await world.administrators("salesforce", {"object": "Contact", "duplicates": ["Email"], "may_save": False})
    form = await ringing(world, "salesforce")
    await form.opens()
    await form.sends(Email="edward.ferrars@example.com")
    await form.says("does not allow another one")
    card = await form.agent.card(form.card)
    assert button(card, "record.create", anyway="yes") is None
    await form.agent.presses(form.card, "link.add", {"record": "salesforce:Contact:"})
    await form.is_linked()
    assert button(await form.agent.card(form.card), "record.create") is None
    assert form.rows() == []


@pytest.mark.rule("A-19")
@pytest.mark.parametrize("crm", NAMES)
async def test_a19_what_the_crm_refuses_is_said_at_the_form_and_nothing_typed_is_lost(world: World, crm: str) -> None:
    type_, first, last, _ = NAMES[crm]
    requires = "Title" if crm == "salesforce" else "jobtitle"
    rule = {"rule": "Title", "requires": requires, "message": "Say what he does."}
    await world.administrators(
        *(("salesforce", {"object": type_, **rule}) if crm == "salesforce" else ("dataverse", {"table": type_, **rule}))
    )
    form = await ringing(world, crm)
    await form.opens()
    answer = await form.sends(**{last: " "})
    assert answer["notice"]["code"] == "create_missing"
    assert "This is needed." in await form.agent.text(form.card)
    await form.sends(**{last: "Grey", first: "Sophy"})
    await form.says("Say what he does.")
    assert (await form.shown())[first] == "Sophy"
    await form.agent.presses(form.card, "record.new")
    assert (await form.shown())[first] == "Sophy", "another press of New record takes nothing away"
    (row,) = await world.operators(lambda listed: listed.pushes(["failed"], 9))
    assert (row["does"], row["type"], row["reason"], row["agent"]) == ("create", type_, "rejected", ELINOR.name)
    assert "Say what he does." in row["detail"]
    off = {"rule": "Title", "requires": requires, "active": False}
    await world.administrators(
        *(("salesforce", {"object": type_, **off}) if crm == "salesforce" else ("dataverse", {"table": type_, **off}))
    )
    if crm == "salesforce":
        await form.sends()
    else:  # whoever looks after the service does it
        assert await world.operators(lambda listed: listed.retry([], crm)) == 1
    await form.is_linked()
    assert [one[first] for one in form.rows()] == ["Sophy"]
    assert await world.operators(lambda listed: listed.pushes(["failed", "retrying"], 9)) == []


@pytest.mark.rule("A-19", "P-08")
@pytest.mark.parametrize("crm", NAMES)
async def test_a19_an_answer_that_is_lost_creates_nothing_twice(world: World, crm: str) -> None:
    faults = world.salesforce_faults if crm == "salesforce" else world.dataverse.faults
    form = await ringing(world, crm)
    await form.opens()
    path = "/sobjects/Contact$" if crm == "salesforce" else "/contacts$"
    faults.arm({"fault": "answer_lost", "method": "POST", "path": path, "times": 2})
    await form.sends()
    await form.is_linked()
    assert len(form.rows()) == 1


@pytest.mark.rule("A-19")
async def test_a19_a_form_that_cannot_be_had_says_why_and_a_case_needs_its_customer(world: World) -> None:
    form = await ringing(world, "dynamics")
    world.dataverse.faults.arm({"fault": "privilege", "path": "EntityDefinitions", "times": -1})
    await form.agent.presses(form.card, "record.new")
    await form.agent.presses(form.card, "record.new", {"crm": "dynamics", "type": "incident"})
    await form.says("does not allow this to the integration user")
    await form.agent.presses(form.card, "record.cancel")
    world.dataverse.faults.clear()
    await form.agent.presses(form.card, "record.new")
    await form.agent.presses(form.card, "record.new", {"crm": "dynamics", "type": "incident"})
    await form.says("link one first")
    assert (await form.sends(title="Piano"))["notice"]["code"] == "create_missing"
