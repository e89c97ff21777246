"""Outside Teams: an ordinary Entra sign-in (authorisation code, PKCE) by Microsoft's library, in a real Chromium."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from pane.keys import EntraKeys
from pane.settings import BrowserSignIn, PaneSettings
from simulators.entra.app import Entra
from simulators.entra.people import BOT_APP_ID, ELINOR, MARIANNE, TENANT_ID, Person
from simulators.kit.server import running
from simulators.kit.tls import Authority
from tests.browser.layout import faults
from tests.browser.stage import Stage, paged, until, windowed
from tests.browser.test_pane_in_teams import ANOTHER, LOCALES, NAME, laid_over, words
from tests.pane import stories
from tests.pane.house import House, housed
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SCOPE = f"{BOT_APP_ID}/access_as_user"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(
    browser: Browser, entra: tuple[Entra, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[House, BrowserContext]]:
    """One pane, one Entra over TLS and one browser: each case has a page of its own in it, and no cookies."""
    authority = Authority(Path(tmp_path_factory.mktemp("authority")))
    own = Entra(issuer=entra[0].issuer)
    trusting = aiohttp.TCPConnector(ssl=authority.client_context())
    with running(own.app, tls=authority) as url:
        async with (
            aiohttp.ClientSession(connector=trusting) as session,
            housed(RecordingDesk(), own, url) as house,
            windowed(browser, ignore_https_errors=True) as window,
        ):
            await house.stop()
            sign_in = BrowserSignIn(f"{url}/{TENANT_ID}", SCOPE)
            house.settings = PaneSettings(BOT_APP_ID, browser_sign_in=sign_in, heartbeat_seconds=0.05)
            house.keys = EntraKeys(session, url, retry_after=0)
            await house.start()
            yield house, window


@pytest_asyncio.fixture(loop_scope="session")
async def stage(place: tuple[House, BrowserContext]) -> AsyncIterator[Stage]:
    house, window = place
    house.desk.begin_again(stories.ringing(), stories.stranger())
    house.directory.strangers = frozenset()
    house.entra.faults.clear()
    house.entra.interactive.needs_consent = False
    house.entra.interactive.consented.clear()
    await window.clear_cookies()
    async with paged(window, house) as one:
        yield one
        assert one.errors == []
        assert await one.violations() == []


async def opened(stage: Stage, language: str = "en", more: str = "") -> None:
    await stage.page.goto(f"{stage.house.url}/pane/?lang={language}{more}")


async def press(stage: Stage, language: str, key: str) -> None:
    await stage.page.get_by_role("button", name=words(language, key), exact=True).click()


async def picks(page: Page, person: Person) -> None:
    """On Entra's page."""
    await page.get_by_role("link", name=person.email).click()


async def signed_in(stage: Stage, language: str = "en", person: Person = ELINOR, more: str = "") -> None:
    await opened(stage, language, more)
    await press(stage, language, "sign_in_microsoft")
    await picks(stage.page, person)
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")


@pytest.mark.parametrize("language", LOCALES)
async def test_p14_an_agent_signs_in_comes_back_and_signs_out(stage: Stage, language: str) -> None:
    page = stage.page
    await opened(stage, language)
    await expect(page.locator("#nothing-title")).to_have_text(words(language, "welcome"))
    await expect(page.locator("#account")).to_be_hidden()
    assert stage.desk.actions == []
    await press(stage, language, "sign_in_microsoft")
    await picks(page, ELINOR)
    await expect(page.locator(NAME)).to_have_text("Edward Ferrars")
    viewer = stage.desk.viewers[-1]
    assert (viewer.user_id, viewer.language) == (ELINOR.oid, language)
    assert "code=" not in page.url
    assert f"lang={language}" in page.url
    await page.reload()  # signed in as before, without going to Entra
    await expect(page.locator(NAME)).to_have_text("Edward Ferrars")
    await expect(page.locator("#account-name")).to_have_text(ELINOR.email)
    await press(stage, language, "sign_out")
    await page.locator("#nothing-title").wait_for()
    await expect(page.locator("#account")).to_be_hidden()
    assert await page.evaluate("Object.keys(sessionStorage).filter((key) => /token|drafts/.test(key))") == []
    assert not await page.context.cookies(stage.house.entra_url)


