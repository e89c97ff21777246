"""One completed Task for a linked record, written once under its key, amended field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from simple_salesforce.format import format_external_id

from connectors.errors import CrmError, CrmRecordNotFound, CrmRejected, CrmSchemaDrift
from connectors.interface import ActivityDraft, ActivityPreview, LoggedActivity, RecordRef
from connectors.mapped import changed_fields, fields_for, preview_of
from connectors.mapping import ActivityMap, CrmMapping
from connectors.salesforce import queries
from connectors.salesforce.errors import GONE, Refusal, error_from, error_of, refusal_of
from connectors.salesforce.links import record_url
from connectors.salesforce.notes import NOTE, Notes
from connectors.salesforce.records import Records
from connectors.salesforce.rest import Rest
from connectors.salesforce.sharing import Sharing
from connectors.salesforce.users import Users

CREATE_ONLY = frozenset({"TaskSubtype", "EventSubtype", "OwnerId", "WhoId", "WhatId"})
"""Never in an amendment: Salesforce refuses the first, and the others are the agents' once the Task is there."""
MAX_REMEDIES = 12
WITHDRAW = "withdraw_activity"
_INDISPENSABLE = frozenset({"Status", "WhoId", "WhatId", "OwnerId"})
_OWNER_REFUSED = frozenset({"INACTIVE_OWNER_OR_USER", "OPERATION_WITH_INVALID_USER_TYPE_EXCEPTION"})
_FIELD_REFUSED = frozenset(
    {"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"}
)
_PEOPLE = frozenset({"Contact", "Lead"})
STANDARD = frozenset({"Task", "Event"})
"""Activities that have a Who and a What; any other object needs `link` in the mapping."""


@dataclass(slots=True)
class _Attempt:
    """The Task as it is about to be written, and what had to be given up on the way."""

    draft: ActivityDraft
    activity: ActivityMap
    values: dict[str, Any]
    warnings: list[str] = field(default_factory=list)
    is_agents: bool = False
    """`OwnerId` is the agent's user."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What stands in notes beside it, by field."""
    is_moved: bool = False
    """The record was merged or converted, and its successor is already in `values`."""

    @property
    def owner_is_integration(self) -> bool:
        return not self.is_agents


def link_field(activity: ActivityMap, kind: str) -> str:
    """The field of the activity that holds a linked record of type `kind`; empty where there is none."""
    if activity.link:
        return activity.link.get(kind, "")
    if activity.target not in STANDARD:
        return ""
    return "WhoId" if kind in _PEOPLE else "WhatId"


