"""Sign-in inside Teams: the real TeamsJS, tokens and refusals of the stand-in for Entra; each ends as it should."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

import translations
from pane.keys import EntraKeys
from pane.settings import PaneSettings
from simulators.entra.app import Entra
from simulators.entra.people import ELINOR, MARIANNE
from tests.browser.stage import paged, windowed
from tests.browser.teams_host import Teams
from tests.pane import stories
from tests.pane.house import House, housed
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAME = "#customer\\.name"
LOCALES = {"en": "en-GB", "de": "de-DE", "es": "es-ES"}
ANOTHER = "00000000-3333-4000-8000-000000000000"


def words(language: str, key: str) -> str:
    """The page's words."""
    return translations.sentences("pane", language)[key]


@dataclass(frozen=True)
class Ending:
    """A page that says what is wrong, and what it offers."""

    fault: dict[str, Any]
    title: str
    button: str


def laid_over(**claims: Any) -> dict[str, Any]:
    return {"fault": "claims", "claims": claims, "times": -1}


ENDINGS = {
    "wrong audience": Ending(laid_over(aud=ANOTHER), "error_token_invalid", "again"),
    "Graph's audience": Ending(laid_over(aud="https://graph.microsoft.com"), "error_token_invalid", "again"),
    "wrong tenant": Ending(laid_over(tid=ANOTHER), "error_tenant_not_allowed", "again"),
    "no scope": Ending(laid_over(scp=None), "error_scope_missing", "again"),
    "another scope": Ending(laid_over(scp="User.Read"), "error_scope_missing", "again"),
    "consent missing": Ending({"fault": "consent_missing", "times": -1}, "consent", "consent_button"),
}
NOTICES = {
    "expired for good": laid_over(exp=int(time.time()) - 3600),
    "revoked": {"fault": "session_revoked", "times": -1},
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(browser: Browser, entra: tuple[Entra, str]) -> AsyncIterator[tuple[House, BrowserContext]]:
    """One pane, in which Teams alone signs in, and one browser: each case has a page of its own in it."""
    async with (
        aiohttp.ClientSession() as session,
        housed(RecordingDesk(), *entra) as house,
        windowed(browser) as window,
    ):
        await house.stop()
        house.settings = PaneSettings(house.settings.client_id, heartbeat_seconds=house.settings.heartbeat_seconds)
        house.keys = EntraKeys(session, house.entra_url, retry_after=0)
        await house.start()
        yield house, window


@pytest_asyncio.fixture(loop_scope="session")
async def teams(place: tuple[House, BrowserContext]) -> AsyncIterator[Teams]:
    house, window = place
    house.desk.begin_again(stories.ringing(), stories.stranger())
    house.directory.strangers = frozenset()
    house.entra.faults.clear()
    async with paged(window, house) as stage:
        yield Teams(house, stage.page)
        assert stage.errors == []
        assert await stage.violations() == []


@pytest.fixture(params=LOCALES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_good_token_shows_the_card(teams: Teams, language: str) -> None:
    await teams.open(LOCALES[language])
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")
    await expect(teams.frame.locator("#tab-open")).to_contain_text(words(language, "open"))
    viewer = teams.house.desk.viewers[-1]
    assert (viewer.user_id, viewer.language) == (ELINOR.oid, language)


@pytest.mark.rule("A-03")
async def test_a03_the_panel_at_the_side_of_a_meeting_shows_the_card_and_its_buttons_work(teams: Teams) -> None:
    await teams.open("de-DE", frame="sidePanel", width=320)
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")
    await teams.frame.locator("[data-verb='link.add']").first.click()
    await teams.frame.locator("[data-verb='link.remove']").first.wait_for()
    scrolled = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
    assert not await teams.frame.evaluate(scrolled)


@pytest.mark.parametrize("case", ENDINGS)
async def test_p14_what_signing_in_again_cannot_mend_is_said_and_goes_on_once_mended(
    teams: Teams, language: str, case: str
) -> None:
    ending = ENDINGS[case]
    teams.house.entra.faults.arm(ending.fault)
    await teams.open(LOCALES[language])
    await expect(teams.frame.locator("#nothing-title")).to_have_text(words(language, ending.title))
    await expect(teams.frame.get_by_role("status").filter(has_text=words(language, ending.title))).to_have_count(1)
    await expect(teams.frame.locator("#sheet")).to_be_hidden()
    assert teams.house.desk.actions == []
    asked = teams.asked
    again = teams.frame.get_by_role("button", name=words(language, ending.button))
    await again.evaluate("button => button.dataset.isOld = 1")
    await again.click()
    await teams.frame.locator("#nothing-actions button:not([data-is-old])").wait_for()  # drawn anew: it was in vain
    await expect(teams.frame.locator("#nothing-title")).to_have_text(words(language, ending.title))
    teams.house.entra.faults.clear()
    await again.click()
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")
    assert asked < teams.asked < asked + 10  # it does not ask in a circle


@pytest.mark.parametrize("case", NOTICES)
async def test_p14_who_is_signed_out_is_asked_to_sign_in_again(teams: Teams, language: str, case: str) -> None:
    teams.house.entra.faults.arm(NOTICES[case])
    await teams.open(LOCALES[language])
    notice = teams.frame.locator("#notices")
    await expect(notice).to_contain_text(words(language, "sign_in"))
    assert teams.house.desk.actions == []
    teams.house.entra.faults.clear()
    await notice.get_by_role("button", name=words(language, "sign_in_button")).click()
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")


async def test_a_token_that_teams_kept_too_long_is_replaced_unnoticed(teams: Teams, language: str) -> None:
    teams.house.entra.faults.arm({"fault": "claims", "claims": {"exp": int(time.time()) - 3600}, "times": 1})
    await teams.open(LOCALES[language])
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")
    await expect(teams.frame.locator("#notices")).to_have_text("")


async def test_keys_that_entra_has_rotated_are_fetched_unnoticed(teams: Teams, language: str) -> None:
    teams.house.entra.faults.arm(laid_over(exp=int(time.time()) + 60))  # the page asks for each call anew
    await teams.open(LOCALES[language])
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")
    teams.house.entra.faults.arm({"fault": "key_rotation", "drop_old": True})
    await teams.frame.locator("[data-verb='link.add']").first.click()
    await teams.frame.locator("[data-verb='link.remove']").first.wait_for()
    assert [fault["fault"] for fault in teams.house.entra.faults.armed()] == ["claims"]  # the keys were rotated
    await expect(teams.frame.locator("#alerts")).to_have_text("")


async def test_a01_who_is_taken_off_the_list_is_told_so(teams: Teams, language: str) -> None:
    await teams.open(LOCALES[language])
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")
    teams.house.directory.strangers = frozenset({ELINOR.oid})
    await teams.frame.locator("[data-verb='link.add']").first.click()
    await expect(teams.frame.locator("#nothing-title")).to_have_text(words(language, "error_not_enabled"))
    await expect(teams.frame.locator("#sheet")).to_be_hidden()


async def test_another_account_in_teams_finds_nothing_of_the_first(teams: Teams) -> None:
    teams.house.entra.faults.arm(laid_over(exp=int(time.time()) + 60))  # the page asks for each call anew
    await teams.open("en-GB")
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")
    await teams.frame.evaluate("window.isFirst = true")
    teams.person = MARIANNE.email
    await teams.frame.locator("[data-verb='link.add']").first.click()
    await teams.frame.wait_for_function("() => window.isFirst === undefined")
    await expect(teams.frame.locator(NAME)).to_have_text("Edward Ferrars")
    assert teams.house.desk.viewers[-1].user_id == MARIANNE.oid
