"""Nothing comes in that one of our senders has not signed, and no answer says why."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from pydantic import ValidationError

from intake.settings import IntakeSettings
from intake.signatures import Verifier
from tests.intake.border_kit import OTHER_SECRET, SECRET, Border, OpenBorder

VECTORS = json.loads((Path(__file__).parent / "signature-vectors.json").read_bytes())
TOKEN = "a-token-of-a-sender-that-cannot-sign"


@pytest.fixture
def body(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["scheme"])
def test_the_recorded_vector_is_authentic_and_no_changed_one_is(vector: dict[str, Any]) -> None:
    verifier = Verifier(IntakeSettings(secrets=(vector["secret"],)))
    at = datetime.fromtimestamp(int(vector["headers"]["webhook-timestamp"]), UTC)
    headers = CIMultiDictProxy(CIMultiDict(vector["headers"]))
    body = vector["body"].encode()
    assert verifier.is_authentic(headers, body, at)
    assert not verifier.is_authentic(headers, body + b" ", at)
    for name in vector["headers"]:
        changed = CIMultiDictProxy(CIMultiDict({**vector["headers"], name: "1" + vector["headers"][name]}))
        assert not verifier.is_authentic(changed, body, at)


async def test_a_secret_is_rotated_without_a_gap(open_border: OpenBorder, body: bytes) -> None:
    border = await open_border(secrets=[OTHER_SECRET, SECRET])
    for secret in (SECRET, OTHER_SECRET):
        assert (await border.post(body, border.signed(body, secret))).status == 202


async def test_one_good_signature_in_a_list_is_enough(border: Border, body: bytes) -> None:
    headers = border.signed(body)
    other = border.signed(body, OTHER_SECRET)["webhook-signature"]
    good = headers["webhook-signature"]
    for listed in (f"{other} {good}", f"junk {good}", f"v1 v1, v1,a,b {good}", f"v1a,AAAA  {good}"):
        assert (await border.post(body, headers | {"webhook-signature": listed})).status == 202


@pytest.mark.parametrize(("seconds", "status"), [(-300, 202), (300, 202), (-301, 401), (301, 401)])
async def test_the_clock_may_differ_by_five_minutes(border: Border, body: bytes, seconds: int, status: int) -> None:
    headers = border.signed(body)
    border.clock.move(seconds=seconds)
    assert (await border.post(body, headers)).status == status


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,,"},
        {"webhook-signature": "v1,not base64!"},
        {"webhook-signature": "v1,\u00e9"},
        {"webhook-signature": "v2,AAAA"},
        {"webhook-signature": " "},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "123.0"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "\u0661\u0662\u0663"},
        {"webhook-timestamp": "9" * 40},
        {"webhook-id": ""},
        {"webhook-id": "another"},
    ],
    ids=repr,
)
async def test_every_malformed_header_has_the_same_401(border: Border, body: bytes, change: dict[str, str]) -> None:
    answer = await border.post(body, border.signed(body) | change)
    assert answer.status == 401
    assert await answer.read() == b""
    assert border.inbox.events == []


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_every_header_is_needed_once(border: Border, body: bytes, missing: str) -> None:
    headers = border.signed(body)
    doubled = CIMultiDict({"Content-Type": "application/cloudevents+json", **headers})
    doubled.add(missing, headers[missing])
    answer = await border.client.post("/intake/v1/main", data=body, headers=doubled)
    assert answer.status == 401
    del headers[missing]
    assert (await border.post(body, headers)).status == 401


async def test_nothing_comes_in_unsigned(border: Border, body: bytes) -> None:
    assert (await border.post(body, {})).status == 401
    assert (await border.post(body, {"Authorization": f"Bearer {TOKEN}"})).status == 401


async def test_a_bearer_token_counts_only_where_its_hash_is_configured(open_border: OpenBorder, body: bytes) -> None:
    border = await open_border(bearer_sha256=[hashlib.sha256(TOKEN.encode()).hexdigest()])
    assert (await border.post(body, {"Authorization": f"Bearer {TOKEN}"})).status == 202
    for header in (f"Bearer {TOKEN}x", "Bearer", f"Basic {TOKEN}", TOKEN, "Bearer \u00e9"):
        assert (await border.post(body, {"Authorization": header})).status == 401
    assert (await border.post(body, border.signed(body))).status == 401


async def test_a_bad_signature_is_not_saved_by_a_token(open_border: OpenBorder, body: bytes) -> None:
    border = await open_border(secrets=[SECRET], bearer_sha256=[hashlib.sha256(TOKEN.encode()).hexdigest()])
    token = {"Authorization": f"Bearer {TOKEN}"}
    assert (await border.post(body, border.signed(body, OTHER_SECRET) | token)).status == 401
    assert (await border.post(body, token)).status == 202


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"secrets": ["whsec_short"]},
        {"secrets": ["whsec_!!!"]},
        {"secrets": [SECRET], "unknown": 1},
        {"secrets": [SECRET], "wrapup_timeout": "half an hour"},
        {"secrets": [SECRET], "wrapup_timeout": 30},
        {"secrets": [SECRET], "digital_push": []},
        {"secrets": [SECRET], "digital_push": ["accepted"]},
        {"secrets": [SECRET], "country": "Germany"},
        {"secrets": [SECRET], "platform": "telegraph"},
        {"bearer_sha256": ["plain-token"]},
    ],
    ids=repr,
)
def test_a_wrong_setting_is_named_and_never_echoes_a_secret(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        IntakeSettings(**wrong)
    assert SECRET not in str(caught.value)


def test_settings_as_the_documentation_writes_them() -> None:
    settings = IntakeSettings.model_validate(
        {"platform": "generic", "secrets": [SECRET], "digital_push": ["ended"], "wrapup_timeout": "2h",
         "wrapup_grace": "45s", "wrapup": "card", "country": "DE"}
    )  # fmt: skip
    lifecycle = settings.lifecycle()
    assert lifecycle.wrapup_timeout.total_seconds() == 7200
    assert lifecycle.wrapup_grace.total_seconds() == 45
    assert lifecycle.digital_push == {"ended"}
    assert SECRET not in repr(settings)
