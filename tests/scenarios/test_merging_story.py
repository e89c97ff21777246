"""The story of A-31 in a real browser, on the whole product: yesterday's e-mail is merged into the open card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from simulators.contact_centre.scripts import MARIANNE
from simulators.demo.client import button, plain
from tests.browser.stage import CHROMIUM, chromium
from tests.scenarios.world import CONTACT, Agent, World, agent

MAIL = "edward.ferrars@example.com"
BY_MAIL = {"name": "E. Ferrars", "identities": [{"kind": "email", "value": MAIL, "displayName": "E. Ferrars"}]}
IN_TEAMS = """self.microsoftTeams = {
  app: { initialize: async () => {}, notifySuccess() {},
    getContext: async () => ({ app: { locale: "en-GB", theme: "default" }, page: {} }),
    registerOnThemeChangeHandler() {} },
  authentication: { getAuthToken: async () => "TOKEN" } };"""


@pytest.fixture
async def page(world: World, elinor: Agent) -> AsyncIterator[Page]:
    """The pane as Teams shows it, signed in as Elinor."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt install chromium)")
    script, frame = IN_TEAMS.replace("TOKEN", elinor.token), f"<iframe src='{world.service_url}/pane/'></iframe>"
    async with chromium() as browser:
        context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        shown = await context.new_page()
        await shown.route(
            "**/vendor/teams.js", lambda route: route.fulfill(body=script, content_type="text/javascript")
        )
        style = "<style>iframe { width: 1200px; height: 860px }</style>"
        await shown.route("**/host", lambda route: route.fulfill(body=style + frame, content_type="text/html"))
        await shown.goto(f"{world.service_url}/host")
        yield shown
        await context.close()


async def yesterdays_mail(world: World) -> None:
    mail = world.script("mail", "email", agent=dict(MARIANNE), contact=BY_MAIL, hours_ago=24)
    await world.happens("accepted", mail)
    await world.happens("ended", mail, end={"by": "agent"})
    await world.idle()


@pytest.mark.browser
@pytest.mark.rule("A-24", "A-25", "A-26", "A-28", "A-29", "A-30", "A-31", "P-01", "P-02")
async def test_a31_the_card_of_yesterdays_mail_is_merged_into_the_open_one(world: World, page: Page) -> None:
    await yesterdays_mail(world)
    await world.happens("accepted")
    pane = page.frame_locator("iframe")
    await expect(pane.locator("#customer\\.name")).to_have_text("Edward Ferrars")
    await pane.locator("[data-verb='merge.open']").first.click()
    first = pane.locator("[id^='merge.candidate.']").first
    await expect(first).to_contain_text(MAIL)
    await expect(first).to_contain_text("Why:")
    await first.locator("[data-verb='merge.preview']").click()
    await expect(pane.locator("#merge\\.preview")).to_contain_text(MAIL)
    await pane.locator("[data-verb='merge.confirm']").click()
    box = pane.locator(".notice.success")
    await expect(box).to_contain_text("E. Ferrars")
    await expect(pane.locator("#list [data-card]")).to_have_count(1)
    await box.get_by_role("button", name="Show in Identities").click()
    await expect(pane.locator("#card")).to_contain_text(f"E-mail: {MAIL}")
    await expect(pane.locator("#customer\\.name")).to_have_text("Edward Ferrars")

    await pane.locator("[data-verb='merge.undo']").first.click()
    await expect(pane.locator("[data-verb='merge.undo']")).to_have_text("Merge again")
    await expect(pane.locator("#card")).not_to_contain_text(f"E-mail: {MAIL}")


@pytest.mark.rule("A-27", "B-29")
async def test_a27_a_card_is_found_by_a_misspelt_name_and_by_a_part_of_its_address(world: World, elinor: Agent) -> None:
    await yesterdays_mail(world)
    for typed in ("E. Ferrras", "edward.ferr"):

        async def found(text: str = typed) -> Any:
            return button((await elinor.act("customers.search", {"query": text}))["value"], "customers.show")

        await world.until(found, typed)
    assert not button((await elinor.act("customers.search", {"query": "Lucy Steele"}))["value"], "customers.show")


@pytest.mark.rule("P-04")
async def test_p04_what_the_contact_centre_merged_is_proposed_and_not_merged(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    chat = world.script(
        "chat", "chat", contact={"id": "c-2", "identities": [{"kind": "social", "provider": "web", "value": "x81"}]}
    )
    await world.happens("accepted", chat)
    await world.happens("ended", chat, end={"by": "agent"})
    call = world.script(
        "call", contact={"id": "c-1", "name": "Edward", "identities": [{"kind": "phone", "value": "+4915112345678"}]}
    )
    await world.happens("accepted", call)
    card = await elinor.first_card()
    await world.contact_merged(survivor="c-1", absorbed="c-2")
    await world.idle()
    await elinor.act("merge.open", {"card": card})

    async def proposed() -> bool:
        return "your contact centre says so" in await elinor.text(card)

    await world.until(proposed, "the proposal")
    assert len(await elinor.open_cards()) == 2


@pytest.mark.rule("P-08", "P-01", "A-30")
async def test_p08_what_is_linked_on_a_merged_card_is_written_once_whatever_is_merged_and_parted(
    world: World, elinor: Agent
) -> None:
    marianne = agent(world, "marianne")
    for one in (elinor, marianne):
        await one.act("customers.open")
        await world.installs(one.name)
    mail = world.script("mail", "email", agent=dict(MARIANNE), contact=BY_MAIL)
    await world.happens("accepted", mail)
    await world.happens("accepted")
    theirs, mine = await marianne.first_card(), await elinor.first_card()
    await marianne.presses(theirs, "link.add", {"record": CONTACT})
    await elinor.act("merge.preview", {"card": mine, "others": theirs})
    await elinor.presses(mine, "merge.confirm")
    assert await marianne.open_cards() == [mine]

    await elinor.presses(mine, "link.add", {"record": CONTACT})
    await world.happens("ended", mail, end={"by": "agent"})
    await world.until(lambda: len(world.tasks()) == 1, "the e-mail in Salesforce")
    await elinor.unfolds(mine, "identities")
    await elinor.presses(mine, "merge.undo")
    await world.happens("ended", end={"by": "contact"})
    await elinor.presses(mine, "wrapup.finish", wrapup__notes="Sent the invoice again.")
    await world.until(lambda: len(world.tasks()) == 2, "the call in Salesforce")
    await world.idle()
    assert len({task["Subject"] for task in world.tasks()}) == 2
    assert "Edward Ferrars" in await elinor.text(mine)
    assert "E. Ferrars" in plain(await marianne.text(theirs))
    assert theirs in str(world.chat_card("marianne"))
