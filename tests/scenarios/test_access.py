"""Who gets in where: every address as everybody, roles from lists, groups and app roles of Entra (P-20, A-01)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from aiohttp import web

from manifest.app import resource
from service.routes import ROUTES, check_routes
from service.settings import Settings
from simulators.contact_centre.scripts import dated
from simulators.contact_centre.sender import signed
from simulators.entra.people import BOT_APP_ID, ELINOR, MARIANNE, TENANT_ID, WILLOUGHBY
from storage.engine import Database
from storage.tables import users
from tests.scenarios.world import SECRET, Grounds, World, agent, built

GROUP = "60000000-0000-4000-8000-000000000001"
OTHER_GROUP = "60000000-0000-4000-8000-000000000002"
ADDRESSES = {
    "agent": ELINOR.oid, "supervisor": WILLOUGHBY.oid, "admin": "ad000000-0000-4000-8000-0000000000ad",
}  # fmt: skip
ACCESS = {
    "agents": [ADDRESSES["agent"]], "supervisors": [ADDRESSES["supervisor"]], "admins": [ADDRESSES["admin"]],
}  # fmt: skip
PUBLIC = dict.fromkeys(
    ("nobody", "rubbish", "another tenant", "no role", "agent", "supervisor", "admin", "Teams", "contact centre"), 200
)
PEOPLE = {"nobody": 401, "rubbish": 401, "another tenant": 401, "no role": 403, "agent": 200, "supervisor": 200,
          "admin": 200, "Teams": 401, "contact centre": 401}  # fmt: skip
EXPECTED: dict[tuple[str, str], dict[str, int]] = {
    ("POST", "/api/messages"): {**dict.fromkeys(PUBLIC, 401), "Teams": 202},
    ("POST", "/intake/v1/{name}"): {**dict.fromkeys(PUBLIC, 401), "contact centre": 202},
    ("OPTIONS", "/intake/v1/{name}"): PUBLIC,
    ("GET", "/pane"): dict.fromkeys(PUBLIC, 308),
    ("GET", "/pane/"): PUBLIC,
    ("GET", "/pane/config"): PUBLIC,
    ("GET", "/pane/static/{version}/{name}"): PUBLIC,
    ("POST", "/pane/action"): PEOPLE,
    ("GET", "/pane/events"): PEOPLE,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): PUBLIC,
}
BODIES: dict[str, Any] = {"/pane/action": {"action": {"verb": "customers.open"}}}


def test_p20_every_address_stands_in_the_table() -> None:
    assert EXPECTED.keys() == {(route.method, route.path) for route in ROUTES}


def test_p20_an_address_without_a_row_stops_the_start() -> None:
    async def backdoor(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/backdoor", backdoor)
    with pytest.raises(RuntimeError, match=r"service/routes\.py.*backdoor"):
        check_routes(app)


@pytest.fixture
async def guarded(grounds: Grounds, sqlite_url: str, tmp_path: Path) -> Any:
    async with built(grounds, sqlite_url, tmp_path, access=ACCESS, crm={}) as world:
        yield world


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_p20_every_address_lets_in_whom_it_should_and_nobody_else(guarded: World, route: Any) -> None:
    base = guarded.management_url if route.is_management else guarded.service_url
    path = route.path.replace("{name}", "main" if "intake" in route.path else "pane.js").replace("{version}", "x")
    answered = {}
    for caller in PUBLIC:
        body, headers = _call(guarded, route.path, caller)
        async with guarded.session.request(
            route.method, base + path, data=body, headers=headers, allow_redirects=False
        ) as answer:
            answered[caller] = answer.status
    assert answered == EXPECTED[route.method, route.path]


def _call(world: World, path: str, caller: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers as this caller would send them."""
    issuer, url = world.grounds.entra.issuer, world.grounds.entra_url
    chat = world.teams.chats.with_member(ELINOR.oid)
    body = orjson.dumps(BODIES.get(path, {}))
    if path == "/api/messages":
        assert chat is not None
        body = orjson.dumps(world.teams.envelope().wrap(chat, type="message", text="Help"))
    headers = {"Content-Type": "application/json"}
    if path.startswith("/intake"):
        script = world.script()
        script(0, "accepted")
        body, headers = orjson.dumps(dated(script.steps[-1].event)), {"Content-Type": "application/cloudevents+json"}
    if caller == "contact centre":
        return body, headers | signed(SECRET, "m-1", int(time.time()), body)
    oids = {"no role": MARIANNE.oid, "another tenant": ELINOR.oid, **ADDRESSES}
    if caller in oids:
        claims = {"oid": oids[caller]} | ({"tid": GROUP} if caller == "another tenant" else {})
        token = issuer.sso_token(ELINOR, url, BOT_APP_ID, 600, claims)
        return body, headers | {"Authorization": f"Bearer {token}"}
    if caller == "Teams":
        token = issuer.bot_token({"service_url": f"{world.urls['teams']}/"})
        return body, headers | {"Authorization": f"Bearer {token}"}
    return body, headers | ({"Authorization": "Bearer rubbish"} if caller == "rubbish" else {})


# --- roles from Entra ---------------------------------------------------------------------------------------------


