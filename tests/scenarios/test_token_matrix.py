"""Tokens that other bots were measured to take, or to answer with 500: each is refused by bot and pane with 401.

One is taken by the bot alone: it ended two minutes ago, and clocks may differ by five. For the pane it is one minute.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from simulators.entra.people import BOT_APP_ID, ELINOR
from tests.scenarios.world import Grounds, World, built

ELSE = "00000000-4444-4000-8000-000000000000"
MINUTE = 60
ROWS: dict[str, tuple[dict[str, Any], str, int, int]] = {
    "good": ({}, "", 202, 200),
    "wrong audience": ({"aud": ELSE}, "", 401, 401),
    "no audience": ({"aud": None}, "", 401, 401),
    "no header": ({}, "absent", 401, 401),
    "bad signature": ({}, "forged", 401, 401),
    "unknown key": ({}, "unknown", 401, 401),
    "no key id": ({}, "nameless", 401, 401),
    "not signed": ({}, "none", 401, 401),
    "signed with the public key's name": ({}, "symmetric", 401, 401),
    "rubbish": ({}, "rubbish", 401, 401),
    "wrong issuer": ({"iss": f"https://sts.windows.net/{ELSE}/"}, "", 401, 401),
    "no issuer": ({"iss": None}, "", 401, 401),
    "no expiry": ({"exp": None}, "", 401, 401),
    "expired long ago": ({"exp": -60 * MINUTE}, "", 401, 401),
    "expired two minutes ago": ({"exp": -2 * MINUTE}, "", 202, 401),
    "not valid yet": ({"nbf": 60 * MINUTE}, "", 401, 401),
    "wrong service address": ({"serviceurl": "https://smba.example/"}, "", 401, 200),
    "no service address": ({"serviceurl": None}, "", 401, 200),
    "a key that is not endorsed for Teams": ({}, "unendorsed", 401, 401),
    "a token of the other door": ({}, "other", 401, 401),
    "another tenant": ({"tid": ELSE}, "", 202, 401),
    "no scope": ({"scp": None}, "", 202, 401),
}
"""Case → claims laid over (numbers count from now), what is done to the token, what bot and pane answer."""


@pytest.mark.parametrize("row", ROWS)
async def test_a_token_is_taken_or_refused_by_both_doors(
    grounds: Grounds, sqlite_url: str, tmp_path: Path, row: str
) -> None:
    claims, how, bot, pane = ROWS[row]
    async with built(grounds, sqlite_url, tmp_path, crm={}) as world:
        assert await _status(world, "bot", _token(world, "bot", claims, how)) == bot
        assert await _status(world, "pane", _token(world, "pane", claims, how)) == pane


def _token(world: World, door: str, laid_over: dict[str, Any], how: str) -> str | None:
    if how in ("absent", "rubbish"):
        return None if how == "absent" else "a.b.c"
    if how == "other":
        door, how = {"bot": "pane", "pane": "bot"}[door], ""
    issuer, now = world.grounds.entra.issuer, int(time.time())
    ring = issuer.bot_framework if door == "bot" else issuer.tenant
    mine = {name: now + value if isinstance(value, int) else value for name, value in laid_over.items()}
    if door == "bot":
        whole = issuer.bot_token({"service_url": f"{world.urls['teams']}/", "claims": mine})
    else:
        whole = issuer.sso_token(ELINOR, world.grounds.entra_url, BOT_APP_ID, 600, mine)
    if not how:
        return whole
    told = jwt.decode(whole, options={"verify_signature": False})
    header = {"kid": ring.current.kid}
    if how == "unendorsed":
        return issuer.unendorsed.sign(told)
    if how == "none":
        return jwt.encode(told, None, "none", headers=header)
    if how == "symmetric":
        return jwt.encode(told, ring.current.kid.ljust(32, "x"), "HS256", headers=header)
    stranger = rsa.generate_private_key(65537, 2048)
    names = {"forged": header, "unknown": {"kid": "nobody"}, "nameless": {}}
    return jwt.encode(told, stranger, "RS256", headers=names[how])


async def _status(world: World, door: str, token: str | None) -> int:
    chat = world.teams.chats.with_member(ELINOR.oid)
    assert chat is not None
    bodies = {
        "bot": ("/api/messages", world.teams.envelope().wrap(chat, type="message", text="Help")),
        "pane": ("/pane/action", {"action": {"verb": "customers.open"}}),
    }
    path, body = bodies[door]
    headers = {"Content-Type": "application/json"} | ({} if token is None else {"Authorization": f"Bearer {token}"})
    url = f"{world.service_url}{path}"
    async with world.session.post(url, data=orjson.dumps(body), headers=headers) as answer:
        return answer.status
