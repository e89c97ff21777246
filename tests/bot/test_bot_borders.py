"""Hosts, sizes and development mode."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request
from bot_house import House, open_house
from hypothesis import given
from hypothesis import strategies as st

from bot.activities import SIZE_LIMIT, card_message, serialised, text_message, utf16_size
from bot.auth import AuthError, LoopbackGate, TokenGate
from bot.delivery import TooLarge
from bot.hosts import ServiceHosts, is_loopback_url
from bot.wiring import BotSettings, make_bot
from simulators.kit.tls import Authority


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://SMBA.trafficmanager.net/amer", True),
        ("https://smba.infra.gcc.teams.microsoft.com/x", True),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://evil.example/smba.trafficmanager.net", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://user:pass@smba.trafficmanager.net/", False),
        ("https://evilteams.microsoft.com/", False),
        ("https://teams.microsoft.com/", False),
        ("https://127.0.0.1/", False),
        ("ftp://smba.trafficmanager.net/", False),
        ("//smba.trafficmanager.net/", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_the_token_goes_to_microsofts_hosts_alone(url: str, allowed: bool) -> None:
    assert ServiceHosts().allows(url) is allowed


def test_loopback_counts_where_it_is_listed_with_or_without_tls() -> None:
    hosts = ServiceHosts(["127.0.0.1"])
    assert hosts.allows("http://127.0.0.1:8080/")
    assert hosts.allows("https://127.0.0.1:8080/")
    assert not hosts.allows("http://127.0.0.2:8080/")


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_host(url: str) -> None:
    assert ServiceHosts().allows(url) is False
    assert is_loopback_url("https://" + url) in (True, False)


@pytest.mark.parametrize("character", ["x", "é", "客", "😀"])
def test_a_message_is_measured_in_utf16(character: str) -> None:
    units = len(character.encode("utf-16-le"))
    frame = utf16_size(orjson.dumps(text_message("")))
    fits = (SIZE_LIMIT - frame) // units
    assert utf16_size(serialised(text_message(character * fits))) <= SIZE_LIMIT
    with pytest.raises(TooLarge):
        serialised(text_message(character * (fits + 1)))


def test_a_card_message_is_the_card_and_what_notifications_say() -> None:
    message = card_message({"type": "AdaptiveCard"}, "Edward Ferrars calls")
    assert message == {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}
        ],
        "summary": "Edward Ferrars calls",
    }


def test_a_card_as_json_makes_the_same_message() -> None:
    card = {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": "Zoë"}]}
    assert serialised(card_message(orjson.dumps(card), "Zoë")) == serialised(card_message(card, "Zoë"))


@pytest.fixture
def development(authority: Authority) -> Iterator[House]:
    with open_house(authority, development=True) as house:
        yield house


def test_in_development_this_machine_needs_no_token(development: House) -> None:
    assert development.post(development.invoke(), "").status_code == 200


@pytest.mark.parametrize(
    "url", ["https://smba.trafficmanager.net/emea/", "http://192.0.2.1/", "http://127.0.0.1.evil.example/", "", None, 3]
)
def test_in_development_answers_go_nowhere_but_to_this_machine(development: House, url: object) -> None:
    assert development.post(development.invoke(serviceUrl=url), "").status_code == 401
    assert development.desk.acted == []


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"])
def test_in_development_a_proxys_callers_are_refused(development: House, name: str) -> None:
    assert development.post(development.invoke(), "", **{name: "203.0.113.7"}).status_code == 401


def test_in_development_a_page_under_another_name_is_refused(development: House) -> None:
    assert development.post(development.invoke(), "", Host="evil.example").status_code == 401


@pytest.mark.parametrize("peer", ["192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", "", None])
async def test_in_development_another_machine_is_refused(peer: str | None) -> None:
    request = make_mocked_request("POST", "/api/messages", headers={"Host": "127.0.0.1"}).clone(remote=peer or "")
    with pytest.raises(AuthError) as caught:
        await LoopbackGate().admit(request)
    assert caught.value.status == 401


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "127.8.9.10"])
async def test_in_development_every_loopback_address_is_this_machine(peer: str) -> None:
    request = make_mocked_request("POST", "/api/messages", headers={"Host": "localhost:3978"}).clone(remote=peer)
    assert (await LoopbackGate().admit(request)).service_url == ""


def test_a_gate_for_tokens_needs_the_bots_id(shared_house: House) -> None:
    with pytest.raises(ValueError, match="app id"):
        TokenGate("", None, ServiceHosts())  # type: ignore[arg-type]


@pytest.mark.parametrize("settings", [BotSettings(), BotSettings(tenant_id="t", credential="s")])
def test_without_an_app_id_there_is_no_bot_but_in_development(shared_house: House, settings: BotSettings) -> None:
    with pytest.raises(ValueError, match="app id"):
        make_bot(settings, None, shared_house.desk, shared_house.directory, shared_house.short_cards)  # type: ignore[arg-type]


def test_a_secret_is_not_shown_with_the_settings() -> None:
    assert "hunter2" not in repr(BotSettings(app_id="a", credential="hunter2"))


def test_warmed_up_the_bot_has_its_keys(house: House) -> None:
    house.run(house.bot.warm_up())
    house.entra.faults.arm({"fault": "outage", "times": -1})
    assert house.post(house.invoke()).status_code == 200


def test_the_bot_is_mounted_where_teams_calls_it(shared_house: House) -> None:
    (route,) = shared_house.bot.endpoint.routes()
    assert (route.method, route.path) == ("POST", "/api/messages")
