"""Withdraw, from the button on the card to both CRMs (C-12)."""

from __future__ import annotations

from pathlib import Path

import pytest

import connectors.dynamics
from connectors.salesforce.connector import DEFAULT_MAPPING
from tests.scenarios.world import CONTACT, Grounds, World, agent, built

DYNAMICS = Path(connectors.dynamics.__file__).parent / "default.toml"
MAPPINGS = {"salesforce": DEFAULT_MAPPING, "dynamics": DYNAMICS}


@pytest.mark.rule("C-12", "P-08")
async def test_c12_withdrawn_from_both_crms_though_an_answer_is_lost_and_written_anew(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    def allow(world: World) -> None:
        for name, mapping in MAPPINGS.items():
            changed = tmp_path / f"{name}.toml"
            changed.write_text(
                mapping.read_text().replace("[activities.voice]\n", "[activities.voice]\nwithdraw = true\n")
            )
            world.tables["crm"][name] |= {"mapping": str(changed)}

    async with built(grounds, sqlite_url, tmp_path, before=allow) as world:
        elinor = agent(world, "elinor")
        await elinor.act("customers.open")
        await world.happens("accepted")
        card = await elinor.first_card()
        for record in (CONTACT, "dynamics:contact:"):
            await elinor.presses(card, "link.add", {"record": record})
        await world.happens("ended")
        await elinor.presses(card, "wrapup.finish", wrapup__notes="To the wrong one.")
        await world.until(lambda: _live(world) and world.phone_calls(), "both activities")
        await world.idle()
        world.salesforce_faults.arm({"fault": "answer_lost", "method": "DELETE", "path": "sobjects/Task"})
        world.dataverse.faults.arm({"fault": "answer_lost", "method": "DELETE", "path": "phonecalls"})
        for record in (CONTACT, "dynamics:contact:"):
            await elinor.presses(card, "link.remove", {"record": record})
            await elinor.presses(card, "push.withdraw", {"record": record})
            await elinor.presses(card, "push.withdraw", {"record": record, "answer": "yes"})

        async def is_said() -> bool:
            return (await elinor.text(card)).count("Withdrawn.") == 2

        await world.until(is_said, "withdrawn from both")
        assert (_live(world), world.phone_calls()) == ([], [])
        await elinor.presses(card, "link.add", {"record": CONTACT})
        await world.until(lambda: _live(world), "another task")
        await world.idle()
        first, second = world.tasks()
        assert first["IsDeleted"]
        assert first["CC_Interaction_Key__c"] != second["CC_Interaction_Key__c"]


def _live(world: World) -> list[object]:
    return [task for task in world.tasks() if not task["IsDeleted"]]
