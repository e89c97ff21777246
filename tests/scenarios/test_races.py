"""What an agent does while the CRM is being told."""

from __future__ import annotations

import pytest

from tests.scenarios.world import CONTACT, Agent, World


@pytest.mark.rule("C-13")
async def test_c13_notes_saved_while_the_activity_is_being_written_reach_it(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.presses(card, "link.add", {"record": CONTACT})
    await world.happens("ended")
    path = r"/sobjects/Task$"
    world.salesforce_faults.arm({"fault": "slow", "seconds": 1, "method": "POST", "path": path})
    await elinor.presses(card, "wrapup.finish", wrapup__notes="Too early.")
    await world.until(lambda: not world.salesforce_faults.armed(), "the call to be under way")
    assert world.tasks() == []
    await elinor.presses(card, "wrapup.save", wrapup__notes="The last word.")
    await world.idle()
    assert "The last word." in world.tasks()[0]["Description"]