async def _status(world: World, name: str, **claims: Any) -> int:
    who = agent(world, name, **claims)
    headers = {"Authorization": f"Bearer {who.token}", "Content-Type": "application/json"}
    body = orjson.dumps(BODIES["/pane/action"])
    async with world.session.post(f"{world.service_url}/pane/action", data=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("listed", "claims"),
    [(GROUP, {"groups": [OTHER_GROUP, GROUP.upper()]}), ("role:Cards.Agent", {"roles": ["cards.agent"]})],
    ids=["a group", "an app role"],
)
async def test_a01_agents_are_those_of_a_group_or_an_app_role(
    grounds: Grounds, database_url: str, tmp_path: Path, listed: str, claims: dict[str, Any]
) -> None:
    async with built(grounds, database_url, tmp_path, access={"agents": [listed]}, crm={}) as world:
        assert await _status(world, "marianne") == 403
        assert await _status(world, "marianne", groups=[OTHER_GROUP], roles=["else"]) == 403
        assert await _status(world, "elinor", **claims) == 200
        assert await _status(world, "elinor", groups="no list", roles={"a": 1}) == 403  # and no fault of ours


async def test_p20_the_chat_goes_by_what_entra_told_the_pane_until_it_tells_otherwise(
    grounds: Grounds, database_url: str, tmp_path: Path
) -> None:
    async with built(grounds, database_url, tmp_path, access={"agents": [GROUP]}, crm={}) as world:
        await world.installs("elinor")
        assert "not switched on" in await _says(world)
        assert await _status(world, "elinor", groups=[GROUP]) == 200
        assert await _says(world) == ""
    # Another process knows it, too; and whom Entra takes out of the group has lost the chat as well.
    async with built(grounds, database_url, tmp_path, access={"agents": [GROUP]}, crm={}) as world:
        await world.installs("elinor")
        assert await _says(world) == ""
        assert await _status(world, "elinor") == 403
        assert "not switched on" in await _says(world)


async def test_p20_what_entra_told_long_ago_counts_no_more(grounds: Grounds, database_url: str, tmp_path: Path) -> None:
    async with built(grounds, database_url, tmp_path, access={"agents": [GROUP]}, crm={}) as world:
        await world.installs("elinor")
        assert await _status(world, "elinor", groups=[GROUP]) == 200
    database = Database(database_url)
    with database.write() as tx:
        tx.execute(sa.update(users).values(memberships_at=datetime(2020, 1, 1, tzinfo=UTC)))
    database.close()
    async with built(grounds, database_url, tmp_path, access={"agents": [GROUP]}, crm={}) as world:
        await world.installs("elinor")
        assert "not switched on" in await _says(world)


async def _says(world: World) -> str:
    """What the bot answers Elinor's *Open* in words; empty where it answers with the list."""
    async with world.session.post(
        f"{world.urls['teams']}/_simulator/say", json={"user": "elinor", "text": "Open"}
    ) as answer:
        assert answer.status == 200
    chat = world.teams.chats.with_member(ELINOR.oid)
    assert chat is not None
    return str(list(chat.messages.values())[-1].newest.get("text") or "")


@pytest.mark.parametrize("entry", ["Agents", "", "role:", "GROUP-1", "@", "role:a b"])
def test_a01_an_entry_that_can_mean_nobody_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="role:NAME"):
        Settings(access={"agents": [entry]}, teams={"development": True})


async def test_a01_who_is_listed_as_supervisor_alone_has_the_card_too(guarded: World) -> None:
    assert await _status(guarded, "john") == 200


async def test_p20_the_card_that_comes_to_the_chat_offers_supervisors_what_they_may_do(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    """Also the one that a worker draws, long after anybody has signed in."""
    john = {"id": "a-1", "email": WILLOUGHBY.email, "name": WILLOUGHBY.name}
    async with built(grounds, sqlite_url, tmp_path, crm={}) as world:
        for name in ("elinor", "john"):
            await world.installs(name)
        await world.happens("accepted", world.script("hers"))
        await world.happens("accepted", world.script("his", agent=john))
        for name, section, may_lock in (("elinor", "identities", False), ("john", "more", True)):
            who = agent(world, name)
            card = await who.first_card()
            await who.unfolds(card, section)
            await world.happens("held", world.script("hers" if name == "elinor" else "his"))
            await world.idle()
            drawn = str(world.chat_card(name))
            assert ("profile.lock" in drawn, "section.more" in drawn) == (may_lock, may_lock), name


async def test_p18_tokens_for_the_address_that_the_package_names_are_taken(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    """An app registration that was left at version 1 makes its tokens out to the application id URI."""
    service: dict[str, Any] = {"port": 0, "management_port": 0, "public_url": "https://cards.contoso.example"}
    async with built(grounds, sqlite_url, tmp_path, crm={}, service=service) as world:
        first = {"ver": "1.0", "iss": f"https://sts.windows.net/{TENANT_ID}/"}
        mine = resource(service["public_url"], BOT_APP_ID)
        assert mine == f"api://cards.contoso.example/botid-{BOT_APP_ID}"
        assert await _status(world, "elinor", **first, aud=mine) == 200
        assert await _status(world, "elinor", **first, aud=mine.replace("contoso", "fabrikam")) == 401


@pytest.mark.rule("B-24", "E-11")
async def test_b24_a_team_that_the_card_is_switched_off_for_is_let_in_nowhere(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    team = {"members": [GROUP], "enabled": False}
    async with built(grounds, sqlite_url, tmp_path, access={"teams": {"sales": team}}, crm={}) as world:
        assert await _status(world, "marianne", groups=[OTHER_GROUP]) == 200
        assert await _status(world, "elinor", groups=[GROUP]) == 403
