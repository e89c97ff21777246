"""Customers and links in conversations, through the whole product: the message extension and link previews."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.extension import COMMAND, PARAMETER
from simulators.entra.people import MARIANNE
from tests.scenarios.world import Agent, Grounds, World, agent, built

PAGE = "https://cards.contoso.example"


@pytest.fixture
async def world(grounds: Grounds, database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    service = {"port": 0, "management_port": 0, "country": "DE", "public_url": PAGE}
    access = {"agents": ["elinor.dashwood@contoso.example"]}
    async with built(grounds, database_url, tmp_path, service=service, access=access) as made:
        yield made


async def asks(world: World, hand: str, **order: Any) -> dict[str, Any]:
    """What the person is shown, which their client can show."""
    order = {"user": "elinor", **order}
    async with world.session.post(f"{world.urls['teams']}/_simulator/{hand}", json=order) as answer:
        found = await answer.json()
    assert (found["status"], found["refused"]) == (200, ""), found
    shown: dict[str, Any] = found["body"]["composeExtension"]
    return shown


async def shown_for(world: World, url: str, user: str = "elinor") -> list[str]:
    """The words of the card that a link becomes; nothing where it stays a link."""
    attachments = (await asks(world, "paste", url=url, user=user))["attachments"]
    return [item["text"] for one in attachments for item in one["content"]["body"]]


async def called(world: World) -> str:
    """The card of a call that Elinor has taken; she has signed in, so her address is known."""
    elinor: Agent = agent(world, "elinor")
    await elinor.act("customers.open")
    await world.happens("accepted")
    return await elinor.first_card()


async def test_a_customer_is_found_posted_and_opened_from_the_conversation(world: World) -> None:
    card = await called(world)
    for asked in ({}, {"text": "ferrars"}, {"text": "+49 151"}):
        (found,) = (await asks(world, "find", command=COMMAND, parameter=PARAMETER, **asked))["attachments"]
        assert found["preview"]["content"]["title"] == "Edward Ferrars"
    (posted,) = (await asks(world, "choose", value=found["preview"]["content"]["tap"]["value"]))["attachments"]
    link = urlsplit(posted["content"]["actions"][0]["url"])
    assert (link.netloc, link.path.startswith("/l/entity/")) == ("teams.microsoft.com", True)
    told = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert told == {"context": f'{{"subEntityId":"{card}"}}', "webUrl": f"{PAGE}/pane/?card={card}"}
    assert await shown_for(world, told["webUrl"]) == ["Edward Ferrars", posted["content"]["body"][1]["text"]]


@pytest.mark.rule("A-01")
async def test_a01_links_are_shown_to_agents_alone(world: World) -> None:
    card = await called(world)
    edward = next(iter(world.org.records["Contact"]))
    links = [f"{PAGE}/pane/?card={card}", f"{world.urls['salesforce']}/lightning/r/Contact/{edward}/view"]
    assert all([await shown_for(world, link) for link in links])
    assert not any([await shown_for(world, link, MARIANNE.email) for link in links])
    refused = await asks(world, "find", command=COMMAND, parameter=PARAMETER, text="ferrars", user=MARIANNE.email)
    assert refused["type"] == "message"


@pytest.mark.rule("E-11", "B-25")
async def test_e11_what_is_switched_off_is_not_posted_either(grounds: Grounds, sqlite_url: str, tmp_path: Path) -> None:
    service = {"port": 0, "management_port": 0, "country": "DE", "public_url": PAGE}
    off = {"sections": ["current", "wrap_up"], "profile_fields": ["name"]}
    async with built(grounds, sqlite_url, tmp_path, service=service, cards=off) as world:
        card = await called(world)
        record = f"{world.urls['salesforce']}/{next(iter(world.org.records['Contact']))}"
        assert await shown_for(world, record) == []
        assert await shown_for(world, f"{PAGE}/pane/?card={card}") == ["Edward Ferrars", "Customer card"]


async def test_records_of_both_crms_are_shown_and_unknown_links_stay_links(world: World) -> None:
    await agent(world, "elinor").act("customers.open")
    edward = next(iter(world.org.records["Contact"]))
    salesforce, dynamics = world.urls["salesforce"], world.urls["dataverse"]
    account = world.dataverse.state()["tables"]["accounts"][0]
    record = f"{dynamics}/main.aspx?pagetype=entityrecord&etn=account&id={account['accountid']}"
    assert (await shown_for(world, record))[1] == "Account · Dynamics 365"
    assert (await shown_for(world, f"{salesforce}/{edward}"))[1] == "Contact · Salesforce"
    for link in (
        f"{salesforce}/lightning/r/Contact/003000000000000AAA/view",
        f"{salesforce}/lightning/o/Contact/list",
        f"{dynamics}/main.aspx?pagetype=entityrecord&etn=account&id={'0' * 32}",
        f"{PAGE}/pane/?card={'0' * 32}",
        f"{PAGE}/pane/",
        "https://contoso.example/",
    ):
        assert await shown_for(world, link) == [], link


async def test_a_crm_that_is_slow_or_down_leaves_the_link_a_link_before_teams_gives_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.short_cards.CRM_SECONDS", 0.2)
    await agent(world, "elinor").act("customers.open")
    link = f"{world.urls['salesforce']}/{next(iter(world.org.records['Contact']))}"
    for fault in ({"fault": "timeout", "times": -1, "seconds": 5}, {"fault": "outage", "times": -1}):
        world.salesforce_faults.arm(fault)
        assert await shown_for(world, link) == []
        world.salesforce_faults.clear()
