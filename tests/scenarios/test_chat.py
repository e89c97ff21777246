"""The same card in the chat: Execute, its Submit fallback, and conflicts with the pane (B-05)."""

from __future__ import annotations

import re
import uuid

import pytest

from simulators.dataverse.schema import TABLES
from simulators.dataverse.seeds import link, seed_id
from simulators.demo.client import button
from simulators.salesforce.schema import SOBJECTS
from tests.scenarios.world import CONTACT, Agent, World


async def _ringing(world: World, elinor: Agent) -> str:
    await world.installs("elinor")
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await world.until(lambda: button(world.chat_card("elinor") or {}, "link.add", record=CONTACT), "Link in the chat")
    return card


@pytest.mark.parametrize("how", ["execute", "submit"])
async def test_every_execute_has_a_submit_fallback_that_works(world: World, elinor: Agent, how: str) -> None:
    await _ringing(world, elinor)
    record = button(world.chat_card("elinor"), "link.add", record=CONTACT)
    assert record is not None
    await world.presses_in_chat("elinor", "link.add", data={"record": record["data"]["record"]}, how=how)
    await world.happens("ended")
    await world.until(lambda: button(world.chat_card("elinor"), "wrapup.finish"), "Finish in the chat")
    inputs = {"wrapup.notes": "Written in the chat.", "wrapup.disposition": "Resolved"}
    await world.presses_in_chat("elinor", "wrapup.finish", inputs=inputs, how=how)
    await world.until(lambda: world.tasks() and "Written in the chat." in world.tasks()[0]["Description"], "the task")
    await world.idle()
    assert len(world.tasks()) == 1
    assert "/Task/" in str(world.chat_card("elinor"))


@pytest.mark.rule("B-05")
async def test_b05_notes_that_were_changed_elsewhere_are_not_overwritten(world: World, elinor: Agent) -> None:
    card = await _ringing(world, elinor)
    await elinor.unfolds(card, "wrap_up")
    stale = await elinor.button(card, "wrapup.save")
    await elinor.act("wrapup.save", stale["data"], wrapup__notes="From the pane.")
    answer = await elinor.act("wrapup.save", stale["data"], wrapup__notes="From a card that is older.")
    assert answer["notice"]["code"] == "changed_elsewhere"
    assert "From the pane." in str(await elinor.card(card))
    # The same words again are no conflict: there is nothing to lose.
    again = await elinor.act("wrapup.save", stale["data"], wrapup__notes="From the pane.")
    assert again["notice"]["code"] == "saved"


@pytest.mark.rule("B-11")
@pytest.mark.rule("B-12")
async def test_b12_tags_are_short_and_unique(world: World, elinor: Agent) -> None:
    card = await _ringing(world, elinor)
    await elinor.unfolds(card, "wrap_up")
    await elinor.presses(card, "tag.add", wrapup__tag="Invoice")
    assert (await elinor.presses(card, "tag.add", wrapup__tag="INVOICE"))["notice"]["code"] == "tag_exists"
    assert (await elinor.presses(card, "tag.add", wrapup__tag="x" * 51))["notice"]["code"] == "tag_too_long"
    assert (await elinor.presses(card, "wrapup.save", wrapup__notes="x" * 2001))["notice"]["code"] == "text_too_long"
    await elinor.presses(card, "tag.remove", {"tag": "Invoice"})
    assert button(await elinor.card(card), "tag.remove") is None


@pytest.mark.rule("P-07")
async def test_p07_any_record_is_found_by_text_in_both_crms_and_linked(world: World, elinor: Agent) -> None:
    card = await _ringing(world, elinor)
    await elinor.unfolds(card, "related")
    await elinor.presses(card, "link.search", search="Ferrars")
    await elinor.button(card, "link.add", record="salesforce:Account:")
    await elinor.presses(card, "link.add", {"record": "salesforce:Account:"})
    await elinor.button(card, "link.remove", record="salesforce:Account:")


@pytest.mark.rule("A-17")
@pytest.mark.rule("A-18")
@pytest.mark.rule("A-20")
async def test_a17_refresh_and_the_arrow_bring_what_is_related(world: World, elinor: Agent) -> None:
    card = await _ringing(world, elinor)
    await elinor.unfolds(card, "related")
    await elinor.presses(card, "related.expand", {"record": CONTACT})
    await elinor.button(card, "link.add", record="salesforce:Case:")
    await elinor.presses(card, "related.expand", {"record": CONTACT})
    assert button(await elinor.card(card), "link.add", record="salesforce:Case:") is None
    await elinor.presses(card, "related.refresh")
    await elinor.button(card, "link.add", record="salesforce:Case:")


@pytest.mark.rule("A-20")
@pytest.mark.parametrize("crm", ["salesforce", "dynamics"])
async def test_a20_long_lists_are_looked_through_page_by_page(world: World, elinor: Agent, crm: str) -> None:
    record = _many_cases(world, crm)
    card = await _ringing(world, elinor)
    await elinor.unfolds(card, "related")
    await elinor.presses(card, "related.expand", {"record": record})
    start, is_more, seen = 0, True, ""
    while is_more:
        line = re.compile(rf"^{start + 1} to (\d+) of (\d+)(\+?)$", re.MULTILINE)
        end, known, plus = await world.until(lambda line=line: _found(line, elinor, card), f"the page after {start}")
        seen += await elinor.text(card)
        is_more, start = bool(plus) or int(end) < int(known), int(end)
        if is_more:
            await elinor.presses(card, "related.more", {"record": record, "at": end})
    assert all(seen.count(title) == 1 for title in _CASES)
    back = await elinor.button(card, "related.more", record=record)
    await elinor.act("related.more", back["data"])
    assert f"\n{int(back['data']['at']) + 1} to " in await elinor.text(card)


async def _found(line: re.Pattern[str], elinor: Agent, card: str) -> tuple[str, ...] | None:
    found = line.search(await elinor.text(card))
    return found.groups() if found else None


_CASES = [f"Parcel number {number:02}" for number in range(30)]


def _many_cases(world: World, crm: str) -> str:
    """Of Edward, in one of the CRMs; his record there."""
    if crm == "dynamics":
        rows = TABLES["incident"]
        for title in _CASES:
            values = {"incidentid": str(uuid.uuid4()), "title": title, "customerid": link("contact/edward")}
            world.dataverse.store.load(rows, values)
        return f"dynamics:contact:{seed_id('contact/edward')}"
    edward = next(row["Id"] for row in world.org.records["Contact"].values() if row["Name"] == "Edward Ferrars")
    for title in _CASES:
        world.org.insert(SOBJECTS["Case"], {"Subject": title, "ContactId": edward})
    return CONTACT + edward


@pytest.mark.rule("P-09")
async def test_a_crm_that_does_not_answer_is_said_on_the_card(world: World, elinor: Agent) -> None:
    world.salesforce_faults.arm({"fault": "outage", "times": -1})
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.unfolds(card, "related")
    await elinor.button(card, "link.add", record="dynamics:contact:")  # the other CRM is not held up
    await world.until(lambda: _says(elinor, card, "Salesforce cannot be reached"), "the reason on the card")
    world.salesforce_faults.clear()


async def _says(elinor: Agent, card: str, words: str) -> bool:
    return words in await elinor.text(card)
