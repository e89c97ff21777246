"""Draws docs/images/*.png afresh: the pane with real cards, in every look.

Needs Chromium and `npm ci --ignore-scripts`. Run: `python -m scripts.screenshots`, with
beginnings of names for some of them.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from customers.ids import CardId
from customers.model import Channel, LegState
from customers.roles import Role
from customers.views import CardView
from simulators.entra.app import Entra
from tests.browser.layout import faults
from tests.browser.stage import Stage, chromium, staged
from tests.pane import (
    comment_stories,
    journey_stories,
    merge_stories,
    message_stories,
    profile_stories,
    request_stories,
    stories,
)
from tests.pane.house import stand_in
from tests.pane.recording import RecordingDesk

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDE = {"width": 1180, "height": 860}
NARROW = {"width": 320, "height": 760}
TALL = {"width": 1180, "height": 1400}
NARROW_TALL = {"width": 320, "height": 1500}

Step = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True)
class Shot:
    """One picture: what is shown, how, and what was done before."""

    name: str
    view: CardView
    query: str = ""
    viewport: dict[str, int] = field(default_factory=lambda: WIDE)
    steps: tuple[Step, ...] = ()
    roles: tuple[Role, ...] = (Role.AGENT,)


async def link_first(stage: Stage) -> None:
    await stage.page.locator("[data-verb='link.add']").first.click()
    await stage.page.locator("[data-verb='link.remove']").first.wait_for()


async def save(stage: Stage) -> None:
    await stage.page.locator("#wrapup\\.save").click()
    await stage.page.locator(".notice.success").wait_for()


async def conflict(stage: Stage) -> None:
    await stage.page.locator("[data-input='wrapup.notes']").fill("Ladder arrives on Friday; he will be at home.")
    card = next(iter(stage.desk.views))
    stage.desk.save_notes(card, "Ladder arrives on Friday. Refund the express fee.")
    await stage.page.locator(".conflict").wait_for()


async def open_drawer(stage: Stage) -> None:
    await stage.page.locator("#drawer").click()


async def to_the_wrap_up(stage: Stage) -> None:
    await stage.page.locator("#section\\.wrap_up").scroll_into_view_if_needed()


async def administrate(stage: Stage) -> None:
    if await stage.page.locator("#drawer").is_visible():
        await stage.page.locator("#drawer").click()
    await stage.page.locator("#administration").click()
    await stage.page.locator("[id='admin.title']").wait_for()


def to_page(name: str, mark: str) -> Step:
    """A page of the administration, which is there once the element with the id `mark` is."""

    async def go(stage: Stage) -> None:
        await administrate(stage)
        await stage.page.locator(f"[id='admin.tab.{name}']").click()
        await stage.page.locator(f"[id='{mark}']").wait_for()

    return go


async def match_agent(stage: Stage) -> None:
    await stage.page.locator(f"[id='admin.agent.{'a2' * 16}.match']").click()
    await stage.page.locator("[data-input='agents.user']").wait_for()


async def preview(stage: Stage) -> None:
    await stage.page.locator(f"[id='preview.{'c1' * 16}']").click()
    await stage.page.locator("[id='preview.activity.0']").wait_for()


async def merge(stage: Stage) -> None:
    await stage.page.locator("#merge\\.confirm").click()
    await stage.page.locator(".notice.success").wait_for()


PREVIEW = merge_stories.previewing(stories.ringing(), (merge_stories.MAIL,))
SHOTS = (
    Shot("pane-light", stories.ringing(), steps=(link_first,)),
    Shot("pane-dark", stories.ringing(), "&theme=dark", steps=(link_first,)),
    Shot("pane-contrast", stories.ringing(), "&theme=contrast", steps=(link_first,)),
    Shot("pane-320", stories.ringing(), viewport=NARROW, steps=(link_first,)),
    Shot("pane-320-list", stories.ringing(), viewport=NARROW, steps=(open_drawer,)),
    Shot("wrap-up-light", stories.wrapping_up(), steps=(save,)),
    Shot("wrap-up-320-de", stories.wrapping_up(), "&lang=de", NARROW, (to_the_wrap_up,)),
    Shot("pushed-light", stories.pushed()),
    Shot("pushed-contrast", stories.pushed(), "&theme=contrast"),
    Shot("conflict-dark", stories.wrapping_up(), "&theme=dark", steps=(conflict,)),
    Shot("merge-light", merge_stories.choosing(stories.ringing()), viewport={"width": 1180, "height": 1000}),
    Shot("merge-search-dark", merge_stories.choosing(stories.ringing(), "ferr"), "&theme=dark"),
    Shot("merge-preview-light", PREVIEW),
    Shot("merge-preview-320-de", PREVIEW, "&lang=de", {"width": 320, "height": 960}),
    Shot("merged-light", PREVIEW, steps=(merge,)),
    Shot("requests-light", request_stories.handling(), viewport=TALL),
    Shot("requests-move-320-de", request_stories.moving(), "&lang=de", NARROW_TALL),
    Shot("journey-light", journey_stories.travelled(), viewport={"width": 1180, "height": 1500}),
    Shot("journey-320-de", journey_stories.travelled(), "&lang=de&theme=dark", NARROW_TALL),
    Shot("profile-light", profile_stories.writing(), viewport=TALL),
    Shot("profile-320-es", profile_stories.reading(), "&lang=es", NARROW_TALL),
    Shot("comments-dark", comment_stories.commenting(), "&theme=dark", TALL),
    Shot("case-messages-light", comment_stories.conversing(), viewport=TALL),
    Shot("messages-320-de", message_stories.reading(), "&lang=de", NARROW_TALL),
    Shot("blocked-dark", message_stories.blocked(), "&theme=dark"),
    Shot("everything-light", stories.everything_open(), viewport={"width": 1180, "height": 1260}),
    Shot("everything-320-dark", stories.everything_open(), "&theme=dark", {"width": 320, "height": 1440}),
)


ADMIN, SUPERVISOR = (Role.ADMIN,), (Role.SUPERVISOR,)
LOW = {"width": 320, "height": 2400}
SHOTS += (
    Shot("admin-overview-light", stories.ringing(), "", TALL, (administrate,), ADMIN),
    Shot("admin-overview-320-de", stories.ringing(), "&lang=de", LOW, (administrate,), ADMIN),
    Shot("admin-pushes-dark", stories.ringing(), "&theme=dark", TALL, (to_page("pushes", "admin.retry"),), ADMIN),
    Shot("admin-failures-es", stories.ringing(), "&lang=es", TALL, (administrate,), SUPERVISOR),
    Shot("admin-crms-light", stories.ringing(), "", LOW | {"width": 1180}, (to_page("crms", "admin.preview"),), ADMIN),
    Shot("admin-preview-light", stories.ringing(), "", TALL, (to_page("crms", "admin.preview"), preview), ADMIN),
    Shot(
        "admin-agents-contrast",
        stories.ringing(),
        "&theme=contrast",
        TALL,
        (to_page("agents", f"admin.matched.{'b1' * 16}"), match_agent),
        ADMIN,
    ),
    Shot(
        "admin-events-320-es", stories.ringing(), "&lang=es", NARROW_TALL, (to_page("events", "admin.refused"),), ADMIN
    ),
    Shot(
        "admin-settings-de",
        stories.ringing(),
        "&lang=de",
        TALL,
        (to_page("settings", "admin.setting.access.agents"),),
        ADMIN,
    ),
)


SMALL = {"width": 900, "height": 640}
for _language in ("en", "de", "es"):
    # The pages for agents, one in each language.
    _lang, _page = f"&lang={_language}", f"agents-{_language}"
    SHOTS += (
        Shot(f"{_page}-call", stories.ringing(), _lang, SMALL),
        Shot(f"{_page}-linked", stories.ringing(), _lang, SMALL, (link_first,)),
        Shot(f"{_page}-wrap-up", stories.wrapping_up(), _lang, SMALL, (to_the_wrap_up,)),
        Shot(f"{_page}-merge", PREVIEW, _lang, {"width": 900, "height": 760}),
    )


def _others() -> tuple[CardView, ...]:
    calls = stories.wrapping_up()
    chat = stories.ringing()
    assert chat.interaction is not None
    lucy = replace(calls, card_id=CardId("0f" * 16), customer_name="Lucy Steele", company="")
    fanny = replace(
        chat,
        card_id=CardId("0a" * 16),
        customer_name="Fanny Dashwood",
        channel=Channel.CHAT,
        interaction=replace(chat.interaction, state=LegState.HELD),
    )
    return lucy, fanny


async def _take(browser: Browser, entra: tuple[Entra, str], shot: Shot) -> list[str]:
    options: dict[str, Any] = {"viewport": shot.viewport, "device_scale_factor": 1.5, "reduced_motion": "reduce"}
    async with staged(browser, entra, RecordingDesk(shot.view, *_others()), **options) as stage:
        stage.house.directory.roles = frozenset(role.value for role in shot.roles)
        await stage.open(f"user=elinor&theme=light{shot.query}".replace("theme=light&theme", "theme"))
        await stage.card()
        for step in shot.steps:
            await step(stage)
        await stage.page.mouse.move(0, 0)
        found = await faults(stage.page)
        await stage.page.screenshot(path=IMAGES / f"{shot.name}.png", animations="disabled", caret="hide")
        return [f"{shot.name}: {fault}" for fault in found]


async def main() -> int:
    """Writes all pictures; 1 where something in them cannot be read."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    with stand_in() as entra:
        async with chromium() as browser:
            for shot in [one for one in SHOTS if not sys.argv[1:] or one.name.startswith(tuple(sys.argv[1:]))]:
                found += await _take(browser, entra, shot)
                print(f"docs/images/{shot.name}.png")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
