"""What a card shows: read from storage in a bounded number of statements, drawn by `cards`.

Everything here is data from outside (CRM, contact centre, agents) until `cards` has escaped it.
Times are aware UTC; the viewer's language and time zone decide how they are written.

Parts that a card has many of are named tuples: they are made and compared without Python code, so that what was drawn
from them can be found again (`cards.memory`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from customers.comments import CommentsView
from customers.creating import CreatingView
from customers.fields import FieldView
from customers.ids import CardId, IdentityId, InteractionId, LegId, RequestId, UserId
from customers.journey import JourneyView
from customers.merging import FieldOffer, MergeView, PastMerge
from customers.messages import CaseThread, MessagesView
from customers.model import Channel, Direction, IdentityKind, LegState, Level, PushState
from customers.profile_form import PARTS, KeptValue, ProfileView
from customers.requests import RequestsView
from customers.roles import Role


class Section(StrEnum):
    """Sections of the card that expand one by one (A-06). The value is part of the element id."""

    PROFILE = "profile"
    CURRENT = "current"
    RELATED = "related"
    WRAP_UP = "wrap_up"
    REQUESTS = "requests"
    MESSAGES = "messages"
    COMMENTS = "comments"
    JOURNEY = "journey"
    IDENTITIES = "identities"
    MORE = "more"


class Surface(StrEnum):
    """Where a card is shown. The pane has a place for notices of its own."""

    CHAT = "chat"
    PANE = "pane"


@dataclass(frozen=True, slots=True)
class Switches:
    """What an administrator lets a viewer see and write (B-24, B-25, E-11, E-21): everything, unless told otherwise."""

    may_handle: bool = True
    """Requests and activities can be written, not only read."""
    sections: frozenset[Section] = frozenset(Section)
    profile_parts: tuple[str, ...] = PARTS
    """Fields of the profile that are shown, in this order; `phone` and `email` among them."""
    profile_read_only: frozenset[str] = frozenset()
    """Those that can be read, and not written."""
    activity_hidden: frozenset[str] = frozenset()
    """Fields of activities, of the company's own, that are not shown (B-39)."""
    activity_read_only: frozenset[str] = frozenset()
    """Those that can be read, and not written."""

    def may_write(self, part: str) -> bool:
        """True where the field is shown, the name always, and may be written (E-21)."""
        return (part in self.profile_parts or part == "name") and part not in self.profile_read_only


EVERYTHING = Switches()


class Standing(NamedTuple):
    """What a user is to the product, and what of it is switched on for them."""

    roles: frozenset[str]
    """None: they may do nothing (A-01)."""
    switches: Switches = EVERYTHING


@dataclass(frozen=True, slots=True)
class Viewer:
    """The Teams user who looks at a card."""

    user_id: UserId
    tenant_id: str
    name: str
    email: str = ""
    language: str = "en"
    """`en`, `de` or `es`."""
    time_zone: str = "UTC"
    """IANA name."""
    country: str = "US"
    """ISO 3166; phone numbers of this country are written nationally."""
    roles: frozenset[str] = frozenset({Role.AGENT})
    switches: Switches = EVERYTHING


class PushView(NamedTuple):
    """The state of a push beside its record (P-09)."""

    state: PushState
    reason: str = ""
    """A stable code: `unavailable`, `timeout`, `rate_limited`, `auth`, `forbidden`, `not_found`,
    `rejected`, `schema`, `conflict`, `protocol`."""
    detail: str = ""
    """The CRM's own words where they help the agent (validation text); data, not markup."""
    activity_url: str = ""
    attempts: int = 0
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    owner_is_integration: bool = False
    """True where the CRM did not take the agent as owner (P-12)."""
    is_withdrawal: bool = False
    """True where what is sent, waits or has failed is the deletion of the activity (C-12)."""
    may_withdraw: bool = False
    """True where the mapping lets agents have the activity deleted."""
    is_asking: bool = False
    """True while the agent is asked whether it should be."""

    @property
    def is_amendment(self) -> bool:
        """True where the activity stands in the CRM already, and what is on its way is a later change to it."""
        return self.sent_at is not None or self.activity_url != ""


