"""The administration in the pane: what stands still is seen and set going, without a command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from simulators.demo.client import elements
from simulators.entra.people import MARIANNE, WILLOUGHBY
from tests.cards.card_checks import check
from tests.scenarios.test_creating import ringing
from tests.scenarios.world import CONTACT, Agent, Grounds, World, agent, built

HIDE = {"object": "Task", "field": "Description", "access": "none"}
SHOW = {"object": "Task", "field": "Description", "access": "edit"}


@pytest.fixture
async def office(grounds: Grounds, database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Marianne is administrator, Willoughby supervisor, everybody else agent; on each database."""
    access = {"admins": [MARIANNE.email], "supervisors": [WILLOUGHBY.email]}
    async with built(grounds, database_url, tmp_path, access=access) as world:
        yield world


def text(card: Any) -> str:
    """All the words of a card."""
    return "\n".join(str(one["text"]) for one in elements(card) if isinstance(one.get("text"), str))


async def page(who: Agent, name: str, verb: str = "admin.show") -> Any:
    """A page of the administration, which is a card as any other."""
    card = (await who.act(verb, {"page": name}))["value"]
    check(card)
    return card


async def shows(world: World, who: Agent, name: str, *words: str) -> str:
    """The page's words, once all of `words` are among them."""

    async def look() -> str:
        said = text(await page(who, name))
        return said if all(word in said for word in words) else ""

    found: str = await world.until(look, f"{name}: {words}")
    return found


def pressed(card: Any, verb: str, **data: str) -> dict[str, Any]:
    """What the first button with this verb, and `data` among its own, carries."""
    for one in elements(card):
        if one.get("verb") == verb and data.items() <= one.get("data", {}).items():
            found: dict[str, Any] = one["data"]
            return found
    raise AssertionError(f"no {verb} {data} in {text(card)}")


async def call(world: World, elinor: Agent, name: str = "call") -> str:
    """A call with Edward's contact in Salesforce linked; its card."""
    await elinor.act("customers.open")
    await world.happens("accepted", world.script(name))
    card = await elinor.first_card()
    await elinor.presses(card, "link.add", {"record": CONTACT})
    return card


async def ends(world: World, elinor: Agent, card: str, name: str = "call") -> None:
    """The call, and its wrap-up."""
    await world.happens("ended", world.script(name))
    await elinor.presses(card, "wrapup.finish", wrapup__notes="Sent it again.")


@pytest.mark.rule("P-09", "P-20")
async def test_p09_a_supervisor_sees_all_failures_and_tries_them_again(office: World) -> None:
    elinor, willoughby = agent(office, "elinor"), agent(office, "john")
    card = await call(office, elinor)
    office.salesforce_faults.arm({"fault": "validation", "method": "POST", "path": "sobjects/Task"})
    await ends(office, elinor, card)
    await elinor.button(card, "push.retry", record=CONTACT)
    # Supervisors act for others: the card offers them what it offers its agent.
    for verb in ("push.retry", "link.remove"):
        await willoughby.button(card, verb)
    failures = await page(willoughby, "", "admin.pushes")
    for words in ("Edward Ferrars", "Elinor Dashwood", "it does not accept the values", "mend the record or the rule"):
        assert words in text(failures)
    assert not any(one.get("verb") == "admin.show" for one in elements(failures))
    for who, verb, code in (
        (elinor, "admin.pushes", "supervisors_only"),
        (elinor, "admin.show", "admins_only"),
        (willoughby, "admin.show", "admins_only"),
        (willoughby, "admin.preview", "admins_only"),
    ):
        answer = await who.act(verb)
        assert (answer["notice"]["code"], answer["card"]) == (code, None)
        assert "Edward" not in orjson.dumps(answer).decode()
    await willoughby.act("admin.retry", pressed(failures, "admin.retry", crm="salesforce"))
    await office.until(office.tasks, "the task")
    await office.idle()
    assert len(office.tasks()) == 1
    assert "Everything that was to be written has been." in text(await page(willoughby, "", "admin.pushes"))
    again = await willoughby.act("admin.retry", {"push": "gone"})
    assert again["notice"]["code"] == "push_gone"


@pytest.mark.rule("P-09", "A-19")
async def test_p09_a_record_that_was_not_created_is_among_the_failures_and_is_tried_again(office: World) -> None:
    form, willoughby, marianne = await ringing(office, "salesforce"), agent(office, "john"), agent(office, "marianne")
    await form.opens()
    refused = {"fault": "validation", "method": "POST", "path": "sobjects/Contact", "message": "Ask first."}
    office.salesforce_faults.arm(refused)
    await form.sends()
    await form.says("Ask first.")
    failures = await page(willoughby, "", "admin.pushes")
    for words in ("Not created: it does not accept the values.", "Ask first", "the agent can correct it there"):
        assert words in text(failures).replace("\\", "")
    assert "Not written: 1" in text(await page(marianne, "overview"))
    (row,) = await office.operators(lambda listed: listed.pushes(["failed"], 9))
    await willoughby.act("admin.retry", pressed(failures, "admin.retry", push=row["id"]))
    await form.is_linked()
    assert len(form.rows()) == 1
    assert "Everything that was to be written has been." in text(await page(willoughby, "", "admin.pushes"))


