"""P-15: everything can be read in every look, width, zoom and language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Browser

from customers.views import CardView
from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged
from tests.pane import request_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VIEWS = {
    "ringing": stories.ringing,
    "everything_open": stories.everything_open,
    "wrapping_up": stories.wrapping_up,
    "pushed": stories.pushed,
    "stranger": stories.stranger,
    "verbose": stories.verbose,
    "requests": request_stories.handling,
    "moving": request_stories.moving,
    "requests_verbose": request_stories.verbose,
}
THEMES = ("light", "dark", "contrast")


def desk_with(view: CardView) -> RecordingDesk:
    other = replace(stories.wrapping_up(), card_id="0f" * 16, customer_name="Lucy Steele")
    return RecordingDesk(view, other)


@pytest.mark.rule("P-15")
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", VIEWS)
async def test_p15_every_state_can_be_read_in_every_look(
    browser: Browser, entra: tuple[Entra, str], name: str, width: int
) -> None:
    async with staged(browser, entra, desk_with(VIEWS[name]()), viewport={"width": width, "height": 800}) as stage:
        await stage.open()
        await stage.card()
        for theme in THEMES:
            await stage.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
            assert await faults(stage.page) == [], theme


@pytest.mark.rule("P-14")
@pytest.mark.parametrize("language", ["de", "es"])
@pytest.mark.parametrize("width", [320, 768, 1280])
async def test_p14_longer_languages_fit_too(
    browser: Browser, entra: tuple[Entra, str], language: str, width: int
) -> None:
    view = replace(stories.wrapping_up(), expanded=stories.everything_open().expanded)
    async with staged(browser, entra, desk_with(view), viewport={"width": width, "height": 800}) as stage:
        await stage.open(f"user=marianne&lang={language}")
        await stage.card()
        assert await stage.page.evaluate("document.documentElement.lang") == language
        if width == 320:
            await stage.page.locator("#drawer").click()
        for tab in ("recent", "search", "open"):
            await stage.page.locator(f"#tab-{tab}").click()
            assert await faults(stage.page) == [], tab


@pytest.mark.rule("P-15")
async def test_p15_zoomed_to_400_percent_everything_stays_within_reach(
    browser: Browser, entra: tuple[Entra, str]
) -> None:
    size = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
    async with staged(browser, entra, desk_with(stories.wrapping_up()), **size) as stage:
        await stage.open()
        await stage.card()
        assert await faults(stage.page) == []
        notes = stage.page.locator("[data-input='wrapup.notes']")
        await notes.scroll_into_view_if_needed()
        await notes.fill("Read at four times the size")
        assert await stage.page.evaluate("document.activeElement.getBoundingClientRect().top < innerHeight")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 1280])
async def test_notices_warnings_and_a_lost_connection_can_be_read(
    browser: Browser, entra: tuple[Entra, str], theme: str, width: int
) -> None:
    async with staged(browser, entra, desk_with(stories.ringing()), viewport={"width": width, "height": 800}) as stage:
        await stage.page.clock.install()
        await stage.open(f"user=elinor&theme={theme}")
        await stage.card()
        await stage.page.locator("[data-input='wrapup.notes']").fill("Mine")
        stage.desk.save_notes(
            stories.EDWARD, "Theirs, and a long one at that, which needs more than one line in a narrow pane."
        )
        await stage.page.locator(".conflict").wait_for()
        stage.desk.failing["link.add"] = RuntimeError()
        await stage.page.locator("[data-verb='link.add']").first.click()
        await stage.page.locator(".notice.error").wait_for()
        await stage.page.locator("#wrapup\\.save").click()
        await stage.page.locator(".notice.success").wait_for()
        await stage.house.stop()
        await stage.page.clock.fast_forward(4000)
        await stage.page.locator("#connection:not(:empty)").wait_for()
        assert await faults(stage.page) == []
        await stage.house.start()


async def test_the_layout_checker_sees_each_kind_of_fault(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    bad = {
        "contrast": "p.style.color = '#999'",
        "clipped": "p.style.cssText = 'width:3rem;overflow:hidden;white-space:nowrap'",
        "page is": "document.body.append(p); p.style.cssText = 'position:absolute;top:0;left:1200px;width:400px'",
        "overlap": "p.style.cssText = 'position:fixed;left:440px;top:32px;z-index:9'",
        "small": "p.tabIndex = 0; p.style.cssText = 'width:10px;height:10px;overflow:visible'",
        "nameless": "p.textContent = ''; p.append(document.createElement('input'))",
        "two elements": "p.id = 'sheet'",
        "scrolls sideways": "p.style.cssText = 'overflow:auto;width:4rem;white-space:nowrap'",
    }
    make = """() => { const p = document.createElement('p'); p.className = 'bad'; p.textContent = 'Words to be read';
        document.querySelector('#sheet').append(p); CHANGE; }"""
    for kind, change in bad.items():
        await stage.page.evaluate(make.replace("CHANGE", change))
        assert any(fault.startswith(kind) for fault in await faults(stage.page)), kind
        await stage.page.evaluate("document.querySelector('.bad').remove()")
    assert await faults(stage.page) == []
