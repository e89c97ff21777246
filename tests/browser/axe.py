"""Asks axe-core what is wrong with a page against WCAG 2.2 A and AA."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Frame, Page

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # Experimental, so that it would not run by itself: WCAG 2.5.3, label in name.
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}

_SETTLE = """() => document.getAnimations().forEach((one) => {
  if (one.effect.getTiming().iterations !== Infinity) one.finish();
})"""
"""A colour half-way to another one is none that anybody reads."""


_STATE = """() => [document.documentElement.outerHTML, innerWidth, innerHeight, devicePixelRatio,
  document.activeElement?.id, matchMedia("(prefers-color-scheme: dark)").matches,
  matchMedia("(forced-colors: active)").matches].join("\\n")"""
_faultless: set[int] = set()
"""Many tests leave the page as another one did: axe-core says the same of it."""


async def violations(page: Page) -> list[str]:
    """What axe-core finds in the pane as it stands, each with the first element that it is about."""
    return [one for frame in page.frames if "/pane/" in frame.url for one in await _found(frame)]


async def _found(frame: Frame) -> list[str]:
    await frame.evaluate(_SETTLE)
    state = hash(await frame.evaluate(_STATE))
    if state in _faultless:
        return []
    if not await frame.evaluate("typeof axe !== 'undefined'"):
        await frame.evaluate(_source())
    found = await frame.evaluate("(options) => axe.run(document, options)", _OPTIONS)
    if not found["violations"]:
        _faultless.add(state)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]} ({_why(one['nodes'][0])})" for one in found["violations"]]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(one["message"] for one in (*node["any"], *node["all"], *node["none"]))


@cache
def _source() -> str:
    return _AXE.read_text("utf-8")
