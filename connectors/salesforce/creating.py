"""Records that agents create: once under their key, with the org's duplicate rules as it has them (A-19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simple_salesforce.format import format_external_id

from connectors import coerce, forms
from connectors.coerce import Fact
from connectors.errors import CrmDuplicates, CrmError, CrmForbidden, CrmSchemaDrift
from connectors.forms import CREATE
from connectors.http import Answer
from connectors.interface import CreatedRecord, FormField, RecordDraft, RecordPreview, RecordRef
from connectors.kept import Kept
from connectors.mapped import first_value
from connectors.mapping import CreateMap, CrmMapping, FormEntry
from connectors.salesforce.describe import Describer, PickList, SObject, is_required
from connectors.salesforce.errors import error_of, refusal_of
from connectors.salesforce.records import Records
from connectors.salesforce.rest import Rest
from connectors.salesforce.users import Users

_RULES = "Sforce-Duplicate-Rule-Header"
_OWNER_REFUSED = frozenset({"INACTIVE_OWNER_OR_USER", "OPERATION_WITH_INVALID_USER_TYPE_EXCEPTION"})
RECORD_TYPE = "RecordTypeId"
NO_CHOICES = PickList(())
_IN_USE = frozenset({"DUPLICATE_VALUE", "DUPLICATES_DETECTED"})


class Creating:
    """Creates records of one org. Safe for many threads."""

    def __init__(self, rest: Rest, mapping: CrmMapping, records: Records, users: Users) -> None:
        self._rest = rest
        self._mapping = mapping
        self._records = records
        self._users = users
        self._described = Kept(lambda: Describer(rest))

    def form(self, draft: RecordDraft) -> Sequence[FormField]:
        """The form, filled in. Raises where no such record can be created."""
        created = self._created(draft.type)
        kind = self._described.get().object(draft.type)
        if kind is None or not kind.is_createable:
            raise CrmForbidden(self._rest.crm, CREATE, code="not_createable", detail=draft.type)
        return self._form(created, kind, draft)

    def create(self, draft: RecordDraft) -> CreatedRecord:
        """Exactly one record stands under the draft's key. Salesforce's unique index decides, not we."""
        created = self._created(draft.type)
        body = self._body(created, draft)
        answer = self._post(created, draft, body)
        if refusal_of(answer.json()).code in _OWNER_REFUSED and body.pop("OwnerId", None):
            self._users.forget(draft.agent)
            answer = self._post(created, draft, body)
        if answer.is_ok:
            return self._read(draft.type, str(self._rest.body_of(CREATE, answer)["id"]), created=True)
        refusal = refusal_of(answer.json())
        if refusal.code in _IN_USE and (known := self._under_key(created, draft)):
            return self._read(draft.type, known, created=False)
        if refusal.code == "DUPLICATES_DETECTED":
            raise self._duplicates(created, answer)
        error = error_of(self._rest.crm, CREATE, answer)
        error.fields = tuple(sorted(refusal.refused_fields))
        raise error

    def preview(self, draft: RecordDraft) -> RecordPreview:
        """What `create` would send first."""
        form = self.form(draft)
        body = self._body(self._created(draft.type), forms.filled(draft, form))
        owner = (draft.agent.name or draft.agent.email) if "OwnerId" in body else ""
        return RecordPreview(draft.type, owner, body, forms.missing(form))

    def _created(self, kind: str) -> CreateMap:
        created = forms.created_map(self._rest.crm, self._mapping, kind)
        if not created.key:
            raise CrmSchemaDrift(self._rest.crm, CREATE, code="no_key_field", detail=f"{kind}: create.key")
        return created

    def _form(self, created: CreateMap, kind: SObject, draft: RecordDraft) -> Sequence[FormField]:
        def described(entry: FormEntry) -> forms.Described | None:
            field = kind.fields.get(entry.name, {})
            if not field.get("createable"):
                return None
            label, length = str(field.get("label") or entry.name), int(field.get("length") or 0)
            of_type = lists.get(entry.name, NO_CHOICES)
            default = str(bool(field.get("defaultValue"))).lower() if entry.map.type == "bool" else of_type.default
            return forms.Described(label, is_required(field), length, of_type.choices, default)

        is_picked = any(entry.map.type == "choice" for entry in created.fields)
        lists = self._described.get().pick_lists(kind, record_type_of(created, draft.facts)) if is_picked else {}
        return tuple(forms.form(created, draft, described, lambda entry: self._linked(entry, draft)))

    def _body(self, created: CreateMap, draft: RecordDraft) -> dict[str, Any]:
        body: dict[str, Any] = forms.values_of(created, draft)
        for entry in created.fields:
            if linked := forms.looked_up(self._rest.crm, entry, draft) or self._linked(entry, draft):
                body[entry.name] = linked.id
        if created.is_agents and (owner := self._users.find(draft.agent)):
            body["OwnerId"] = owner
        return body | {created.key: str(draft.key)}

    def _linked(self, entry: FormEntry, draft: RecordDraft) -> RecordRef | None:
        """Where a contact is wanted and a person account linked, the contact behind it."""
        linked = forms.first_linked(entry, draft)
        if linked is not None or "Contact" not in entry.records:
            return linked
        accounts = [ref for ref in draft.linked if ref.type == "Account"]
        contacts = (self._records.contact_of_account(ref.id) for ref in accounts)
        return next((RecordRef(self._rest.crm, "Contact", found) for found in contacts if found), None)

    def _post(self, created: CreateMap, draft: RecordDraft, body: Mapping[str, Any]) -> Answer:
        is_forced = draft.may_be_duplicate and created.may_be_duplicate
        rules = f"allowSave={str(is_forced).lower()}; includeRecordDetails=false; runAsCurrentUser=true"
        return self._rest.call(CREATE, "POST", f"sobjects/{draft.type}", json_body=body, headers={_RULES: rules})

    def _under_key(self, created: CreateMap, draft: RecordDraft) -> str:
        """The id of the record that an earlier attempt has created; empty where none has."""
        path = f"sobjects/{draft.type}/{format_external_id(created.key, str(draft.key))}"
        answer = self._rest.call("find_record", "GET", path, params={"fields": "Id"})
        if answer.status == 404 and refusal_of(answer.json()).code:
            return ""
        return str(self._rest.body_of("find_record", answer)["Id"])

    def _read(self, kind: str, record_id: str, *, created: bool) -> CreatedRecord:
        return CreatedRecord(self._records.get(RecordRef(self._rest.crm, kind, record_id)), created)

    def _duplicates(self, created: CreateMap, answer: Answer) -> CrmError:
        body = answer.json()
        entry = body[0] if isinstance(body, list) and body and isinstance(body[0], dict) else {}
        # As Salesforce spells it, and as it may one day.
        told = entry.get("duplicateResut") or entry.get("duplicateResult") or {}
        matches = self._records.those(list(dict.fromkeys(_matches(self._rest.crm, told))))
        detail = refusal_of(body).message
        may_create = bool(told.get("allowSave")) and created.may_be_duplicate
        return CrmDuplicates(self._rest.crm, CREATE, matches, may_create=may_create, detail=detail[:500])


def _matches(crm: str, told: Mapping[str, Any]) -> Iterator[RecordRef]:
    for result in told.get("matchResults") or ():
        for match in result.get("matchRecords") or ():
            record = match.get("record") or {}
            kind = (record.get("attributes") or {}).get("type") or result.get("entityType")
            if kind and record.get("Id"):
                yield RecordRef(crm, str(kind), str(record["Id"]))


def record_type_of(created: CreateMap, facts: Mapping[str, Fact]) -> str:
    """The id of the record type that a new record has; empty: the integration user's default."""
    named = next((entry for entry in created.fields if entry.name == RECORD_TYPE), None)
    return coerce.as_text(created.values.get(RECORD_TYPE) or (first_value(named, facts) if named else ""))
