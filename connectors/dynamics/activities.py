"""Writing activities: created under our own id, then completed; each step may be repeated.

Dataverse takes the row's id from the body of a POST and refuses the second one with 412. The state cannot be set at
creation, and a completed activity takes no edits: everything goes in first, then it is completed, in one change set,
so that no other eyes see it open. Many are written in one `$batch`, a change set for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from connectors.dynamics.agents import Agents, CrmUser
from connectors.dynamics.attempts import Attempt, Author, completed_status, is_owned, named
from connectors.dynamics.batch import Request
from connectors.dynamics.errors import is_already_there
from connectors.dynamics.notes import NOTE, Notes
from connectors.dynamics.records import LOOKUP, as_guid, shown
from connectors.dynamics.schema import PARTY_TYPES, Schema
from connectors.dynamics.sharing import COMPLETED, FROM, OPEN, TARGETS, TO, Sharing, customers_side
from connectors.dynamics.web import WebApi
from connectors.errors import (
    CrmConflict,
    CrmError,
    CrmForbidden,
    CrmRecordNotFound,
    CrmRejected,
    CrmSchemaDrift,
)
from connectors.http import Answer
from connectors.interface import ActivityDraft, ActivityPreview, LoggedActivity, RecordRef
from connectors.mapped import changed_fields, fields_for, preview_of
from connectors.mapping import ActivityMap, CrmMapping

AMEND = "amend_activity"
WITHDRAW = "withdraw_activity"
CANCELLED = 2
_ANY_VERSION = {"If-Match": "*"}
"""Update what is there; never create."""

Current = tuple[RecordRef, Mapping[str, Any]]
"""Where an activity belongs now, and the row of it."""
AskCurrent = Callable[[str, Sequence[RecordRef]], Sequence[Current | CrmError]]


@dataclass(frozen=True, slots=True)
class _Begun:
    """An activity that is about to be created, and what it belongs to."""

    attempt: Attempt
    record: RecordRef
    row: Mapping[str, Any]


class Activities:
    """Logs and amends activities of one environment."""

    def __init__(
        self,
        web: WebApi,
        schema: Schema,
        mapping: CrmMapping,
        agents: Agents,
        *,
        current: AskCurrent,
        url: Callable[[RecordRef], str],
    ) -> None:
        self._web = web
        self._schema = schema
        self._mapping = mapping
        self._agents = agents
        self._current = current
        self._url = url
        self._sharing = Sharing(web, schema)
        self._notes = Notes(web, schema)

    def log(self, draft: ActivityDraft) -> LoggedActivity:
        """Exactly one completed activity stands under `draft.key`. Raises `CrmError`; then call again."""
        (result,) = self.log_many([draft])
        if isinstance(result, CrmError):
            raise result
        return result

    def log_many(self, drafts: Sequence[ActivityDraft]) -> list[LoggedActivity | CrmError]:
        """`log` of each: a call for the records, one for all that one agent writes, more for what is refused."""
        begun = self._begin(drafts)
        shared = self._shared(drafts, begun)
        found: dict[int, LoggedActivity | CrmError] = {
            place: one for place, one in enumerate(begun) if isinstance(one, CrmError)
        }
        by_caller: dict[str, list[tuple[int, Attempt]]] = {}
        for place, one in enumerate(begun):
            if not isinstance(one, CrmError) and place not in shared:
                by_caller.setdefault(str(one.attempt.caller), []).append((place, one.attempt))
        for group in by_caller.values():
            answers = self._create([(attempt, drafts[place].direction) for place, attempt in group])
            for (place, attempt), answer in zip(group, answers, strict=True):
                found[place] = self._finished(attempt, drafts[place].direction, answer)
        for place, first in shared.items():
            found[place] = self._with(found[first], drafts[place])
        return [found[place] for place in range(len(drafts))]

    def _shared(self, drafts: Sequence[ActivityDraft], begun: Sequence[_Begun | CrmError]) -> dict[int, int]:
        """Places of those who go on the activity of another draft, and the place of that; they are its parties now."""
        first: dict[UUID, int] = {}
        others: dict[int, int] = {}
        for place, (draft, one) in enumerate(zip(drafts, begun, strict=True)):
            if isinstance(one, CrmError):
                continue
            leader = begun[first.setdefault(draft.key, place)]
            if leader is not one and isinstance(leader, _Begun):
                others[place] = first[draft.key]
                side = customers_side(leader.attempt.activity.target, draft.direction, is_first=False)
                party = self._sharing.party(one.record, side)
                if one.record != leader.record and party not in leader.attempt.people:  # two may have become one
                    leader.attempt.people.append(party)
        return others

    def _with(self, first: LoggedActivity | CrmError, draft: ActivityDraft) -> LoggedActivity | CrmError:
        """What became of one who was to be created with another; where that one was not, they go by themselves."""
        if isinstance(first, LoggedActivity) and first.created:
            return replace(first, warnings=())
        try:
            return self.log(draft)
        except CrmError as error:
            return error

    def preview(self, draft: ActivityDraft) -> ActivityPreview:
        """What `log` would write; the second call, which completes the row, is left out."""
        (begun,) = self._begin([draft])
        if isinstance(begun, CrmError):
            raise begun
        attempt, record, row = begun.attempt, begun.record, begun.row
        mapped = self._mapping.records[record.type]
        title = " ".join(filter(None, (shown(row, name) for name in mapped.title)))
        return ActivityPreview(
            attempt.activity.target,
            record,
            title or record.id,
            (draft.agent.name or draft.agent.email) if attempt.user else attempt.activity.owner,
            {**attempt.body, **attempt.owner, **preview_of(NOTE, attempt.notes)},
            tuple(dict.fromkeys(attempt.warnings)),
        )

    def _begin(self, drafts: Sequence[ActivityDraft]) -> list[_Begun | CrmError]:
        """Each activity as it is to be created, and the record that it belongs to now; or why there is none."""
        begun: list[_Begun | CrmError] = []
        currents = self._current("log_activity", [draft.record for draft in drafts])
        for draft, current in zip(drafts, currents, strict=True):
            try:
                begun.append(current if isinstance(current, CrmError) else self._first(draft, *current))
            except CrmError as error:
                begun.append(error)
        return begun

    def _first(self, draft: ActivityDraft, record: RecordRef, row: Mapping[str, Any]) -> _Begun:
        activity = self._mapping.activity(draft.channel)
        attempt = self._attempt(activity, str(draft.key), draft)
        attempt.person = record if draft.is_shared and activity.target in TARGETS else None
        mapped = fields_for(activity, draft.facts)
        attempt.warnings += mapped.warnings
        attempt.notes = mapped.notes
        attempt.body = {
            **mapped.values,
            "activityid": str(draft.key),
            f"{self._schema.regarding(record.type, activity.target)}@odata.bind": self._bind(record),
            **self._parties(activity, draft.direction, self._customer(record, row), attempt.user),
        }
        return _Begun(attempt, record, row)

    def amend(self, activity: RecordRef, draft: ActivityDraft, facts: frozenset[str]) -> LoggedActivity:
        """The fields from `facts` are those of `draft`, and the activity is completed. Safe to repeat at any point."""
        row_id = as_guid(activity.id)
        if row_id is None:
            raise CrmRecordNotFound(self._web.crm, AMEND, code="not_an_id")
        entry = self._entry(activity, draft)
        attempt = self._attempt(entry, row_id, draft)
        mapped = changed_fields(entry, draft.facts, facts)
        attempt.warnings += mapped.warnings
        attempt.body = dict(mapped.values)
        row = self._read_for_amend(attempt)
        if row["statecode"] == CANCELLED:
            raise CrmRejected(self._web.crm, AMEND, code="cancelled", detail="The activity was cancelled in the CRM.")
        if mapped.notes:
            self._notes.write(AMEND, activity.type, row_id, mapped.notes)
        is_new = any(name not in row or row[name] != value for name, value in mapped.values.items())
        if is_new and row["statecode"] == COMPLETED:
            self._update("reopen_activity", attempt, {"statecode": OPEN})
        if is_new:
            self._write_fields(attempt)
        if is_new or row["statecode"] == OPEN:
            self._complete(attempt, draft.direction)
        owner = str(row.get("_ownerid_value") or "")
        return self._logged(attempt, created=False, is_agents=is_owned(attempt, owner))

    def withdraw(self, activity: RecordRef) -> None:
        """The activity is gone, with what hangs on it; one that is not there any more is as good.

        Deleted by the integration user: it wrote the row, and agents may mostly delete nothing.
        """
        row_id = as_guid(activity.id)
        if row_id is None:
            raise CrmRecordNotFound(self._web.crm, WITHDRAW, code="not_an_id")
        answer = self._web.remove(WITHDRAW, f"{self._schema.set_name(activity.type)}({row_id})")
        error = None if answer.is_ok else self._web.error(WITHDRAW, answer)
        if error is not None and not (isinstance(error, CrmRecordNotFound) and (error.code or error.detail)):
            raise error

    def leave(self, activity: RecordRef, record: RecordRef) -> None:
        """The person is no party of the activity any more; one without any of the customer's side is gone."""
        row_id = as_guid(activity.id)
        if row_id is None:
            raise CrmRecordNotFound(self._web.crm, WITHDRAW, code="not_an_id")
        (current,) = self._current(WITHDRAW, [record])
        if isinstance(current, CrmError) and not isinstance(current, CrmRecordNotFound):
            raise current
        person = record if isinstance(current, CrmError) else current[0]
        path = f"{self._schema.set_name(activity.type)}({row_id})"
        if self._sharing.leave(path, activity.type, person):
            self.withdraw(activity)

    def _attempt(self, activity: ActivityMap, row_id: str, draft: ActivityDraft) -> Attempt:
        path = f"{self._schema.set_name(activity.target)}({row_id})"
        return Attempt(path, activity, draft.agent, self._agents.find(draft.agent))

    def _entry(self, activity: RecordRef, draft: ActivityDraft) -> ActivityMap:
        """The mapping's words for an activity that exists already, also where the channel now makes another type."""
        for entry in (self._mapping.activity(draft.channel), *self._mapping.activities.values()):
            if entry.target == activity.type:
                return entry
        raise CrmSchemaDrift(self._web.crm, AMEND, code="not_mapped", detail=f"{activity.type} is not mapped.")

    def _read_for_amend(self, attempt: Attempt) -> dict[str, Any]:
        always = "statecode,_ownerid_value"
        try:
            return self._web.read(AMEND, attempt.path, {"$select": ",".join([always, *attempt.body])})
        except CrmSchemaDrift:  # a field is missing; the write finds out whether it may
            return self._web.read(AMEND, attempt.path, {"$select": always})

    def _create(self, many: Sequence[tuple[Attempt, str]]) -> list[Answer]:
        """What the CRM says to the creation of each completed row; all are written in the name of one caller."""
        parts = [self._change_set(attempt, direction) for attempt, direction in many]
        return self._web.batch("log_activity", parts, many[0][0].caller)

    def _change_set(self, attempt: Attempt, direction: str) -> Sequence[Request]:
        set_name = attempt.path.partition("(")[0]
        body = {**attempt.body, **attempt.owner}
        if attempt.people:
            parties = f"{attempt.activity.target}_activity_parties"
            body[parties] = [*body.get(parties, ()), *attempt.people]
        return (
            self._web.request_for("POST", set_name, body, attempt.caller),
            *self._notes.created(attempt.activity.target, attempt.row_id, attempt.notes, attempt.caller),
            self._web.request_for(
                "PATCH", attempt.path, self._completed(attempt, direction), {**_ANY_VERSION, **attempt.caller}
            ),
        )

    def _finished(self, attempt: Attempt, direction: str, answer: Answer) -> LoggedActivity | CrmError:
        """The activity as it stands after `answer`, and after further calls where that was a refusal."""
        try:
            while not answer.is_ok:
                if is_already_there(answer):
                    return self._completed_before(attempt, direction)
                self._give_way(self._web.error("log_activity", answer), attempt)
                (answer,) = self._create([(attempt, direction)])
        except CrmError as error:
            return error
        return self._logged(attempt, created=True, is_agents=attempt.author is not Author.INTEGRATION)

    def _completed_before(self, attempt: Attempt, direction: str) -> LoggedActivity:
        """What an earlier attempt has written; open only where an agent, or an earlier version of this, left it so."""
        state, owner = self._standing(attempt)
        if state == OPEN:
            self._complete(attempt, direction)
        if attempt.person is not None:
            target, completed = attempt.activity.target, self._completed(attempt, direction)
            self._sharing.join(attempt.path, target, attempt.person, direction, completed)
        return self._logged(attempt, created=False, is_agents=is_owned(attempt, owner))

    def _write_fields(self, attempt: Attempt) -> None:
        while attempt.body:
            try:
                self._update(AMEND, attempt, attempt.body)
            except CrmSchemaDrift as error:
                self._give_way(error, attempt)
            else:
                return

    def _update(self, operation: str, attempt: Attempt, body: Mapping[str, Any]) -> None:
        while True:
            answer = self._web.write(operation, "PATCH", attempt.path, body, {**_ANY_VERSION, **attempt.caller})
            if answer.is_ok:
                return
            error = self._web.error(operation, answer)
            if not (attempt.caller and attempt.step_down(error)):
                raise error

    def _give_way(self, error: CrmError, attempt: Attempt) -> None:
        """Nothing was written. Go on as the integration user, or without an optional field; else raises `error`."""
        if attempt.step_down(error):
            self._agents.forget(attempt.agent)
            return
        refused = named(error.detail, attempt) if isinstance(error, CrmSchemaDrift) else []
        if not refused:
            raise error
        for name in refused:
            del attempt.body[name]
        attempt.warnings += refused

    def _standing(self, attempt: Attempt) -> tuple[int, str]:
        """State and owner of the activity that an earlier attempt made."""
        for entry in (attempt.activity, *self._mapping.activities.values()):
            # One id serves all tables of activities: a mapping changed since may have named another one then.
            path = f"{self._schema.set_name(entry.target)}({attempt.row_id})"
            try:
                row = self._web.read("log_activity", path, {"$select": "statecode,_ownerid_value"})
            except CrmForbidden:
                return COMPLETED, ""  # it is there; we may not look at it, so we can do no more
            except CrmRecordNotFound:
                continue
            attempt.activity, attempt.path = entry, path
            return int(row["statecode"]), str(row.get("_ownerid_value") or "")
        # 412 said that it exists: removed in between, or hidden from us.
        raise CrmConflict(self._web.crm, "log_activity", code="gone_meanwhile")

    def _complete(self, attempt: Attempt, direction: str) -> None:
        self._update("complete_activity", attempt, self._completed(attempt, direction))

    def _completed(self, attempt: Attempt, direction: str) -> dict[str, Any]:
        return {"statecode": COMPLETED, "statuscode": completed_status(attempt.activity, direction)}

    def _parties(
        self, activity: ActivityMap, direction: str, customer: RecordRef | None, user: CrmUser | None
    ) -> dict[str, Any]:
        """Who spoke to whom: an inbound call is from the customer to the agent."""
        if activity.target not in TARGETS:
            return {}
        sides = (customer, RecordRef(self._web.crm, "systemuser", user.id) if user else None)
        masks = (FROM, TO) if direction == "inbound" else (TO, FROM)
        parties = [
            {f"partyid_{party.type}@odata.bind": self._bind(party), "participationtypemask": mask}
            for party, mask in zip(sides, masks, strict=True)
            if party is not None
        ]
        return {f"{activity.target}_activity_parties": parties} if parties else {}

    def _customer(self, record: RecordRef, row: Mapping[str, Any]) -> RecordRef | None:
        """Whom the interaction was with: the linked record, or the one that a case or an opportunity names."""
        if record.type in PARTY_TYPES:
            return record
        option = self._mapping.records[record.type].options.get("customer", "")
        name = option if option.startswith("_") else f"_{option}_value"
        kind, row_id = row.get(name + LOOKUP), row.get(name)
        return RecordRef(record.crm, kind, row_id) if row_id and kind in PARTY_TYPES else None

    def _bind(self, ref: RecordRef) -> str:
        return f"/{self._schema.set_name(ref.type)}({ref.id})"

    def _logged(self, attempt: Attempt, *, created: bool, is_agents: bool) -> LoggedActivity:
        ref = RecordRef(self._web.crm, attempt.activity.target, attempt.row_id)
        return LoggedActivity(
            ref=ref,
            url=self._url(ref),
            created=created,
            owner_is_integration=not is_agents,
            warnings=tuple(dict.fromkeys(attempt.warnings)),
        )
