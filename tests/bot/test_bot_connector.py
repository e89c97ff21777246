"""Out to Teams: ids, errors, retries, tokens and the one session, against the Teams and Entra stand-ins."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from bot_house import House, card, msal_tokens, shared_issuer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.activities import SIZE_LIMIT, card_message, text_message
from bot.connector import ConnectorClient
from bot.credentials import MsalTokens
from bot.delivery import (
    DeliveryRejected,
    DeliveryRetry,
    MessageGone,
    NotAuthorised,
    NotInstalled,
    TooLarge,
)
from bot.hosts import ServiceHosts
from bot.limiter import Limiter
from bot.ports import Conversation
from simulators.entra.app import Entra
from simulators.entra.grants import Client
from simulators.entra.people import BOT_APP_ID, ELINOR, TENANT_ID
from simulators.kit.server import ADDRESS, JOURNAL, hang_up, running
from simulators.kit.tls import Authority


@dataclass
class Line:
    """A connector of the test's own, in the test's loop, to the house's Teams."""

    house: House
    connector: ConnectorClient
    tokens: MsalTokens
    session: aiohttp.ClientSession
    slept: list[float] = field(default_factory=list)

    @property
    def chat(self) -> Conversation:
        chat = self.house.teams.chats.with_member(ELINOR.oid)
        assert chat is not None
        chat.is_installed = True
        return Conversation(self.house.service_url, chat.id, TENANT_ID)

    def calls(self) -> list[tuple[str, int]]:
        return [(entry["method"], entry["status"]) for entry in self.house.teams.app[JOURNAL]]

    def token_requests(self) -> int:
        return sum(entry["method"] == "POST" for entry in self.house.entra.app[JOURNAL])


@pytest.fixture
async def line(house: House, authority: Authority) -> AsyncIterator[Line]:
    tokens = msal_tokens(_entra_url(house), authority)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=authority.client_context())) as session:
        made = Line(house, None, tokens, session)  # type: ignore[arg-type]

        async def sleep(seconds: float) -> None:
            made.slept.append(seconds)

        made.connector = ConnectorClient(
            session, tokens, ServiceHosts(["127.0.0.1"]), app_id=BOT_APP_ID, timeout=2, sleep=sleep
        )
        yield made
    await tokens.close()
    await hang_up(asyncio.get_running_loop())


def _entra_url(house: House) -> str:
    return house.entra.app[ADDRESS].url


async def test_a_message_is_sent_changed_and_deleted_under_its_id(line: Line) -> None:
    chat = await line.connector.create_conversation(line.chat.service_url, ELINOR.oid, TENANT_ID)
    assert chat == line.chat
    message_id = await line.connector.send(chat, card_message(card("first"), "Elinor calls", alert=True))
    await line.connector.update(chat, message_id, card_message(card("second")))
    held = line.house.teams.chats.chat(chat.id)
    assert held is not None
    versions = [version["activity"] for version in held.messages[message_id].versions]
    assert [one["attachments"][0]["content"]["body"][0]["text"] for one in versions] == ["first", "second"]
    assert versions[0]["summary"] == "Elinor calls"
    assert versions[0]["channelData"] == {"notification": {"alert": True}}
    await line.connector.delete(chat, message_id)
    with pytest.raises(MessageGone):
        await line.connector.update(chat, message_id, text_message("too late"))


async def test_a_member_is_described_by_oid_name_and_email(line: Line) -> None:
    member = await line.connector.member(line.chat, ELINOR.oid)
    assert (member.oid, member.name, member.email) == (ELINOR.oid, ELINOR.name, ELINOR.email)
    assert member.id.startswith("29:")


@pytest.mark.parametrize("fault", ["throttled", "precondition_failed"])
async def test_429_and_412_are_tried_again(line: Line, fault: str) -> None:
    line.house.teams.faults.arm({"fault": fault, "times": 2})
    await line.connector.send(line.chat, text_message("x"))
    assert [method for method, _ in line.calls()] == ["POST"] * 3
    assert len(line.slept) == 2
    assert line.slept[0] < line.slept[1] < 2


async def test_retry_after_is_obeyed_where_it_is_short(line: Line) -> None:
    line.house.teams.faults.arm({"fault": "throttled", "retry_after": 3})
    await line.connector.send(line.chat, text_message("x"))
    assert line.slept == [3.0]


async def test_a_long_retry_after_is_left_to_the_caller(line: Line) -> None:
    line.house.teams.faults.arm({"fault": "throttled", "retry_after": 30})
    with pytest.raises(DeliveryRetry) as caught:
        await line.connector.send(line.chat, text_message("x"))
    assert (caught.value.status, caught.value.retry_after, caught.value.outcome_unknown) == (429, 30.0, False)
    assert line.slept == []


