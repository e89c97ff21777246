"""The story without hands: a call, two linked records, yesterday's e-mail merged (A-31), wrap-up, two activities."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from simulators.demo.client import Client, button, elements, needed, plain, texts_of
from simulators.demo.house import Addresses
from simulators.demo.processes import DemoError
from simulators.demo.yesterday import MAIL, yesterday

STEP_SECONDS = 30.0
Say = Callable[[str], None]


class Story:
    """Elinor Dashwood's desk, driven over the same HTTP as the pane."""

    def __init__(self, addresses: Addresses, client: Client, say: Say) -> None:
        self._at = addresses
        self._client = client
        self._say = say
        self._token = ""

    async def play(self) -> None:
        """The whole story. Raises DemoError where something does not come about."""
        self._token = (await self._client.get(f"{self._at.entra}/_simulator/sso-token?user=elinor"))["token"]
        await self.act("customers.open")
        await self._client.post(f"{self._at.teams}/_simulator/install", {"user": "elinor"})
        await yesterday(self._client, self._at.contact_centre)
        self._say("Yesterday customers wrote and called; Marianne Dashwood took care of them.")
        begun = time.monotonic()
        await self._client.post(f"{self._at.contact_centre}/_simulator/call", {})
        self._say("Edward Ferrars calls; Elinor Dashwood answers.")
        card_id = await self.until("the card in the list Open", self._open_card)
        self._say(f"His card stands in the pane after {time.monotonic() - begun:.2f} s, and in her chat with the bot.")
        await self.until("the card in the chat", self._chat_card)
        await self._link(card_id, "salesforce:Contact:", "the Salesforce contact")
        await self._link(card_id, "dynamics:account:", "the Dynamics account")
        await self._merge(card_id)
        await self._client.post(f"{self._at.contact_centre}/_simulator/hang-up", {"wrapup": False})
        finish = await self.until("Finish wrap-up", lambda: self._button(card_id, "wrapup.finish"))
        notes = {"wrapup.notes": "Sent the invoice again.", "wrapup.disposition": "Resolved"}
        await self.act("wrapup.finish", finish["data"], notes)
        self._say("Edward hangs up; Elinor writes her notes and finishes wrap-up.")
        await self.until("two links to the activities", lambda: self._sent(card_id))
        self._say("The card says for both records: sent, with a link to the activity.")
        await self._show_written()

    # --- what Elinor does ---------------------------------------------------------------------------------------

    async def act(self, verb: str, data: dict[str, Any] | None = None, inputs: dict[str, str] | None = None) -> Any:
        """Press a button of the pane."""
        body = {"action": {"verb": verb, "data": data or {}, "inputs": inputs or {}}, "trigger": "manual"}
        headers = {"Authorization": f"Bearer {self._token}", "X-Language": "en", "X-Time-Zone": "Europe/London"}
        return await self._client.post(f"{self._at.service}/pane/action", body, **headers)

    async def _link(self, card_id: str, record: str, what: str) -> None:
        link = await self.until(f"Link beside {what}", lambda: self._button(card_id, "link.add", record=record))
        answer = await self.act("link.add", link["data"])
        if button(answer["value"], "link.remove", record=record) is None:
            raise DemoError(f"{what} does not read Linked")
        self._say(f"She links {what} ({link['data']['record']}).")

    async def _merge(self, card_id: str) -> None:
        """Edward mentions his e-mail: its card is suggested, with reasons, and becomes part of the open one (A-31)."""
        await self.act("merge.open", {"card": card_id})
        first = await self.until("the card of the e-mail among the suggestions", lambda: self._suggested(card_id))
        self._say("Edward mentions an e-mail. She opens Merge; first in the list stands:")
        for line in texts_of(first):
            self._say(f"   {line}")
        preview = await self.act("merge.preview", needed(first, "merge.preview")["data"])
        self._say("She looks at what will come together, and presses Merge.")
        confirm = needed(preview["value"], "merge.confirm")
        self._merged(await self.act("merge.confirm", confirm["data"]), "merged")
        await self.act("card.section", {"card": card_id, "section": "identities"})
        await self._take_back_and_again(card_id)

    async def _take_back_and_again(self, card_id: str) -> None:
        undo = await self.until("Take apart", lambda: self._button(card_id, "merge.undo"))
        self._merged(await self.act("merge.undo", undo["data"]), "merge_undone")
        again = await self.until("Merge again", lambda: self._button(card_id, "merge.undo", again="yes"))
        self._merged(await self.act("merge.undo", again["data"]), "merged_again")
        card = plain(await self._card(card_id))
        if MAIL not in card or "151" not in card:
            raise DemoError("number and address do not stand in one card")

    def _merged(self, answer: Any, code: str) -> None:
        notice = answer.get("notice") or {}
        if notice.get("code") != code or notice.get("kind") != "success":
            raise DemoError(f"instead of {code}: {notice.get('text') or notice}")
        self._say(f"Green box: {notice['text']}")

    # --- what she sees ------------------------------------------------------------------------------------------

    async def _card(self, card_id: str) -> Any:
        return (await self.act("card.refresh", {"card": card_id}))["value"]

    async def _open_card(self) -> str | None:
        shown = button((await self.act("customers.open"))["value"], "customers.show")
        return shown["data"]["card"] if shown else None

    async def _button(self, card_id: str, verb: str, **data: str) -> dict[str, Any] | None:
        card = await self._card(card_id)
        found = button(card, verb, **data)
        is_folded = button(card, "related.refresh") is None
        if found is None and is_folded and button(card, "card.section", section="related"):
            await self.act("card.section", {"card": card_id, "section": "related"})
        return found

    async def _suggested(self, card_id: str) -> dict[str, Any] | None:
        """The first of the suggestions, where it is that of the e-mail."""
        for one in elements(await self._card(card_id)):
            if str(one.get("id", "")).startswith("merge.candidate."):
                return one if MAIL in plain(one) else None
        return None

    async def _chat_card(self) -> bool:
        state = await self._client.get(f"{self._at.teams}/_simulator/state")
        return any("AdaptiveCard" in str(message) for message in elements(state["conversations"]))

    async def _sent(self, card_id: str) -> bool:
        card = await self._card(card_id)
        links = {one["url"] for one in elements(card) if one.get("type") == "Action.OpenUrl"}
        return sum("/Task/" in url or "etn=phonecall" in url for url in links) == 2

    async def until(self, what: str, look: Callable[[], Awaitable[Any]]) -> Any:
        """What `look` finds, as soon as it finds something. Raises DemoError after a while."""
        end = time.monotonic() + STEP_SECONDS
        while not (found := await look()):
            if time.monotonic() > end:
                raise DemoError(f"{what}: not there after {STEP_SECONDS:.0f} s")
            await asyncio.sleep(0.05)
        return found

    # --- what the CRMs hold -------------------------------------------------------------------------------------

    async def _show_written(self) -> None:
        tasks = await self._rows(self._at.salesforce, "Task")
        calls = await self._rows(self._at.dataverse, "phonecalls")
        self._say(f"Salesforce holds {len(tasks)} task:")
        for task in tasks:
            self._say(
                f"   {task.get('Subject')} · {task.get('Status')} · {task.get('WhoId')} · {task.get('Description')!r}"
            )
        self._say(f"Dynamics holds {len(calls)} phone call:")
        for call in calls:
            self._say(f"   {call['subject']} · state {call['statecode']} · {call['description']!r}")
        if len(tasks) != 1 or len(calls) != 1:
            raise DemoError("there is not exactly one activity in each CRM")
        if tasks[0].get("Status") != "Completed" or calls[0].get("statecode") != 1:
            raise DemoError("an activity is not completed")

    async def _rows(self, simulator: str, table: str) -> list[Any]:
        state = await self._client.get(f"{simulator}/_simulator/state")
        rows = state.get("records") or state["tables"]
        return list(rows.get(table, ()))
