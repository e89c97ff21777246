"""Teams SSO tokens: signature, issuer, audience, expiry, scope, tenant; and the keys they are checked with."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pane.auth import SignIn, SignInError
from pane.keys import EntraKeys, KeysUnavailableError
from simulators.entra.people import BOT_APP_ID, ELINOR, TENANT_ID
from simulators.kit.server import JOURNAL
from tests.pane.house import House

Claims = dict[str, Any]
SHOW = {"action": {"verb": "customers.open"}}


def claims(house: House, **changes: Any) -> Claims:
    now = int(time.time())
    whole = {
        "aud": BOT_APP_ID,
        "iss": f"{house.entra_url}/{TENANT_ID}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "name": ELINOR.name,
        "oid": ELINOR.oid,
        "preferred_username": ELINOR.email,
        "scp": "access_as_user",
        "tid": TENANT_ID,
        "ver": "2.0",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def signed(house: House, **changes: Any) -> str:
    return house.entra.issuer.tenant.current.sign(claims(house, **changes))


def checker(house: House, **more: Any) -> SignIn:
    return SignIn(house.keys, client_id=BOT_APP_ID, tenants=[TENANT_ID], authority=house.entra_url, **more)


def downloads(house: House) -> int:
    return sum(entry["path"].endswith("/keys") for entry in house.entra.app[JOURNAL][house.journal_from :])


async def test_a_token_of_teams_says_who_it_is(house: House) -> None:
    who = await checker(house).check(f"Bearer {house.token()}")
    assert (who.oid, who.tenant, who.name, who.email) == (ELINOR.oid, TENANT_ID, ELINOR.name, ELINOR.email)
    assert who.expires_at == pytest.approx(time.time() + 3599 + 60, abs=5)


@pytest.mark.parametrize("audience", [BOT_APP_ID, f"api://{BOT_APP_ID}", f"api://cards.example/botid-{BOT_APP_ID}"])
async def test_all_forms_of_our_audience_are_taken(house: House, audience: str) -> None:
    sign_in = checker(house, audiences=[f"api://cards.example/botid-{BOT_APP_ID}"])
    assert (await sign_in.check(f"Bearer {signed(house, aud=audience)}")).oid == ELINOR.oid


async def test_version_1_tokens_have_the_issuer_of_version_1(house: House) -> None:
    first = {"ver": "1.0", "iss": f"https://sts.windows.net/{TENANT_ID}/", "aud": f"api://{BOT_APP_ID}"}
    token = signed(house, **first, preferred_username=None, upn=ELINOR.email)
    assert (await checker(house).check(f"Bearer {token}")).email == ELINOR.email
    with pytest.raises(SignInError, match="token_invalid"):
        await checker(house).check(f"Bearer {signed(house, **(first | {'ver': '2.0'}))}")


def kid_of(house: House) -> dict[str, str]:
    return {"kid": house.entra.issuer.tenant.current.kid}


def forged(house: House, kid: str | None = None) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    header = kid_of(house) if kid is None else {"kid": kid}
    return jwt.encode(claims(house), key, "RS256", headers=header)


REFUSED: dict[str, tuple[str, Callable[[House], str]]] = {
    "other audience": ("token_invalid", lambda house: signed(house, aud=str(uuid.uuid4()))),
    "Graph's audience": ("token_invalid", lambda house: signed(house, aud="https://graph.microsoft.com")),
    "no audience": ("token_invalid", lambda house: signed(house, aud=None)),
    "other issuer": ("token_invalid", lambda house: signed(house, iss="https://login.example/v2.0")),
    "issuer of another tenant": (
        "token_invalid",
        lambda house: signed(house, iss=f"{house.entra_url}/{uuid.uuid4()}/v2.0"),
    ),
    "other tenant": ("tenant_not_allowed", lambda house: signed(house, tid=str(uuid.uuid4()))),
    "no tenant": ("tenant_not_allowed", lambda house: signed(house, tid=None)),
    "expired": ("token_expired", lambda house: signed(house, exp=int(time.time()) - 61)),
    "no expiry": ("token_invalid", lambda house: signed(house, exp=None)),
    "not yet": ("token_invalid", lambda house: signed(house, nbf=int(time.time()) + 600)),
    "no scope": ("scope_missing", lambda house: signed(house, scp=None)),
    "other scope": ("scope_missing", lambda house: signed(house, scp="User.Read access_as_user2")),
    "no object id": ("token_invalid", lambda house: signed(house, oid=None)),
    "strange object id": ("scope_missing", lambda house: signed(house, oid="../elinor")),
    "application's token": ("scope_missing", lambda house: house.entra.issuer.app_token(BOT_APP_ID, BOT_APP_ID)),
    "our kid, another key": ("token_invalid", forged),
    "unknown kid": ("token_invalid", lambda house: forged(house, kid="nobody")),
    "no kid": ("token_invalid", lambda house: forged(house, kid="")),
    "symmetric": ("token_invalid", lambda house: jwt.encode(claims(house), "x" * 32, "HS256", headers=kid_of(house))),
    "unsigned": ("token_invalid", lambda house: jwt.encode(claims(house), None, "none", headers=kid_of(house))),
    "garbage": ("token_invalid", lambda house: "a.b.c"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_wrong_tokens_are_a_401_with_the_reason(house: House, client: aiohttp.ClientSession, case: str) -> None:
    code, make = REFUSED[case]
    headers = {"Authorization": f"Bearer {make(house)}"}
    async with client.post("/pane/action", json=SHOW, headers=headers) as answer:
        assert (answer.status, (await answer.json())["value"]["code"]) == (401, code)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert house.desk.actions == []


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz"])
async def test_no_token_is_a_401(house: House, client: aiohttp.ClientSession, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for request in (
        client.post("/pane/action", json=SHOW, headers=headers),
        client.get("/pane/events", headers=headers),
    ):
        async with request as answer:
            assert (answer.status, (await answer.json())["value"]["code"]) == (401, "token_missing")


async def test_a_token_in_the_address_is_no_token(house: House, client: aiohttp.ClientSession) -> None:
    async with client.get("/pane/events", params={"access_token": house.token()}) as answer:
        assert answer.status == 401


async def test_keys_are_fetched_once_for_many_at_a_time(house: House) -> None:
    sign_in, token = checker(house), house.token()
    await asyncio.gather(*(sign_in.check(f"Bearer {token}") for _ in range(20)))
    assert downloads(house) == 1


async def test_a_new_key_is_found_and_made_up_ones_do_not_call_entra(house: House) -> None:
    now = 0.0
    async with aiohttp.ClientSession() as session:
        keys = EntraKeys(session, house.entra_url, clock=lambda: now)
        sign_in = SignIn(keys, client_id=BOT_APP_ID, tenants=[TENANT_ID], authority=house.entra_url)
        await sign_in.check(f"Bearer {house.token()}")
        house.entra.issuer.tenant.rotate(drop_old=False)
        now = 61.0
        assert (await sign_in.check(f"Bearer {house.token()}")).oid == ELINOR.oid
        for _ in range(5):
            with pytest.raises(SignInError, match="token_invalid"):
                await sign_in.check(f"Bearer {forged(house, kid='nobody')}")
        assert downloads(house) == 2


async def test_old_keys_are_used_while_new_ones_are_fetched(house: House) -> None:
    now = 0.0
    async with aiohttp.ClientSession() as session:
        keys = EntraKeys(session, house.entra_url, refresh_after=100, clock=lambda: now)
        kid = kid_of(house)["kid"]
        await keys.warm_up(TENANT_ID)
        now = 101.0
        house.entra.faults.arm({"fault": "outage", "times": -1})
        assert await keys.get(TENANT_ID, kid) is not None
        await keys.warm_up(TENANT_ID)
        assert await keys.get(TENANT_ID, kid) is not None
        assert downloads(house) == 2
        await keys.close()


async def test_without_any_keys_the_page_is_told_to_come_back(house: House, client: aiohttp.ClientSession) -> None:
    house.entra.faults.arm({"fault": "outage", "times": -1, "html": True})
    async with client.post("/pane/action", json=SHOW, headers=house.headers()) as answer:
        assert (answer.status, (await answer.json())["value"]["code"]) == (503, "keys_unavailable")
        assert answer.headers["Retry-After"] == "5"
    with pytest.raises(KeysUnavailableError):
        await checker(house).check(f"Bearer {house.token()}")


async def test_a_foreign_tenant_never_makes_us_call_entra(house: House) -> None:
    with pytest.raises(SignInError, match="tenant_not_allowed"):
        await checker(house).check(f"Bearer {signed(house, tid=str(uuid.uuid4()))}")
    assert downloads(house) == 0