async def test_tries_end(line: Line) -> None:
    line.house.teams.faults.arm({"fault": "throttled", "times": -1})
    with pytest.raises(DeliveryRetry):
        await line.connector.send(line.chat, text_message("x"))
    assert line.calls() == [("POST", 429)] * 3


@pytest.mark.parametrize("fault", ["bad_gateway", "gateway_timeout"])
async def test_a_gateways_error_is_tried_again_for_a_change_but_not_for_a_new_message(line: Line, fault: str) -> None:
    message_id = await line.connector.send(line.chat, text_message("x"))
    line.house.teams.faults.arm({"fault": fault, "times": 2})
    await line.connector.update(line.chat, message_id, text_message("y"))
    line.house.teams.faults.arm({"fault": fault})
    with pytest.raises(DeliveryRetry) as caught:
        await line.connector.send(line.chat, text_message("z"))
    assert caught.value.outcome_unknown


@pytest.mark.parametrize("fault", [{"fault": "outage"}, {"fault": "outage", "html": True}])
async def test_an_outage_is_the_callers_to_wait_for(line: Line, fault: dict[str, Any]) -> None:
    line.house.teams.faults.arm(fault)
    with pytest.raises(DeliveryRetry) as caught:
        await line.connector.send(line.chat, text_message("x"))
    assert caught.value.status == 503


@pytest.mark.parametrize("fault", ["refused", "answer_lost", "timeout"])
async def test_no_answer_is_a_retry_of_unknown_outcome(line: Line, fault: str) -> None:
    line.house.teams.faults.arm({"fault": fault})
    with pytest.raises(DeliveryRetry) as caught:
        await line.connector.send(line.chat, text_message("x"))
    assert (caught.value.status, caught.value.outcome_unknown) == (0, True)


async def test_a_connection_that_is_not_made_has_a_known_outcome(line: Line) -> None:
    nowhere = Conversation("https://127.0.0.1:1/", "a:1", TENANT_ID)
    with pytest.raises(DeliveryRetry) as caught:
        await line.connector.send(nowhere, text_message("x"))
    assert not caught.value.outcome_unknown


@pytest.mark.rule("P-17")
async def test_p17_who_has_not_installed_the_app_is_told_apart(line: Line) -> None:
    chat = line.chat
    line.house.teams.chats.with_member(ELINOR.oid).is_installed = False  # type: ignore[union-attr]
    with pytest.raises(NotInstalled) as caught:
        await line.connector.send(chat, text_message("x"))
    assert caught.value.code == "BotNotInConversationRoster"
    with pytest.raises(NotInstalled):
        await line.connector.create_conversation(chat.service_url, ELINOR.oid, TENANT_ID)
    with pytest.raises(NotInstalled):
        await line.connector.send(Conversation(chat.service_url, "a:unknown", TENANT_ID), text_message("x"))


