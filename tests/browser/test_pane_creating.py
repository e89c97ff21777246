"""New records and edits that are written back, as the pane shows them: what was typed stays, whatever the CRM says."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from customers.creating import CreatingView, CreationState, CreationView
from customers.profile_form import ProfileView
from customers.views import CardView, Section
from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, staged, until
from tests.cards import creating_views, profile_views
from tests.pane import profile_stories, stories
from tests.pane.recording import RecordingDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LAST_NAME = f"[data-input='create.{creating_views.CREATION}.LastName']"


def on_card(view: CardView) -> CardView:
    """The panel of `view` on the card of the story."""
    return replace(stories.ringing(), may_create=True, creating=view.creating)


def written_back() -> CardView:
    """Edits that wait for a decision."""
    view, profile = profile_stories.reading(), profile_views.written_back().profile
    assert isinstance(profile, ProfileView)
    assert isinstance(view.profile, ProfileView)
    shown = view.expanded | {Section.PROFILE}
    return replace(view, profile=replace(view.profile, updates=profile.updates), expanded=shown)


VIEWS = {
    "choice": lambda: on_card(creating_views.choosing()),
    "form": lambda: on_card(creating_views.creating()),
    "duplicates": lambda: on_card(creating_views.duplicates()),
    "refused": lambda: on_card(creating_views.refused()),
    "written_back": written_back,
}


@pytest.mark.rule("A-19")
async def test_a19_what_was_typed_stays_in_the_form_when_the_crm_refuses_it(stage: Stage) -> None:
    stage.desk.views[stories.EDWARD] = VIEWS["form"]()
    await stage.open()
    field = stage.page.locator(LAST_NAME)
    await field.fill("Ferrars-Dashwood")
    search = stage.page.locator(f"[data-input='create.{creating_views.CREATION}.ReportsToId.search']")
    await search.fill("fanny")
    await search.press("Enter")
    await until(lambda: stage.desk.verbs["record.find"] == 1)
    found = stage.desk.actions[-1]
    assert found.data["field"] == "ReportsToId"
    assert found.inputs[f"create.{creating_views.CREATION}.ReportsToId.search"] == "fanny"
    await expect(search).to_be_focused()
    one = CreationView(
        creating_views.CREATION,
        "Salesforce",
        "Contact",
        CreationState.REFUSED,
        creating_views.INPUTS,
        reason="rejected",
    )
    stage.desk.put(replace(stage.desk.views[stories.EDWARD], creating=CreatingView(one)))
    await expect(stage.page.locator("[id='create.panel']")).to_contain_text("Not created")
    await expect(field).to_have_value("Ferrars-Dashwood")


@pytest.mark.rule("P-14", "P-15", "A-19")
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", VIEWS)
async def test_p15_new_records_can_be_read_in_a_narrow_pane_and_every_theme(
    browser: Browser, entra: tuple[Entra, str], name: str, language: str
) -> None:
    desk = RecordingDesk(VIEWS[name]())
    async with staged(browser, entra, desk, viewport={"width": 320, "height": 800}) as stage:
        await stage.open(f"user=marianne&lang={language}")
        await stage.card()
        for theme in ("light", "dark", "contrast"):
            await stage.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
            if folder := os.environ.get("SHOTS"):
                path = Path(folder) / f"{name}-{language}-{theme}.png"
                await stage.page.screenshot(path=path, full_page=True)
            assert await faults(stage.page) == [], theme
