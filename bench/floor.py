"""The floors of (a) and (c): bare aiohttp that does what must be done and no more. `python -m bench.floor json|orjson`.

Each request's token is checked as fully as ours: RS256 signature by a key cached under its id, issuer, audience, expiry
required, serviceUrl of token and activity equal, key endorsed for the channel. The card is a ready dict.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import aiohttp
import jwt
import msal
import orjson
from aiohttp import web

from bench import serving
from bench.scene import Scene, card_update, invoke_answer
from bench.tokens import ISSUER

Loads = Callable[[bytes], Any]
Dumps = Callable[[Any], bytes]


def codec(name: str) -> tuple[Loads, Dumps]:
    """The standard library's JSON, or orjson."""
    if name == "orjson":
        return orjson.loads, orjson.dumps
    return json.loads, lambda value: json.dumps(value).encode()


class Guard:
    """The token check, by hand."""

    def __init__(self, app_id: str, key_set: dict[str, Any]) -> None:
        self._app_id = app_id
        self._keys = {key["kid"]: (jwt.PyJWK(key).key, frozenset(key["endorsements"])) for key in key_set["keys"]}

    def accepts(self, header: str, activity: dict[str, Any]) -> bool:
        """True for a token of the channel's that speaks for this activity."""
        token = header.removeprefix("Bearer ")
        try:
            key, endorsements = self._keys[_key_id(token.partition(".")[0])]
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=300,
                options={"require": ["exp"]},
            )
        except (jwt.InvalidTokenError, KeyError, ValueError):
            return False
        return activity["channelId"] in endorsements and claims.get("serviceurl") == activity["serviceUrl"]


@lru_cache(maxsize=256)
def _key_id(header: str) -> str:
    """The key id in a token's header, which all tokens of a key share."""
    return str(json.loads(base64.urlsafe_b64decode(header + "==="))["kid"])


def border(scene: Scene, guard: Guard, loads: Loads, dumps: Dumps) -> web.Application:
    """`POST /api/messages`: token check, parse, dispatch on the verb, the card."""

    async def refresh(_data: dict[str, Any]) -> dict[str, Any]:
        return invoke_answer(scene.card)

    verbs = {"card.refresh": refresh}

    async def messages(request: web.Request) -> web.Response:
        activity = loads(await request.read())
        if not guard.accepts(request.headers.get("Authorization", ""), activity):
            return web.Response(status=401)
        action = activity["value"]["action"]
        answer = await verbs[action["verb"]](action["data"])
        return web.Response(body=dumps(answer), content_type="application/json")

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    return app


def updater(scene: Scene, session: aiohttp.ClientSession, dumps: Dumps) -> serving.Update:
    """PUT of the ready card over one pooled session with a token that was fetched once."""
    authority = f"https://login.microsoftonline.com/{scene.tenant_id}"
    entra = msal.ConfidentialClientApplication(scene.app_id, scene.secret, authority=authority)
    granted = entra.acquire_token_for_client(["https://api.botframework.com/.default"])
    headers = {"Authorization": f"Bearer {granted['access_token']}", "Content-Type": "application/json"}
    url = f"{scene.service_url}v3/conversations/{scene.conversation_id}/activities/{scene.activity_id}"

    async def update() -> None:
        body = dumps(card_update(scene.card, scene.activity_id))
        async with session.put(url, data=body, headers=headers) as response:
            response.raise_for_status()
            await response.read()

    return update


async def _main() -> None:
    scene = serving.enter()
    loads, dumps = codec(sys.argv[1])
    guard = Guard(scene.app_id, loads(scene.keys_file.read_bytes()))
    async with aiohttp.ClientSession() as session:
        handlers = serving.updates(updater(scene, session, dumps))
        await serving.serve(border(scene, guard, loads, dumps), handlers)


if __name__ == "__main__":
    asyncio.run(_main())
