"""What operators rely on: one id from the event to the CRM call, and another try from the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from simulators.kit.server import JOURNAL
from tests.scenarios.world import CONTACT, SECRET, Agent, Grounds, World, agent, built


async def _linked(world: World, elinor: Agent) -> str:
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.presses(card, "link.add", {"record": "dynamics:contact:"})
    return card


async def test_a_correlation_id_leads_from_the_event_to_the_crm_call(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    intake = {"main": {"secrets": [SECRET], "country": "DE"}}
    async with built(grounds, sqlite_url, tmp_path, intake=intake) as world:
        await _linked(world, agent(world, "elinor"))
        await world.happens("ended", wrapup={"expected": True})
        answer = await world.posts("wrapup_completed")
        await world.until(world.phone_calls, "the phone call")
        asked = [entry for entry in world.dataverse.app[JOURNAL] if entry["method"] == "POST"]
        assert answer.headers["X-Correlation-Id"] in {entry.get("correlation_id") for entry in asked}


@pytest.mark.rule("P-09")
async def test_p09_a_refused_push_is_listed_and_retried_from_the_command_line(
    world: World, elinor: Agent, tmp_path: Path
) -> None:
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.presses(card, "link.add", {"record": CONTACT})
    world.salesforce_faults.arm({"fault": "validation", "method": "POST", "path": "sobjects/Task"})
    await world.happens("ended")
    await elinor.presses(card, "wrapup.finish")
    await elinor.button(card, "push.retry", record=CONTACT)
    config = tmp_path / "cli.toml"
    config.write_text(f'[database]\nurl = "{world.tables["database"]["url"]}"\n[teams]\ndevelopment = true\n')
    listed = await asyncio.to_thread(CliRunner().invoke, main, ["push", "list", "--config", str(config)])
    assert "rejected" in listed.output
    retried = await asyncio.to_thread(
        CliRunner().invoke, main, ["push", "retry", "--crm", "salesforce", "--config", str(config)]
    )
    assert "1 pushes are tried again" in retried.output
    await world.until(world.tasks, "the task")
    await world.idle()
    assert len(world.tasks()) == 1