@pytest.mark.rule("P-11", "P-19", "P-20")
async def test_p11_an_administrator_checks_a_mapping_and_sees_what_would_be_written(office: World) -> None:
    elinor, admin = agent(office, "elinor"), agent(office, "marianne")
    card = await call(office, elinor)
    await shows(office, admin, "crms", "The mapping fits.")
    await office.administrators("salesforce", HIDE)
    found = await admin.act("admin.check", {"crm": "salesforce"})
    assert found["notice"]["code"] == "check_queued"
    said = await shows(office, admin, "crms", "The mapping does not fit: pushes wait.")
    assert "Description" in said
    assert "What to do:" in said
    assert "the mapping does not fit" in text(await page(admin, "overview"))
    await office.administrators("salesforce", SHOW)
    await shows(office, admin, "crms", "The mapping fits.")
    previews = [one for one in elements(await page(admin, "crms")) if one.get("verb") == "admin.preview"]
    chosen = next(one["data"] for one in previews if "interaction" in one.get("data", ()))
    shown = (await admin.act("admin.preview", chosen))["value"]
    check(shown)
    for words in ("Nothing was written.", "Task · Edward Ferrars", "Subject", "WhoId"):
        assert words in text(shown)
    typed = await admin.act("admin.preview", {"crm": "salesforce"}, preview__ref="nobody-knows-this")
    assert "There is no such interaction" in text(typed["value"])
    nothing = await admin.act("admin.preview", {"crm": "salesforce"}, preview__ref=" ")
    assert nothing["notice"]["code"] == "preview_nothing"
    assert office.tasks() == []
    await ends(office, elinor, card)
    await office.until(office.tasks, "the task")


@pytest.mark.rule("P-19", "P-08")
async def test_p19_an_administrator_stops_a_crm_and_lets_it_go_on(office: World) -> None:
    elinor, admin, willoughby = (agent(office, name) for name in ("elinor", "marianne", "john"))
    card = await call(office, elinor)
    await admin.act("admin.pause", {"crm": "salesforce"})
    await ends(office, elinor, card)
    said = await shows(office, admin, "crms", "an administrator has stopped it", "On its way: 1")
    assert "Go on" in orjson.dumps(await page(admin, "crms")).decode()
    assert "Go on lets out what waits." in said
    # A supervisor's Retry does not let out what an administrator holds.
    assert (await willoughby.act("admin.retry", {"crm": "salesforce"}))["notice"]["code"] == "nothing_to_retry"
    assert office.tasks() == []
    assert (await admin.act("admin.pause", {"crm": "nobody"}))["notice"]["code"] == "crm_not_connected"
    await admin.act("admin.resume", {"crm": "salesforce"})
    await office.until(office.tasks, "the task")
    await office.idle()
    assert len(office.tasks()) == 1


@pytest.mark.rule("P-17")
async def test_p17_what_waits_for_an_unmatched_agent_is_delivered_when_an_administrator_matches_them(
    office: World,
) -> None:
    admin = agent(office, "marianne")
    elinor = agent(office, "elinor")
    await elinor.act("customers.open")
    await office.happens("accepted", office.script("call", agent={"id": "a-99", "name": "Elinor Dashwood"}))
    said = await shows(office, admin, "agents", "Elinor Dashwood", "Waiting: 1 open, 1 in all")
    assert "a-99 · main" in said
    agents = await page(admin, "agents")
    suggested = next(one for one in elements(agents) if one.get("verb") == "agents.link")
    assert suggested["title"].startswith("This is elinor.dashwood@")
    opened = pressed(agents, "admin.show", page="agents", agent=suggested["data"]["id"])
    form = (await admin.act("admin.show", opened))["value"]
    save = {"id": pressed(form, "agents.link")["id"]}
    for typed, code in (("", "user_empty"), ("nobody@contoso.example", "user_unknown")):
        assert (await admin.act("agents.link", save, agents__user=typed))["notice"]["code"] == code
    answer = await admin.act("agents.link", suggested["data"])
    assert answer["notice"]["kind"] == "success"
    card = await elinor.first_card()
    assert "Every agent of the contact centre is a Teams user." in text(answer["value"])
    undone = await admin.act("agents.unlink", pressed(answer["value"], "agents.unlink"))
    assert "Waiting: 1 open" in text(undone["value"])
    assert card
    again = await admin.act("agents.link", save, agents__user="ELINOR.DASHWOOD@contoso.example")
    assert again["notice"]["code"] == "agent_matched"


@pytest.mark.rule("P-20")
async def test_events_are_counted_by_source_and_type_and_what_was_refused_is_seen(office: World) -> None:
    admin = agent(office, "marianne")
    await office.happens("accepted")
    await office.happens("sung")
    async with office.session.post(f"{office.service_url}/intake/v1/main", data=b"{}") as answer:
        refused = answer.status
    said = await shows(office, admin, "events", "cc.interaction.sung", "of an unknown kind", "understood 1")
    assert f"with {refused}" in said
    number = pressed(await page(admin, "events"), "admin.replay", event="2")
    assert (await admin.act("admin.replay", number))["notice"]["code"] == "replay_queued"
    assert (await admin.act("admin.replay", {"event": "4711"}))["notice"]["code"] == "event_gone"
    assert (await admin.act("admin.replay"))["notice"]["code"] == "nothing_to_replay"
    settings = text(await page(admin, "settings"))
    assert WILLOUGHBY.email in settings
    assert "secret" not in settings
