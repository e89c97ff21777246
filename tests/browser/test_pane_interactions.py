"""The list of the agent's interactions, with the card beside it and as a dialog (E-07 to E-10)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from customers.model import Channel, Verb
from simulators.entra.app import Entra
from tests.browser.axe import violations
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged, until
from tests.browser.teams_host import Teams
from tests.pane.real_desk import HER, RealDesk, real_desk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
NOTES = "[data-input='wrapup.notes']"
DIALOG = "#card-dialog"


@asynccontextmanager
async def open_inbox(
    browser: Browser, entra: tuple[Entra, str], path: Path, query: str = "user=elinor", **context: Any
) -> AsyncIterator[tuple[Stage, RealDesk]]:
    """Edward has two interactions, Lucy one; the list of interactions is looked at."""
    with real_desk(path) as desk:
        desk.happens("ladder", who="Edward Ferrars", subject="The ladder", channel=Channel.VOICE)
        desk.happens("books", who="Edward Ferrars", subject="The books", channel=Channel.VOICE)
        desk.happens("mail", who="Lucy Steele", channel=Channel.EMAIL)
        desk.inbox.writes("mail", "I have a secret to tell you.", who="Lucy Steele")
        async with staged(browser, entra, desk, **context) as stage:  # type: ignore[arg-type]
            await stage.open(query)
            await stage.card()
            if await stage.page.locator("#drawer").is_visible():
                await stage.page.locator("#drawer").click()
            await stage.page.locator("#view-interactions").click()
            await line(stage.page, "Lucy Steele").wait_for()
            yield stage, desk
            assert stage.errors == []
            assert await stage.violations() == []


@pytest_asyncio.fixture(loop_scope="session")
async def inbox(browser: Browser, entra: tuple[Entra, str], tmp_path: Path) -> AsyncIterator[tuple[Stage, RealDesk]]:
    async with open_inbox(browser, entra, tmp_path) as opened:
        yield opened


def line(page: Page, text: str) -> Locator:
    """What opens the card of that interaction beside the list."""
    found = f"#interactions-list [data-verb='interactions.show']:not([data-place])[aria-label*='{text}']"
    return page.locator(found).first


def name(page: Page, text: str) -> Locator:
    """The customer's name, which opens the dialog."""
    return page.locator(f"#interactions-list [data-place=dialog][aria-label*='{text}']").first


@pytest.mark.rule("E-07", "E-08", "E-09")
async def test_e07_e08_e09_the_chosen_one_is_shown_read_and_written_on(inbox: tuple[Stage, RealDesk]) -> None:
    stage, desk = inbox
    page = stage.page
    count = page.locator("#view-interactions .unread")
    # What the page showed by itself is read; what it did not is marked, in words too.
    await expect(page.locator("#customer\\.name")).to_have_text("Lucy Steele")
    await expect(count).to_contain_text("2 unread")
    await expect(line(page, "The ladder")).to_have_attribute("aria-label", re.compile(r"Unread\. "))
    await line(page, "The ladder").click()
    await expect(page.locator("#customer\\.name")).to_have_text("Edward Ferrars")
    await expect(line(page, "The ladder")).to_have_attribute("aria-current", "true")
    await expect(count).to_contain_text("1 unread")
    # Whatever is pressed, the card stays that of the chosen interaction, although a newer one is open.
    await page.locator("[id='section.wrap_up']").click()
    await page.locator(NOTES).fill("About the ladder")
    await page.locator("[id='section.journey']").click()
    desk.inbox.writes("books", "More books", who="Edward Ferrars")
    await page.locator("[id='wrapup.save']").click()
    await until(lambda: desk.verbs["wrapup.save"] == 1)
    ladder = next(row for row in desk.inbox.rows(HER) if row.subject == "The ladder")
    saved = next(one for one in desk.actions if one.verb == "wrapup.save")
    assert saved.data["leg"] == ladder.leg_id
    # The other one has fields of its own.
    await line(page, "More books").click()
    await expect(page.locator(NOTES)).to_have_value("")
    await expect(count).to_be_hidden()
    assert desk.unread() == []


@pytest.mark.rule("P-15", "E-07", "E-08")
async def test_p15_nothing_in_the_list_is_said_twice(inbox: tuple[Stage, RealDesk]) -> None:
    stage, desk = inbox
    page = stage.page
    desk.inbox.writes("mail", "I have a long secret to tell you: " + "nobody is to know of it, " * 3, who="Lucy Steele")
    await expect(line(page, "I have a long secret")).to_be_visible()
    # The figure of the badge is for the eyes, the words are for the ears.
    await expect(page.get_by_role("button", name="Interactions 2 unread", exact=True)).to_be_visible()
    said = re.findall(r'button "(.*?)"', await page.locator("#interactions-list").aria_snapshot())
    assert len(said) == 6
    assert [name for name in said if len(re.findall("Edward Ferrars|Lucy Steele", name)) != 1] == []
    for words in ("I have a long secret", "The ladder", "Active"):
        assert [name for name in said if name.count(words) > 1] == []


