"""Who sent it: Standard Webhooks v1 over the raw body, or a bearer token where that is switched on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import datetime

from multidict import CIMultiDictProxy

from intake.settings import IntakeSettings, signing_key

TOLERANCE_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_BEARER = re.compile(r"[Bb]earer +([\x21-\x7e]{1,512})")
_SIGNATURE_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class Verifier:
    """Decides whether a request is from a sender that one intake's settings name."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._keys = tuple(signing_key(secret.get_secret_value()) for secret in settings.secrets)
        self._tokens = tuple(bytes.fromhex(digest) for digest in settings.bearer_sha256)

    def is_authentic(self, headers: CIMultiDictProxy[str], body: bytes, now: datetime) -> bool:
        """True for a fresh signature of one of our secrets, or for one of our tokens. Never raises, never says why."""
        if any(name in headers for name in _SIGNATURE_HEADERS):
            return self._is_signed(headers, body, now)
        return self._has_token(headers)

    def _is_signed(self, headers: CIMultiDictProxy[str], body: bytes, now: datetime) -> bool:
        event_id, timestamp, signatures = (_only(headers, name) for name in _SIGNATURE_HEADERS)
        if not event_id or not _TIMESTAMP.fullmatch(timestamp):
            return False
        if abs(int(now.timestamp()) - int(timestamp)) > TOLERANCE_SECONDS:
            return False
        content = b".".join((_raw(event_id), timestamp.encode(), body))
        given = list(_v1(signatures))
        is_authentic = False
        # No early end: the time taken says nothing about which secret or signature fitted.
        for key in self._keys:
            expected = base64.b64encode(hmac.digest(key, content, "sha256"))
            for signature in given:
                is_authentic |= hmac.compare_digest(expected, signature)
        return is_authentic

    def _has_token(self, headers: CIMultiDictProxy[str]) -> bool:
        match = _BEARER.fullmatch(_only(headers, "authorization"))
        if match is None:
            return False
        digest = hashlib.sha256(match[1].encode()).digest()
        return any(hmac.compare_digest(digest, token) for token in self._tokens)


def _only(headers: CIMultiDictProxy[str], name: str) -> str:
    """The header's value; empty where it is missing or stands there twice."""
    values = headers.getall(name, [])
    return values[0] if len(values) == 1 else ""


def _v1(header: str) -> Iterator[bytes]:
    """The v1 signatures of a list; what is malformed or of another version is passed over, as rotation needs."""
    for item in header.split(" ")[:16]:
        version, _, signature = item.partition(",")
        if version == "v1" and signature:
            yield _raw(signature)


def _raw(text: str) -> bytes:
    """The bytes that stood in the header."""
    return text.encode("utf-8", "surrogateescape")
