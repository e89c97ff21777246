"""The words of the domain that more than one part of the house uses."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a customer reaches the contact centre (A-23)."""

    VOICE = "voice"
    EMAIL = "email"
    CHAT = "chat"
    SMS = "sms"
    SOCIAL = "social"
    VIDEO = "video"
    WORK_ITEM = "work_item"
    OTHER = "other"

    @property
    def is_live(self) -> bool:
        """True where the push waits for wrap-up (A-09); false where it follows C-09."""
        return self in (Channel.VOICE, Channel.VIDEO)


class Direction(StrEnum):
    """Who began the interaction."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class IdentityKind(StrEnum):
    """What an identity is made of."""

    PHONE = "phone"
    EMAIL = "email"
    SOCIAL = "social"
    EXTERNAL = "external"


class Verb(StrEnum):
    """What happened to an interaction; the last word but one of a `cc.interaction.*.v1` type."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    MISSED = "missed"
    HELD = "held"
    RESUMED = "resumed"
    MESSAGE = "message"
    TRANSFERRED = "transferred"
    UNASSIGNED = "unassigned"
    ENDED = "ended"
    WRAPUP_STARTED = "wrapup_started"
    WRAPUP_COMPLETED = "wrapup_completed"
    UPDATED = "updated"


class LegState(StrEnum):
    """Where one agent's part of an interaction stands."""

    OFFERED = "offered"
    ACTIVE = "active"
    HELD = "held"
    ENDED = "ended"
    """The conversation is over and nothing is known of wrap-up yet."""
    WRAP_UP = "wrap_up"
    DONE = "done"
    """Ended, and wrapped up where there was a wrap-up."""
    TRANSFERRED = "transferred"
    UNASSIGNED = "unassigned"
    MISSED = "missed"

    @property
    def is_open(self) -> bool:
        """True while the agent still has work on it: its card stands in the pane (A-03)."""
        return self in (LegState.OFFERED, LegState.ACTIVE, LegState.HELD, LegState.ENDED, LegState.WRAP_UP)


class PushState(StrEnum):
    """What became of one push (P-09)."""

    WAITING = "waiting"
    """Linked, and the time of the push has not come."""
    SENDING = "sending"
    SENT = "sent"
    RETRYING = "retrying"
    """Failed for a reason that passes; `next_attempt_at` says when it is tried again."""
    FAILED = "failed"
    """Failed for good: a person must act, then press Retry."""
    KEPT = "kept"
    """Unlinked after the push: the activity stays in the CRM as it is (C-12)."""
    WITHDRAWN = "withdrawn"
    """Unlinked, and the activity was deleted from the CRM. Stored as `cancelled`, with `is_withdrawal`."""


class Level(StrEnum):
    """Where a CRM record stands in Related records (A-16)."""

    PERSON = "person"
    COMPANY = "company"
    RELATED = "related"


class WrapUpPlace(StrEnum):
    """Who leads wrap-up: `[intake.NAME] wrapup`."""

    PLATFORM = "platform"
    CARD = "card"


TEXT_LIMIT = 2000
"""Characters in a text field (B-07)."""
TAG_LIMIT = 50
"""Characters in a tag (B-11)."""
