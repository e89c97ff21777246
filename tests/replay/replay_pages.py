"""Real pages in Chromium: somebody types in them all the time, and everything that is shown is written down."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Locator, Page

from simulators.entra.people import Person
from tests.browser.stage import windowed
from tests.kill.kill_house import House
from tests.replay.replay_judge import Seen

_FIELDS = ("wrapup.notes", "comment.text")
_WORDS = "She would like a copy of the invoice of May, and a call back before noon. "
_KEY_SECONDS = (0.06, 0.3)
_COLLECTIONS = 12
_WATCH = """
window.replay = { shown: [], broken: [], typed: 0, expected: null };
{
  const { replay } = window;
  const stands = (at) => ({ input: at.dataset.input, value: at.value, from: at.selectionStart, to: at.selectionEnd });
  const check = () => {
    const field = document.activeElement;
    if (!replay.expected || !field) return;
    const wanted = JSON.stringify(replay.expected), found = JSON.stringify(stands(field));
    if (wanted === found) return;
    replay.broken.push(`${wanted} has become ${found}`);
    replay.expected = field.dataset.input ? stands(field) : null;
  };
  replay.begin = () => (replay.expected = stands(document.activeElement));
  replay.end = () => (check(), (replay.expected = null));
  addEventListener("input", (event) => {
    if (!event.isTrusted || !replay.expected) return;
    replay.typed += 1;
    replay.expected = stands(event.target);
  }, { capture: true });
  setInterval(check, 10);
  const look = () => {
    check();
    const { shown, version } = document.querySelector("#sheet")?.dataset ?? {};
    const last = replay.shown.at(-1);
    if (shown && (last?.[1] !== shown || last?.[2] !== version)) replay.shown.push([Date.now() / 1000, shown, version]);
  };
  addEventListener("DOMContentLoaded", () =>
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true }));
}
"""
SPOILT = """
{
  // Hears of no change.
  const fetched = window.fetch;
  const drop = () => new TransformStream({
    transform(chunk, out) {
      const text = new TextDecoder().decode(chunk);
      if (!text.includes("event: change")) out.enqueue(chunk);
    },
  });
  window.fetch = async (address, options) => {
    const answer = await fetched(address, options);
    return String(address).endsWith("events") ? new Response(answer.body.pipeThrough(drop()), answer) : answer;
  };
  // Keeps every card, and more of them.
  window.hoard = [];
  const read = Response.prototype.json;
  let last = {};
  Response.prototype.json = async function () { return (last = await read.call(this)); };
  setInterval(() => window.hoard.push(structuredClone(last)), 50);
  // Writes into what is being typed.
  setInterval(() => { if (document.activeElement?.matches("textarea")) document.activeElement.value += "!"; }, 3000);
}
"""
"""Ways to spoil a page on purpose: a judge that does not notice them is no judge."""


class TypingPage:
    """One agent's page."""

    def __init__(self, page: Page, person: Person, seed: int) -> None:
        self._page, self._dice = page, random.Random(seed)
        self.person = person
        self.heaps: list[int] = []
        self.errors: list[str] = []
        self.fields = 0
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def open(self, house: House) -> None:
        """A card is there, with its fields."""
        await self._page.goto(f"{house.service}/pane/?user={self.person.email}")
        await self._page.locator("#customer\\.name").wait_for()

    async def type(self) -> None:
        """Types until it is cancelled: a text into a field, which is sent, and then the next one."""
        while True:
            for name in _FIELDS:
                field = self._page.locator(f"[data-input='{name}']")
                if await field.count() == 0:
                    await self._unfold({"wrapup.notes": "wrap_up", "comment.text": "comments"}[name])
                    continue
                await self._write(field, name)

    async def _unfold(self, section: str) -> None:
        head = self._page.locator(f"[id='section.{section}'][aria-expanded='false']")
        if await head.count():
            await head.click()
        await asyncio.sleep(0.2)

    async def _write(self, field: Locator, name: str) -> None:
        await field.focus()
        await self._page.keyboard.press("Control+End")
        await self._page.evaluate("replay.begin()")
        try:
            for letter in _WORDS[: self._dice.randrange(20, len(_WORDS))]:
                await self._page.keyboard.type(letter)
                await asyncio.sleep(self._dice.uniform(*_KEY_SECONDS))
        finally:
            await self._page.evaluate("replay.end()")
        self.fields += 1
        await self._page.keyboard.press("Enter" if name == "comment.text" else "Control+Enter")
        if len(await field.input_value()) > 1200:
            await field.fill("")

    async def measure(self) -> None:
        """How much the page holds after forced collections, until one more frees nothing to speak of, in bytes.

        Compiled code that has not run for a while goes after several collections only.
        """
        session = await self._page.context.new_cdp_session(self._page)
        used, before = 0, 0
        for _ in range(_COLLECTIONS):
            await session.send("HeapProfiler.collectGarbage")
            used = int((await session.send("Runtime.getHeapUsage"))["usedSize"])
            if before and used > 0.99 * before:
                break
            before = used
        await session.detach()
        self.heaps.append(used)

    async def told(self) -> tuple[list[Seen], Sequence[str], int]:
        """What was before the agent when, what changed under their hands, and how many letters they typed."""
        found: dict[str, Any] = await self._page.evaluate("replay")
        seen = [Seen(at, card, float(version)) for at, card, version in found["shown"]]
        return seen, found["broken"], found["typed"]


@asynccontextmanager
async def typing_page(browser: Browser, person: Person, seed: int, spoilt: str = "") -> AsyncIterator[TypingPage]:
    """A page in a browser of its own, not opened yet."""
    async with windowed(browser, ignore_https_errors=True) as window:
        page = await window.new_page()
        await page.add_init_script(_WATCH + spoilt)
        yield TypingPage(page, person, seed)
