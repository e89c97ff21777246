"""The customers pane: previews, customers entered by hand, and what Close asks (B-14, B-17, B-18, B-30, B-31)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect

from customers.ports import Action
from customers.views import Section
from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged, until
from tests.pane import journey_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
NOTES = "[data-input='wrapup.notes']"
NAME = "[data-input='new.name']"
ROW = "#list [data-verb='customers.show']"
PREVIEW = "#preview"
QUESTION = "#question"


async def to_answer(page: Page, answer: str) -> None:
    """Press that button of the question."""
    await page.locator(f"{QUESTION} [data-answer={answer}]").click()


# --- Close ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("B-17")
async def test_b17_close_asks_whether_to_save_what_was_written_and_saves_it(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator(NOTES).fill("The ladder is late.")
    await stage.page.locator("#card\\.close").click()
    await expect(stage.page.locator(QUESTION)).to_be_visible()
    await stage.page.keyboard.press("Escape")
    await expect(stage.page.locator(QUESTION)).to_be_hidden()
    await expect(stage.page.locator(NOTES)).to_have_value("The ladder is late.")
    assert not stage.desk.verbs["card.close"]
    await stage.page.locator("#card\\.close").click()
    await stage.page.keyboard.press("Enter")  # Save has the focus
    await until(lambda: stage.desk.verbs["card.close"] == 1)
    sent = stage.desk.actions[[one.verb for one in stage.desk.actions].index("card.close")]
    assert (sent.data["answer"], sent.inputs["wrapup.notes"]) == ("save", "The ladder is late.")


@pytest.mark.rule("B-17")
async def test_b17_what_is_discarded_is_neither_sent_nor_kept(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator(NOTES).fill("Nonsense")
    await stage.page.locator("#card\\.close").click()
    await to_answer(stage.page, "discard")
    await until(lambda: stage.desk.verbs["card.close"] == 1)
    sent = next(one for one in stage.desk.actions if one.verb == "card.close")
    assert (sent.data["answer"], dict(sent.inputs)) == ("discard", {})
    assert "Nonsense" not in await stage.page.evaluate("JSON.stringify(sessionStorage)")


@pytest.mark.rule("B-16", "B-17")
async def test_b17_close_asks_nothing_where_nothing_was_written(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator("#card\\.close").click()
    await until(lambda: stage.desk.verbs["card.close"] == 1)
    await expect(stage.page.locator(QUESTION)).to_be_hidden()


# --- by hand ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("B-14", "B-30")
async def test_b14_b30_a_customer_is_created_by_hand_by_keyboard_alone(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator("#new-customer").focus()
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.locator(NAME)).to_be_focused()
    await stage.page.keyboard.type("John Willoughby")
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.locator("#customer\\.name")).to_contain_text("John Willoughby")
    await expect(stage.page.locator(".notice.success")).to_be_visible()
    assert "Willoughby" not in await stage.page.evaluate("JSON.stringify(sessionStorage)")


@pytest.mark.rule("B-30", "P-04")
async def test_b30_who_may_be_the_same_is_shown_before_a_customer_is_created(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator("#new-customer").click()
    await stage.page.locator(NAME).fill("Lucy Steele")
    await stage.page.locator("#new\\.create").click()
    await expect(stage.page.locator("#new\\.alike")).to_contain_text("lucy.steele@norland.example")
    await expect(stage.page.locator(NAME)).to_have_value("Lucy Steele")
    await stage.page.reload()
    await stage.page.locator("#new-customer").click()
    await expect(stage.page.locator(NAME)).to_have_value("Lucy Steele")


@pytest.mark.rule("B-18")
async def test_b18_leaving_a_customer_that_is_not_created_yet_asks_create_or_discard(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator("#new-customer").click()
    await stage.page.locator(NAME).fill("John Willoughby")
    await stage.page.locator("#new\\.cancel").click()
    await to_answer(stage.page, "back")
    await expect(stage.page.locator(NAME)).to_have_value("John Willoughby")
    await stage.page.locator("#new\\.cancel").click()
    await to_answer(stage.page, "discard")
    await expect(stage.page.locator("#nothing")).to_be_visible()
    assert not stage.desk.verbs["customers.create"]
    await stage.page.locator("#new-customer").click()
    await expect(stage.page.locator(NAME)).to_have_value("")
    await stage.page.locator(NAME).fill("Eliza Brandon")
    await stage.page.locator("#new\\.cancel").click()
    await to_answer(stage.page, "create")
    await expect(stage.page.locator("#customer\\.name")).to_contain_text("Eliza Brandon")


# --- previews ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("B-31")
async def test_b31_hovering_shows_a_preview_and_escape_closes_it(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator(ROW).nth(0).hover()
    await expect(stage.page.locator(PREVIEW)).to_contain_text("Norland Holdings")
    await stage.page.locator(PREVIEW).hover()
    await expect(stage.page.locator(PREVIEW)).to_be_visible()
    await stage.page.keyboard.press("Escape")
    await expect(stage.page.locator(PREVIEW)).to_be_hidden()
    shows = stage.desk.verbs["customers.show"]
    assert stage.desk.verbs["customers.preview"] == 1
    assert stage.desk.verbs["customers.show"] == shows


@pytest.mark.rule("B-31", "P-15")
async def test_b31_the_keyboard_has_the_preview_too_and_touch_has_none(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    rows = stage.page.locator(ROW)
    await rows.nth(1).dispatch_event("pointerover", {"pointerType": "touch", "bubbles": True})
    await stage.page.locator("#tab-open").focus()
    await stage.page.keyboard.press("Tab")
    await stage.page.keyboard.press("Tab")
    await stage.page.keyboard.press("ArrowDown")
    await expect(stage.page.locator(PREVIEW)).to_be_visible()
    await expect(rows.nth(1)).to_have_attribute("aria-describedby", "preview")
    assert stage.desk.verbs["customers.preview"] == 1
    await stage.page.keyboard.press("ArrowUp")
    await expect(rows.nth(1)).not_to_have_attribute("aria-describedby", "preview")


# --- the list -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("B-02", "P-15")
async def test_b02_a_line_that_changes_keeps_the_focus_and_the_others_are_not_touched(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    rows = stage.page.locator(ROW)
    for name in ("Lucy", "Lucy Ferrars"):
        await rows.nth(1).focus()
        await rows.evaluate_all("(all) => all.forEach((row) => (row.isSame = true))")
        stage.desk.put(replace(stage.desk.views[stories.LUCY], customer_name=name))
        await expect(rows.nth(1)).to_contain_text(name)
    await expect(rows.nth(1)).to_be_focused()
    assert await rows.evaluate_all("(all) => all.map((row) => Boolean(row.isSame))") == [True, False]


@pytest.mark.rule("B-02")
async def test_b02_a_page_says_what_it_has_and_after_a_gap_asks_for_all(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    stage.desk.put(replace(stage.desk.views[stories.LUCY], customer_name="Lucy Ferrars"))
    await expect(stage.page.locator(ROW).nth(1)).to_contain_text("Lucy Ferrars")
    assert [bool(one.data.get("known")) for one in asked(stage)] == [False, True]
    stage.desk.views[stories.LUCY] = replace(stage.desk.views[stories.LUCY], customer_name="Lucy Steele")
    stage.desk.tell(None)
    await expect(stage.page.locator(ROW).nth(1)).to_contain_text("Lucy Steele")
    assert not asked(stage)[-1].data.get("known")


def asked(stage: Stage) -> list[Action]:
    """How the list Open was asked for."""
    return [one for one in stage.desk.actions if one.verb == "customers.open"]


# --- the journey ------------------------------------------------------------------------------------------------


@pytest.mark.rule("B-03", "B-32", "P-15")
async def test_b32_the_journey_is_searched_and_turned_by_keyboard(browser: Browser, entra: tuple[Entra, str]) -> None:
    async with staged(browser, entra, RecordingDesk(journey_stories.travelled())) as stage:
        await stage.open()
        await stage.card()
        first = journey_stories.ROWS[0].id
        await expect(stage.page.locator(f"[id='journey.{first}']")).to_be_visible()
        await stage.page.locator("[id='journey.older']").press("Enter")
        await expect(stage.page.locator(f"[id='journey.{first}']")).to_have_count(0)
        await stage.page.locator("[id='journey.newest']").press("Enter")
        await expect(stage.page.locator(f"[id='journey.{first}']")).to_be_visible()
        await stage.page.locator("[data-input='journey.query']").press_sequentially("wrong colour")
        await expect(stage.page.locator("#sheet")).not_to_contain_text("Where is my order?")
        await expect(stage.page.locator("[data-input='journey.query']")).to_be_focused()
        await stage.page.locator("[data-input='journey.query']").fill("")
        await stage.page.locator("[data-input='journey.channel']").select_option("email")
        await expect(stage.page.locator("#sheet")).not_to_contain_text("Chat, inbound")
        assert await faults(stage.page) == []


# --- looks ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("P-14", "P-15")
@pytest.mark.parametrize("language", ["en", "de", "es"])
async def test_p14_p15_everything_new_can_be_read_in_every_look(
    browser: Browser, entra: tuple[Entra, str], language: str
) -> None:
    view = replace(journey_stories.travelled(), expanded=frozenset({Section.JOURNEY, Section.WRAP_UP}))
    async with staged(browser, entra, RecordingDesk(view), viewport={"width": 320, "height": 800}) as stage:
        await stage.open(f"user=marianne&lang={language}")
        await stage.card()
        await stage.page.locator(NOTES).fill("The ladder is late.")
        await _readable(stage)
        await stage.page.locator("#card\\.close").click()
        box = await stage.page.locator(QUESTION).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        await to_answer(stage.page, "back")
        await stage.page.locator("#drawer").click()
        await stage.page.locator("#new-customer").click()
        await stage.page.locator(NAME).fill("Lucy Steele")
        await stage.page.locator("#new\\.create").click()
        await stage.page.locator("#new\\.alike").wait_for()
        await _readable(stage)


async def _readable(stage: Stage) -> None:
    for theme in ("light", "dark", "contrast"):
        await stage.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        assert await faults(stage.page) == [], theme
