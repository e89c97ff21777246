"""Bot Framework tokens as Teams sends them, signed by keys that the stand-ins publish."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bench.scene import Scene

ISSUER = "https://api.botframework.com"
_PUBLISHED = 8
"""Keys in the published set; the real one has about as many."""


class Signer:
    """One of the published keys, and a key that nobody published."""

    def __init__(self) -> None:
        self._keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(_PUBLISHED)]
        self._forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def key_set(self) -> dict[str, Any]:
        """The JWK set, endorsed for Teams."""
        return {"keys": [_public(key, number) for number, key in enumerate(self._keys)]}

    def token(self, scene: Scene, *, forged: bool = False, **claims: Any) -> str:
        """A token that is accepted for an hour; a `forged` one names a published key and is signed by another."""
        now = int(time.time())
        said = {
            "iss": ISSUER,
            "aud": scene.app_id,
            "serviceurl": scene.service_url,
            "iat": now,
            "nbf": now - 60,
            "exp": now + 3600,
            "jti": uuid.uuid4().hex,
        }
        key = self._forger if forged else self._keys[3]
        return jwt.encode({**said, **claims}, key, algorithm="RS256", headers={"kid": _key_id(3)})

    def tokens(self, scene: Scene, count: int) -> list[str]:
        """Different tokens: a cache of checked tokens does not make the check look cheap."""
        return [self.token(scene) for _ in range(count)]


def _key_id(number: int) -> str:
    return f"bench-key-{number}"


def _public(key: rsa.RSAPrivateKey, number: int) -> dict[str, Any]:
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    named = {"kid": _key_id(number), "use": "sig", "alg": "RS256", "endorsements": ["msteams", "webchat", "directline"]}
    return {**public, **named}
