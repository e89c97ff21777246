"""Who may call the bot: every case of a wrong token, over real HTTP, against published keys."""

from __future__ import annotations

import base64
import time
from typing import Any

import jwt
import pytest
from bot_house import House, open_house

from simulators.entra.people import BOT_APP_ID
from simulators.kit.tls import Authority


@pytest.fixture
def bot(shared_house: House) -> House:
    shared_house.desk.acted.clear()
    return shared_house


def _refused(house: House, token: str) -> bool:
    answer = house.post(house.invoke(), token)
    return answer.status_code == 401 and not house.desk.acted


def test_a_good_token_is_let_in(bot: House) -> None:
    answer = bot.post(bot.invoke())
    assert answer.status_code == 200
    assert len(bot.desk.acted) == 1


def test_no_header_is_401(bot: House) -> None:
    assert _refused(bot, "")


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "bearer x y", "Negotiate abc"])
def test_another_scheme_or_an_empty_token_is_401(bot: House, header: str) -> None:
    assert bot.post(bot.invoke(), "", Authorization=header).status_code == 401


_GARBAGE = ["garbage", "a.b.c", "...", "e30.e30.e30", "bnVsbA.e30.", "W10.e30.", "Ã©", "x" * 7_000]


@pytest.mark.parametrize("token", _GARBAGE)
def test_garbage_is_401(bot: House, token: str) -> None:
    assert _refused(bot, token)


def test_a_wrong_audience_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(app_id="somebody-else"))


def test_a_missing_audience_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(claims={"aud": None}))


def test_a_wrong_issuer_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(claims={"iss": "https://evil.example"}))


def test_a_missing_issuer_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(claims={"iss": None}))


def test_a_bad_signature_is_401(bot: House) -> None:
    head, body, signature = bot.token().split(".")
    assert _refused(bot, f"{head}.{body}.{signature[:-8]}AAAAAAAA")


def test_changed_claims_are_401(bot: House) -> None:
    head, _, signature = bot.token().split(".")
    _, other, _ = bot.token(claims={"exp": int(time.time()) + 9999}).split(".")
    assert _refused(bot, f"{head}.{other}.{signature}")


def test_a_key_that_nobody_publishes_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(key="unknown"))


def test_a_wrong_key_under_a_published_id_is_401(bot: House) -> None:
    kid = bot.entra.issuer.bot_framework.current.kid
    claims = jwt.decode(bot.token(), options={"verify_signature": False})
    assert _refused(bot, jwt.encode(claims, bot.entra.issuer.unendorsed.private, "RS256", {"kid": kid}))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_another_algorithm_is_401(bot: House, algorithm: str) -> None:
    kid = bot.entra.issuer.bot_framework.current.kid
    claims = jwt.decode(bot.token(), options={"verify_signature": False})
    key: Any = None if algorithm == "none" else "k" * 64
    assert _refused(bot, jwt.encode(claims, key, algorithm, {"kid": kid}))


def test_a_token_of_the_tenant_itself_is_401(bot: House) -> None:
    assert _refused(bot, bot.entra.issuer.app_token(BOT_APP_ID, BOT_APP_ID))


def test_a_wrong_service_url_claim_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(service_url="https://127.0.0.1:1/"))


def test_a_missing_service_url_claim_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(claims={"serviceurl": None}))


@pytest.mark.parametrize("value", ["", 3, ["x"]])
def test_a_service_url_claim_that_is_no_text_is_401(bot: House, value: object) -> None:
    assert _refused(bot, bot.token(claims={"serviceurl": value}))


def test_an_activity_with_another_service_url_than_the_tokens_is_401(bot: House) -> None:
    assert bot.post(bot.invoke(serviceUrl="https://127.0.0.1:1/")).status_code == 401
    assert bot.post({**bot.invoke(), "serviceUrl": None}).status_code == 401
    assert not bot.desk.acted


def test_a_key_that_is_not_endorsed_for_the_channel_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(key="unendorsed"))


@pytest.mark.parametrize("channel", ["directline", "", None, 3, ["msteams"], {}])
def test_a_channel_that_the_key_is_not_endorsed_for_is_401(bot: House, channel: object) -> None:
    assert bot.post(bot.invoke(channelId=channel)).status_code == 401


def test_a_token_without_expiry_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(claims={"exp": None}))


@pytest.mark.parametrize("expiry", ["soon", [1], {}, -1])
def test_an_expiry_that_is_no_time_is_401(bot: House, expiry: object) -> None:
    assert _refused(bot, bot.token(claims={"exp": expiry}))


def test_a_token_that_expired_two_minutes_ago_is_let_in(bot: House) -> None:
    token = bot.token(claims={"exp": int(time.time()) - 120})
    assert bot.post(bot.invoke(), token).status_code == 200


def test_a_token_that_expired_six_minutes_ago_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(claims={"exp": int(time.time()) - 360}))


def test_a_token_of_the_future_is_401(bot: House) -> None:
    assert _refused(bot, bot.token(claims={"nbf": int(time.time()) + 360}))


def test_who_has_no_token_does_not_learn_whether_the_body_was_right(bot: House) -> None:
    assert bot.post(b"not json", "").status_code == 401


def test_a_service_url_that_is_not_listed_is_403(bot: House) -> None:
    elsewhere = "https://evil.example/"
    answer = bot.post(bot.invoke(serviceUrl=elsewhere), bot.token(service_url=elsewhere))
    assert answer.status_code == 403
    assert not bot.desk.acted


def test_a_tenant_that_is_not_allowed_is_403(authority: Authority) -> None:
    with open_house(authority, tenants=("00000000-0000-0000-0000-00000000000A",)) as house:
        foreign = house.post(house.invoke())
        own = house.invoke()
        own["conversation"]["tenantId"] = "00000000-0000-0000-0000-00000000000a"
        assert (foreign.status_code, house.post(own).status_code) == (403, 200)
        del own["conversation"]["tenantId"], own["channelData"]
        assert house.post(own).status_code == 403


def test_a_header_nested_deeper_than_python_reads_is_401(bot: House) -> None:
    kid = bot.entra.issuer.bot_framework.current.kid
    nested = "[" * 1000 + "]" * 1000
    head = base64.urlsafe_b64encode(f'{{"alg":"RS256","kid":"{kid}","x":{nested}}}'.encode()).decode().rstrip("=")
    assert _refused(bot, f"{head}.e30.e30")


def test_a_fault_of_the_gate_lets_nobody_in_and_is_not_500(house: House) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError("a fault of ours")

    house.bot.endpoint._gate.admit = broken  # type: ignore[assignment, method-assign]
    assert house.post(house.invoke()).status_code == 503
    assert house.desk.acted == []
