"""Link, Linked, and what becomes of the push (A-12…A-15, C-12)."""

from __future__ import annotations

import pytest

from simulators.demo.client import button
from tests.scenarios.world import CONTACT, Agent, World


async def _call(world: World, agent: Agent) -> str:
    await agent.act("customers.open")
    await world.happens("accepted")
    return await agent.first_card()


async def _finishes(world: World, agent: Agent, card: str) -> None:
    await world.happens("ended", end={"by": "contact"})
    await agent.presses(card, "wrapup.finish")
    await world.idle()


@pytest.mark.rule("A-15")
async def test_a15_unlinked_before_the_push_is_given_nothing(world: World, elinor: Agent) -> None:
    card = await _call(world, elinor)
    await elinor.presses(card, "link.add", {"record": CONTACT})
    await elinor.presses(card, "link.remove", {"record": CONTACT})
    await _finishes(world, elinor, card)
    assert world.tasks() == []


@pytest.mark.rule("C-12")
async def test_c12_linked_after_the_push_is_written_at_once(world: World, elinor: Agent) -> None:
    card = await _call(world, elinor)
    await _finishes(world, elinor, card)
    assert world.tasks() == []
    await elinor.presses(card, "link.add", {"record": CONTACT})
    await world.idle()
    assert len(world.tasks()) == 1


@pytest.mark.rule("C-12")
async def test_c12_unlinking_after_the_push_leaves_the_activity_and_says_so(world: World, elinor: Agent) -> None:
    card = await _call(world, elinor)
    await elinor.presses(card, "link.add", {"record": CONTACT})
    await _finishes(world, elinor, card)
    answer = await elinor.presses(card, "link.remove", {"record": CONTACT})
    assert "stays in the CRM" in answer["notice"]["text"]
    await world.idle()
    assert len(world.tasks()) == 1
    # Linked again: the activity that is there is taken up, none is written beside it.
    await elinor.presses(card, "link.add", {"record": CONTACT})
    await world.idle()
    assert len(world.tasks()) == 1


@pytest.mark.rule("A-13")
@pytest.mark.rule("A-14")
async def test_a14_the_control_reads_linked_in_both_sections(world: World, elinor: Agent) -> None:
    card = await _call(world, elinor)
    await elinor.unfolds(card, "related")
    link = await elinor.button(card, "link.add", record=CONTACT)
    answer = await elinor.act("link.add", link["data"])
    assert button(answer["value"], "link.add", record=link["data"]["record"]) is None
    shown = str(answer["value"]).count("'verb': 'link.remove'")
    assert shown >= 2  # Execute and its fallback, in each section


@pytest.mark.rule("P-06")
async def test_p06_wrap_up_says_that_nothing_is_linked(world: World, elinor: Agent) -> None:
    card = await _call(world, elinor)
    await elinor.button(card, "link.add", record=CONTACT)
    await world.happens("ended", end={"by": "contact"})
    await elinor.button(card, "wrapup.finish")
    assert "not linked" in (await elinor.text(card)).lower()
    await elinor.presses(card, "link.add", {"record": CONTACT})
    assert "not linked yet" not in (await elinor.text(card)).lower()


async def test_a_record_that_no_crm_told_us_of_cannot_be_linked(world: World, elinor: Agent) -> None:
    card = await _call(world, elinor)
    link = await elinor.button(card, "link.add", record=CONTACT)
    answer = await elinor.act("link.add", link["data"] | {"record": "salesforce:Contact:003000000000000AAA"})
    assert answer["notice"]["kind"] == "warning"
    await _finishes(world, elinor, card)
    assert world.tasks() == []
