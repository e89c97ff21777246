"""Dynamics 365 as the product's CRM interface asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, ClassVar

from connectors.coerce import Fact
from connectors.dynamics import links, queries, records, sharing
from connectors.dynamics.activities import Activities
from connectors.dynamics.agents import Agents
from connectors.dynamics.auth import DynamicsAuth
from connectors.dynamics.check import problems
from connectors.dynamics.creating import Creating
from connectors.dynamics.related import Related
from connectors.dynamics.schema import Schema
from connectors.dynamics.settings import DynamicsSettings, default_mapping
from connectors.dynamics.start import starting_point
from connectors.dynamics.updating import Updating
from connectors.dynamics.web import WebApi
from connectors.errors import CrmError, CrmRecordNotFound, CrmSchemaDrift
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
from connectors.mapping import CrmMapping, RecordType
from connectors.related import Place

Seen = dict[tuple[str, str], Mapping[str, Any]]
"""Rows that were read already, by type and id."""
CANDIDATES = 200
"""Rows of one type that are read to find the few that really match."""
LONGEST_TRAIL = 5
"""Merges and conversions that are followed from one record."""


class DynamicsConnector:
    """One Dataverse environment. Safe to call from many threads at once."""

    kind: ClassVar[str] = "dynamics"
    label: ClassVar[str] = "Dynamics 365"

    def __init__(
        self, settings: DynamicsSettings, mapping: CrmMapping | None = None, auth: DynamicsAuth | None = None
    ) -> None:
        self.name = settings.name
        self._settings = settings
        self.mapping = mapping or default_mapping()
        self._web = WebApi(settings, auth or DynamicsAuth(settings))
        self._schema = Schema(settings.name, self.mapping, self._web.read)
        self._related = Related(self._web, self._schema, self.mapping)
        self._agents = agents = Agents(self._web)
        self._activities = Activities(
            self._web, self._schema, self.mapping, agents, current=self._current, url=self.record_url
        )
        self._updating = Updating(self._web, self._schema, self.mapping, self.get_record)
        self._creating = Creating(self._web, self._schema, self.mapping, agents, self.get_record)

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
        """Contacts and leads, on phone calls and mails."""
        return self.mapping.together(sharing.TARGETS, sharing.TYPES)

    def ping(self) -> None:
        """Signed in, and the CRM knows who we are."""
        self._web.read("ping", "WhoAmI")

    def find_people(self, keys: PersonKeys, *, limit: int = 10) -> Sequence[CrmRecord]:
        """Active accounts, contacts and leads with one of `keys`, phone matches first."""
        found: list[CrmRecord] = []
        seen: Seen = {}
        for record in (*self.mapping.level("person"), *self.mapping.level("company")):
            condition = queries.person_filter(record, keys)
            rows = list(self._query("find_people", record, condition, most=CANDIDATES)) if condition else []
            seen |= {(record.type, self._ref(record, row).id): row for row in rows}
            matches = ((row, records.match_of(record, row, keys)) for row in rows)
            found += self._current_ones("find_people", record, ((row, match) for row, match in matches if match), seen)
        return records.ranked(found, limit)

    def search(self, text: str, *, limit: int = 10, types: Sequence[str] = ()) -> Sequence[CrmRecord]:
        """Records whose name, number, phone or e-mail holds `text`; of each type some, persons first."""
        text = text.strip()
        if not text:
            return []
        wanted = [record for record in self.mapping.records.values() if record.type in types or not types]
        by_type = [self._search_type(record, text, limit) for record in wanted]
        taken_in_turn = chain.from_iterable(zip_longest(*by_type))
        found = (one for one in taken_in_turn if one is not None and (one.ref.type in types or not types))
        return records.ranked(found, limit)

    def get_record(self, ref: RecordRef) -> CrmRecord:
        """The record, or the one that it was merged or converted into."""
        record, row = self._followed("get_record", self._record_type(ref.type), ref.id)
        return self._draw(record, row)

    def related(self, ref: RecordRef, *, limit: int = 20) -> Sequence[CrmRecord]:
        """The records that the mapping relates to `ref`, list by list."""
        return self.related_page(ref, size=limit).records

    def related_page(self, ref: RecordRef, *, size: int = 20, after: str = "") -> RelatedPage:
        """Some of them, the lists together in one call."""
        record, place = self._record_type(ref.type), Place.read(after)
        row_id = self._guid("related", ref.id)
        if place is None:
            raise CrmRecordNotFound(self.name, "related", code="not_a_page")
        rows, following = self._related.page(record, row_id, size, place)
        drawn = (self._draw(self._record_type(record.related[number].type), row) for number, row in rows)
        return RelatedPage(records.ranked(drawn, len(rows)), str(following) if following else "")

    def log_activity(self, draft: ActivityDraft) -> LoggedActivity:
        """One completed activity stands under `draft.key`."""
        return self._activities.log(draft)

    def log_activities(self, drafts: Sequence[ActivityDraft]) -> Sequence[LoggedActivity | CrmError]:
        """One completed activity stands under the key of each draft."""
        return self._activities.log_many(drafts)

    def amend_activity(self, activity: RecordRef, draft: ActivityDraft, facts: frozenset[str]) -> LoggedActivity:
        """The fields that come from `facts` say what `draft` says, and the activity is completed again."""
        return self._activities.amend(activity, draft, facts)

    def withdraw_activity(self, activity: RecordRef) -> None:
        """The activity is deleted, completed or not, or was gone already."""
        self._activities.withdraw(activity)

    def leave_activity(self, activity: RecordRef, record: RecordRef) -> None:
        """The person is no party of the activity any more."""
        self._activities.leave(activity, record)

    def record_url(self, ref: RecordRef) -> str:
        """A link that opens the record in the app of the settings. No I/O."""
        return links.record_url(self._settings.base_url, self._settings.app_id, ref)

    def record_of(self, url: str) -> RecordRef | None:
        """The record that a link of a model-driven app opens."""
        found = links.record_of(self._settings.base_url, url)
        if found is None or found[0] not in self.mapping.records:
            return None
        return RecordRef(self.name, *found)

    def preview_activity(self, draft: ActivityDraft) -> ActivityPreview:
        """What `log_activity` would write."""
        return self._activities.preview(draft)

    @property
    def creatable(self) -> Sequence[str]:
        """The types whose mapping says how."""
        return self.mapping.creatable

    def record_form(self, draft: RecordDraft) -> Sequence[FormField]:
        """The form for a new row, filled in."""
        return self._creating.form(draft)

    def create_record(self, draft: RecordDraft) -> CreatedRecord:
        """One row under the draft's key."""
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
        """Those whom Dynamics knows as no enabled user."""
        return self._agents.unknown(agents)

    def check_mapping(self) -> Sequence[MappingProblem]:
        """What in the mapping does not fit the environment; empty where all fits."""
        return problems(self._web, self._schema, self.mapping)

    def starting_point(self) -> str:
        """A commented mapping from the environment's description of itself."""
        return starting_point(self._web, self._schema)

    def close(self) -> None:
        """Connections are given back. Twice is fine."""
        self._web.close()

    def _search_type(self, record: RecordType, text: str, limit: int) -> list[CrmRecord]:
        condition = queries.text_filter(record, text)
        if not condition:
            return []
        rows = self._query("search", record, condition, most=limit * 2)
        if record.level == "related":
            return [self._draw(record, row, "text") for row in rows]
        return list(self._current_ones("search", record, ((row, "text") for row in rows), {}))

    def _query(
        self, operation: str, record: RecordType, condition: str, *, most: int, order: str = ""
    ) -> Iterator[dict[str, Any]]:
        options = {"$select": records.columns(record, self._schema.primary_id(record.type)), "$filter": condition}
        if order:
            options["$orderby"] = order.replace("ASC", "asc").replace("DESC", "desc")
        return self._web.rows(operation, self._schema.set_name(record.type), options, most=most)

    def _current_ones(
        self, operation: str, record: RecordType, found: Iterable[tuple[Mapping[str, Any], str]], seen: Seen
    ) -> Iterator[CrmRecord]:
        """Active records, and in place of merged and converted ones those that stand for them; `seen` need no call."""
        for row, match in found:
            if records.successor(record.type, row) is None:
                if records.is_active(row):
                    yield self._draw(record, row, match)
                continue
            try:
                other, current = self._follow(operation, record, row, seen)
            except (CrmRecordNotFound, CrmSchemaDrift):
                continue  # merged into what is gone, or converted into a type that the mapping leaves out
            if records.is_active(current):
                yield self._draw(other, current, match)

    def _current(
        self, operation: str, refs: Sequence[RecordRef]
    ) -> list[tuple[RecordRef, Mapping[str, Any]] | CrmError]:
        """Where an activity for each of `refs` belongs now, with the row; or why it cannot be written."""
        found: list[tuple[RecordRef, Mapping[str, Any]] | CrmError] = []
        for ref, row in zip(refs, self._rows(operation, refs), strict=True):
            try:
                if isinstance(row, CrmError):
                    raise row
                record, current = self._follow(operation, self._record_type(ref.type), row)
                found.append((self._ref(record, current), current))
            except CrmError as error:
                found.append(error)
        return found

    def _rows(self, operation: str, refs: Sequence[RecordRef]) -> list[Mapping[str, Any] | CrmError]:
        """The row of each, or why there is none, in one call."""
        found: dict[RecordRef, Mapping[str, Any] | CrmError] = {}
        wanted: dict[RecordRef, tuple[str, Mapping[str, str]]] = {}
        for ref in refs:
            try:
                if len(refs) == 1:
                    found[ref] = self._row(operation, self._record_type(ref.type), ref.id)
                else:
                    wanted[ref] = self._row_of(operation, self._record_type(ref.type), ref.id)
            except CrmError as error:
                found[ref] = error
        if wanted:
            found |= zip(wanted, self._web.read_many(operation, list(wanted.values())), strict=True)
        return [found[ref] for ref in refs]

    def _followed(self, operation: str, record: RecordType, row_id: str) -> tuple[RecordType, Mapping[str, Any]]:
        return self._follow(operation, record, self._row(operation, record, row_id))

    def _follow(
        self, operation: str, record: RecordType, row: Mapping[str, Any], seen: Seen | None = None
    ) -> tuple[RecordType, Mapping[str, Any]]:
        for _ in range(LONGEST_TRAIL):
            after = records.successor(record.type, row)
            if after is None or after[0] not in self.mapping.records:
                break
            record = self.mapping.records[after[0]]
            row = (seen or {}).get(after) or self._row(operation, record, after[1])
        return record, row

    def _row(self, operation: str, record: RecordType, row_id: str) -> Mapping[str, Any]:
        return self._web.read(operation, *self._row_of(operation, record, row_id))

    def _row_of(self, operation: str, record: RecordType, row_id: str) -> tuple[str, Mapping[str, str]]:
        """Path and options with which a row is read."""
        row_id = self._guid(operation, row_id)
        extra = record.options.get("customer")
        select = records.columns(record, self._schema.primary_id(record.type))
        select += f",{records.lookup(extra)}" if extra else ""
        return f"{self._schema.set_name(record.type)}({row_id})", {"$select": select}

    def _record_type(self, name: str) -> RecordType:
        if name not in self.mapping.records:
            raise CrmSchemaDrift(self.name, "mapping", code="not_mapped", detail=f"{name} is not in the mapping.")
        return self.mapping.records[name]

    def _guid(self, operation: str, text: str) -> str:
        guid = records.as_guid(text)
        if guid is None:
            raise CrmRecordNotFound(self.name, operation, code="not_an_id")
        return guid

    def _ref(self, record: RecordType, row: Mapping[str, Any]) -> RecordRef:
        return RecordRef(self.name, record.type, str(row[self._schema.primary_id(record.type)]))

    def _draw(self, record: RecordType, row: Mapping[str, Any], match: str = "") -> CrmRecord:
        ref = self._ref(record, row)
        return records.draw(record, ref, row, url=self.record_url(ref), match=match, language=self._settings.language)