@pytest.mark.rule("E-08")
async def test_e08_what_comes_in_is_marked_at_once_and_read_where_it_is_on_the_screen(
    inbox: tuple[Stage, RealDesk],
) -> None:
    stage, desk = inbox
    page = stage.page
    await line(page, "The books").click()
    await expect(page.locator("#customer\\.name")).to_have_text("Edward Ferrars")
    desk.inbox.writes("mail", "Are you there?", who="Lucy Steele")
    await expect(line(page, "Are you there?")).to_be_visible()
    await expect(line(page, "Are you there?")).to_have_attribute("aria-label", re.compile(r"Unread\. "))
    desk.inbox.writes("books", "Any news?", who="Edward Ferrars")
    await expect(line(page, "Any news?")).to_have_attribute("aria-label", re.compile(r"^(?!.*Unread)"))
    await page.locator("[data-view=customers]").click()
    await expect(page.locator("#list")).to_be_visible()
    desk.happens("robert", Verb.OFFERED, who="Robert Ferrars")
    await expect(page.locator("#view-interactions .unread")).to_contain_text("3 unread")


@pytest.mark.rule("E-07", "E-10", "P-15")
async def test_e10_the_name_opens_a_dialog_and_everything_works_by_keyboard(inbox: tuple[Stage, RealDesk]) -> None:
    stage, desk = inbox
    page = stage.page
    await line(page, "Lucy Steele").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowLeft")
    await expect(name(page, "Edward Ferrars")).to_be_focused()
    await page.keyboard.press("Enter")
    inside = page.locator(DIALOG)
    await expect(inside.locator("#customer\\.name")).to_have_text("Edward Ferrars")
    await expect(inside).to_have_attribute("aria-label", "Edward Ferrars")
    await expect(page.locator("#view-interactions .unread")).to_contain_text("1 unread")
    assert await violations(page) == []
    for _ in range(60):  # the focus stays inside, as long as one goes on
        await page.keyboard.press("Tab")
        where = await page.evaluate("document.activeElement.closest('#card-dialog, body')?.id")
        assert where in ("card-dialog", ""), where
        if await page.evaluate("document.activeElement === document.body"):
            break
    # The card is alive, and keeps what is typed.
    await inside.locator("[id='section.wrap_up']").click()
    await inside.locator(NOTES).fill("Half a sent")
    desk.inbox.writes("books", "More books.", who="Edward Ferrars")
    await expect(line(page, "More books.")).to_have_count(1)
    await expect(inside.locator(NOTES)).to_have_value("Half a sent")
    await inside.locator(NOTES).focus()
    await page.keyboard.press("Escape")
    await expect(inside).to_be_hidden()
    await expect(name(page, "Edward Ferrars")).to_be_focused()
    await expect(page.locator("main #customer\\.name")).to_have_text("Lucy Steele")
    await expect(page.locator(".notice")).to_contain_text("What you were writing about Edward Ferrars is kept.")
    await page.locator(".notice button").first.click()
    await expect(inside.locator(NOTES)).to_have_value("Half a sent")
    await page.locator("#card-dialog-close").click()
    await expect(inside).to_be_hidden()
    assert await page.locator("#card").count() == 1


@pytest.mark.rule("E-10")
async def test_e10_close_on_the_card_closes_the_dialog_and_the_panel_is_as_it_was(
    inbox: tuple[Stage, RealDesk],
) -> None:
    stage, desk = inbox
    page = stage.page
    await name(page, "Edward Ferrars").click()
    inside = page.locator(DIALOG)
    await inside.locator("#customer\\.name").wait_for()
    desk.happens("robert", who="Robert Ferrars")  # it does not take the card's place
    await expect(inside.locator(".notice")).to_contain_text("Robert Ferrars")
    await expect(inside.locator("#customer\\.name")).to_have_text("Edward Ferrars")
    await inside.locator("#card\\.close").click()
    await expect(inside).to_be_hidden()
    await expect(page.locator("main #customer\\.name")).to_have_text("Lucy Steele")


@pytest.mark.rule("E-10")
async def test_e10_a_dialog_of_teams_shows_the_card_of_its_interaction_alone(
    browser: Browser, entra: tuple[Entra, str], tmp_path: Path
) -> None:
    with real_desk(tmp_path) as desk:
        desk.happens("ladder", who="Edward Ferrars", subject="The ladder")
        desk.happens("books", who="Edward Ferrars", subject="The books")
        ladder = next(row for row in desk.inbox.rows(HER) if row.subject == "The ladder")
        async with staged(browser, entra, desk) as stage:
            teams = Teams(stage.house, stage.page)
            await teams.open("en-GB", "task", query=f"?card={ladder.card_id}&leg={ladder.leg_id}")
            await stage.page.wait_for_function("window.frames.length > 0")
            await expect(teams.frame.locator("#sheet")).to_contain_text("Request: The ladder")
            await expect(teams.frame.locator("#side")).to_be_hidden()
            assert desk.verbs["customers.show"] == 0


@pytest.mark.rule("P-14", "P-15", "E-10")
async def test_p14_p15_the_list_and_the_dialog_can_be_read_narrow_in_german_and_in_every_look(
    browser: Browser, entra: tuple[Entra, str], tmp_path: Path
) -> None:
    narrow = {"viewport": {"width": 320, "height": 700}}
    async with open_inbox(browser, entra, tmp_path, "user=elinor&lang=de", **narrow) as (stage, _):
        page = stage.page
        for theme in ("light", "dark", "contrast"):
            await page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
            assert await faults(page) == [], theme
            assert await violations(page) == [], theme
        await name(page, "Edward Ferrars").click()
        await page.locator(f"{DIALOG} #customer\\.name").wait_for()
        box = await page.locator(DIALOG).bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 320)
        for theme in ("light", "dark", "contrast"):
            await page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
            assert await faults(page) == [], theme
        await page.set_viewport_size({"width": 320, "height": 240})  # 400 % of 1280 x 960
        assert await faults(page) == []
        await page.locator("#card-dialog-close").click()
        await expect(page.locator(DIALOG)).to_be_hidden()
