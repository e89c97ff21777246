"""The org's description of itself, as the integration user sees it: what field-level security hides is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import CrmRecordNotFound
from connectors.salesforce.rest import Rest

Field = Mapping[str, Any]


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

    def object(self, name: str) -> SObject | None:
        """The object; None where the integration user sees none of this name. Raises CrmError."""
        if name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]

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
        return SObject(
            name=name,
            label=str(body.get("label") or name),
            is_createable=bool(body.get("createable")),
            is_deletable=bool(body.get("deletable")),
            is_queryable=bool(body.get("queryable")),
            fields={field["name"]: field for field in body["fields"]},
            children=body.get("childRelationships") or (),
        )


def active_values(field: Field) -> list[str]:
    """The pick list's values that may be written."""
    return [str(value["value"]) for value in field.get("picklistValues") or () if value.get("active")]


def is_required(field: Field) -> bool:
    """True where nothing can be created without it."""
    needs = field.get("createable") and not field.get("nillable") and not field.get("defaultedOnCreate")
    return bool(needs) and field.get("type") != "boolean"
