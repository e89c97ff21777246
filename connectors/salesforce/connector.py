"""The Salesforce connector: `CrmConnector` over one org."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from connectors.coerce import Fact
from connectors.errors import CrmError
from connectors.http import HttpOptions
from connectors.interface import (
    ActivityDraft,
    ActivityPreview,
    CreatedRecord,
    CrmAgent,
    CrmRecord,
    FormField,
    LoggedActivity,
    MappingProblem,
    PersonKeys,
    RecordDraft,
    RecordPreview,
    RecordRef,
    RecordUpdate,
    RelatedPage,
)
from connectors.mapping import CrmMapping
from connectors.mapping_file import load_mapping_file
from connectors.salesforce import sharing
from connectors.salesforce.activities import Activities
from connectors.salesforce.auth import SalesforceAuth
from connectors.salesforce.check import problems
from connectors.salesforce.creating import Creating
from connectors.salesforce.links import record_of, record_url
from connectors.salesforce.records import Records
from connectors.salesforce.rest import Rest
from connectors.salesforce.start import starting_point
from connectors.salesforce.updating import Updating
from connectors.salesforce.users import Users

DEFAULT_MAPPING = Path(__file__).with_name("default.toml")
API_VERSION = "66.0"


@dataclass(frozen=True, slots=True)
class SalesforceSettings:
    """One org."""

    name: str
    """`[crm.NAME]`."""
    url: str
    """My Domain: `https://acme.my.salesforce.com`."""
    auth: SalesforceAuth
    api_version: str = API_VERSION
    lightning_url: str = ""
    """Where records are opened; empty: derived from `url`."""
    language: str = "en"
    """Of the labels of record types."""


class SalesforceConnector:
    """See `connectors.interface.CrmConnector`."""

    kind: ClassVar[str] = "salesforce"
    label: ClassVar[str] = "Salesforce"

    def __init__(
        self, settings: SalesforceSettings, mapping: CrmMapping | None = None, options: HttpOptions | None = None
    ) -> None:
        """Nothing is sent yet. Without `mapping` the default one. Raises `MappingError`."""
        self.name = settings.name
        self.mapping = mapping or load_mapping_file(DEFAULT_MAPPING)
        self._settings = settings
        self._rest = Rest(settings.name, settings.url, settings.auth, settings.api_version, options)
        self._records = Records(self._rest, self.mapping, self.record_url, settings.language)
        self._users = users = Users(self._rest)
        self._activities = Activities(self._rest, self.mapping, self._records, users, settings.lightning_url)
        self._updating = Updating(self._rest, self.mapping, self._records)
        self._creating = Creating(self._rest, self.mapping, self._records, users)

    @property
    def type_labels(self) -> Mapping[str, Mapping[str, str]]:
        """As the mapping says them."""
        return self.mapping.type_labels

    @property
    def withdrawable(self) -> frozenset[str]:
        """As the mapping says it."""
        return self.mapping.withdrawable

    @property
    def together(self) -> Mapping[str, frozenset[str]]:
        """Contacts, on Tasks."""
        return self.mapping.together(sharing.TARGETS, sharing.TYPES)

    def ping(self) -> None:
        """Signed in, and the API of this version answers."""
        self._rest.get("ping", f"{self._rest.base}/")

    def find_people(self, keys: PersonKeys, *, limit: int = 10) -> Sequence[CrmRecord]:
        """Records of persons and companies with one of `keys`, phone matches first."""
        self._rest.spare_calls("find_people")
        return self._records.find_people(keys, limit)

    def search(self, text: str, *, limit: int = 10, types: Sequence[str] = ()) -> Sequence[CrmRecord]:
        """Records of the mapped types that hold every word of `text`."""
        self._rest.spare_calls("search")
        return self._records.search(text, limit, types)

    def get_record(self, ref: RecordRef) -> CrmRecord:
        """The record, or the one that it was merged or converted into."""
        return self._records.get(ref)

    def related(self, ref: RecordRef, *, limit: int = 20) -> Sequence[CrmRecord]:
        """The related lists of the mapping."""
        return self.related_page(ref, size=limit).records

    def related_page(self, ref: RecordRef, *, size: int = 20, after: str = "") -> RelatedPage:
        """Some of them, in one call."""
        self._rest.spare_calls("related")
        return self._records.related(ref, size, after)

    def log_activity(self, draft: ActivityDraft) -> LoggedActivity:
        """One completed Task under the draft's key."""
        return self._activities.log(draft)

    def log_activities(self, drafts: Sequence[ActivityDraft]) -> Sequence[LoggedActivity | CrmError]:
        """One completed Task under the key of each draft."""
        return self._activities.log_many(drafts)

    def amend_activity(self, activity: RecordRef, draft: ActivityDraft, facts: frozenset[str]) -> LoggedActivity:
        """The Task's fields that come from `facts` say what the draft says."""
        return self._activities.amend(activity, draft, facts)

    def withdraw_activity(self, activity: RecordRef) -> None:
        """The Task is in the org's recycle bin, or was gone already."""
        self._activities.withdraw(activity)

    def leave_activity(self, activity: RecordRef, record: RecordRef) -> None:
        """The contact no longer stands on the Task."""
        self._activities.leave(activity, record)

    def record_url(self, ref: RecordRef) -> str:
        """Opens the record in Lightning."""
        return record_url(self._settings.url, self._settings.lightning_url, ref)

    def record_of(self, url: str) -> RecordRef | None:
        """The record that a link of Lightning, or of Classic, opens."""
        found = record_of(self._settings.url, self._settings.lightning_url, url)
        if found is None or found[0] not in self.mapping.records:
            return None
        return RecordRef(self.name, *found)

    def preview_activity(self, draft: ActivityDraft) -> ActivityPreview:
        """What `log_activity` would send first."""
        return self._activities.preview(draft)

    @property
    def creatable(self) -> Sequence[str]:
        """The types whose mapping says how."""
        return self.mapping.creatable

    def record_form(self, draft: RecordDraft) -> Sequence[FormField]:
        """The form for a new record, filled in."""
        return self._creating.form(draft)

    def create_record(self, draft: RecordDraft) -> CreatedRecord:
        """One record under the draft's key."""
        return self._creating.create(draft)

    def preview_record(self, draft: RecordDraft) -> RecordPreview:
        """What `create_record` would send first."""
        return self._creating.preview(draft)

    @property
    def updatable(self) -> Mapping[str, frozenset[str]]:
        """As the mapping says."""
        return self.mapping.updatable

    def compare_record(self, ref: RecordRef, facts: Mapping[str, Fact], before: Mapping[str, Fact]) -> RecordUpdate:
        """What writing the profile back would change."""
        return self._updating.compare(ref, facts, before)

    def update_record(self, update: RecordUpdate) -> None:
        """The changed fields are written, unless the record has been changed since."""
        self._updating.apply(update)

    def unknown_agents(self, agents: Sequence[CrmAgent]) -> Sequence[CrmAgent]:
        """Those whom Salesforce knows as no active user."""
        return self._users.unknown(agents)

    def check_mapping(self) -> Sequence[MappingProblem]:
        """What in the mapping does not fit the org; empty where all fits."""
        return problems(self._rest, self.mapping)

    def starting_point(self) -> str:
        """A commented mapping from the org's description of itself."""
        return starting_point(self._rest, self.mapping)

    def close(self) -> None:
        """Connections are given back."""
        self._rest.http.close()