class ChildPage(NamedTuple):
    """Which of the records below one are shown."""

    start: int
    """How many stand before them."""
    known: int
    """How many the CRM has told so far."""
    goes_on: bool
    """True: it has more."""
    is_asked: bool
    """True: it is being asked."""


class RecordView(NamedTuple):
    """A CRM record on the card."""

    record: str
    """`salesforce:Contact:003…`: CRM name, type, id."""
    crm_name: str
    """`salesforce`: the name the administrator gave the CRM."""
    crm_label: str
    """`Salesforce`; the name again where the CRM is no longer connected."""
    type: str
    type_label: str
    """The CRM's own label of the type, or a translated one for the standard types."""
    level: Level
    title: str
    subtitle: str = ""
    url: str = ""
    is_connected: bool = True
    """False: an administrator has taken the CRM out of the settings; the record stands here because it is linked."""
    is_linked: bool = False
    is_suggested: bool = False
    match: str = ""
    """Why it is suggested: `phone`, `email`, `name`, `hint`, or empty."""
    is_expanded: bool = False
    has_children: bool = True
    children: tuple[RecordView, ...] = ()
    """Of those below it the ones on the page that is shown."""
    page: ChildPage | None = None
    dated: str = ""
    """A day or a moment as ISO 8601 writes it; empty: none."""
    push: PushView | None = None


@dataclass(frozen=True, slots=True)
class CrmStatus:
    """Whether a CRM answered when its records were last asked for."""

    crm_name: str
    crm_label: str
    is_loading: bool = False
    reason: str = ""
    """Empty, or an error code as in `PushView.reason`."""
    fetched_at: datetime | None = None


class IdentityView(NamedTuple):
    """One phone number, address or social id, in full (P-05)."""

    kind: IdentityKind
    value: str
    """As it is written: E.164 for phone numbers."""
    provider: str = ""
    display_name: str = ""
    channel: Channel | None = None
    """The channel that it stays with (P-03); None where the card stands on no other."""
    id: IdentityId | None = None
    is_blocked: bool = False
    """True where a supervisor has blocked it (C-07)."""


class WrapUpView(NamedTuple):
    """What the agent leaves behind after an interaction (A-32)."""

    notes: str = ""
    disposition: str = ""
    """The id of the chosen outcome, or empty."""
    disposition_label: str = ""
    dispositions: tuple[tuple[str, str], ...] = ()
    """(id, label) to choose from; empty where the platform sends none."""
    tags: tuple[str, ...] = ()
    version: int = 0
    may_edit: bool = True
    may_finish: bool = False
    """True where the platform leaves wrap-up to us and the leg is in it."""
    drawn: str = ""
    """Not empty: notes and outcome are what the agent typed and could not be stored, on a card drawn from this
    (`wrap_up.DrawnFields`)."""
    fields: tuple[FieldView, ...] = ()
    """The company's own (B-38, B-39)."""
    fields_drawn: str = ""
    """As `drawn`, of these."""
    theirs: WrapUpView | None = None
    """Not None: somebody else wrote this meanwhile where the agent typed what could not be stored (P-13)."""


