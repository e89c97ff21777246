"""An agent's day in the pane: cards come, texts stay, connections go and come back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from playwright.async_api import Browser, expect

from customers.ids import CardId
from customers.model import LegState
from customers.ports import Change
from customers.views import Notice
from pane.settings import PaneSettings
from simulators.entra.app import Entra
from simulators.entra.people import BOT_APP_ID, ELINOR, MARIANNE
from tests.browser.stage import Stage, staged, until
from tests.pane import stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOTES = "[data-input='wrapup.notes']"
NAME = "#customer\\.name"
CARET = "(e) => [e.selectionStart, e.selectionEnd, e === document.activeElement]"


def newcomer() -> object:
    return replace(stories.ringing(), card_id=stories.FANNY, customer_name="Fanny Dashwood")


@pytest.mark.rule("A-03")
async def test_a03_the_card_of_an_open_interaction_stands_there_by_itself(stage: Stage) -> None:
    await stage.open()
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")
    await expect(stage.page.locator("#list [aria-current=true]")).to_contain_text("Edward Ferrars")


@pytest.mark.rule("A-03", "B-02")
async def test_a03_b02_a_new_customer_stands_in_open_and_its_card_opens(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    stage.desk.put(newcomer())  # type: ignore[arg-type]
    await expect(stage.page.locator(NAME)).to_have_text("Fanny Dashwood")
    await expect(stage.page.locator("#tab-open .count")).to_have_text("3")
    assert await stage.page.locator("#list [data-card]").count() == 3


@pytest.mark.rule("A-03", "A-13", "A-14")
async def test_a03_from_a_call_that_comes_in_to_a_linked_record_in_two_clicks_at_most(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.evaluate("window.clicks = 0; addEventListener('click', () => window.clicks++, true)")
    stage.desk.put(replace(stories.ringing(), card_id=stories.FANNY, customer_name="Fanny Dashwood"))
    await expect(stage.page.locator(NAME)).to_have_text("Fanny Dashwood")
    await stage.page.locator("[data-verb='link.add']").first.click()
    await stage.page.locator("[data-verb='link.remove']").first.wait_for()
    assert await stage.page.evaluate("window.clicks") <= 2


async def test_a03_an_agent_who_is_typing_is_asked_instead(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator(NOTES).press_sequentially("Half a sen")
    stage.desk.put(newcomer())  # type: ignore[arg-type]
    notice = stage.page.locator(".notice")
    await expect(notice).to_contain_text("Fanny Dashwood is now open.")
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")
    await notice.get_by_role("button", name="Show").click()
    await expect(stage.page.locator(NAME)).to_have_text("Fanny Dashwood")
    await stage.page.locator("#list [data-card]", has_text="Edward").click()
    await expect(stage.page.locator(NOTES)).to_have_value("Half a sen")


async def test_typing_survives_live_updates(stage: Stage) -> None:
    await stage.open()
    notes = stage.page.locator(NOTES)
    await notes.fill("The ladder is late.")
    await notes.evaluate("(e) => { window.same = e; e.setSelectionRange(4, 10); }")
    view = stage.desk.views[stories.EDWARD]
    for number in range(3):
        records = tuple(record._replace(title=f"{record.title} {number}") for record in view.current_records)
        stage.desk.put(replace(view, current_records=records, version=view.version + number))
        await stage.page.get_by_text(f"Norland Holdings {number}").first.wait_for()
        assert await notes.evaluate(CARET) == [4, 10, True]
    await stage.page.keyboard.type("stair")
    await expect(notes).to_have_value("The stair is late.")
    assert await notes.evaluate("(e) => e === window.same")
    await undo_until(stage, "The ladder is late.")


async def undo_until(stage: Stage, wanted: str) -> None:
    """A card that came while it was typed makes several steps of one word: at most one for each letter."""
    notes = stage.page.locator(NOTES)
    for _letter in "stair":
        await stage.page.keyboard.press("Control+z")
        if await notes.input_value() == wanted:
            break
    await expect(notes).to_have_value(wanted)


async def test_focus_and_scroll_survive_live_updates(stage: Stage) -> None:
    await stage.page.set_viewport_size({"width": 1000, "height": 420})
    await stage.open()
    outcome = stage.page.locator("[data-input='wrapup.disposition']")
    await outcome.focus()
    before = await outcome.bounding_box()
    view = stage.desk.views[stories.EDWARD]
    stage.desk.put(replace(view, current_records=(*view.current_records, stories.CASE)))
    await stage.page.get_by_text("Delivery of the library ladder").wait_for()
    await expect(outcome).to_be_focused()
    after = await outcome.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2


async def test_a_button_stays_focused_when_it_turns_into_its_opposite(stage: Stage) -> None:
    await stage.open()
    link = stage.page.locator("[data-verb='link.add']").first
    await link.focus()
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.locator("[data-verb='link.remove']").first).to_be_focused()


@pytest.mark.rule("B-05", "P-13")
async def test_b05_p13_a_change_by_somebody_else_is_shown_beside_mine_and_loaded_on_request(stage: Stage) -> None:
    await stage.open()
    notes = stage.page.locator(NOTES)
    await notes.press_sequentially("Mine")
    stage.desk.save_notes(stories.EDWARD, "Theirs")
    warning = stage.page.locator(".conflict")
    await expect(warning).to_contain_text("Theirs")
    await expect(notes).to_have_value("Mine")
    await expect(notes).to_be_focused()
    await warning.get_by_role("button", name="Load").click()
    await expect(notes).to_have_value("Theirs")
    await expect(warning).to_have_count(0)


@pytest.mark.rule("P-13")
async def test_p13_keeping_mine_saves_it_over_theirs_knowingly(stage: Stage) -> None:
    await stage.open()
    await stage.page.locator(NOTES).press_sequentially("Mine")
    stage.desk.save_notes(stories.EDWARD, "Theirs")
    await stage.page.locator(".conflict").get_by_role("button", name="Keep mine").click()
    await stage.page.keyboard.type(" too")
    await stage.page.keyboard.press("Control+Enter")
    await until(lambda: stage.desk.verbs["wrapup.save"] == 1)
    action = next(action for action in stage.desk.actions if action.verb == "wrapup.save")
    assert action.inputs["wrapup.notes"] == "Mine too"
    assert action.data["version"] == "4"  # drawn after theirs
    await expect(stage.page.locator(".conflict")).to_have_count(0)


@pytest.mark.rule("P-13")
async def test_p13_changes_of_other_fields_come_in_beside_my_text(stage: Stage) -> None:
    await stage.open()
    await stage.page.locator(NOTES).press_sequentially("Mine")
    view = stage.desk.views[stories.EDWARD]
    assert view.interaction is not None
    wrap_up = view.interaction.wrap_up._replace(disposition="callback")
    stage.desk.put(replace(view, interaction=replace(view.interaction, wrap_up=wrap_up)))
    await expect(stage.page.locator("[data-input='wrapup.disposition']")).to_have_value("callback")
    await expect(stage.page.locator(NOTES)).to_have_value("Mine")
    await expect(stage.page.locator(".conflict")).to_have_count(0)


@pytest.mark.rule("B-05")
async def test_b05_a_warning_of_the_server_offers_load(stage: Stage) -> None:
    await stage.open()
    stage.desk.notices["wrapup.save"] = Notice("changed_elsewhere", "warning")
    await stage.page.locator(NOTES).press_sequentially("Mine")
    await stage.page.keyboard.press("Control+Enter")
    notice = stage.page.locator(".notice.warning")
    await expect(stage.page.locator(NOTES)).to_have_value("Mine")
    await notice.get_by_role("button", name="Load").click()
    await expect(stage.page.locator(NOTES)).to_have_value("")


async def test_drafts_survive_a_reload_of_the_tab(stage: Stage) -> None:
    await stage.open()
    await stage.page.locator(NOTES).press_sequentially("Before the reload")
    await stage.page.reload()
    await expect(stage.page.locator(NOTES)).to_have_value("Before the reload")
    await stage.page.locator("#wrapup\\.save").click()
    await expect(stage.page.locator(".notice.success")).to_be_visible()
    await stage.page.reload()
    await expect(stage.page.locator(NOTES)).to_have_value("Before the reload")
    assert await stage.page.evaluate("Object.values(sessionStorage).join()") in ("", "{}")


async def test_other_buttons_do_not_take_what_is_typed_for_saved(stage: Stage) -> None:
    await stage.open()
    await stage.page.locator(NOTES).press_sequentially("Not saved yet")
    await stage.page.locator("[data-verb='link.add']").first.click()
    await stage.page.locator("[data-verb='link.remove']").first.wait_for()
    await expect(stage.page.locator(NOTES)).to_have_value("Not saved yet")


@pytest.mark.rule("A-29")
async def test_a29_success_shows_as_a_green_box_at_the_bottom(stage: Stage) -> None:
    await stage.open()
    await stage.page.locator(NOTES).fill("Done.")
    await stage.page.locator("#wrapup\\.save").click()
    notice = stage.page.get_by_role("status").locator(".notice.success")
    await expect(notice).to_have_text("Saved.")
    box = await notice.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] > 900 - 40
    red, green, blue = await notice.evaluate(
        "(e) => getComputedStyle(e).borderColor.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    assert green > max(red, blue)
    await notice.get_by_role("button", name="Dismiss").focus()
    await stage.page.keyboard.press("Escape")
    await expect(notice).to_have_count(0)


async def test_a_success_goes_by_itself_and_an_error_stays(stage: Stage) -> None:
    await stage.page.clock.install()
    await stage.open()
    await stage.card()
    await stage.page.locator("#wrapup\\.save").click()
    await stage.page.locator(".notice.success").wait_for()
    stage.desk.failing["link.add"] = RuntimeError("x")
    await stage.page.locator("[data-verb='link.add']").first.click()
    await stage.page.locator(".notice.error").wait_for()
    await stage.page.mouse.move(5, 5)
    await stage.page.clock.run_for(15_000)
    await expect(stage.page.locator(".notice.success")).to_have_count(0)
    await expect(stage.page.locator(".notice.error")).to_have_count(1)


async def test_where_a_card_cannot_be_fetched_the_page_stays_at_the_one_it_shows(stage: Stage) -> None:
    await stage.open()
    rows = stage.page.locator("#list [data-verb='customers.show']")
    shown = await stage.page.locator("#list [aria-current='true']").get_attribute("data-card")
    stage.desk.failing["customers.show"] = RuntimeError("x")
    await rows.nth(1).click()
    await stage.page.locator(".notice.error").wait_for()
    await expect(stage.page.locator("#list [aria-current='true']")).to_have_attribute("data-card", shown or "")
    await stage.page.locator("[data-input='wrapup.notes']").fill("The ladder is late.")
    await stage.page.locator("#wrapup\\.save").click()
    await until(lambda: stage.desk.verbs["wrapup.save"] == 1)
    saved = next(one for one in stage.desk.actions if one.verb == "wrapup.save")
    assert saved.data["card"] == shown
    del stage.desk.failing["customers.show"]
    await stage.page.locator(".notice.error").get_by_role("button", name="Try again").click()
    await expect(rows.nth(1)).to_have_attribute("aria-current", "true")


async def test_a_pressed_button_shows_it_at_once_and_works_once(stage: Stage) -> None:
    await stage.open()
    gate = stage.desk.gates["link.add"] = asyncio.Event()
    link = stage.page.locator("[data-verb='link.add']").first
    took = await link.evaluate("(e) => { const t = performance.now(); e.click(); e.click();"
                               " return [e.ariaBusy, performance.now() - t]; }")  # fmt: skip
    assert took[0] == "true"
    assert took[1] < 100
    gate.set()
    await stage.page.locator("[data-verb='link.remove']").first.wait_for()
    assert stage.desk.verbs["link.add"] == 1


async def test_two_buttons_pressed_quickly_both_work_one_after_the_other(stage: Stage) -> None:
    await stage.open()
    gate = stage.desk.gates["link.add"] = asyncio.Event()
    for index in range(2):
        await stage.page.locator("[data-verb='link.add']").nth(index).click()
    await until(lambda: stage.desk.verbs["link.add"] == 1)
    gate.set()
    await expect(stage.page.locator("[data-verb='link.remove']")).to_have_count(2)


@pytest.mark.rule("P-15")
async def test_p15_from_call_to_linked_and_saved_by_keyboard_alone(stage: Stage) -> None:
    keyboard = stage.page.keyboard
    await stage.open()
    await stage.card()
    await keyboard.press("Tab")
    await expect(stage.page.locator(".skip")).to_be_focused()
    await keyboard.press("Enter")
    await expect(stage.page.locator("#card")).to_be_focused()
    for _ in range(12):
        await keyboard.press("Tab")
        if await stage.page.evaluate("document.activeElement.dataset.verb") == "link.add":
            break
    ring = await stage.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    await keyboard.press("Enter")
    await stage.page.locator("[data-verb='link.remove']").first.wait_for()
    for _ in range(12):
        await keyboard.press("Tab")
        if await stage.page.evaluate("document.activeElement.dataset.input") == "wrapup.notes":
            break
    await keyboard.type("By keyboard")
    await keyboard.press("Control+Enter")
    await expect(stage.page.locator(".notice.success")).to_be_visible()
    saved = next(action for action in stage.desk.actions if action.verb == "wrapup.save")
    assert saved.inputs["wrapup.notes"] == "By keyboard"


@pytest.mark.rule("P-15")
async def test_p15_arrow_keys_go_through_the_list_and_enter_opens(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator("#list [aria-current=true]").focus()
    await stage.page.keyboard.press("ArrowDown")
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.locator("#list [aria-current=true]")).to_contain_text("+49")
    await expect(stage.page.locator(NAME)).to_contain_text("+49")
    await expect(stage.page.locator("#card")).to_be_focused()


@pytest.mark.rule("B-10")
@pytest.mark.parametrize("key", ["Enter", "Tab"])
async def test_b10_enter_and_tab_create_a_tag(stage: Stage, key: str) -> None:
    await stage.open()
    field = stage.page.locator("[data-input='wrapup.tag']")
    await field.fill("vip")
    await field.press(key)
    await stage.page.locator("#sheet").get_by_text("vip", exact=True).wait_for()
    await expect(field).to_have_value("")


@pytest.mark.rule("B-16", "B-19", "B-23", "B-28")
async def test_b16_b19_a_closed_customer_is_found_under_recent_and_opened_again(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.page.locator("#card\\.close").click()
    await expect(stage.page.locator("#nothing-title")).to_have_text("No customer open")
    await stage.page.locator("#tab-recent").click()
    await stage.page.locator("#list [data-card]", has_text="Edward").click()
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")


async def test_whoever_begins_to_type_while_a_new_card_is_fetched_keeps_their_own(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    shown = stage.desk.verbs["customers.show"]
    gate = stage.desk.gates["customers.show"] = asyncio.Event()
    stage.desk.put(replace(stories.ringing(), card_id=stories.FANNY, customer_name="Fanny Dashwood"))
    await until(lambda: stage.desk.verbs["customers.show"] > shown)
    notes = stage.page.locator("[data-input='wrapup.notes']")
    await notes.press_sequentially("Still him")
    gate.set()
    await stage.page.locator(".notice").filter(has_text="Fanny Dashwood").wait_for()
    await expect(notes).to_be_focused()
    await expect(notes).to_have_value("Still him")
    await expect(stage.page.locator("#customer\\.name")).to_have_text("Edward Ferrars")


@pytest.mark.rule("B-20", "B-23")
async def test_b20_customers_are_found_by_search_while_typing(stage: Stage) -> None:
    await stage.open()
    await stage.page.locator("#tab-search").click()
    await expect(stage.page.locator("#find-text")).to_be_focused()
    await stage.page.keyboard.type("edw")
    await expect(stage.page.locator("#list [data-card]")).to_have_count(1)
    await stage.page.keyboard.press("ArrowDown")
    await expect(stage.page.locator("#list [data-card]")).to_be_focused()


async def test_on_a_narrow_pane_the_list_is_a_drawer(browser: Browser, entra: tuple[Entra, str]) -> None:
    desk = RecordingDesk(stories.ringing(), stories.stranger())
    async with staged(browser, entra, desk, viewport={"width": 320, "height": 640}) as stage:
        await stage.open()
        await stage.card()
        drawer = stage.page.locator("#drawer")
        await expect(drawer).to_contain_text("Edward Ferrars")
        await expect(stage.page.locator("#list")).to_be_hidden()
        await drawer.click()
        await stage.page.locator("#list [data-card]", has_text="+49").click()
        await expect(stage.page.locator("#list")).to_be_hidden()
        await expect(drawer).to_contain_text("+49")
        await drawer.click()
        await stage.page.keyboard.press("Escape")
        await expect(stage.page.locator("#list")).to_be_hidden()
        await expect(drawer).to_be_focused()


async def test_the_page_comes_back_after_the_server_was_away(stage: Stage) -> None:
    await stage.page.clock.install()
    await stage.open()
    await stage.page.locator(NOTES).fill("Typed before")
    await stage.house.stop()
    await stage.page.clock.fast_forward(4000)
    await expect(stage.page.locator("#connection")).to_have_text("Connection lost. Reconnecting…")
    await stage.page.locator(NOTES).press_sequentially(" and during")
    view = stage.desk.views[stories.EDWARD]
    assert view.interaction is not None
    stage.desk.views[stories.EDWARD] = replace(view, interaction=replace(view.interaction, state=LegState.WRAP_UP))
    await stage.house.start()
    await stage.page.clock.fast_forward(20_000)
    await expect(stage.page.locator("#interaction\\.state")).to_have_text("Wrap-up")
    await expect(stage.page.locator("#connection")).to_be_empty()
    await expect(stage.page.locator(NOTES)).to_have_value("Typed before and during")


async def test_an_action_that_did_not_get_through_can_be_repeated(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    await stage.house.stop()
    await stage.page.locator("[data-verb='link.add']").first.click()
    notice = stage.page.locator(".notice.error")
    await notice.wait_for()
    await stage.house.start()
    await notice.get_by_role("button", name="Try again").click()
    await stage.page.locator("[data-verb='link.remove']").first.wait_for()


async def test_tokens_are_renewed_before_they_end(stage: Stage) -> None:
    sign_in = f"{stage.house.entra_url}/_simulator/sso-token?expires_in=100"
    await stage.house.stop()
    stage.house.settings = replace(stage.house.settings, development_sign_in=sign_in)
    await stage.house.start()
    await stage.open()
    await stage.card()
    asked: list[str] = []
    stage.page.on("request", lambda request: asked.append(request.url))
    await stage.page.locator("[data-verb='link.add']").first.click()
    await stage.page.locator("[data-verb='link.remove']").first.wait_for()
    assert any("sso-token" in url for url in asked)


@pytest.mark.rule("A-01")
async def test_a01_who_is_not_enabled_is_told_so(stage: Stage) -> None:
    stage.house.directory.strangers = frozenset({MARIANNE.oid})
    await stage.page.goto(f"{stage.house.url}/pane/?user=marianne&lang=de")
    await expect(stage.page.locator("#nothing-title")).to_contain_text("nicht freigeschaltet")


async def test_without_a_person_the_development_page_asks_who_it_is(stage: Stage) -> None:
    await stage.page.goto(f"{stage.house.url}/pane/")
    await stage.page.get_by_role("button", name=ELINOR.name).click()
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")


async def test_outside_teams_and_development_the_page_says_where_to_open_it(stage: Stage) -> None:
    await stage.house.stop()
    stage.house.settings = PaneSettings(client_id=BOT_APP_ID)
    await stage.house.start()
    await stage.page.goto(f"{stage.house.url}/pane/")
    await expect(stage.page.locator("#nothing-title")).to_have_text("Open this page in Microsoft Teams")


async def test_text_from_outside_stays_text(stage: Stage) -> None:
    evil = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) ![i](https://evil.example/x.png) <b>bold</b>"
    view = stage.desk.views[stories.EDWARD]
    record = stories.CONTACT._replace(title=evil, subtitle=evil, url="javascript:alert(1)")
    stage.desk.views[stories.EDWARD] = replace(view, customer_name=evil, current_records=(record,))
    await stage.open()
    await expect(stage.page.locator(NAME)).to_contain_text("<img src=x onerror=alert(1)>")
    assert await stage.page.locator("#sheet img:not([src^='data:'])").count() == 0
    assert await stage.page.locator("#sheet b, #sheet a").count() == 0


async def test_markdown_of_a_card_may_link_to_https_only_and_bring_no_html(stage: Stage) -> None:
    await stage.open()
    html = await stage.page.evaluate(
        """async () => {
          const card = new AdaptiveCards.AdaptiveCard();
          const text = "**b** [ok](https://a.example) [no](javascript:alert(1)) [no](http://a.example) <i>x</i> ![p](https://a.example)";
          card.parse({ type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text }] });
          return card.render().outerHTML;
        }"""
    )
    assert html.count("<a ") == html.count('href="https://a.example"') == 2  # an image is a link to it
    assert "<i>" not in html
    assert "<img" not in html


async def test_in_teams_language_look_card_and_token_come_from_teams(stage: Stage) -> None:
    stub = """self.microsoftTeams = {
      app: { initialize: async () => {}, notifySuccess() {},
        getContext: async () => ({ app: { locale: "es-ES", theme: "dark" }, page: { subPageId: "CARD" } }),
        registerOnThemeChangeHandler(change) { self.parent.changeTheme = change; } },
      authentication: { getAuthToken: async () => "TOKEN" } };"""
    body = stub.replace("CARD", stories.LUCY).replace("TOKEN", stage.house.token(MARIANNE))
    frame = f"<iframe src='{stage.house.url}/pane/' style='width:900px;height:700px'></iframe>"
    await stage.page.route("**/vendor/teams.js", lambda route: route.fulfill(body=body, content_type="text/javascript"))
    await stage.page.route("**/host", lambda route: route.fulfill(body=frame, content_type="text/html"))
    await stage.page.goto(f"{stage.house.url}/host")
    inside = stage.page.frame_locator("iframe")
    await expect(inside.locator(NAME)).to_contain_text("+49")
    await expect(inside.locator("#tab-open")).to_contain_text("Abiertos")
    assert stage.desk.viewers[-1].user_id == MARIANNE.oid
    assert stage.desk.viewers[-1].language == "es"
    await expect(inside.locator("html")).to_have_attribute("data-theme", "dark")
    await stage.page.evaluate("window.changeTheme('contrast')")
    await expect(inside.locator("html")).to_have_attribute("data-theme", "contrast")


COUNT_CHANGES = """
window.heard = 0;
const parse = JSON.parse;
JSON.parse = (...given) => {
  const value = parse(...given);
  if (value !== null && typeof value === "object" && "card" in value && "version" in value) window.heard += 1;
  return value;
};
"""
"""The page parses each change that it is told of once, and takes note of it before anything else can run."""


async def test_changes_while_a_card_is_fetched_are_fetched_together_afterwards(stage: Stage) -> None:
    await stage.page.add_init_script(COUNT_CHANGES)
    await stage.open()
    await stage.card()
    before, heard = stage.desk.verbs["card.refresh"], await stage.page.evaluate("window.heard")
    gate = stage.desk.gates["card.refresh"] = asyncio.Event()
    stage.desk.save_notes(stories.EDWARD, "Note 0")
    # A busy page may be told of many changes before it asks at all, and then rightly asks once.
    await until(lambda: stage.desk.verbs["card.refresh"] > before)
    for number in range(1, 50):
        stage.desk.save_notes(stories.EDWARD, f"Note {number}")
    # The list is no sign: it is read afresh, and may name what the page has not been told of yet.
    await stage.page.wait_for_function("all => window.heard >= all", arg=heard + 50)
    gate.set()
    await expect(stage.page.locator(NOTES)).to_have_value("Note 49")
    assert stage.desk.verbs["card.refresh"] - before == 2


@pytest.mark.rule("B-02")
async def test_what_changes_elsewhere_in_the_house_fetches_nothing(stage: Stage) -> None:
    """Cards change all day; a page asks about those that it shows, and about its lists where these have changed."""
    await stage.open()
    await stage.card()
    before = stage.desk.verbs
    for number in range(20):
        stage.desk.tell(Change(CardId(f"{number:032x}"), 1))
    stage.desk.put(stage.desk.views[stories.EDWARD])
    await until(lambda: stage.desk.verbs["card.refresh"] > before["card.refresh"])
    await until(lambda: stage.desk.verbs["customers.open"] > before["customers.open"])
    assert (stage.desk.verbs - before) == {"card.refresh": 1, "customers.open": 1}


async def test_a_page_that_was_told_too_much_reads_everything_anew(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    shown = stage.desk.views[stories.EDWARD]
    stage.desk.views[stories.EDWARD] = replace(shown, version=99, customer_name="Edward F. Ferrars")
    stage.desk.tell(Change(None, is_all=True))
    await expect(stage.page.locator(NAME)).to_have_text("Edward F. Ferrars")
    await expect(stage.page.locator("#list")).to_contain_text("Edward F. Ferrars")


async def test_a_card_asked_for_in_the_address_is_opened(stage: Stage) -> None:
    await stage.open(f"user=elinor&card={CardId(stories.LUCY)}")
    await expect(stage.page.locator(NAME)).to_contain_text("+49")
