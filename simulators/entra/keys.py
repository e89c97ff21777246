"""The signing keys: one signs, those before it are published until they are dropped."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key


@dataclass(frozen=True)
class SigningKey:
    """An RSA key and the name under which it is published."""

    kid: str = field(default_factory=lambda: base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="))
    private: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048), repr=False)

    def sign(self, claims: dict[str, Any]) -> str:
        """A JWT of `claims` under RS256."""
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.kid, "x5t": self.kid})

    def published(self, **more: object) -> dict[str, Any]:
        """The key as it stands in a JWKS, with the members of `more`."""
        public: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "x5t": self.kid,
            "n": public["n"],
            "e": public["e"],
            **more,
        }


class KeyRing:
    """The keys of one issuer."""

    def __init__(self) -> None:
        self.current = SigningKey()
        self._earlier: list[SigningKey] = []

    def rotate(self, *, drop_old: bool = False) -> None:
        """A new key signs from now on; the old ones stay published unless `drop_old`."""
        self._earlier = [] if drop_old else [self.current, *self._earlier]
        self.current = SigningKey()

    def all(self) -> list[SigningKey]:
        """Every key that is published, the signing one first."""
        return [self.current, *self._earlier]
