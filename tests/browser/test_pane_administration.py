"""The administration in the pane: by keyboard, live, and only for those to whom it is open."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from customers.ids import CardId
from customers.ports import Change
from customers.roles import Role
from tests.browser.layout import faults
from tests.browser.stage import Stage, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TITLE = "[id='admin.title']"


def become(stage: Stage, role: Role) -> None:
    stage.house.directory.roles = frozenset({role.value})


@pytest.mark.rule("P-20", "P-15")
async def test_p20_an_administrator_reaches_every_page_by_keyboard_and_it_stays_fresh(stage: Stage) -> None:
    become(stage, Role.ADMIN)
    await stage.open()
    await stage.card()
    opener = stage.page.locator("#administration")
    await expect(opener).to_have_text("Administration")
    await opener.focus()
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.locator(TITLE)).to_have_text("Administration")
    await expect(opener).to_have_attribute("aria-current", "page")
    await stage.page.locator("[id='admin.tab.agents']").press("Enter")
    await stage.page.locator(f"[id='admin.agent.{'a2' * 16}.match']").press("Enter")
    field = stage.page.locator("[data-input='agents.user']")
    await field.fill("edward@contoso.example")
    stage.desk.tell(Change(CardId("0" * 32), 1))  # somebody's push was sent: the page is fetched, what is typed stays
    await until(lambda: any(one.verb == "admin.show" and one.is_automatic for one in stage.desk.actions))
    await expect(field).to_have_value("edward@contoso.example")
    await field.press("Enter")
    await expect(stage.page.locator(".notice.success")).to_contain_text("Matched.")
    sent = next(one for one in stage.desk.actions if one.verb == "agents.link")
    assert (sent.data["id"], sent.inputs["agents.user"]) == ("a2" * 16, "edward@contoso.example")
    assert await faults(stage.page) == []


@pytest.mark.rule("P-09", "P-20")
async def test_p09_a_supervisor_retries_and_opens_the_card_from_the_list_of_failures(stage: Stage) -> None:
    become(stage, Role.SUPERVISOR)
    await stage.open()
    await stage.card()
    await expect(stage.page.locator("#administration")).to_have_text("Not written")
    await stage.page.locator("#administration").click()
    first = stage.page.locator(f"[id='admin.push.{'f1' * 16}.retry']")
    await first.click()
    await expect(stage.page.locator(".notice")).to_contain_text("It is being tried again.")
    await expect(first).to_have_count(0)
    await stage.page.locator("#list [data-card]", has_text="Edward").click()
    await expect(stage.page.locator("#customer\\.name")).to_have_text("Edward Ferrars")
    assert await stage.page.locator("#administration").get_attribute("aria-current") is None


@pytest.mark.rule("P-20")
async def test_p20_an_agent_is_not_offered_it(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await expect(stage.page.locator("#administration")).to_be_hidden()
