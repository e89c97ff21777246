"""What supervisors and administrators look at besides cards: read from the same rows as the command line's lists.

Everything here is data until `cards` has escaped it. Times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from customers.model import Channel, PushState


class Page(StrEnum):
    """A page of the administration. The value is part of the element id."""

    OVERVIEW = "overview"
    PUSHES = "pushes"
    CRMS = "crms"
    AGENTS = "agents"
    EVENTS = "events"
    SETTINGS = "settings"


class Trouble(StrEnum):
    """What wants somebody to do something; `cards` has words for each, and for what to do."""

    PAUSED = "paused"
    MAPPING = "mapping"
    NOT_CHECKED = "not_checked"
    PUSHES = "pushes"
    EVENTS_FAILED = "events_failed"
    EVENTS_UNKNOWN = "events_unknown"
    REFUSED = "refused"
    AGENTS = "agents"
    JOBS = "jobs"
    NOT_INSTALLED = "not_installed"


@dataclass(frozen=True, slots=True)
class Issue:
    """One trouble; the most urgent ones come first."""

    trouble: Trouble
    page: Page
    count: int = 0
    crm: str = ""
    reason: str = ""
    """Of a CRM: one of the codes of `PushView.reason`; else what the row says."""
    name: str = ""
    """The contact centre, the lane, the type of the event."""


class Doing(StrEnum):
    """What was to be done in a CRM."""

    WRITE = "write"
    """An activity, or what changed of it."""
    WITHDRAW = "withdraw"
    """An activity that was written is deleted (C-12)."""
    CREATE = "create"
    """A record that an agent has filled in (A-19)."""
    UPDATE = "update"
    """A record follows an edit of the profile."""


@dataclass(frozen=True, slots=True)
class FailedPush:
    """Something that was to be written into a CRM, and failed or waits for another try."""

    id: str
    crm: str
    """The name in the settings."""
    crm_label: str
    state: PushState
    reason: str
    detail: str
    record: str
    title: str
    agent: str
    interaction: str
    card_id: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None = None
    is_connected: bool = True
    does: Doing = Doing.WRITE


@dataclass(frozen=True, slots=True)
class Finding:
    """What in a mapping does not fit, as the CRM's administrator is told it."""

    key: str
    problem: str
    to_do: str
    stops: bool


@dataclass(frozen=True, slots=True)
class CrmState:
    """One connected CRM."""

    name: str
    label: str
    counts: tuple[tuple[str, int], ...] = ()
    """State of a push → how many; those that are through are not counted."""
    paused_until: datetime | None = None
    pause_reason: str = ""
    """`administrator`, `mapping`, or a code of `PushView.reason`."""
    concurrency: int = 0
    rate: float | None = None
    """Calls at once, and pushes a second, at most."""
    last_reason: str = ""
    last_detail: str = ""
    asked_at: datetime | None = None
    """When somebody wanted the mapping to be checked."""
    checked_at: datetime | None = None
    is_fit: bool | None = None
    """None: not checked yet, or it could not be asked."""
    error: str = ""
    """Why it could not be asked: a code of `PushView.reason`."""
    findings: tuple[Finding, ...] = ()

    @property
    def is_asked(self) -> bool:
        """True while a check is wanted and has not come to an end."""
        return self.asked_at is not None and (self.checked_at is None or self.checked_at < self.asked_at)


@dataclass(frozen=True, slots=True)
class Previewable:
    """An interaction that a preview can be made of."""

    id: str
    crm: str
    ref: str
    channel: Channel
    customer: str
    agent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """What one activity would say. Nothing was written."""

    target: str
    record: str
    title: str
    owner: str
    """In whose name; empty: in that of the integration user."""
    fields: tuple[tuple[str, str], ...]
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Previews:
    """What came of asking for a preview."""

    crm_label: str
    interaction: str
    previews: tuple[Preview, ...] = ()
    reason: str = ""
    """Why there is none: a code of `PushView.reason`, or `no_interaction`, `busy`."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A Teams user who may be an agent."""

    user_id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class UnmatchedAgent:
    """An agent of the contact centre without a Teams user, and what waits for them (P-17)."""

    id: str
    intake: str
    key: str
    name: str
    email: str
    open_legs: int
    legs: int
    since: datetime | None
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchedAgent:
    """An agent who was matched by hand."""

    id: str
    intake: str
    key: str
    name: str
    user: str
    is_installed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class EventCount:
    """Events of one source and type, by what became of them."""

    intake: str
    type: str
    done: int = 0
    new: int = 0
    unknown: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """An event that could not be understood."""

    id: int
    intake: str
    type: str
    subject: str
    reason: str
    received_at: datetime
    is_failed: bool
    """False: of a type that this version does not know."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A setting that decides something, as it is in force."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Refusals:
    """Requests of one contact centre that this process answered with `status` since it started."""

    intake: str
    status: int
    count: int


@dataclass(frozen=True, slots=True)
class AdministrationView:
    """One page; the parts of others are empty."""

    page: Page
    at: datetime
    may_administrate: bool = True
    """False: a supervisor, who has the list of pushes."""
    issues: tuple[Issue, ...] = ()
    crms: tuple[CrmState, ...] = ()
    pushes: tuple[FailedPush, ...] = ()
    pushes_total: int = 0
    crm: str = ""
    """The list of pushes shows this CRM's; empty: all."""
    previewable: tuple[Previewable, ...] = ()
    previews: Previews | None = None
    unmatched: tuple[UnmatchedAgent, ...] = ()
    unmatched_total: int = 0
    matching: str = ""
    """The id of the agent who is being matched."""
    matched: tuple[MatchedAgent, ...] = ()
    matched_total: int = 0
    events: tuple[EventCount, ...] = ()
    failed_events: tuple[FailedEvent, ...] = ()
    failed_events_total: int = 0
    refusals: tuple[Refusals, ...] = ()
    switches: tuple[Switch, ...] = ()
    events_waiting: int = 0
    jobs_due: int = 0
    users: int = 0
    """Teams users who have installed the app."""
