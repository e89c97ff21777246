"""When a push happens (A-09, A-10, C-13), and what becomes of one that fails (P-08, P-09)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.world import CONTACT, SECRET, Agent, Grounds, World, agent, built


def _intake(**changes: str) -> dict[str, object]:
    return {"main": {"secrets": [SECRET], "country": "DE", **changes}}


async def _linked(world: World, elinor: Agent) -> str:
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.presses(card, "link.add", {"record": CONTACT})
    return card


@pytest.mark.rule("A-09")
async def test_a09_a_call_is_written_when_the_platform_completes_wrap_up(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with built(grounds, sqlite_url, tmp_path, intake=_intake()) as world:
        await _linked(world, agent(world, "elinor"))
        await world.happens("ended", wrapup={"expected": True})
        await world.happens("wrapup_started")
        await world.idle()
        assert world.tasks() == []
        await world.happens("wrapup_completed", wrapup={"notes": "Sent it again.", "tags": ["invoice"]})
        await world.idle()
        assert "Sent it again." in world.tasks()[0]["Description"]


@pytest.mark.rule("C-13")
async def test_c13_a_call_without_wrap_up_is_written_after_the_grace(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with built(grounds, sqlite_url, tmp_path, intake=_intake(wrapup_grace="1s")) as world:
        await _linked(world, agent(world, "elinor"))
        await world.happens("ended")
        await world.until(world.tasks, "the task after the grace")
        assert len(world.tasks()) == 1


@pytest.mark.rule("C-13")
async def test_c13_a_later_wrap_up_amends_the_same_activity(grounds: Grounds, sqlite_url: str, tmp_path: Path) -> None:
    async with built(grounds, sqlite_url, tmp_path, intake=_intake(wrapup_timeout="1s")) as world:
        elinor = agent(world, "elinor")
        card = await _linked(world, elinor)
        await elinor.presses(card, "link.add", {"record": "dynamics:contact:"})
        await world.happens("ended", wrapup={"expected": True})
        await world.happens("wrapup_started")
        await world.until(lambda: world.tasks() and world.phone_calls(), "the activities after the time-out")
        await world.idle()
        await world.happens("wrapup_completed", wrapup={"notes": "Late but true."})
        await world.until(lambda: "Late but true." in world.tasks()[0]["Description"], "the amended task")
        await world.until(lambda: "Late but true." in world.phone_calls()[0]["description"], "the amended phone call")
        await world.idle()
        assert len(world.tasks()) == len(world.phone_calls()) == 1
        assert world.phone_calls()[0]["statecode"] == 1


@pytest.mark.rule("C-13")
async def test_c13_finish_pressed_after_the_time_out_keeps_what_was_written(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with built(grounds, sqlite_url, tmp_path, intake=_intake(wrapup="card", wrapup_timeout="2s")) as world:
        elinor = agent(world, "elinor")
        card = await _linked(world, elinor)
        await world.happens("ended")
        finish = await elinor.button(card, "wrapup.finish")
        await world.until(world.tasks, "the task after the time-out")
        await world.idle()
        answer = await elinor.act("wrapup.finish", finish["data"], wrapup__notes="It took a while.")
        assert answer["notice"]["code"] == "finished"
        await world.idle()
        assert ["It took a while." in task["Description"] for task in world.tasks()] == [True]


@pytest.mark.rule("A-10")
async def test_a10_a_transferred_mail_is_written_for_each_leg(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    mail = world.script(
        "mail", "email", contact={"identities": [{"kind": "email", "value": "edward.ferrars@example.com"}]}
    )
    await world.happens("accepted", mail)
    card = await elinor.first_card()
    await elinor.presses(card, "link.add", {"record": CONTACT})
    john = {"id": "a-8", "email": "marianne.dashwood@contoso.example", "name": "Marianne Dashwood"}
    await world.happens("transferred", mail, transfer={"kind": "agent", "toAgent": john})
    await world.idle()
    assert len(world.tasks()) == 1
    await world.happens("accepted", mail, agent=john)
    await world.happens("ended", mail, agent=john, end={"by": "agent"})
    await world.idle()
    assert len(world.tasks()) == 2  # one for each (leg, linked record)


@pytest.mark.rule("P-08")
async def test_p08_an_answer_that_is_lost_does_not_write_twice(world: World, elinor: Agent) -> None:
    card = await _linked(world, elinor)
    world.salesforce_faults.arm({"fault": "answer_lost", "method": "POST", "path": "sobjects/Task"})
    await world.happens("ended")
    await elinor.presses(card, "wrapup.finish")
    await world.until(world.tasks, "the task")
    await world.until(lambda: not world.salesforce_faults.armed())
    await elinor.button(card, "link.remove", record=CONTACT)
    await world.until(lambda: _is_sent(elinor, card), "sent")
    assert len(world.tasks()) == 1


async def _is_sent(elinor: Agent, card: str) -> bool:
    return "/Task/" in str(await elinor.card(card))


@pytest.mark.rule("P-09")
async def test_p09_a_crm_that_is_down_is_said_and_written_to_later(world: World, elinor: Agent) -> None:
    card = await _linked(world, elinor)
    world.salesforce_faults.arm(
        {"fault": "outage", "method": "POST", "path": "sobjects/Task", "times": 2, "html": True}
    )
    await world.happens("ended")
    await elinor.presses(card, "wrapup.finish")
    await world.until(lambda: _is_sent(elinor, card), "sent after the outage")
    assert len(world.tasks()) == 1


@pytest.mark.rule("P-09")
async def test_p09_a_refused_push_says_why_and_retry_sends_it(world: World, elinor: Agent) -> None:
    card = await _linked(world, elinor)
    world.salesforce_faults.arm({"fault": "validation", "method": "POST", "path": "sobjects/Task"})
    await world.happens("ended")
    await elinor.presses(card, "wrapup.finish")
    await elinor.presses(card, "push.retry", {"record": CONTACT})
    await world.until(lambda: _is_sent(elinor, card), "sent after Retry")
    assert len(world.tasks()) == 1


@pytest.mark.rule("A-32")
async def test_a32_notes_written_after_the_push_amend_the_activity(world: World, elinor: Agent) -> None:
    card = await _linked(world, elinor)
    await world.happens("ended")
    await elinor.presses(card, "wrapup.finish", wrapup__notes="First.")
    await world.until(world.tasks, "the task")
    await world.idle()
    await elinor.presses(card, "wrapup.save", wrapup__notes="Second.")
    await world.until(lambda: "Second." in world.tasks()[0]["Description"], "the amended task")
    assert len(world.tasks()) == 1
