"""The main job, end to end: from an incoming call to one CRM activity per linked record."""

from __future__ import annotations

from simulators.demo.client import button, elements
from tests.scenarios.world import ACCOUNT, CONTACT, Agent, World


async def test_p08_a_call_becomes_one_completed_activity_on_each_linked_record(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    await world.installs("elinor")
    await world.happens("offered")
    await world.happens("accepted")
    card = await elinor.first_card()

    await elinor.presses(card, "link.add", {"record": CONTACT})
    await elinor.unfolds(card, "related")
    await elinor.presses(card, "link.add", {"record": ACCOUNT})
    assert not world.tasks()  # nothing before wrap-up is completed
    await world.happens("ended", end={"by": "contact"})
    await elinor.presses(card, "wrapup.finish", wrapup__notes="Sent the invoice again.")
    await world.until(lambda: world.tasks() and world.phone_calls() and world.phone_calls()[0]["statecode"] == 1)
    await world.idle()

    (task,), (call,) = world.tasks(), world.phone_calls()
    assert task["Status"] == "Completed"
    assert "Sent the invoice again." in task["Description"]
    assert "Sent the invoice again." in call["description"]
    links = [one["url"] for one in elements(await elinor.card(card)) if one.get("type") == "Action.OpenUrl"]
    assert any(task["Id"] in link for link in links)
    assert any(call["activityid"] in link for link in links)


async def test_p09_the_chat_card_follows_every_change(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    await world.installs("elinor")
    await world.happens("accepted")
    await elinor.first_card()
    await world.until(lambda: world.chat_card("elinor"), "the card in the chat")
    pressed = await world.until(lambda: _linked_in_chat(world), "Link in the chat")
    assert pressed
    answer = await world.presses_in_chat("elinor", "link.add", data={"record": pressed})
    assert answer["status"] == 200
    await world.idle()
    assert button(world.chat_card("elinor"), "link.remove", record=pressed)


def _linked_in_chat(world: World) -> str:
    found = button(world.chat_card("elinor"), "link.add", record=CONTACT)
    return str(found["data"]["record"]) if found else ""
