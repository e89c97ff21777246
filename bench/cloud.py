"""Stand-ins for Microsoft's hosts over TLS: signing keys, Entra tokens, the Bot Connector. `python -m bench.cloud`.

They answer as fast as they can and count what they are asked for; their own CPU is nobody's figure.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import jwt
from aiohttp import web

from bench.control import Command, answer_commands
from bench.shim import HOSTS
from bench.tokens import ISSUER
from simulators.kit.tls import Authority

_LOGIN = "https://login.microsoftonline.com"
_BOT_LOGIN = "https://login.botframework.com/v1/.well-known"


class Cloud:
    """The hosts, all in one site: their paths do not collide."""

    def __init__(self, keys: dict[str, Any]) -> None:
        self._keys = keys
        self._asked: Counter[str] = Counter()
        self.app = web.Application(client_max_size=1 << 24)
        self.app.router.add_get("/v1/.well-known/openidconfiguration", self._bot_metadata)
        self.app.router.add_get("/v1/.well-known/keys", self._key_set)
        self.app.router.add_get("/common/discovery/instance", self._instance)
        self.app.router.add_get("/{tenant}/discovery/v2.0/keys", self._key_set)
        self.app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._entra_metadata)
        self.app.router.add_get("/{tenant}/.well-known/openid-configuration", self._entra_metadata)
        self.app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        self.app.router.add_route("*", "/{region}/{tenant}/v3/{path:.+}", self._connector)

    async def counts(self, _command: Command) -> dict[str, Any]:
        """What was asked for since the last time."""
        asked = dict(self._asked)
        self._asked.clear()
        return asked

    async def _bot_metadata(self, _request: web.Request) -> web.Response:
        self._asked["metadata"] += 1
        return web.json_response(
            {
                "issuer": ISSUER,
                "authorization_endpoint": "https://invalid.example",
                "jwks_uri": f"{_BOT_LOGIN}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _key_set(self, _request: web.Request) -> web.Response:
        self._asked["keys"] += 1
        return web.json_response(self._keys)

    async def _instance(self, request: web.Request) -> web.Response:
        self._asked["metadata"] += 1
        endpoint = request.query.get("authorization_endpoint", "").partition("/oauth2/")[0]
        return web.json_response(
            {
                "tenant_discovery_endpoint": f"{endpoint}/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [],
            }
        )

    async def _entra_metadata(self, request: web.Request) -> web.Response:
        self._asked["metadata"] += 1
        tenant = request.match_info["tenant"]
        return web.json_response(
            {
                "issuer": f"{_LOGIN}/{tenant}/v2.0",
                "authorization_endpoint": f"{_LOGIN}/{tenant}/oauth2/v2.0/authorize",
                "token_endpoint": f"{_LOGIN}/{tenant}/oauth2/v2.0/token",
                "jwks_uri": f"{_LOGIN}/{tenant}/discovery/v2.0/keys",
            }
        )

    async def _token(self, _request: web.Request) -> web.Response:
        self._asked["tokens"] += 1
        claims = {"aud": ISSUER, "iss": f"{_LOGIN}/", "exp": int(time.time()) + 3599}
        token = jwt.encode(claims, "a secret of the stand-in alone, 32 bytes or more", algorithm="HS256")
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    async def _connector(self, request: web.Request) -> web.Response:
        self._asked["connector"] += 1
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        await request.read()
        return web.json_response({"id": request.match_info["path"].rpartition("/")[2]})


async def _main() -> None:
    folder = Path(os.environ["BENCH_FOLDER"])
    cloud = Cloud(json.loads((folder / "keys.json").read_text()))
    runner = web.AppRunner(cloud.app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=Authority(folder).server_context(*HOSTS)).start()
    await answer_commands({"counts": cloud.counts}, port=runner.addresses[0][1])
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_main())