async def test_the_link_to_a_card_leads_to_it_through_the_sign_in(stage: Stage) -> None:
    card = stories.stranger().card_id
    await opened(stage, "en", f"&card={card}")
    await press(stage, "en", "sign_in_microsoft")
    await picks(stage.page, ELINOR)
    await expect(stage.page.locator("#card")).to_be_visible()
    await stage.page.locator(f"[aria-current='true'][id='customer.{card}']").wait_for()


@pytest.mark.parametrize("language", LOCALES)
async def test_p14_who_does_not_consent_is_told_and_may_think_again(stage: Stage, language: str) -> None:
    stage.house.entra.interactive.needs_consent = True
    await opened(stage, language)
    await press(stage, language, "sign_in_microsoft")
    await picks(stage.page, ELINOR)
    await stage.page.get_by_role("link", name="Cancel").click()
    await expect(stage.page.locator("#nothing-title")).to_have_text(words(language, "consent"))
    await press(stage, language, "consent_button")
    await picks(stage.page, ELINOR)
    await stage.page.get_by_role("link", name="Accept").click()
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")


@pytest.mark.parametrize("language", LOCALES)
async def test_p14_who_is_signed_out_elsewhere_signs_in_again_and_goes_on(stage: Stage, language: str) -> None:
    stage.house.entra.faults.arm(laid_over(exp=int(time.time()) + 60))  # the page asks for each call anew
    await signed_in(stage, language)
    stage.house.entra.faults.arm({"fault": "session_revoked", "times": -1})
    await stage.page.locator("[data-verb='link.add']").first.click()
    notice = stage.page.locator("#notices")
    await expect(notice).to_contain_text(words(language, "sign_in"))
    stage.house.entra.faults.clear()
    await notice.get_by_role("button", name=words(language, "sign_in_button")).click()
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")  # Entra knows the browser still


async def test_a_token_that_the_server_refuses_is_replaced_unnoticed(stage: Stage) -> None:
    stage.house.entra.faults.arm({"fault": "claims", "claims": {"aud": ANOTHER}, "times": 1})
    await signed_in(stage)
    await expect(stage.page.locator("#notices")).to_have_text("")


@pytest.mark.parametrize(
    ("claims", "said"), [({"tid": ANOTHER}, "error_tenant_not_allowed"), ({"scp": None}, "error_scope_missing"),
                         ({"aud": ANOTHER}, "error_token_invalid")],
)  # fmt: skip
async def test_who_cannot_sign_in_with_this_account_takes_another(
    stage: Stage, claims: dict[str, str | None], said: str
) -> None:
    stage.house.entra.faults.arm(laid_over(**claims))
    await opened(stage, "de")
    await press(stage, "de", "sign_in_microsoft")
    await picks(stage.page, ELINOR)
    await expect(stage.page.locator("#nothing-title")).to_have_text(words("de", said))
    assert stage.desk.actions == []
    stage.house.entra.faults.clear()
    await stage.page.locator("#nothing-actions button").click()
    await picks(stage.page, MARIANNE)  # asked, although Entra knows the browser
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")
    assert stage.desk.viewers[-1].user_id == MARIANNE.oid


@pytest.mark.rule("A-01")
async def test_a01_who_is_no_agent_is_told_so_and_may_take_another_account(stage: Stage) -> None:
    stage.house.directory.strangers = frozenset({ELINOR.oid})
    await opened(stage)
    await press(stage, "en", "sign_in_microsoft")
    await picks(stage.page, ELINOR)
    await expect(stage.page.locator("#nothing-title")).to_have_text(words("en", "error_not_enabled"))
    await stage.page.locator("#nothing-actions button").click()
    await picks(stage.page, MARIANNE)
    await expect(stage.page.locator(NAME)).to_have_text("Edward Ferrars")
    await expect(stage.page.locator("#account-name")).to_have_text(MARIANNE.email)
    assert {viewer.user_id for viewer in stage.desk.viewers} == {MARIANNE.oid}


@pytest.mark.rule("P-15")
async def test_p15_the_account_is_at_hand_in_a_narrow_window_and_by_keyboard(stage: Stage) -> None:
    await stage.page.set_viewport_size({"width": 320, "height": 640})
    await signed_in(stage, "de")
    await stage.page.locator("#drawer").click()
    other = stage.page.locator("#account-other")
    await expect(other).to_be_visible()
    assert await faults(stage.page) == []
    await other.focus()
    await stage.page.keyboard.press("Enter")
    await picks(stage.page, MARIANNE)
    await expect(stage.page.locator("#account-name")).to_have_text(MARIANNE.email)
    await until(lambda: stage.desk.viewers[-1].user_id == MARIANNE.oid)
