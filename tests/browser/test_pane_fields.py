"""Fields that a company chose itself, in the pane: every kind is written in, and nothing typed is lost (B-39)."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Locator, expect

from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged
from tests.pane import field_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VIEW = field_stories.wrapping_up()


def field(stage: Stage, name: str) -> Locator:
    return stage.page.locator(f"[data-input='{field_stories.input_of(VIEW, name)}']")


@pytest.mark.rule("B-38", "B-39", "P-13")
async def test_b39_every_kind_of_field_is_written_refused_kept_and_saved(stage: Stage) -> None:
    stage.desk.views[stories.EDWARD] = VIEW
    await stage.open()
    await field(stage, "reason").select_option("question")
    await field(stage, "callback").fill("2027-01-31")
    await field(stage, "amount").fill("9000")
    await field(stage, "contract").fill("Mine")
    stage.desk.put(field_stories.saved_elsewhere(VIEW, contract="Theirs", form="tel:+4930123"))
    await expect(field(stage, "form")).to_have_value("tel:+4930123")
    await expect(stage.page.locator(".conflict blockquote")).to_have_text("Theirs")
    await stage.page.get_by_role("button", name="Keep mine").click()
    await stage.page.locator("[id='wrapup.save']").click()
    await expect(stage.page.locator(".notice.warning")).to_contain_text("Amount")
    problem = stage.page.locator(f"[id='{field_stories.input_of(VIEW, 'amount')}.problem']")
    await expect(problem).to_have_text("Please write a number from 1 to 5,000.")
    await expect(field(stage, "amount")).to_have_value("9000")
    await stage.page.reload()
    await expect(field(stage, "amount")).to_have_value("9000")
    await field(stage, "amount").fill("12.5")
    await stage.page.locator("[id='wrapup.save']").click()
    await expect(stage.page.locator(".notice.success")).to_contain_text("Saved")
    saved = {one.field.name: one.value for one in stage.desk.views[stories.EDWARD].interaction.wrap_up.fields}  # type: ignore[union-attr]
    assert saved == {
        "reason": "question",
        "callback": "2027-01-31",
        "amount": "12.5",
        "contract": "Mine",
        "form": "tel:+4930123",
    }


@pytest.mark.rule("P-14", "P-15")
@pytest.mark.parametrize("language", ["de", "es"])
async def test_p14_the_fields_can_be_read_in_a_narrow_pane(
    browser: Browser, entra: tuple[Entra, str], language: str
) -> None:
    desk = RecordingDesk(field_stories.unfit())
    async with staged(browser, entra, desk, viewport={"width": 320, "height": 800}) as stage:
        await stage.open(f"user=marianne&lang={language}")
        await field(stage, "amount").wait_for()
        for theme in ("light", "dark", "contrast"):
            await stage.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
            assert await faults(stage.page) == [], theme
