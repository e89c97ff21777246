"""What stands in the tokens."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

from simulators.entra.keys import KeyRing, SigningKey
from simulators.entra.people import BOT_APP_ID, TENANT_ID, Person

BOT_ISSUER = "https://api.botframework.com"
TEAMS_WEB_CLIENT = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"
LIFETIME = 3599


class Issuer:
    """Signs tokens: the tenant's own, and those with which the Bot Framework calls bots."""

    def __init__(self) -> None:
        self.tenant = KeyRing()
        self.bot_framework = KeyRing()
        self.unendorsed = SigningKey()
        """Published by the Bot Framework, but not endorsed for Teams."""

    def app_token(self, client_id: str, audience: str) -> str:
        """A token for an application that calls `audience`, in the form that v1 resources are given."""
        return self.tenant.current.sign(
            {
                "aud": audience,
                "iss": f"https://sts.windows.net/{TENANT_ID}/",
                **_times(LIFETIME),
                "appid": client_id,
                "appidacr": "1",
                "idtyp": "app",
                "oid": str(uuid.uuid5(uuid.NAMESPACE_OID, client_id)),
                "tid": TENANT_ID,
                "uti": uuid.uuid4().hex,
                "ver": "1.0",
            }
        )

    def sso_token(
        self, person: Person, url: str, audience: str, seconds: int, claims: Mapping[str, Any] | None = None
    ) -> str:
        """What `getAuthToken()` of Teams hands to a tab of the application `audience`.

        `claims` are laid over (null takes one away): `groups` and `roles` as an app registration may ask for them.
        """
        return self.tenant.current.sign(
            _laid_over(
                {
                    "aud": audience,
                    "iss": f"{url}/{TENANT_ID}/v2.0",
                    **_times(seconds),
                    "azp": TEAMS_WEB_CLIENT,
                    "name": person.name,
                    "oid": person.oid,
                    "preferred_username": person.email,
                    "scp": "access_as_user",
                    "sub": str(uuid.uuid5(uuid.NAMESPACE_OID, person.oid + audience)),
                    "tid": TENANT_ID,
                    "ver": "2.0",
                },
                claims or {},
            )
        )

    def bot_token(self, order: dict[str, Any]) -> str:
        """A token with which Teams would call a bot.

        `order`: `app_id`, `service_url`; `claims` to lay over (null takes one away); `key`: `current`, `unendorsed`
        or `unknown`, which nobody publishes.
        """
        claims = {
            "serviceurl": order.get("service_url", ""),
            "iss": BOT_ISSUER,
            "aud": order.get("app_id", BOT_APP_ID),
            **_times(LIFETIME),
        } | order.get("claims", {})
        keys = {"unendorsed": self.unendorsed, "current": self.bot_framework.current}
        key = keys.get(order.get("key", "current")) or SigningKey()
        return key.sign(_laid_over(claims, {}))

    def tenant_keys(self, url: str) -> dict[str, Any]:
        """The tenant's JWKS."""
        return {"keys": [key.published(issuer=f"{url}/{TENANT_ID}/v2.0") for key in self.tenant.all()]}

    def bot_keys(self) -> dict[str, Any]:
        """The Bot Framework's JWKS."""
        endorsed = [key.published(endorsements=["webchat", "msteams"]) for key in self.bot_framework.all()]
        return {"keys": [*endorsed, self.unendorsed.published(endorsements=["webchat"])]}


def _laid_over(claims: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**claims, **more}.items() if value is not None}


def _times(seconds: int) -> dict[str, int]:
    now = int(time.time())
    return {"iat": now, "nbf": now, "exp": now + seconds}
