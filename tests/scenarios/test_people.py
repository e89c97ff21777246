"""Who has the card (A-01), and agents who are not there yet (P-17)."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.contact_centre.scripts import MARIANNE
from simulators.entra.people import ELINOR
from tests.scenarios.world import Agent, Grounds, World, agent, built


@pytest.mark.rule("P-17")
async def test_p17_who_installs_later_finds_the_open_card_in_the_chat(world: World, elinor: Agent) -> None:
    await world.happens("accepted")
    await world.idle()
    assert world.chat_card("elinor") is None
    await world.installs("elinor")
    await world.until(lambda: world.chat_card("elinor"), "the card after the installation")


@pytest.mark.rule("P-17")
async def test_p17_an_agent_known_by_address_alone_is_matched_by_the_roster(world: World) -> None:
    stranger = {"id": "a-99", "email": ELINOR.email.upper()}
    call = world.script("call", agent=stranger)
    await world.installs("elinor")
    await world.happens("accepted", call)
    await world.until(lambda: world.chat_card("elinor"), "the card of the matched agent")


@pytest.mark.rule("A-01")
async def test_a01_only_agents_that_an_administrator_enabled_have_the_card(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with built(grounds, sqlite_url, tmp_path, access={"agents": [ELINOR.email]}) as world:
        assert (await agent(world, "elinor").act("customers.open"))["statusCode"] == 200
        with pytest.raises(AssertionError, match="403"):
            await agent(world, "marianne").act("customers.open")


@pytest.mark.rule("A-01")
async def test_a01_no_card_comes_to_the_chat_of_an_agent_who_is_not_enabled(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with built(grounds, sqlite_url, tmp_path, access={"agents": [ELINOR.email]}) as world:
        for name in ("elinor", "marianne"):
            await world.installs(name)
        await world.happens("accepted", world.script("hers", agent=dict(MARIANNE)))
        await world.happens("accepted")
        await world.until(lambda: world.chat_card("elinor"), "the card of the enabled agent")
        await world.idle()
        assert world.chat_card("marianne") is None


@pytest.mark.rule("A-11")
async def test_a11_without_a_crm_nothing_is_said_of_records(grounds: Grounds, sqlite_url: str, tmp_path: Path) -> None:
    async with built(grounds, sqlite_url, tmp_path, crm={}) as world:
        elinor = agent(world, "elinor")
        await elinor.act("customers.open")
        await world.happens("accepted")
        card = await elinor.card(await elinor.first_card())
        assert "link." not in str(card)
        assert "section.related" not in str(card)


@pytest.mark.rule("A-22")
async def test_a22_a_new_channel_makes_another_card_and_a_known_one_does_not(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    await world.happens("accepted")
    await world.happens("accepted", world.script("again"))
    await world.idle()
    assert len(await elinor.open_cards()) == 1
    await world.happens("accepted", world.script("text", "sms"))
    await world.idle()
    assert len(await elinor.open_cards()) == 2


async def test_another_agent_cannot_write_into_a_leg_that_is_not_theirs(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    link = await elinor.button(card, "link.add", record="salesforce:Contact:")
    marianne = agent(world, "marianne")
    answer = await marianne.act("link.add", link["data"])
    assert answer["notice"]["kind"] == "warning"
    assert "link.remove" not in str(await elinor.card(card))


@pytest.mark.rule("B-16")
@pytest.mark.rule("B-19")
async def test_b16_close_moves_the_customer_to_recent_and_back(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.presses(card, "card.close")
    assert await elinor.open_cards() == []
    assert card in str((await elinor.act("customers.recent"))["value"])
    await elinor.act("customers.show", {"card": card})
    assert await elinor.open_cards() == [card]


@pytest.mark.rule("B-17")
async def test_b17_close_keeps_what_was_typed(world: World, elinor: Agent) -> None:
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.unfolds(card, "wrap_up")
    await elinor.presses(card, "card.close", wrapup__notes="Typed, never saved.")
    await elinor.act("customers.show", {"card": card})
    assert "Typed, never saved." in str(await elinor.card(card))
