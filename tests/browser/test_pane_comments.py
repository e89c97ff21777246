"""Comments in the pane: Enter sends, Shift+Enter starts a line, nothing half-written is lost."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged, until
from tests.cards import comment_views, message_views
from tests.pane import comment_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TEXT = "[data-input='comment.text']"
TEXT_ID = "comment.text"


async def show(stage: Stage) -> None:
    stage.desk.views[stories.EDWARD] = comment_stories.commenting()
    await stage.open()
    await stage.page.locator(TEXT).wait_for()


@pytest.mark.rule("C-04", "E-31", "P-15")
async def test_c04_enter_sends_and_shift_enter_starts_a_line(stage: Stage) -> None:
    keyboard = stage.page.keyboard
    await show(stage)
    text = stage.page.locator(TEXT)
    await text.focus()
    await keyboard.type("First.")
    await keyboard.press("Shift+Enter")
    await keyboard.type("Second.")
    await expect(text).to_have_value("First.\nSecond.")
    assert stage.desk.verbs["comment.add"] == 0
    await keyboard.press("Enter")
    await expect(text).to_have_value("")
    await expect(text).to_be_focused()
    assert stage.desk.views[stories.EDWARD].comments.comments[-1].text == "First.\nSecond."
    await expect(stage.page.locator("#comments")).to_contain_text("Second.")
    await keyboard.press("Enter")
    await expect(stage.page.locator(".notice.warning")).to_contain_text("write something first")
    assert len(stage.desk.views[stories.EDWARD].comments.comments) == 3


@pytest.mark.rule("B-43", "B-44")
async def test_b43_links_in_texts_open_in_a_new_tab(stage: Stage) -> None:
    await show(stage)
    await stage.page.locator(TEXT).fill("See https://shop.example/7731 or edward@example.com")
    await stage.page.keyboard.press("Enter")
    link = stage.page.locator("#comments a", has_text="https://shop.example/7731")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await stage.page.context.route("https://shop.example/**", lambda route: route.fulfill(body="The shop"))
    async with stage.page.context.expect_page() as opened:
        await link.click()
    assert (await opened.value).url == "https://shop.example/7731"
    assert await stage.page.locator("#comments a", has_text="edward@").get_attribute("href") == (
        "mailto:edward@example.com"
    )
    await expect(stage.page.locator(TEXT)).to_be_visible()


@pytest.mark.rule("C-02", "E-28")
async def test_e28_a_comment_is_corrected_by_one_more(stage: Stage) -> None:
    await show(stage)
    await stage.page.locator(f"[id='comment.{comment_views.MINE.id}.correct']").click()
    await expect(stage.page.get_by_label("Correction of your comment")).to_be_visible()
    await stage.page.locator(TEXT).fill("He calls before lunch.")
    await stage.page.locator("[id='comment.send']").click()
    await expect(stage.page.locator("#comments")).to_contain_text("He calls before lunch.")
    sent = stage.desk.actions[-1]
    assert (sent.verb, sent.data["corrects"]) == ("comment.add", comment_views.MINE.id)
    assert not await stage.page.get_by_role("button", name="Delete").count()


async def test_a_half_written_comment_survives_what_others_do_and_a_reload(stage: Stage) -> None:
    await show(stage)
    await stage.page.locator(TEXT).press_sequentially("Half a sen")
    stage.desk.put(comment_stories.verbose())
    await expect(stage.page.locator("#comments")).to_contain_text("Donaudampf")
    await expect(stage.page.locator(TEXT)).to_have_value("Half a sen")
    await stage.page.reload()
    await expect(stage.page.locator(TEXT)).to_have_value("Half a sen")


@pytest.mark.rule("B-17")
async def test_b17_close_with_a_half_written_comment_asks_and_save_sends_it(stage: Stage) -> None:
    await show(stage)
    await stage.page.locator(TEXT).press_sequentially("Half a sen")
    await stage.page.locator("[id='card.close']").click()
    await stage.page.keyboard.press("Escape")
    await expect(stage.page.locator(TEXT)).to_have_value("Half a sen")
    await stage.page.locator("[id='card.close']").click()
    await stage.page.locator("[data-answer=save]").click()
    await until(lambda: stage.desk.verbs["card.close"] == 1)
    sent = [action.inputs[TEXT_ID] for action in stage.desk.actions if action.verb == "comment.add"]
    assert sent == ["Half a sen"]


@pytest.mark.rule("P-14", "P-15")
@pytest.mark.parametrize("language", ["en", "de", "es"])
async def test_p14_comments_can_be_read_in_every_language_and_a_narrow_pane(
    browser: Browser, entra: tuple[Entra, str], language: str
) -> None:
    for view in (comment_stories.commenting(), comment_stories.verbose()):
        async with staged(browser, entra, RecordingDesk(view), viewport={"width": 320, "height": 800}) as stage:
            await stage.open(f"user=marianne&lang={language}")
            await stage.page.locator(TEXT).wait_for()
            for theme in ("light", "dark", "contrast"):
                await stage.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
                assert await faults(stage.page) == [], theme


@pytest.mark.rule("C-03", "C-04", "E-31")
async def test_e31_enter_sends_the_comment_on_the_selected_message_and_no_other(stage: Stage) -> None:
    stage.desk.views[stories.EDWARD] = comment_stories.conversing()
    await stage.open()
    on_message = stage.page.locator(f"[data-input='comment.message.{message_views.ASKED.id}']")
    await stage.page.locator(TEXT).fill("Half a sen")
    await on_message.fill("He means May.")
    await on_message.press("Enter")
    await expect(stage.page.locator(f"[id='case.message.{message_views.ASKED.id}']")).to_contain_text("He means May.")
    sent = stage.desk.actions[-1]
    assert (sent.verb, sent.data["message"]) == ("comment.add", message_views.ASKED.id)
    await expect(stage.page.locator(TEXT)).to_have_value("Half a sen")
    await expect(on_message).to_have_value("")
    assert await faults(stage.page) == []


@pytest.mark.rule("E-12", "P-15")
async def test_e12_the_icons_are_named_on_hover_and_for_screen_readers(stage: Stage) -> None:
    await stage.open()
    for name in ("Summary", "Profile", "Cases", "Messages", "Identities"):
        button = stage.page.get_by_role("button", name=name, exact=True).first
        await expect(button).to_be_visible()
        assert await button.get_attribute("title") == name or await button.locator("[title]").count()
