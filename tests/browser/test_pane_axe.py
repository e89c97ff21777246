"""P-15: axe-core finds nothing against WCAG 2.2 A and AA in the states of the pane.

It looks at what every browser test leaves behind, too (`stage.paged`).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.async_api import Browser

from customers.views import CardView
from simulators.entra.app import Entra
from tests.browser.axe import violations
from tests.browser.stage import Stage, staged
from tests.pane import comment_stories, journey_stories, merge_stories, profile_stories, request_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
VIEWS: dict[str, Callable[[], CardView]] = {
    "everything": stories.everything_open,
    "journey": journey_stories.travelled,
    "moving": request_stories.moving,
    "profile": profile_stories.writing,
    "merging": lambda: merge_stories.choosing(stories.ringing()),
    "comments": comment_stories.commenting,
}


@pytest.mark.rule("P-15")
@pytest.mark.parametrize("name", VIEWS)
async def test_p15_axe_finds_nothing_on_a_card(browser: Browser, entra: tuple[Entra, str], name: str) -> None:
    async with staged(browser, entra, RecordingDesk(VIEWS[name]())) as stage:
        await stage.open()
        await stage.card()
        assert await violations(stage.page) == []


@pytest.mark.rule("P-15", "B-17", "B-31")
async def test_p15_axe_finds_nothing_in_a_preview_the_form_and_the_question(
    browser: Browser, entra: tuple[Entra, str]
) -> None:
    async with staged(browser, entra, RecordingDesk(stories.ringing())) as stage:
        await stage.open()
        await stage.card()
        await stage.page.locator("#new-customer").click()
        await stage.page.locator("[data-input='new.name']").fill("Lucy Steele")
        await stage.page.locator("#new\\.create").click()
        await stage.page.locator("#new\\.alike").wait_for()
        await stage.page.locator("#list [data-verb='customers.show']").nth(0).hover()
        await stage.page.locator("#preview").wait_for()
        assert await violations(stage.page) == []
        await stage.page.locator("#new\\.cancel").click()
        await stage.page.locator("#question").wait_for()
        assert await violations(stage.page) == []


async def test_axe_notices_what_is_taken_away_on_purpose(stage: Stage) -> None:
    await stage.open()
    await stage.card()
    bad = {
        "label-content-name-mismatch": ("button", "one.textContent = 'Link'; one.ariaLabel = 'Something else'"),
        "button-name": ("button", ""),
        "label": ("input", ""),
        "image-alt": ("img", "one.src = 'static/x/icon.svg'"),
    }
    for rule, (kind, change) in bad.items():
        make = f"const one = document.createElement('{kind}'); one.className = 'bad'; {change};"
        await stage.page.evaluate(f"() => {{ {make} document.querySelector('#sheet').append(one); }}")
        assert [one.partition(":")[0] for one in await violations(stage.page)] == [rule]
        await stage.page.evaluate("document.querySelector('.bad').remove()")
