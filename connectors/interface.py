"""What the product asks of a CRM. Sync; raises only `connectors.errors.CrmError`; never retries, never sleeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from connectors.errors import CrmError


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A row in a CRM: `salesforce:Contact:003…` — the CRM's configured name, type, id."""

    crm: str
    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.crm}:{self.type}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> RecordRef:
        """The ref that `str(ref)` wrote. Raises ValueError."""
        parts = text.split(":")
        if len(parts) != 3 or not all(parts):
            raise ValueError("a record is written crm:type:id")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class CrmRecord:
    """A record as an agent needs it: told apart at a glance, and opened by one click."""

    ref: RecordRef
    title: str
    subtitle: str = ""
    """Company, status, number: what tells it from its neighbours."""
    level: str = "related"
    """`person`, `company` or `related`."""
    type_label: str = ""
    url: str = ""
    match: str = ""
    """What a search found it by: `phone`, `email`, `name`, `text`, or empty."""
    has_children: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)
    """Display fields of the mapping, in its order, label → value."""
    dated: str = ""
    """Its date as the mapping names it: a day or a moment as ISO 8601 writes it; empty: none."""


@dataclass(frozen=True, slots=True)
class RelatedPage:
    """Some of the records that are related to one."""

    records: Sequence[CrmRecord]
    after: str = ""
    """Where the next page begins, for `related_page`; empty: this was the last."""


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """What is known of a person. Empty sequences are not searched for."""

    phones: Sequence[str] = ()
    """E.164. Found however the CRM stores them."""
    emails: Sequence[str] = ()
    names: Sequence[str] = ()


CHANNELS = ("voice", "email", "chat", "sms", "social", "video", "work_item", "other")
"""How an interaction comes about, as `ActivityDraft.channel` says it."""


@dataclass(frozen=True, slots=True)
class CrmAgent:
    """In whose name an activity is written (P-12)."""

    name: str = ""
    email: str = ""
    entra_object_id: str = ""


@dataclass(frozen=True, slots=True)
class ActivityDraft:
    """What one CRM activity should say. The mapping decides which fields say it."""

    key: UUID
    """Fixed before the first attempt; the CRM refuses a second activity under it."""
    record: RecordRef
    """The linked record that the activity belongs to."""
    channel: str
    """One of `CHANNELS`."""
    direction: str
    """`inbound`, `outbound`, `internal` or empty."""
    facts: Mapping[str, str | int | datetime | None]
    """By the names in `sources.FACTS`; what is unknown is absent or None."""
    agent: CrmAgent = field(default_factory=CrmAgent)
    is_shared: bool = False
    """True: other people may stand on the activity under this key; `record` is one of them."""


@dataclass(frozen=True, slots=True)
class LoggedActivity:
    """The activity as it now stands in the CRM."""

    ref: RecordRef
    url: str
    created: bool
    """False: an earlier attempt under this key had already written it."""
    owner_is_integration: bool = False
    """True: the CRM did not take the agent as owner, the integration user owns it."""
    warnings: Sequence[str] = ()
    """Field names that were dropped or cut, for the administrator."""


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """What in the mapping does not fit the CRM, for its administrator (P-11)."""

    key: str
    """Of the mapping: `activities.voice.fields.CallType`."""
    problem: str
    to_do: str
    stops: bool = True
    """True: an activity could not be written, or not in full; pushes wait until it is mended (P-19)."""

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}: {self.to_do}"


