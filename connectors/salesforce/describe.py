"""The org's description of itself, as the integration user sees it: what field-level security hides is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

import structlog

from connectors.errors import CrmForbidden, CrmRecordNotFound, CrmSchemaDrift
from connectors.salesforce.rest import Rest

Field = Mapping[str, Any]
_log = structlog.get_logger()


class PickList(NamedTuple):
    """What may be written to a pick list."""

    choices: Sequence[tuple[str, str]]
    """(value, label)."""
    default: str = ""
    """What Salesforce's own form begins with; empty: nothing."""

    @property
    def values(self) -> list[str]:
        """Without their labels."""
        return [value for value, _ in self.choices]


@dataclass(frozen=True, slots=True)
class SObject:
    """One object of the org."""

    name: str
    label: str
    is_createable: bool
    is_deletable: bool
    is_queryable: bool
    fields: Mapping[str, Field]
    children: Sequence[Mapping[str, Any]] = ()
    record_types: Sequence[Mapping[str, Any]] = ()
    """Those that the integration user may give to records; none where the object has but the master."""

    @property
    def default_record_type(self) -> str:
        """The id of the one that records of the integration user have without a word; empty: the master."""
        return next((str(one["recordTypeId"]) for one in self.record_types if one.get("defaultRecordTypeMapping")), "")

    def relation(self, name: str) -> Field | None:
        """The field whose relationship is called `name`."""
        return next((field for field in self.fields.values() if field.get("relationshipName") == name), None)

    def lookups(self, target: str) -> list[str]:
        """Fields that point to an object of type `target`, visible ones only."""
        return [name for name, field in self.fields.items() if target in (field.get("referenceTo") or ())]


class Describer:
    """Describes each object once."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._known: dict[str, SObject | None] = {}
        self._pick_lists: dict[tuple[str, str], Mapping[str, PickList]] = {}

    def object(self, name: str) -> SObject | None:
        """The object; None where the integration user sees none of this name. Raises CrmError."""
        if name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]

    def pick_lists(self, kind: SObject, record_type: str) -> Mapping[str, PickList]:
        """By field, what records of this record type take. The object's own values where Salesforce does not say."""
        record_type = record_type or kind.default_record_type
        if (kind.name, record_type) not in self._pick_lists:
            of_type = self._ask_pick_lists(kind.name, record_type) if record_type else {}
            own = {name: pick_list(field) for name, field in kind.fields.items()}
            self._pick_lists[kind.name, record_type] = {**own, **of_type}
        return self._pick_lists[kind.name, record_type]

    def _ask_pick_lists(self, name: str, record_type: str) -> Mapping[str, PickList]:
        path = f"ui-api/object-info/{name}/picklist-values/{quote(record_type, safe='')}"
        try:
            body = self._rest.get("describe", path)
        except (CrmRecordNotFound, CrmForbidden, CrmSchemaDrift) as error:  # the UI API does not know every object
            _log.info("salesforce.no_pick_lists", object=name, record_type=record_type, error=str(error))
            return {}
        return {field: _of_type(entry) for field, entry in body["picklistFieldValues"].items()}

    def custom_objects(self) -> list[str]:
        """Names of the custom objects that can be read, by name."""
        rows: Iterable[Mapping[str, Any]] = self._rest.get("describe", "sobjects")["sobjects"]
        usable = (row for row in rows if row.get("custom") and row.get("queryable") and not row.get("customSetting"))
        return sorted(str(row["name"]) for row in usable if str(row["name"]).endswith("__c"))

    def _ask(self, name: str) -> SObject | None:
        try:
            body = self._rest.get("describe", f"sobjects/{name}/describe")
        except CrmRecordNotFound:
            return None
        types = [one for one in body.get("recordTypeInfos") or () if one.get("available") and not one.get("master")]
        return SObject(
            name=name,
            label=str(body.get("label") or name),
            is_createable=bool(body.get("createable")),
            is_deletable=bool(body.get("deletable")),
            is_queryable=bool(body.get("queryable")),
            fields={field["name"]: field for field in body["fields"]},
            children=body.get("childRelationships") or (),
            record_types=types,
        )


def _of_type(entry: Mapping[str, Any]) -> PickList:
    """As the UI API writes it."""
    choices = tuple((str(one["value"]), str(one.get("label") or one["value"])) for one in entry["values"])
    return PickList(choices, str((entry.get("defaultValue") or {}).get("value") or ""))


def pick_list(field: Field) -> PickList:
    """As the object's description writes it; of no record type."""
    labels = {str(one["value"]): str(one.get("label") or one["value"]) for one in field.get("picklistValues") or ()}
    active = active_values(field)
    defaults = [str(one["value"]) for one in field.get("picklistValues") or () if one.get("defaultValue")]
    default = next((value for value in defaults if value in active), "")
    return PickList(tuple((value, labels[value]) for value in active), default)


def active_values(field: Field) -> list[str]:
    """The pick list's values that may be written."""
    return [str(value["value"]) for value in field.get("picklistValues") or () if value.get("active")]


def is_required(field: Field) -> bool:
    """True where nothing can be created without it."""
    needs = field.get("createable") and not field.get("nillable") and not field.get("defaultedOnCreate")
    return bool(needs) and field.get("type") != "boolean"