class Activities:
    """Writes Tasks into one org. Safe for many threads."""

    def __init__(self, rest: Rest, mapping: CrmMapping, records: Records, users: Users, lightning: str) -> None:
        self._rest = rest
        self._mapping = mapping
        self._records = records
        self._users = users
        self._lightning = lightning
        self._sharing = Sharing(rest, records)
        self._notes = Notes(rest)

    def log(self, draft: ActivityDraft) -> LoggedActivity:
        """Exactly one Task stands under the draft's key.

        Every repetition goes out under the same key, so that Salesforce's unique index decides, not we.
        """
        return self._write(self._begin(draft))

    def log_many(self, drafts: Sequence[ActivityDraft]) -> list[LoggedActivity | CrmError]:
        """`log` of each: all in one call, one more for people who join others, further ones for what is refused."""
        first: dict[UUID, int] = {}
        for place, draft in enumerate(drafts):
            first.setdefault(draft.key, place)
        begun = [place for place, draft in enumerate(drafts) if first[draft.key] == place]
        results = dict(zip(begun, self._log_each([drafts[place] for place in begun]), strict=True))
        joining = {place: results[first[draft.key]] for place, draft in enumerate(drafts) if place not in results}
        return [one for _, one in sorted({**results, **self._joined(drafts, joining, first)}.items())]

    def _joined(
        self,
        drafts: Sequence[ActivityDraft],
        joining: Mapping[int, LoggedActivity | CrmError],
        first: Mapping[UUID, int],
    ) -> dict[int, LoggedActivity | CrmError]:
        """By place, those of `drafts` whose key another one has, too: what became of that one stands beside them."""
        there = {place: one for place, one in joining.items() if isinstance(one, LoggedActivity)}
        known = {one.ref.id: drafts[first[drafts[place].key]].record.id for place, one in there.items() if one.created}
        wanted = [(one.ref.id, drafts[place].record.id) for place, one in there.items()]
        answers = self._sharing.join_many(wanted, known) if wanted else []
        found = {
            place: error or replace(one, warnings=())
            for (place, one), error in zip(there.items(), answers, strict=True)
        }
        for place in joining.keys() - there.keys():  # whoever came first was refused
            try:
                found[place] = self.log(drafts[place])
            except CrmError as error:
                found[place] = error
        return found

    def _log_each(self, drafts: Sequence[ActivityDraft]) -> list[LoggedActivity | CrmError]:
        accounts = [draft.record.id for draft in drafts if draft.record.type == "Account"]
        contacts = self._records.contacts_of_accounts(accounts)
        results: list[LoggedActivity | CrmError | None] = [None] * len(drafts)
        attempts: list[tuple[int, _Attempt]] = []
        for place, draft in enumerate(drafts):
            try:
                attempts.append((place, self._begin(draft, contacts)))
            except CrmError as error:
                results[place] = error
        attempts.sort(key=lambda one: one[1].activity.target)  # Salesforce takes ten changes of the type in a call
        answers = self._rest.create_many("log_activity", [(one.activity.target, one.values) for _, one in attempts])
        for (place, attempt), answer in zip(attempts, answers, strict=True):
            results[place] = self._settled(attempt, answer)
        return [result for result in results if result is not None]

    def _settled(self, attempt: _Attempt, answer: str | Refusal) -> LoggedActivity | CrmError:
        """One of many, by its id; or what is left to do where Salesforce has refused it."""
        try:
            if isinstance(answer, str):
                return self._logged(attempt, answer)
            refusal = answer
            found = self._answered(attempt, refusal, error_from(self._rest.crm, "log_activity", 400, refusal))
            return found or self._write(attempt)
        except CrmError as error:
            return error

    def _write(self, attempt: _Attempt) -> LoggedActivity:
        path = f"sobjects/{attempt.activity.target}"
        for _ in range(MAX_REMEDIES):
            answer = self._rest.call("log_activity", "POST", path, json_body=attempt.values)
            if answer.is_ok:
                return self._logged(attempt, str(self._rest.body_of("log_activity", answer)["id"]))
            error = error_of(self._rest.crm, "log_activity", answer)
            if found := self._answered(attempt, refusal_of(answer.json()), error):
                return found
        raise CrmSchemaDrift(self._rest.crm, "log_activity", code="too_many_fields_refused")

    def _answered(self, attempt: _Attempt, refusal: Refusal, error: CrmError) -> LoggedActivity | None:
        """The activity that is there already; None where `attempt` was changed and may go well now. Raises `error`."""
        if refusal.code == "DUPLICATE_VALUE":
            return self._already_there(attempt, error)
        if not self._remedy(attempt, refusal):
            raise error
        return None

    def amend(self, activity: RecordRef, draft: ActivityDraft, facts: frozenset[str]) -> LoggedActivity:
        """Only the fields of the changed facts are sent."""
        mapped = self._mapping.activity(draft.channel)
        changed = changed_fields(mapped, draft.facts, facts)
        fixed = {*CREATE_ONLY, mapped.key, *mapped.link.values()}
        values = {name: value for name, value in changed.values.items() if name not in fixed}
        attempt = _Attempt(draft, mapped, values, list(changed.warnings))
        path = f"sobjects/{activity.type}/{activity.id}"
        for _ in range(MAX_REMEDIES):
            if not attempt.values:
                break
            answer = self._rest.call("amend_activity", "PATCH", path, json_body=attempt.values)
            if answer.is_ok:
                break
            if not self._without_field(attempt, refusal_of(answer.json())):
                raise error_of(self._rest.crm, "amend_activity", answer)
        if changed.notes:
            self._notes.write("amend_activity", activity.id, draft.key, changed.notes, amends=True)
        return LoggedActivity(activity, self._url(activity), created=False, warnings=tuple(attempt.warnings))

    def withdraw(self, activity: RecordRef) -> None:
        """The Task is gone; one that is not there any more is as good."""
        noted = {name for entry in self._mapping.activities.values() for name in entry.noted}
        if noted:
            self._notes.remove(WITHDRAW, activity.id, noted)
        answer = self._rest.call(WITHDRAW, "DELETE", f"sobjects/{activity.type}/{activity.id}")
        if answer.is_ok:
            return
        error = error_of(self._rest.crm, WITHDRAW, answer)
        if not isinstance(error, CrmRecordNotFound):
            raise error
        # Deleted is deleted. "Not found" may also mean that we are not shown it any more.
        left = queries.by_ids(activity.type, [activity.id], ["Id"])
        if error.code != "ENTITY_IS_DELETED" and self._rest.queries(WITHDRAW, [left])[0]:
            raise error

    def leave(self, activity: RecordRef, record: RecordRef) -> None:
        """The contact no longer stands on the Task; one on which nobody is left is gone."""
        if self._sharing.leave(activity, record):
            self.withdraw(activity)

    def preview(self, draft: ActivityDraft) -> ActivityPreview:
        """What `log` would send first."""
        shown = self._records.get(draft.record)
        attempt = self._begin(replace(draft, record=shown.ref))
        owner = f"{draft.agent.name or draft.agent.email}" if attempt.is_agents else attempt.activity.owner
        return ActivityPreview(
            attempt.activity.target,
            shown.ref,
            shown.title,
            owner,
            {**attempt.values, **preview_of(NOTE, attempt.notes)},
            tuple(dict.fromkeys(attempt.warnings)),
        )

    def _begin(self, draft: ActivityDraft, contacts: Mapping[str, str] | None = None) -> _Attempt:
        """The Task as it is tried first. `contacts`: behind person accounts, where that has been asked already."""
        activity = self._mapping.activity(draft.channel)
        if not activity.key:
            raise CrmSchemaDrift(self._rest.crm, "log_activity", code="no_key_field", detail=activity.channel)
        mapped = fields_for(activity, draft.facts)
        values = {**mapped.values, activity.key: str(draft.key)}
        attempt = _Attempt(draft, activity, values, list(mapped.warnings), notes=mapped.notes)
        self._link(attempt, draft.record.type, draft.record.id, contacts)
        owner = self._users.find(draft.agent)
        attempt.is_agents = bool(owner)
        if owner or activity.owner:
            values["OwnerId"] = owner or activity.owner
        return attempt

    def _link(self, attempt: _Attempt, kind: str, record_id: str, contacts: Mapping[str, str] | None = None) -> None:
        """A person is the Task's Who, everything else its What; a custom object says itself where a record goes."""
        if kind == "Account":
            asked = self._records.contacts_of_accounts([record_id]) if contacts is None else contacts
            person = asked.get(record_id, "")
            kind, record_id = ("Contact", person) if person and self._takes_contacts(attempt) else (kind, record_id)
        field = link_field(attempt.activity, kind)
        if not field:
            detail = f"{attempt.activity.target} has no link for {kind}."
            raise CrmSchemaDrift(self._rest.crm, "log_activity", code="no_link", detail=detail)
        attempt.values[field] = record_id
        # A lead's Task takes no What beside it, also none that the mapping wrote.
        if kind == "Lead" and field == "WhoId" and attempt.values.pop("WhatId", None):
            attempt.warnings.append("WhatId")

    def _takes_contacts(self, attempt: _Attempt) -> bool:
        return bool(link_field(attempt.activity, "Contact"))

    def _remedy(self, attempt: _Attempt, refusal: Refusal) -> bool:
        """True where `attempt` was changed so that it may go well now."""
        if refusal.code in _OWNER_REFUSED or "OwnerId" in refusal.refused_fields:
            return self._without_owner(attempt)
        if refusal.code == "CANNOT_UPDATE_CONVERTED_LEAD":
            return self._move(attempt, "Contact", lambda ref: self._records.contact_of_lead(ref.id))
        if refusal.code in GONE:
            return self._move(attempt, attempt.draft.record.type, self._records.master_of)
        return self._without_field(attempt, refusal)

    def _without_owner(self, attempt: _Attempt) -> bool:
        """The agent gives way to the mapping's owner, and that to the integration user."""
        self._users.forget(attempt.draft.agent)
        refused = attempt.values.pop("OwnerId", None)
        if refused is not None and attempt.is_agents and attempt.activity.owner:
            attempt.values["OwnerId"] = attempt.activity.owner
        attempt.is_agents = False
        return refused is not None

    def _move(self, attempt: _Attempt, kind: str, successor: Any) -> bool:
        if attempt.is_moved:
            return False
        attempt.is_moved = True
        try:
            moved_to = successor(attempt.draft.record)
        except CrmRecordNotFound:
            return False
        if moved_to[:15] == attempt.draft.record.id[:15]:
            return False
        attempt.values.pop(link_field(attempt.activity, attempt.draft.record.type), None)
        for name in ("WhoId", "WhatId"):
            attempt.values.pop(name, None)
        self._link(attempt, kind, moved_to)
        return True

    def _without_field(self, attempt: _Attempt, refusal: Refusal) -> bool:
        """Optional fields that Salesforce refuses are left out; the key never is."""
        if refusal.code not in _FIELD_REFUSED:
            return False
        refused = refusal.refused_fields & set(attempt.values)
        if not refused or not all(self._may_go(attempt.activity, name) for name in refused):
            return False
        for name in sorted(refused):
            del attempt.values[name]
            attempt.warnings.append(name)
        return True

    def _may_go(self, activity: ActivityMap, name: str) -> bool:
        if name == activity.key or name in _INDISPENSABLE or name in activity.link.values():
            return False
        return name in activity.values or activity.is_optional(name)

    def _already_there(self, attempt: _Attempt, refused: CrmError) -> LoggedActivity:
        """An earlier attempt has written it; or the value in use is another field's, and then it is not there."""
        activity, key = attempt.activity, str(attempt.draft.key)
        path = f"sobjects/{activity.target}/{format_external_id(activity.key, key)}"
        answer = self._rest.call("find_activity", "GET", path, params={"fields": "Id,OwnerId"})
        if answer.status == 404 and refusal_of(answer.json()).code:
            raise CrmRejected(
                refused.crm, refused.operation, status=refused.status, code=refused.code, detail=refused.detail
            )
        row: Mapping[str, Any] = self._rest.body_of("find_activity", answer)
        if attempt.draft.is_shared and "WhoId" in attempt.values:
            self._sharing.join(str(row["Id"]), attempt.values["WhoId"])
        wanted = attempt.values.get("OwnerId") if attempt.is_agents else None
        by_integration = wanted is None or str(row.get("OwnerId"))[:15] != wanted[:15]
        return self._logged(attempt, str(row["Id"]), created=False, owner_is_integration=by_integration)

    def _logged(
        self, attempt: _Attempt, task_id: str, *, created: bool = True, owner_is_integration: bool | None = None
    ) -> LoggedActivity:
        ref = RecordRef(self._rest.crm, attempt.activity.target, task_id)
        if attempt.notes:
            self._notes.write("log_activity", task_id, attempt.draft.key, attempt.notes)
        by_integration = attempt.owner_is_integration if owner_is_integration is None else owner_is_integration
        return LoggedActivity(ref, self._url(ref), created, by_integration, tuple(dict.fromkeys(attempt.warnings)))

    def _url(self, ref: RecordRef) -> str:
        return record_url(self._rest.url, self._lightning, ref)
