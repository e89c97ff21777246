"""Requests in the pane: written in place, by keyboard alone; nobody's words are lost; activities are moved."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Locator, expect

from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged, until
from tests.cards import request_views
from tests.pane import request_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAME = f"[data-input='request.name.{request_views.INVOICE}']"
DESCRIPTION = f"[data-input='request.description.{request_views.INVOICE}']"
MAIL = request_views.MAIL.interaction_id


def by_id(stage: Stage, element_id: str) -> Locator:
    return stage.page.locator(f"[id='{element_id}']")


async def show(stage: Stage) -> None:
    view = request_stories.handling()
    stage.desk.views[view.card_id] = view
    await stage.open()
    await stage.page.locator(NAME).wait_for()


@pytest.mark.rule("B-04", "B-06", "P-15")
async def test_b04_b06_name_and_description_are_edited_in_place_by_keyboard_alone(stage: Stage) -> None:
    keyboard = stage.page.keyboard
    await show(stage)
    await stage.page.locator(NAME).focus()
    await keyboard.press("ControlOrMeta+a")
    await keyboard.type("Invoice of June")
    await keyboard.press("Enter")
    await expect(stage.page.locator(".notice.success")).to_contain_text("Saved")
    await expect(stage.page.locator(NAME)).to_be_focused()
    await keyboard.press("Tab")
    await expect(stage.page.locator(DESCRIPTION)).to_be_focused()
    await keyboard.press("ControlOrMeta+End")
    await keyboard.press("Enter")
    await keyboard.type("By Friday.")
    await keyboard.press("ControlOrMeta+Enter")
    await until(lambda: stage.desk.verbs["request.save"] == 2)
    shown = stage.desk.views[stories.EDWARD].requests.shown
    assert shown is not None
    assert (shown.name, shown.description.splitlines()[-1]) == ("Invoice of June", "By Friday.")
    await expect(stage.page.locator(DESCRIPTION)).to_be_focused()


@pytest.mark.rule("B-05", "P-13")
async def test_b05_what_somebody_else_wrote_stands_beside_mine_until_i_choose(stage: Stage) -> None:
    await show(stage)
    await stage.page.locator(DESCRIPTION).fill("Mine.")
    view = stage.desk.views[stories.EDWARD]
    stage.desk.put(request_stories.saved_elsewhere(view, name="Theirs", description="Theirs, too."))
    await expect(stage.page.locator(NAME)).to_have_value("Theirs")
    await expect(stage.page.locator(DESCRIPTION)).to_have_value("Mine.")
    await expect(stage.page.locator(".conflict blockquote")).to_have_text("Theirs, too.")
    await stage.page.get_by_role("button", name="Keep mine").click()
    await stage.page.locator(DESCRIPTION).press("ControlOrMeta+Enter")
    await until(lambda: stage.desk.verbs["request.save"] == 1)
    shown = stage.desk.views[stories.EDWARD].requests.shown
    assert shown is not None
    assert (shown.name, shown.description) == ("Theirs", "Mine.")


@pytest.mark.rule("P-13")
async def test_p13_what_was_typed_into_a_request_waits_for_it_to_be_shown_again_also_after_a_reload(
    stage: Stage,
) -> None:
    await show(stage)
    await stage.page.locator(DESCRIPTION).fill("Half a sen")
    await by_id(stage, f"request.row.{request_views.LADDER}.show").click()
    await expect(stage.page.locator(f"[data-input='request.description.{request_views.LADDER}']")).to_have_value("")
    await stage.page.reload()
    await by_id(stage, f"request.row.{request_views.INVOICE}.show").click()
    await expect(stage.page.locator(DESCRIPTION)).to_have_value("Half a sen")


@pytest.mark.rule("B-07")
async def test_b07_how_much_is_left_is_said_before_it_is_too_much(stage: Stage) -> None:
    await show(stage)
    room = stage.page.locator(".room")
    description = stage.page.locator(DESCRIPTION)
    await description.fill("x" * 1799)
    await expect(room).to_have_count(0)
    await description.fill("👍🏽" * 1990)
    await expect(room).to_have_text("10 characters left")
    await description.fill("x" * 2003)
    await expect(room).to_have_text("3 characters too many: this cannot be saved.")
    await expect(description).to_have_attribute("aria-invalid", "true")
    await by_id(stage, "request.save").click()
    await expect(stage.page.locator(".notice.warning")).to_contain_text("2,000 characters")
    await expect(description).to_have_value("x" * 2003)
    assert await faults(stage.page) == []


@pytest.mark.rule("B-33", "C-15", "P-15")
async def test_c15_an_activity_is_moved_into_a_closed_request_in_one_step_by_keyboard_alone(stage: Stage) -> None:
    keyboard = stage.page.keyboard
    await show(stage)
    await by_id(stage, f"activity.{MAIL}.move").focus()
    await keyboard.press("Enter")
    await expect(stage.page.get_by_role("region", name="Move this activity")).to_be_focused()
    await keyboard.press("Escape")
    await expect(by_id(stage, "activity.panel")).to_have_count(0)
    await expect(by_id(stage, f"activity.{MAIL}.move")).to_be_focused()
    await keyboard.press("Enter")
    await expect(by_id(stage, "activity.panel")).to_be_focused()
    goal = f"activity.to.{request_views.OLD}.go"
    await expect(by_id(stage, goal)).to_have_text("Reopen and move")
    for _ in range(9):
        await keyboard.press("Tab")
        if await stage.page.evaluate("document.activeElement.id") == goal:
            break
    await keyboard.press("Enter")
    await expect(stage.page.locator(".notice.success")).to_contain_text("The activity is moved.")
    await expect(by_id(stage, "activity.panel")).to_have_count(0)
    assert await stage.page.evaluate("document.activeElement !== document.body")


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", ["de", "es"])
async def test_p14_requests_fit_a_narrow_pane_in_longer_languages(
    browser: Browser, entra: tuple[Entra, str], language: str
) -> None:
    paged = request_stories.handling(turned=2, has_more=True)
    for view in (request_stories.handling(), paged, request_stories.moving(), request_stories.verbose()):
        async with staged(browser, entra, RecordingDesk(view), viewport={"width": 320, "height": 800}) as stage:
            await stage.open(f"user=marianne&lang={language}")
            await stage.page.locator(NAME).wait_for()
            assert await faults(stage.page) == []