@dataclass(frozen=True, slots=True)
class ActivityPreview:
    """What `log_activity` would send for a draft. Nothing was written."""

    target: str
    """The type of the activity."""
    record: RecordRef
    """The record that it would belong to now: what the draft's was merged or converted into."""
    record_title: str
    owner: str
    """In whose name: the agent's user, or empty for the integration user."""
    body: Mapping[str, object]
    """Field by field, as the CRM would be sent it."""
    warnings: Sequence[str] = ()
    """Fields whose text was cut or whose source was of no use."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the form that a new record is typed into (A-19)."""

    name: str
    """The CRM's own."""
    label: Mapping[str, str]
    """By language; the CRM's own label stands under `en` where the mapping has none."""
    kind: str = "text"
    """`text`, `lines`, `date`, `number`, `choice`; `toggle`: `true` or `false`; `lookup`: the ref of a record of one of
    `types`, for which the agent searches; `record`: not typed, `value` is the ref of a linked record."""
    value: str = ""
    """What is known already."""
    is_required: bool = False
    max: int | None = None
    """UTF-16 units."""
    choices: Sequence[tuple[str, str]] = ()
    """(value, label) of a pick list, as the CRM has them now; of a lookup (ref, ref) of the linked records."""
    types: Sequence[str] = ()
    """Of the records that a lookup takes."""


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """One record that is to be created."""

    key: UUID
    """Fixed before the first attempt; the CRM refuses a second record under it."""
    type: str
    values: Mapping[str, str] = field(default_factory=dict)
    """By field of the form: what the agent typed or left there."""
    facts: Mapping[str, str | int | datetime | None] = field(default_factory=dict)
    """By the names in `sources.RECORD_FACTS`."""
    linked: Sequence[RecordRef] = ()
    """Records that the interaction is linked to: what a new one may hang on."""
    agent: CrmAgent = field(default_factory=CrmAgent)
    may_be_duplicate: bool = False
    """True: the agent has seen what the CRM takes for the same, and wants it all the same."""


@dataclass(frozen=True, slots=True)
class CreatedRecord:
    """The record as it now stands in the CRM."""

    record: CrmRecord
    created: bool
    """False: an earlier attempt under this key had already created it."""


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """What `create_record` would send first. Nothing was written."""

    type: str
    owner: str
    """In whose name: the agent's user, or empty for the integration user."""
    body: Mapping[str, object]
    missing: Sequence[str] = ()
    """Required fields that the agent will have to fill in."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a record that is not what the profile says."""

    field: str
    source: str
    """Of the mapping: where its value comes from."""
    theirs: str
    """What stands in the CRM."""
    told: str
    """The same as the profile would say it; empty where it has no word for it."""
    mine: str | int | float | bool | None
    """What the profile makes of it; None empties it."""
    is_expected: bool
    """True where the CRM has what the profile said before the edit, or nothing: nobody's words are overwritten."""


@dataclass(frozen=True, slots=True)
class RecordUpdate:
    """What writing a profile back would change in a record as it is now."""

    ref: RecordRef
    """The record, or what it was merged or converted into."""
    version: str
    """Of the record, for `update_record`."""
    changes: Sequence[FieldChange]