async def test_a_message_that_is_too_large_is_not_even_sent(line: Line) -> None:
    with pytest.raises(TooLarge):
        await line.connector.send(line.chat, text_message("é" * (SIZE_LIMIT // 2)))
    assert line.calls() == []


async def test_a_message_that_teams_finds_too_large_is_told_apart(line: Line) -> None:
    raw = b'{"type":"message","text":"' + b"x" * SIZE_LIMIT + b'"}'
    with pytest.raises(TooLarge):
        await line.connector.send(line.chat, raw)
    assert line.calls() == [("POST", 413)]


async def test_a_message_that_teams_does_not_understand_is_rejected(line: Line) -> None:
    with pytest.raises(DeliveryRejected):
        await line.connector.send(line.chat, {"text": "no type"})
    assert line.calls() == [("POST", 400)]


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "https://127.0.0.1@evil.example/", "http://smba.trafficmanager.net/emea/", "", "x"]
)
async def test_the_token_is_never_sent_to_a_host_that_is_not_listed(line: Line, url: str) -> None:
    with pytest.raises(DeliveryRejected):
        await line.connector.send(Conversation(url, "a:1", TENANT_ID), text_message("x"))
    assert line.token_requests() == 0


async def test_errors_say_status_and_code_and_nothing_of_the_message(line: Line) -> None:
    line.house.teams.faults.arm({"fault": "forbidden"})
    with pytest.raises(NotInstalled) as caught:
        await line.connector.send(line.chat, text_message("Edward Ferrars"))
    assert str(caught.value) == "send: 403 ForbiddenOperationException"


async def test_fifty_calls_at_once_ask_for_one_token(line: Line) -> None:
    people = [line.connector.member(line.chat, ELINOR.oid) for _ in range(14)]
    assert len(await asyncio.gather(*people)) == 14
    assert len(set(await asyncio.gather(*(line.tokens.token() for _ in range(50))))) == 1
    assert line.token_requests() == 1


async def test_messages_go_over_the_connections_of_one_session(line: Line, house: House) -> None:
    chat = line.chat
    message_id = await line.connector.send(chat, text_message("x"))
    for number in range(5):
        await line.connector.update(chat, message_id, text_message(str(number)))
    connector = line.session.connector
    assert connector is not None
    assert sum(len(idle) for idle in connector._conns.values()) == 1


async def test_a_token_that_is_not_taken_is_renewed_once(line: Line) -> None:
    line.house.teams.faults.arm({"fault": "token_expired"})
    await line.connector.send(line.chat, text_message("x"))
    assert line.calls() == [("POST", 401), ("POST", 201)]
    assert line.token_requests() == 2


async def test_a_bot_that_is_never_let_in_says_so(line: Line) -> None:
    line.house.teams.faults.arm({"fault": "token_expired", "times": -1})
    with pytest.raises(NotAuthorised) as caught:
        await line.connector.send(line.chat, text_message("x"))
    assert caught.value.retry_after == 60
    assert line.calls() == [("POST", 401)] * 2


async def test_a_wrong_secret_is_not_authorised_and_entra_is_not_hammered(house: House, authority: Authority) -> None:
    tokens = msal_tokens(_entra_url(house), authority, "wrong")
    for _ in range(5):
        with pytest.raises(NotAuthorised):
            await tokens.token()
    await tokens.close()
    asked = [entry for entry in house.entra.app[JOURNAL] if entry["method"] == "POST"]
    assert [entry["status"] for entry in asked] == [401]


async def test_a_slow_entra_holds_up_nothing_else(line: Line) -> None:
    line.house.entra.faults.arm({"fault": "slow", "seconds": 0.5, "method": "POST"})
    ticks = 0
    waiting = asyncio.create_task(line.tokens.token())
    while not waiting.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 15


async def test_a_token_is_renewed_before_it_ends_and_the_old_one_bridges_an_outage(
    house: House, authority: Authority
) -> None:
    now = [0.0]
    tokens = MsalTokens(
        BOT_APP_ID,
        f"{_entra_url(house)}/{TENANT_ID}",
        "bot-secret-of-the-stand-in",
        ca_file=str(authority.ca_file),
        instance_discovery=False,
        clock=lambda: now[0],
    )
    first = await tokens.token()
    now[0] = 3000.0
    assert await tokens.token() == first
    house.entra.faults.arm({"fault": "outage", "times": 1, "method": "POST"})
    tokens._application.remove_tokens_for_client()
    now[0] = 3400.0
    assert await tokens.token() == first
    now[0] = 3406.0
    assert await tokens.token() != first
    await tokens.close()


async def test_a_call_over_our_own_limits_is_not_even_made(line: Line) -> None:
    limiter = Limiter(patience=0.5, clock=lambda: 0.0)
    careful = ConnectorClient(line.session, line.tokens, ServiceHosts(["127.0.0.1"]), limiter=limiter)
    for _ in range(7):
        await careful.send(line.chat, text_message("x"))
    with pytest.raises(DeliveryRetry) as caught:
        await careful.send(line.chat, text_message("x"))
    assert caught.value.retry_after is not None
    assert 1 <= caught.value.retry_after < 2
    assert not caught.value.outcome_unknown
    assert len(line.calls()) == 7


def _certificate() -> tuple[dict[str, str], str]:
    """msal's mapping of a certificate, and the certificate as an administrator uploads it."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bot")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    made = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = made.public_bytes(serialization.Encoding.PEM).decode()
    return {"private_key": private.decode(), "thumbprint": made.fingerprint(hashes.SHA1()).hex()}, public


async def test_a_bot_proves_itself_with_a_certificate_too(authority: Authority) -> None:
    credential, public = _certificate()
    entra = Entra([Client(BOT_APP_ID, certificate=public)], issuer=shared_issuer())
    with running(entra.app, tls=authority) as url:
        tokens = MsalTokens(
            BOT_APP_ID, f"{url}/{TENANT_ID}", credential, ca_file=str(authority.ca_file), instance_discovery=False
        )
        assert (await tokens.token()).count(".") == 2
        await tokens.close()
