"""A-24 to A-31 in the pane: an agent finds the other card, sees what comes together, merges, and takes it apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Locator, expect

from customers.ports import Change
from customers.views import CardView, Notice
from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged, until
from tests.pane import merge_stories, stories
from tests.pane.merge_stories import CHAT, MAIL, SISTER
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOTES = "[data-input='wrapup.notes']"
QUERY = "[data-input='merge.query']"
THEMES = ("light", "dark", "contrast")

VIEWS: dict[str, Callable[[], CardView]] = {
    "suggestions": lambda: merge_stories.choosing(stories.ringing()),
    "found": lambda: merge_stories.choosing(stories.ringing(), "ferr"),
    "nothing_found": lambda: merge_stories.choosing(stories.ringing(), "nobody of this name"),
    "one_chosen": lambda: merge_stories.choosing(stories.ringing(), chosen=(MAIL,)),
    "preview": lambda: merge_stories.previewing(stories.ringing(), (MAIL,)),
    "preview_of_three": lambda: merge_stories.previewing(stories.ringing(), (MAIL, SISTER), problem="merge_locked"),
    "merged": merge_stories.showing_identities,
    "taken_apart": lambda: merge_stories.taken_apart(merge_stories.showing_identities()),
    "locked": lambda: replace(merge_stories.showing_identities(), is_locked=True),
}


def by_id(stage: Stage, element_id: str) -> Locator:
    return stage.page.locator(f'[id="{element_id}"]')


async def show(stage: Stage, view: CardView) -> None:
    """The page stands, with this card on it."""
    stage.desk.views[view.card_id] = view
    await stage.open()
    await stage.card()


@pytest.mark.rule("A-24", "A-25", "A-26", "A-27", "A-28", "A-29", "A-30", "A-31")
async def test_a31_the_card_of_yesterdays_mail_is_found_and_merged_into_the_open_one(stage: Stage) -> None:
    await stage.open()
    await by_id(stage, "merge.open").click()
    await expect(stage.page.locator("[data-verb='merge.dismiss']")).to_have_count(4)
    await expect(by_id(stage, f"merge.candidate.{MAIL}.likelihood")).to_have_text("very likely")
    await stage.page.keyboard.type("eddie")
    await expect(by_id(stage, "merge.found")).to_have_text("1 card found for “eddie”")
    await expect(stage.page.locator("[id='merge.panel'] strong").first).to_have_text("Eddie")
    await by_id(stage, f"merge.candidate.{MAIL}.preview").click()
    await stage.page.locator("[data-input='merge.pick.company']").select_option(label="Norland Holdings Ltd · E-mail")
    await by_id(stage, "merge.confirm").click()
    await expect(stage.page.get_by_role("status").locator(".notice.success")).to_contain_text(
        "Eddie Ferrars is part of"
    )
    await expect(by_id(stage, "merge.panel")).to_have_count(0)
    sent = next(action for action in stage.desk.actions if action.verb == "merge.confirm")
    assert sent.data["others"] == MAIL
    assert sent.data["survivor"] == stories.EDWARD
    assert sent.data["versions"] == f"{stories.EDWARD}:7,{MAIL}:3"
    assert sent.inputs["merge.pick.name"] == stories.EDWARD
    assert sent.inputs["merge.pick.company"] == MAIL


@pytest.mark.rule("P-01", "A-29")
async def test_p01_the_green_box_leads_to_where_a_merge_is_taken_apart(stage: Stage) -> None:
    await show(stage, merge_stories.previewing(stories.ringing(), (MAIL,)))
    await by_id(stage, "merge.confirm").click()
    await stage.page.locator(".notice.success").get_by_role("button", name="Show in Identities").click()
    await expect(by_id(stage, "section.identities")).to_be_focused()
    await by_id(stage, f"merge.past.{merge_stories.MERGE}.undo").click()
    await expect(stage.page.locator(".notice.success")).to_contain_text("Taken apart")
    await by_id(stage, f"offer.name.{MAIL}.take").click()
    await expect(by_id(stage, "offers")).to_have_count(0)
    await by_id(stage, f"merge.past.{merge_stories.MERGE}.again").click()
    await expect(by_id(stage, f"merge.past.{merge_stories.MERGE}.undo")).to_be_visible()


async def test_a_green_box_with_a_button_goes_by_itself_too(stage: Stage) -> None:
    await stage.page.clock.install()
    await show(stage, merge_stories.previewing(stories.ringing(), (MAIL,)))
    await by_id(stage, "merge.confirm").click()
    await stage.page.locator(".notice.success").wait_for()
    await stage.page.mouse.move(5, 5)
    await stage.page.clock.run_for(25_000)
    await expect(stage.page.locator(".notice")).to_have_count(0)


async def test_the_search_goes_on_while_the_agent_types_and_keeps_the_caret(stage: Stage) -> None:
    await show(stage, merge_stories.choosing(stories.ringing()))
    query = stage.page.locator(QUERY)
    gate = stage.desk.gates["merge.search"] = asyncio.Event()
    await query.press_sequentially("ed")
    await query.evaluate("(e) => (window.same = e)")
    await until(lambda: stage.desk.verbs["merge.search"] == 1)
    await query.press_sequentially("die")
    gate.set()
    await expect(by_id(stage, "merge.found")).to_have_text("1 card found for “eddie”")
    assert await query.evaluate("(e) => e === window.same && e === document.activeElement && e.selectionStart === 5")
    await expect(stage.page.locator(".conflict")).to_have_count(0)
    asked = [one.inputs["merge.query"] for one in stage.desk.actions if one.verb == "merge.search"]
    assert asked == ["ed", "eddie"]


async def test_an_emptied_search_goes_back_to_the_suggestions(stage: Stage) -> None:
    await show(stage, merge_stories.choosing(stories.ringing(), "eddie"))
    await stage.page.locator(QUERY).fill("")
    await expect(by_id(stage, "merge.found")).to_have_text("Possibly the same person")


async def test_a_refresh_by_somebody_else_loses_neither_panel_nor_focus(stage: Stage) -> None:
    await show(stage, merge_stories.previewing(stories.ringing(), (MAIL,)))
    pick = stage.page.locator("[data-input='merge.pick.name']")
    await pick.select_option(MAIL)
    await pick.focus()
    view = stage.desk.views[stories.EDWARD]
    stage.desk.put(replace(view, company="Norland Estates"))
    await stage.page.get_by_text("Norland Estates").first.wait_for()
    await expect(pick).to_be_focused()
    await expect(pick).to_have_value(MAIL)
    await expect(stage.page.locator(".conflict")).to_have_count(0)
    await by_id(stage, "merge.panel").focus()
    stage.desk.put(replace(view, company="Delaford"))
    await stage.page.get_by_text("Delaford").first.wait_for()
    await expect(by_id(stage, "merge.panel")).to_be_focused()


async def test_notes_that_are_being_written_survive_a_merge(stage: Stage) -> None:
    await stage.open()
    await stage.page.locator(NOTES).press_sequentially("Wrote yesterday, too")
    await by_id(stage, "merge.open").click()
    await by_id(stage, f"merge.candidate.{MAIL}.preview").click()
    await by_id(stage, "merge.confirm").click()
    await stage.page.locator(".notice.success").wait_for()
    await expect(stage.page.locator(NOTES)).to_have_value("Wrote yesterday, too")


async def test_notes_go_along_where_the_other_card_stays(stage: Stage) -> None:
    stays = merge_stories.merged(replace(stories.ringing(), card_id=MAIL, customer_name="Eddie Ferrars"))
    stage.desk.views[MAIL] = stays
    await show(stage, merge_stories.previewing(stories.ringing(), (MAIL,), survivor=MAIL))
    await stage.page.locator(NOTES).press_sequentially("Still typing")
    await by_id(stage, "merge.confirm").click()
    await expect(stage.page.locator("#customer\\.name")).to_have_text("Eddie Ferrars")
    await expect(stage.page.locator(NOTES)).to_have_value("Still typing")
    await expect(stage.page.locator("#card")).to_be_focused()


@pytest.mark.rule("P-15")
async def test_p15_what_a_search_has_found_is_said_to_screen_readers(stage: Stage) -> None:
    await show(stage, merge_stories.choosing(stories.ringing()))
    await stage.page.locator(QUERY).press_sequentially("ferr")
    await expect(stage.page.locator("#heard")).to_have_text("3 cards found for “ferr”")
    await expect(stage.page.locator(QUERY)).to_be_focused()


@pytest.mark.rule("P-02")
async def test_p02_a_swapped_direction_forgets_what_was_picked_before(stage: Stage) -> None:
    await show(stage, merge_stories.previewing(stories.ringing(), (MAIL,)))
    await stage.page.locator("[data-input='merge.pick.company']").select_option(MAIL)
    await by_id(stage, "merge.swap").click()
    await expect(by_id(stage, "merge.survivor")).to_contain_text("Eddie Ferrars")
    await expect(stage.page.locator("[data-input='merge.pick.name']")).to_have_value(MAIL)
    await expect(stage.page.locator(".conflict")).to_have_count(0)
    await expect(by_id(stage, "merge.swap")).to_be_focused()
    await by_id(stage, "merge.swap").click()
    await expect(by_id(stage, "merge.survivor")).to_contain_text("Edward Ferrars")


@pytest.mark.rule("P-02")
async def test_p02_several_cards_are_chosen_one_after_the_other(stage: Stage) -> None:
    await show(stage, merge_stories.previewing(stories.ringing(), (MAIL,)))
    await by_id(stage, "merge.more").click()
    await expect(by_id(stage, "merge.chosen")).to_contain_text("1 card chosen")
    await by_id(stage, f"merge.candidate.{CHAT}.preview").click()
    await expect(by_id(stage, f"merge.absorbed.{MAIL}")).to_be_visible()
    await by_id(stage, f"merge.absorbed.{CHAT}.leave").click()
    await expect(by_id(stage, f"merge.absorbed.{CHAT}")).to_have_count(0)
    await expect(by_id(stage, "merge.swap")).to_be_visible()


@pytest.mark.rule("P-04")
async def test_p04_who_is_not_the_same_person_can_be_taken_back(stage: Stage) -> None:
    await show(stage, merge_stories.choosing(stories.ringing()))
    await by_id(stage, f"merge.candidate.{SISTER}.dismiss").click()
    await expect(by_id(stage, f"merge.candidate.{SISTER}")).to_have_count(0)
    await by_id(stage, f"merge.dismissed.{SISTER}").click()
    await expect(by_id(stage, f"merge.candidate.{SISTER}")).to_be_visible()
    await expect(by_id(stage, "merge.dismissed")).to_have_count(0)


@pytest.mark.rule("P-15")
async def test_p15_a_merge_by_keyboard_alone(stage: Stage) -> None:
    keyboard = stage.page.keyboard
    await stage.open()
    await stage.card()
    await by_id(stage, "merge.open").focus()
    await expect(by_id(stage, "merge.open")).to_have_attribute("aria-expanded", "false")
    await keyboard.press("Enter")
    await expect(stage.page.locator(QUERY)).to_be_focused()
    await expect(by_id(stage, "merge.open")).to_have_attribute("aria-expanded", "true")
    await keyboard.type("eddie")
    await keyboard.press("Enter")
    await expect(by_id(stage, "merge.found")).to_contain_text("1 card found")
    await _tab_to(stage, f"merge.candidate.{MAIL}.preview")
    await keyboard.press("Enter")
    await expect(by_id(stage, "merge.panel")).to_be_focused()
    await expect(stage.page.get_by_role("region", name="This is what comes together")).to_be_visible()
    await _tab_to(stage, "merge.confirm")
    await keyboard.press("Enter")
    await expect(by_id(stage, "merge.open")).to_be_focused()
    await stage.page.locator(".notice.success .dismiss").focus()
    await keyboard.press("Escape")
    await expect(stage.page.locator(".notice")).to_have_count(0)


async def _tab_to(stage: Stage, element_id: str) -> None:
    for _ in range(12):
        await stage.page.keyboard.press("Tab")
        if await stage.page.evaluate("document.activeElement.id") == element_id:
            return
    raise AssertionError(element_id)


@pytest.mark.rule("P-15")
@pytest.mark.parametrize("view", ["found", "preview"])
async def test_p15_escape_closes_the_panel_and_only_from_inside(stage: Stage, view: str) -> None:
    await show(stage, VIEWS[view]())
    await stage.page.locator(NOTES).focus()
    await stage.page.keyboard.press("Escape")
    await stage.page.locator("[id='merge.panel'] :is(input, button)").first.focus()
    await stage.page.keyboard.press("Escape")
    await expect(by_id(stage, "merge.panel")).to_have_count(0)
    await expect(by_id(stage, "merge.open")).to_be_focused()
    assert stage.desk.verbs["merge.open"] == 1


async def test_what_was_typed_and_not_searched_for_is_gone_when_the_panel_opens_again(stage: Stage) -> None:
    await show(stage, merge_stories.choosing(stories.ringing()))
    gate = stage.desk.gates["merge.search"] = asyncio.Event()
    await stage.page.locator(QUERY).press_sequentially("edd")
    await stage.page.keyboard.press("Escape")
    gate.set()
    await expect(by_id(stage, "merge.panel")).to_have_count(0)
    await by_id(stage, "merge.open").click()
    await expect(stage.page.locator(QUERY)).to_have_value("")


async def test_a_card_that_was_changed_meanwhile_is_looked_at_again(stage: Stage) -> None:
    await show(stage, merge_stories.previewing(stories.ringing(), (MAIL,)))
    stage.desk.refusing["merge.confirm"] = Notice("merge_changed", "warning")
    await by_id(stage, "merge.confirm").click()
    await expect(stage.page.get_by_role("alert").locator(".notice")).to_contain_text("meanwhile")
    await expect(by_id(stage, "merge.preview")).to_be_visible()


@pytest.mark.rule("C-07")
async def test_c07_a_locked_profile_says_so_and_cannot_be_merged(stage: Stage) -> None:
    await show(stage, replace(merge_stories.choosing(stories.ringing()), is_locked=True))
    await expect(by_id(stage, "profile.locked")).to_contain_text("Profile locked")
    await expect(by_id(stage, "merge.open")).to_have_count(0)
    await expect(by_id(stage, "merge.panel")).to_have_count(0)


async def test_the_customer_search_marks_what_matches(stage: Stage) -> None:
    await stage.open()
    await stage.page.locator("#tab-search").click()
    await stage.page.keyboard.type("edw")
    mark = stage.page.locator("#list strong")
    await expect(mark).to_have_text("Edw")
    assert await mark.evaluate("(e) => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"


async def test_what_is_marked_brings_no_markup_along(stage: Stage) -> None:
    evil = "<img src=x onerror=alert(1)> **Ferrars** [click](javascript:alert(1))"
    view = merge_stories.choosing(stories.ringing(), "ferr")
    assert view.merge is not None
    candidate = replace(view.merge.candidates[0], marks=("ferr", "img", "click](java", "**"))
    hostile = replace(candidate, card=replace(candidate.card, customer_name=evil, company=evil))
    await show(stage, replace(view, merge=replace(view.merge, candidates=(hostile,))))
    await expect(by_id(stage, f"merge.candidate.{MAIL}")).to_contain_text(evil)
    assert await stage.page.locator("#sheet img[src='x'], #sheet a").count() == 0
    assert await stage.page.locator("#sheet strong").all_inner_texts() == [*["img", "Ferr", "click](java"] * 2, "ferr"]


@pytest.mark.rule("P-15")
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", VIEWS)
async def test_p15_every_step_of_a_merge_can_be_read_in_every_look(
    browser: Browser, entra: tuple[Entra, str], name: str, width: int
) -> None:
    desk = RecordingDesk(VIEWS[name]())
    async with staged(browser, entra, desk, viewport={"width": width, "height": 800}) as stage:
        await stage.open()
        await stage.card()
        for theme in THEMES:
            await stage.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
            assert await faults(stage.page) == [], theme


@pytest.mark.rule("P-14", "P-15")
@pytest.mark.parametrize("language", ["de", "es"])
@pytest.mark.parametrize("name", VIEWS)
async def test_p14_every_step_of_a_merge_fits_in_longer_languages(
    browser: Browser, entra: tuple[Entra, str], name: str, language: str
) -> None:
    size = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
    async with staged(browser, entra, RecordingDesk(VIEWS[name]()), **size) as stage:
        await stage.open(f"user=elinor&lang={language}")
        await stage.card()
        assert await faults(stage.page) == []


@pytest.mark.rule("A-30", "P-13")
async def test_a30_notes_go_along_when_somebody_else_merges_the_card_into_another(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator(NOTES).fill("He will be at home on Friday.")
    merged = replace(stage.desk.views[stories.EDWARD], card_id=MAIL, version=9, customer_name="Edward F. Ferrars")
    stage.desk.views |= {stories.EDWARD: merged, MAIL: merged}
    stage.desk.tell(Change(stories.EDWARD, 9))
    await expect(stage.page.locator("#customer\\.name")).to_have_text("Edward F. Ferrars")
    await expect(stage.page.locator(NOTES)).to_have_value("He will be at home on Friday.")
    await stage.page.reload()
    await expect(stage.page.locator(NOTES)).to_have_value("He will be at home on Friday.")
