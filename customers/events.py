"""What a contact centre said, in our words: the one shape that every source is read into."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from customers.model import Channel, Direction, IdentityKind, Verb

CARD_SOURCE = "customer-card"
"""`source` of the events that agents cause on our own card, where wrap-up is led by it."""


@dataclass(frozen=True, slots=True)
class AgentRef:
    """An agent as the contact centre names them; which Teams user that is, is found elsewhere."""

    id: str = ""
    email: str = ""
    upn: str = ""
    entra_object_id: str = ""
    name: str = ""
    extension: str = ""

    @property
    def key(self) -> str:
        """What tells agents of one source apart: the platform's id, else the best that is there.

        Ids keep their case; addresses and object ids have none. Empty only for an empty ref.
        """
        for value in (self.id, self.email.casefold(), self.upn.casefold(), self.entra_object_id.casefold()):
            if value:
                return value
        if self.extension:
            return f"extension:{self.extension}"
        return f"name:{self.name.casefold()}" if self.name else ""


@dataclass(frozen=True, slots=True)
class IdentityClaim:
    """An identity as it arrived, before `customers.identities` has given it its normal form."""

    kind: IdentityKind
    value: str
    provider: str = ""
    display_name: str = ""
    verified: bool | None = None
    """None: the source did not say."""


@dataclass(frozen=True, slots=True)
class Disposition:
    """An outcome that was chosen; at least one of the two is there."""

    id: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        """What to show."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class CrmHint:
    """A CRM record that the contact centre already knows to belong to the interaction."""

    system: str
    """`salesforce`, `dynamics` or `other`."""
    id: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a digital interaction."""

    direction: Direction
    id: str = ""
    author: str = ""
    """`contact`, `agent`, `bot`, `system` or empty."""
    text: str = ""
    is_truncated: bool = False
    format: str = ""
    """`text`, `html` or empty; HTML is data, never markup of ours."""
    has_attachments: bool = False


@dataclass(frozen=True, slots=True)
class InteractionEvent:
    """One thing that happened to one interaction. Empty strings and None: the source did not say.

    (`source`, `id`) names the event; (`source` of the platform, `interaction_ref`) the interaction. Times are aware
    UTC. Everything in here but the enumerations is data from outside.
    """

    source: str
    id: str
    verb: Verb
    at: datetime
    interaction_ref: str
    channel: Channel
    sequence: str = ""
    """Orders events of one instant, as text."""
    root_ref: str = ""
    previous_ref: str = ""
    provider: str = ""
    direction: Direction | None = None
    business_address: str = ""
    queue_id: str = ""
    queue: str = ""
    """The queue's name, or its id where it has none."""
    started_at: datetime | None = None
    subject: str = ""
    url: str = ""
    agent: AgentRef | None = None
    contact_id: str = ""
    contact_name: str = ""
    given_name: str = ""
    family_name: str = ""
    company: str = ""
    identities: tuple[IdentityClaim, ...] = ()
    transfer_kind: str = ""
    """`agent`, `queue`, `external`, `unknown` or empty."""
    transfer_to: AgentRef | None = None
    transfer_queue: str = ""
    end_by: str = ""
    """`agent`, `contact`, `system`, `unknown` or empty."""
    end_reason: str = ""
    message: Message | None = None
    wrapup_expected: bool | None = None
    dispositions: tuple[Disposition, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    wrapup_seconds: int | None = None
    recording_url: str = ""
    crm_hints: tuple[CrmHint, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    """Sorted by key; keys are unique."""

    def to_json(self) -> str:
        """One compact line of JSON that `from_json` reads back equal; what was not said is left out."""
        return json.dumps(_plain(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> InteractionEvent:
        """The event that `to_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
        raw: dict[str, Any] = json.loads(text)
        for name, read in _READERS.items():
            if name in raw:
                raw[name] = read(raw[name])
        return cls(**raw)


@dataclass(frozen=True, slots=True)
class ContactMerged:
    """The platform made one contact of two: `absorbed` lives on as `survivor` (both are the platform's ids)."""

    source: str
    id: str
    at: datetime
    survivor: str
    absorbed: str


def _plain(value: Any) -> Any:
    """`value` as JSON can hold it; fields of dataclasses that have their default are left out."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        pairs = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _plain(item) for field, item in pairs if item != field.default}
    return value


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _agent(raw: Mapping[str, Any]) -> AgentRef:
    return AgentRef(**raw)


def _claim(raw: Mapping[str, Any]) -> IdentityClaim:
    return IdentityClaim(**{**raw, "kind": IdentityKind(raw["kind"])})


def _message(raw: Mapping[str, Any]) -> Message:
    return Message(**{**raw, "direction": Direction(raw["direction"])})


_READERS: Mapping[str, Any] = {
    "verb": Verb,
    "channel": Channel,
    "direction": Direction,
    "at": _time,
    "started_at": _time,
    "agent": _agent,
    "transfer_to": _agent,
    "message": _message,
    "identities": lambda items: tuple(_claim(item) for item in items),
    "dispositions": lambda items: tuple(Disposition(**item) for item in items),
    "crm_hints": lambda items: tuple(CrmHint(**item) for item in items),
    "tags": tuple,
    "attributes": lambda items: tuple((key, value) for key, value in items),
}
