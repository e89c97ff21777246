"""Teams around the page, as far as the real TeamsJS needs it: a page at Teams' address that answers its messages.

The token comes from the stand-in for Entra, and so does every refusal, in the words in which Teams hands it on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import aiohttp
from playwright.async_api import Frame, Page, Route

from simulators.entra.people import ELINOR
from tests.pane.house import House

ADDRESS = "https://teams.microsoft.com/v2/"
HOST = """<!doctype html><title>Teams</title><body style="margin:0">
<script>
const context = { locale: "LOCALE", theme: "default", entityId: "customer-card", hostClientType: "web" };
const answers = {
  initialize: async () => ["FRAME", "web", "2.0.0"],
  getContext: async () => [context],
  "authentication.getAuthToken": async () => JSON.parse(await window.askEntra()),
};
addEventListener("message", async ({ data, source, origin }) => {
  const answer = answers[data?.func];
  if (answer) source.postMessage({ id: data.id, uuidAsString: data.uuidAsString, args: await answer() }, origin);
});
</script>
<iframe src="PANE" style="width:WIDTHpx;height:800px;border:0"></iframe>"""


@dataclass
class Teams:
    """The page in Teams, and who has signed in there."""

    house: House
    page: Page
    person: str = ELINOR.email
    asked: int = 0
    """How often the page wanted a token."""
    refusals: list[str] = field(default_factory=list)

    async def open(self, locale: str, frame: str = "content", width: int = 1200, query: str = "") -> None:
        """The tab, or the panel at the side of a chat or meeting, is opened; it may not have got anywhere yet."""
        body = HOST.replace("LOCALE", locale).replace("PANE", f"{self.house.url}/pane/{query}")
        body = body.replace("FRAME", frame).replace("WIDTH", str(width))

        async def host(route: Route) -> None:
            await route.fulfill(body=body, content_type="text/html")

        async def nowhere(route: Route) -> None:
            await route.fulfill(
                json={"validOrigins": ["teams.microsoft.com"]}, headers={"Access-Control-Allow-Origin": "*"}
            )

        await self.page.expose_function("askEntra", self._ask)
        await self.page.route(f"{ADDRESS}**", host)
        await self.page.route("https://res.cdn.office.net/**", nowhere)
        await self.page.goto(ADDRESS)

    @property
    def frame(self) -> Frame:
        """The page itself."""
        return self.page.frames[1]

    async def _ask(self) -> str:
        """What `getAuthToken()` is answered, as JSON."""
        self.asked += 1
        url = f"{self.house.entra_url}/_simulator/sso-token"
        async with aiohttp.ClientSession() as session, session.get(url, params={"user": self.person}) as answer:
            body = await answer.json()
        if answer.status == 200:
            return f'[true, "{body["token"]}"]'
        self.refusals.append(body["error_description"])
        return '[false, "' + body["error_description"].replace('"', "'") + '"]'
