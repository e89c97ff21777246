"""The customer form in the pane: opened by the name, written in by keyboard alone; nobody's words are lost."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Locator, expect

from customers.profile_form import Detail
from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged
from tests.pane import profile_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

COMPANY = "[data-input='profile.company']"
VIEWS = {"reading": profile_stories.reading, "writing": profile_stories.writing, "verbose": profile_stories.verbose}


def by_id(stage: Stage, element_id: str) -> Locator:
    return stage.page.locator(f"[id='{element_id}']")


@pytest.mark.rule("B-13", "B-15", "P-15")
async def test_b13_b15_from_the_name_to_saved_by_keyboard_alone(stage: Stage) -> None:
    keyboard = stage.page.keyboard
    await stage.open()
    await stage.card()
    await by_id(stage, "profile.show").focus()
    await expect(by_id(stage, "profile.show")).to_have_attribute("aria-expanded", "false")
    await keyboard.press("Enter")
    await expect(by_id(stage, "profile.show")).to_have_attribute("aria-expanded", "true")
    await expect(by_id(stage, "profile.show")).to_be_focused()
    await by_id(stage, "profile.edit").focus()
    await keyboard.press("Enter")
    await expect(stage.page.locator("[data-input='profile.name']")).to_be_focused()
    for _ in range(3):
        await keyboard.press("Tab")
    await expect(stage.page.locator(COMPANY)).to_be_focused()
    await keyboard.press("ControlOrMeta+a")
    await keyboard.type("Norland")
    await keyboard.press("Enter")
    await expect(stage.page.locator(".notice.success")).to_contain_text("Saved")
    await expect(by_id(stage, "profile.edit")).to_be_focused()
    await expect(by_id(stage, "profile.value.company")).to_have_text("Company: Norland")


@pytest.mark.rule("B-05", "P-13")
async def test_b05_what_somebody_else_wrote_stands_beside_mine(stage: Stage) -> None:
    stage.desk.views[stories.EDWARD] = profile_stories.writing()
    await stage.open()
    await stage.page.locator(COMPANY).fill("Mine")
    view = profile_stories.saved_elsewhere(stage.desk.views[stories.EDWARD], Detail.COMPANY, "Theirs")
    stage.desk.put(profile_stories.saved_elsewhere(view, Detail.NOTES, "Theirs, too."))
    await expect(stage.page.locator("[data-input='profile.notes']")).to_have_value("Theirs, too.")
    await expect(stage.page.locator(COMPANY)).to_have_value("Mine")
    await expect(stage.page.locator(".conflict blockquote")).to_have_text("Theirs")
    await stage.page.get_by_role("button", name="Load").click()
    await expect(stage.page.locator(COMPANY)).to_have_value("Theirs")


@pytest.mark.rule("P-13", "E-20")
async def test_p13_a_form_that_is_refused_or_reloaded_keeps_what_was_typed_and_cancel_lets_go_of_it(
    stage: Stage,
) -> None:
    stage.desk.views[stories.EDWARD] = profile_stories.writing()
    await stage.open()
    number = stage.page.locator("[data-input='profile.phone.new']")
    await number.fill("call me")
    await by_id(stage, "profile.save").click()
    await expect(stage.page.locator(".notice.warning")).to_contain_text("not a phone number")
    await expect(number).to_have_value("call me")
    await stage.page.reload()
    await expect(number).to_have_value("call me")
    await by_id(stage, "profile.cancel").click()
    await by_id(stage, "profile.edit").click()
    await expect(number).to_have_value("")


@pytest.mark.rule("B-10", "C-05", "P-15")
async def test_c05_enter_and_tab_make_a_label_and_its_cross_takes_it_away(stage: Stage) -> None:
    stage.desk.views[stories.EDWARD] = profile_stories.reading()
    await stage.open()
    field, panel = stage.page.locator("[data-input='profile.tag']"), by_id(stage, "profile.panel")
    for text, key in (("Friday", "Enter"), ("gold", "Tab")):
        await field.fill(text)
        await field.press(key)
        await expect(panel.get_by_text(text, exact=True)).to_be_visible()
        await expect(field).to_have_value("")
    assert stage.desk.views[stories.EDWARD].interaction.wrap_up.tags == stories.ringing().interaction.wrap_up.tags  # type: ignore[union-attr]
    await field.fill("half a wo")
    cross = stage.page.get_by_role("button", name="Remove tag VIP")
    await cross.focus()
    await cross.press("Enter")
    await expect(panel.get_by_text("VIP", exact=True)).to_have_count(0)
    await expect(field).to_have_value("half a wo")
    await expect(by_id(stage, "profile.edit")).to_be_visible()
    await stage.page.reload()
    await expect(field).to_have_value("half a wo")


@pytest.mark.rule("P-14", "P-15")
@pytest.mark.parametrize("language", ["en", "de", "es"])
@pytest.mark.parametrize("name", VIEWS)
async def test_p14_the_profile_can_be_read_in_every_language_and_a_narrow_pane(
    browser: Browser, entra: tuple[Entra, str], name: str, language: str
) -> None:
    desk = RecordingDesk(VIEWS[name]())
    async with staged(browser, entra, desk, viewport={"width": 320, "height": 800}) as stage:
        await stage.open(f"user=marianne&lang={language}")
        await by_id(stage, "profile.panel").wait_for()
        for theme in ("light", "dark", "contrast"):
            await stage.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
            assert await faults(stage.page) == [], theme