class CrmConnector(Protocol):
    """One CRM organisation. Safe to call from many threads at once."""

    kind: ClassVar[str]
    """`salesforce` or `dynamics`."""
    label: ClassVar[str]
    """As the vendor writes it."""
    name: str
    """The name in the settings, `[crm.NAME]`; the first part of every `RecordRef`."""

    @property
    def type_labels(self) -> Mapping[str, Mapping[str, str]]:
        """What people call the mapped record types: by type, then by language, as the mapping says it."""
        ...

    @property
    def withdrawable(self) -> frozenset[str]:
        """The channels whose activities the mapping lets agents take out of the CRM again (C-12)."""
        ...

    @property
    def together(self) -> Mapping[str, frozenset[str]]:
        """By channel, the types of people who stand on one activity together, as the mapping says. No I/O."""
        ...

    def ping(self) -> None:
        """Signed in, and one cheap authenticated read went well."""
        ...

    def find_people(self, keys: PersonKeys, *, limit: int = 10) -> Sequence[CrmRecord]:
        """Accounts, contacts and leads that carry one of `keys`, phone matches first; none is empty, two are both.

        A converted lead is its contact; a person account stands once.
        """
        ...

    def search(self, text: str, *, limit: int = 10, types: Sequence[str] = ()) -> Sequence[CrmRecord]:
        """Records of the mapped types, or of `types` alone, whose name, number, phone or e-mail holds `text` (P-07)."""
        ...

    def get_record(self, ref: RecordRef) -> CrmRecord:
        """The record, or the one that it was merged or converted into. Raises `CrmRecordNotFound`."""
        ...

    def related(self, ref: RecordRef, *, limit: int = 20) -> Sequence[CrmRecord]:
        """Records related to `ref` as the mapping lists them: account, cases, opportunities (A-18, A-20)."""
        ...

    def related_page(self, ref: RecordRef, *, size: int = 20, after: str = "") -> RelatedPage:
        """`size` of them at most, list by list, from where the page before ended; each stands on one page alone."""
        ...

    def log_activity(self, draft: ActivityDraft) -> LoggedActivity:
        """Exactly one completed activity stands under `draft.key`, linked to `draft.record`.

        Called again with the same key, also after a lost answer, nothing is written twice; what is there is left
        as it is. With `draft.is_shared` another record may have been first: then this one stands on it too.
        """
        ...

    def log_activities(self, drafts: Sequence[ActivityDraft]) -> Sequence[LoggedActivity | CrmError]:
        """`log_activity` of each, in few calls: what it would return or raise, in the order of `drafts`.

        None stands or falls with another. Raises `CrmError` where it is the same for all.
        """
        ...

    def amend_activity(self, activity: RecordRef, draft: ActivityDraft, facts: frozenset[str]) -> LoggedActivity:
        """The fields that come from `facts` say what `draft` says; no other field is touched (P-10)."""
        ...

    def withdraw_activity(self, activity: RecordRef) -> None:
        """The activity that we wrote is no longer in the CRM (C-12). One that was gone already is fine."""
        ...

    def leave_activity(self, activity: RecordRef, record: RecordRef) -> None:
        """The person no longer stands on the activity that they shared; one on which nobody is left is gone (C-12)."""
        ...

    def preview_activity(self, draft: ActivityDraft) -> ActivityPreview:
        """What `log_activity(draft)` would send first; the CRM is read, never written (P-11)."""
        ...

    @property
    def creatable(self) -> Sequence[str]:
        """Types that the mapping lets agents create records of, in its order (A-19). No I/O."""
        ...

    def record_form(self, draft: RecordDraft) -> Sequence[FormField]:
        """The form for a new record of `draft.type`, filled in from its facts. Raises `CrmSchemaDrift` or
        `CrmForbidden` where no such record can be created.
        """
        ...

    def create_record(self, draft: RecordDraft) -> CreatedRecord:
        """Exactly one record stands under `draft.key`, also after a lost answer.

        Raises `CrmDuplicates` where the CRM takes others for the same and nothing was written, `CrmRejected` for
        values that it does not take.
        """
        ...

    def preview_record(self, draft: RecordDraft) -> RecordPreview:
        """What `create_record(draft)` would send first; the CRM is read, never written (P-11)."""
        ...

    def unknown_agents(self, agents: Sequence[CrmAgent]) -> Sequence[CrmAgent]:
        """Those of `agents` who are no active user, so that the integration user will own what they do (P-12)."""
        ...

    @property
    def updatable(self) -> Mapping[str, frozenset[str]]:
        """By type of records: the sources (of `PROFILE_FACTS`) that the mapping writes back. No I/O."""
        ...

    def compare_record(
        self,
        ref: RecordRef,
        facts: Mapping[str, str | int | datetime | None],
        before: Mapping[str, str | int | datetime | None],
    ) -> RecordUpdate:
        """What the mapped fields of the sources in `facts` hold that is not what they say; nothing is written."""
        ...

    def update_record(self, update: RecordUpdate) -> None:
        """The record's fields are as `update.changes` say, and no other is touched.

        Raises `CrmConflict` (code `changed`) where the record is not as it was then: nothing was written.
        """
        ...

    def check_mapping(self) -> Sequence[MappingProblem]:
        """What in the mapping does not fit the CRM as the integration user sees it; empty where all fits (P-11)."""
        ...

    def starting_point(self) -> str:
        """A commented mapping, from the CRM's own description of itself, that `check_mapping` finds fitting."""
        ...

    def record_url(self, ref: RecordRef) -> str:
        """A link that opens the record in the CRM. No I/O."""
        ...

    def record_of(self, url: str) -> RecordRef | None:
        """The record that a link copied from the CRM opens, if its type is mapped; None for other links. No I/O."""
        ...

    def close(self) -> None:
        """Connections are given back. Twice is fine."""
        ...
