"""`[intake.NAME]`: one contact centre that may send us events."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic.functional_validators import AfterValidator

from customers.legs import LifecycleSettings
from customers.model import Verb, WrapUpPlace

_UNITS = {"s": 1, "m": 60, "h": 3600}
_SECRET_PREFIX = "whsec_"  # noqa: S105 — the prefix of every such secret, not one of them


def _duration(value: object) -> object:
    """`30s`, `30m` and `2h` as a timedelta; all else is pydantic's to judge."""
    if isinstance(value, str) and (match := re.fullmatch(r"(\d{1,6})([smh])", value)):
        return timedelta(seconds=int(match[1]) * _UNITS[match[2]])
    if isinstance(value, timedelta):
        return value
    raise ValueError("write a duration as 30s, 30m or 2h")


def signing_key(secret: str) -> bytes:
    """The key inside a Standard Webhooks secret. Raises ValueError, which never holds the secret."""
    text = secret.removeprefix(_SECRET_PREFIX)
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a secret is whsec_ and base64") from None
    if not 24 <= len(key) <= 64:
        raise ValueError("a secret holds 24 to 64 bytes in base64 after whsec_")
    return key


def _checked(secret: SecretStr) -> SecretStr:
    signing_key(secret.get_secret_value())
    return secret


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Secret = Annotated[SecretStr, AfterValidator(_checked)]
PushVerb = Literal[Verb.TRANSFERRED, Verb.UNASSIGNED, Verb.ENDED]


class IntakeSettings(BaseModel):
    """What an administrator says about one contact centre. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    platform: Literal["generic"] = "generic"
    secrets: tuple[Secret, ...] = ()
    """Standard Webhooks secrets, `whsec_…`; several while one is being replaced."""
    bearer_sha256: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...] = ()
    """SHA-256, in hexadecimal, of the tokens of senders that cannot sign. No protection against replay."""
    digital_push: Annotated[frozenset[PushVerb], Field(min_length=1)] = frozenset(
        (Verb.TRANSFERRED, Verb.UNASSIGNED, Verb.ENDED)
    )
    wrapup_timeout: Duration = timedelta(minutes=30)
    wrapup_grace: Duration = timedelta(seconds=30)
    wrapup: WrapUpPlace = WrapUpPlace.PLATFORM
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    """ISO 3166 country of phone numbers that are written without one; empty: the service's."""
    person_ids: tuple[str, ...] = ()
    """Providers whose ids stand for one person each (customer numbers): two of them are never one person. `contact`
    stands for the platform's own contact id. Ids of channels are not."""
    rate: Annotated[int, Field(ge=1, le=100_000)] = 200
    """Requests per second on average; twice as many at once."""
    allowed_origins: tuple[str, ...] = ()
    """Whose CloudEvents handshake (OPTIONS, `WebHook-Request-Origin`) is answered with consent."""

    @model_validator(mode="after")
    def _can_be_authenticated(self) -> Self:
        if not self.secrets and not self.bearer_sha256:
            raise ValueError("set secrets (or bearer_sha256 for a sender that cannot sign): nothing comes in unsigned")
        return self

    def lifecycle(self) -> LifecycleSettings:
        """The part that the life cycle asks for."""
        return LifecycleSettings(
            wrapup_timeout=self.wrapup_timeout,
            wrapup_grace=self.wrapup_grace,
            digital_push=frozenset(Verb(verb) for verb in self.digital_push),
            wrapup=self.wrapup,
        )