@dataclass(frozen=True, slots=True)
class InteractionView:
    """The current interaction, as one leg sees it."""

    id: InteractionId
    leg_id: LegId
    channel: Channel
    state: LegState
    direction: Direction | None = None
    subject: str = ""
    queue: str = ""
    business_address: str = ""
    agent_name: str = ""
    is_mine: bool = True
    started_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    recording_url: str = ""
    wrap_up: WrapUpView = field(default_factory=WrapUpView)
    is_pushed: bool = False
    """True once the time of the push has come: links made from now on are written at once (C-12)."""
    request_id: RequestId | None = None
    """The request that it is in (B-26); None before an agent has taken it."""
    request_name: str = ""
    comment_count: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the agent: at the bottom of the pane, or at the end of a chat card."""

    code: str
    """Key of the text, `notice.<code>`."""
    kind: str = "info"
    """`success` (green box), `info`, `warning` or `error`."""
    values: tuple[tuple[str, str], ...] = ()
    """What the text's blanks are filled with; data, not markup."""


@dataclass(frozen=True, slots=True)
class CardView:
    """Everything that one viewer sees on one card."""

    card_id: CardId
    version: int
    """Rises with every change that anybody could see."""
    channel: Channel
    customer_name: str = ""
    """Empty where nobody knows it yet."""
    company: str = ""
    identities: tuple[IdentityView, ...] = ()
    interaction: InteractionView | None = None
    """None when the customer is looked at outside any interaction."""
    current_records: tuple[RecordView, ...] = ()
    """Linked to the interaction, or suggested for it by the contact's identities (A-16)."""
    related_records: tuple[RecordView, ...] = ()
    """Person level first, then what was fetched from them (A-16…A-20)."""
    found_records: tuple[RecordView, ...] = ()
    """Answers of the last text search (P-07)."""
    search_text: str = ""
    has_crm: bool = True
    """False: no CRM is connected, and nothing about records is shown (A-11)."""
    may_create: bool = False
    """True where a mapping lets agents create records (A-19)."""
    creating: CreatingView | None = None
    """None where nothing is about to be created by this viewer."""
    crms: tuple[CrmStatus, ...] = ()
    profile: ProfileView | None = None
    """None while its section is closed."""
    open_requests: int = 0
    requests: RequestsView = field(default_factory=RequestsView)
    """Empty while their section is closed."""
    comments: CommentsView = field(default_factory=CommentsView)
    """The same."""
    case: CaseThread = field(default_factory=CaseThread)
    """Messages of the request that is shown; as the requests."""
    messages: MessagesView = field(default_factory=MessagesView)
    """The same."""
    journey: JourneyView = field(default_factory=JourneyView)
    expanded: frozenset[Section] = frozenset({Section.CURRENT})
    is_closed: bool = False
    merge: MergeView | None = None
    """The merge that this viewer prepares; None where its part of the card is closed (A-25)."""
    merges: tuple[PastMerge, ...] = ()
    """What this card was merged from, newest first; those taken back too (P-01)."""
    kept: tuple[KeptValue, ...] = ()
    offers: tuple[FieldOffer, ...] = ()
    is_locked: bool = False
    """True where a supervisor has locked the profile (C-07)."""

    @property
    def is_unlinked_in_wrap_up(self) -> bool:
        """True where wrap-up has begun, a CRM is connected and no record is linked (P-06)."""
        if self.interaction is None or not self.has_crm:
            return False
        over = self.interaction.state in (LegState.ENDED, LegState.WRAP_UP, LegState.DONE)
        return over and not any(record.is_linked for record in self.current_records)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of the lists Open and Recent (B-02, B-28)."""

    card_id: CardId
    customer_name: str
    identity: str
    """What to show while the name is unknown."""
    channel: Channel
    state: LegState | None = None
    since: datetime | None = None
    is_unlinked: bool = False
    """True: in wrap-up, no record linked (P-06)."""
    has_failed_push: bool = False
    marks: tuple[str, ...] = ()
    """Parts of name, company and identity that match what was searched for."""


@dataclass(frozen=True, slots=True)
class CustomerListView:
    """The list beside the card."""

    name: str
    """`open`, `recent` or `search`."""
    rows: tuple[CustomerRow, ...]
    selected: CardId | None = None
    query: str = ""
    at: datetime | None = None
    """When it is looked at: times of that day stand there without the day."""
