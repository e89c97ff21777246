"""Rows that agents create: once under an id of ours, with the environment's duplicate rules as it has them (A-19)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connectors import forms
from connectors.coerce import Value
from connectors.dynamics.agents import Agents, CrmUser
from connectors.dynamics.describe import Column, Describer, TableInfo, is_required, label_of, logical
from connectors.dynamics.errors import ALREADY_THERE, DUPLICATE, body_of, is_about_the_caller, is_no_user
from connectors.dynamics.schema import Schema
from connectors.dynamics.web import WebApi
from connectors.errors import CrmDuplicates, CrmError, CrmForbidden, CrmRecordNotFound, CrmSchemaDrift
from connectors.forms import CREATE
from connectors.http import Answer
from connectors.interface import CreatedRecord, CrmRecord, FormField, RecordDraft, RecordPreview, RecordRef
from connectors.kept import Kept
from connectors.mapping import CreateMap, CrmMapping, FormEntry

MOST_MATCHES = 10
_SUPPRESS = "MSCRM.SuppressDuplicateDetection"
Get = Callable[[RecordRef], CrmRecord]


class Creating:
    """Creates rows of one environment. Safe for many threads."""

    def __init__(self, web: WebApi, schema: Schema, mapping: CrmMapping, agents: Agents, get: Get) -> None:
        self._web = web
        self._schema = schema
        self._mapping = mapping
        self._agents = agents
        self._get = get
        self._described = Kept(lambda: Describer(web))

    def form(self, draft: RecordDraft) -> Sequence[FormField]:
        """The form, filled in. Raises where no such row can be created."""
        created = self._created(draft.type)
        table = self._described.get().table(draft.type)
        if table is None:
            raise CrmSchemaDrift(self._web.crm, CREATE, code="no_table", detail=draft.type)
        return self._form(created, table, draft)

    def create(self, draft: RecordDraft) -> CreatedRecord:
        """Exactly one row stands under the draft's key, which is its id."""
        created = self._created(draft.type)
        answer = self._post(created, draft, self._body(created, draft))
        if answer.is_ok:
            return CreatedRecord(self._get(self._ref(draft)), created=True)
        code = body_of(answer)[0]
        # The rules may find the very row that an earlier attempt has created; and 412 may come without a code.
        if code in (ALREADY_THERE, DUPLICATE) or (answer.status == 412 and not code):
            if code == ALREADY_THERE or self._is_there(draft):
                return CreatedRecord(self._get(self._ref(draft)), created=False)
            raise self._duplicates(created, draft, answer)
        raise self._error(answer, created)

    def preview(self, draft: RecordDraft) -> RecordPreview:
        """What `create` would send first."""
        form = self.form(draft)
        created = self._created(draft.type)
        user = self._agents.find(draft.agent) if created.is_agents else None
        owner = (draft.agent.name or draft.agent.email) if user else ""
        return RecordPreview(draft.type, owner, self._body(created, forms.filled(draft, form)), forms.missing(form))

    def _created(self, kind: str) -> CreateMap:
        return forms.created_map(self._web.crm, self._mapping, kind)

    def _form(self, created: CreateMap, table: TableInfo, draft: RecordDraft) -> Sequence[FormField]:
        def described(entry: FormEntry) -> forms.Described | None:
            column = table.columns.get(logical(entry.name))
            if column is None or not column.get("IsValidForCreate"):
                return None
            label, length = label_of(column) or entry.name, int(column.get("MaxLength") or 0)
            return forms.Described(label, is_required(column), length, _choices(column), column.get("Default", ""))

        return tuple(forms.form(created, draft, described, lambda entry: forms.first_linked(entry, draft)))

    def _body(self, created: CreateMap, draft: RecordDraft) -> dict[str, Any]:
        body: dict[str, Any] = {name: _option(created, name, one) for name, one in self._values(created, draft).items()}
        for entry in created.fields:
            linked = forms.looked_up(self._web.crm, entry, draft) or forms.first_linked(entry, draft)
            if linked is not None:
                navigation = self._schema.navigation(draft.type, logical(entry.name), linked.type)
                body[f"{navigation}@odata.bind"] = f"/{self._schema.set_name(linked.type)}({linked.id})"
        return body | {self._schema.primary_id(draft.type): str(draft.key)}

    def _values(self, created: CreateMap, draft: RecordDraft) -> Mapping[str, Value]:
        return forms.values_of(created, draft)

    def _post(self, created: CreateMap, draft: RecordDraft, body: Mapping[str, Any]) -> Answer:
        """As the agent; else in their ownership; else as the integration user (P-12). A refusal has written nothing."""
        is_forced = draft.may_be_duplicate and created.may_be_duplicate
        path, rules = self._schema.set_name(draft.type), {_SUPPRESS: str(is_forced).lower()}
        user = self._agents.find(draft.agent) if created.is_agents else None
        for caller, owner in _authors(user):
            answer = self._web.write(CREATE, "POST", path, {**body, **owner}, {**rules, **caller})
            if answer.is_ok or not (caller or owner):
                return answer
            error = self._web.error(CREATE, answer)
            if not (is_about_the_caller(error) if caller else isinstance(error, CrmForbidden)):
                return answer
            if is_no_user(error):
                self._agents.forget(draft.agent)
        return answer

    def _is_there(self, draft: RecordDraft) -> bool:
        key = self._schema.primary_id(draft.type)
        try:
            self._web.read("find_record", f"{self._schema.set_name(draft.type)}({draft.key})", {"$select": key})
        except CrmRecordNotFound:
            return False
        return True

    def _ref(self, draft: RecordDraft) -> RecordRef:
        return RecordRef(self._web.crm, draft.type, str(draft.key))

    def _error(self, answer: Answer, created: CreateMap) -> CrmError:
        error = self._web.error(CREATE, answer)
        words = set(error.detail.replace("'", " ").replace('"', " ").replace(",", " ").replace(".", " ").split())
        error.fields = tuple(entry.name for entry in created.fields if entry.name in words)
        return error

    def _duplicates(self, created: CreateMap, draft: RecordDraft, answer: Answer) -> CrmError:
        error = self._web.error(CREATE, answer)
        matches = [found for row_id in self._matching(created, draft) if (found := self._seen(draft.type, row_id))]
        return CrmDuplicates(
            self._web.crm, CREATE, matches, may_create=created.may_be_duplicate, detail=error.detail[:500]
        )

    def _matching(self, created: CreateMap, draft: RecordDraft) -> Sequence[str]:
        """Ids of the rows that the rules take for the same."""
        body = {name: _option(created, name, one) for name, one in self._values(created, draft).items()}
        entity = {"@odata.type": f"Microsoft.Dynamics.CRM.{draft.type}", **body}
        options = {
            "@entity": json.dumps(entity, ensure_ascii=False),
            "@type": f"'{draft.type}'",
            "@paging": json.dumps({"PageNumber": 1, "Count": MOST_MATCHES}),
        }
        path = "RetrieveDuplicates(BusinessEntity=@entity,MatchingEntityName=@type,PagingInfo=@paging)"
        key = self._schema.primary_id(draft.type)
        rows = self._web.read("find_duplicates", path, options).get("value", [])
        return [str(row[key]) for row in rows if row.get(key)]

    def _seen(self, kind: str, row_id: str) -> CrmRecord | None:
        try:
            return self._get(RecordRef(self._web.crm, kind, row_id))
        except (CrmRecordNotFound, CrmForbidden):
            return None


def _authors(user: CrmUser | None) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Headers and columns that say in whose name, best first."""
    if user is not None and user.object_id:
        yield {"CallerObjectId": user.object_id}, {}
    if user is not None:
        yield {}, {"ownerid@odata.bind": f"/systemusers({user.id})"}
    yield {}, {}


def _option(created: CreateMap, name: str, value: Value) -> Value:
    """Options are whole numbers in Dataverse, and two-option columns true or false; the form has them as texts."""
    entry = next((one for one in created.fields if one.name == name), None)
    if entry is None or entry.map.type != "choice" or not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    return int(value) if value.lstrip("-").isdigit() else value


def _choices(column: Column) -> tuple[tuple[str, str], ...]:
    options: Mapping[int, str] = column.get("Options") or {}
    states: Mapping[int, int] = column.get("States") or {}
    return tuple((str(value), label or str(value)) for value, label in options.items() if not states.get(value))
