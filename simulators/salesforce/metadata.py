"""What an org's administrators have made of it: objects, fields, permissions of the integration user, validation rules.

Changed by `POST /_simulator/metadata`, one change or a list of them:

    {"object": "Policy__c", "label": "Policy", "activities": true, "fields": {"Contact__c": "reference to=Contact"}}
    {"object": "Task", "fields": {"Region__c": "string:40"}}            adds or replaces fields
    {"object": "Task", "remove": "Region__c"}                           deletes a field
    {"object": "Task", "field": "Description", "access": "none"}        none, read or edit: field-level security
    {"object": "Task", "access": "read"}                                none, read or edit: the object itself
    {"object": "Task", "deletion": false}                               the object permission Delete
    {"object": "Task", "rule": "Outcome", "requires": "CallDisposition", "message": "Choose an outcome."}
    {"object": "Task", "rule": "Outcome", "active": false}
    {"object": "Contact", "duplicates": ["Email"], "may_save": true}    a duplicate rule: alert (true) or block (false)
    {"object": "Contact", "duplicates": []}                             takes it away
    {"object": "Case", "record_type": "Complaint", "picklists": {"Priority": ["High", "Low"]},
     "defaults": {"Priority": "Low"}, "default": true, "available": true}    a record type, and what its pick lists have
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulators.salesforce import record_types
from simulators.salesforce.errors import SalesforceError
from simulators.salesforce.record_types import RecordType
from simulators.salesforce.schema import OWNER, SOBJECTS, SYSTEM, Field, SObject, parse_field

ACCESS = ("none", "read", "edit")


@dataclass(frozen=True, slots=True)
class Rule:
    """A validation rule: `requires` must be filled."""

    object: str
    name: str
    requires: str
    message: str


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """A record that has one of `fields` in common with another one is taken for its duplicate."""

    fields: tuple[str, ...]
    may_save: bool
    """True: it may be saved all the same."""


@dataclass(slots=True)
class Metadata:
    """One org's. Only the event loop's thread touches it."""

    sobjects: dict[str, SObject] = field(default_factory=lambda: dict(SOBJECTS))
    object_access: dict[str, str] = field(default_factory=dict)
    undeletable: set[str] = field(default_factory=set)
    field_access: dict[tuple[str, str], str] = field(default_factory=dict)
    rules: dict[tuple[str, str], Rule] = field(default_factory=dict)
    duplicates: dict[str, DuplicateRule] = field(default_factory=dict)
    """By object."""
    record_types: dict[tuple[str, str], RecordType] = field(default_factory=dict)

    def types_of(self, kind: str) -> list[RecordType]:
        """The record types of an object."""
        return [one for one in self.record_types.values() if one.object == kind]

    def find(self, name: str) -> SObject | None:
        """The object type, whatever the case of `name`; None where the integration user may not even read it."""
        found = self.sobjects.get(name) or next(
            (kind for key, kind in self.sobjects.items() if key.lower() == name.lower()), None
        )
        return found if found and self.object_access.get(found.name) != "none" else None

    def visible(self) -> list[SObject]:
        """The types that the integration user may read."""
        return [kind for name, kind in self.sobjects.items() if self.object_access.get(name) != "none"]

    def may_write(self, kind: SObject) -> bool:
        """True where the integration user may create and edit records of the type."""
        return self.object_access.get(kind.name, "edit") == "edit"

    def may_delete(self, kind: SObject) -> bool:
        """True where the integration user may delete records of the type."""
        return self.may_write(kind) and kind.name not in self.undeletable

    def fields_without(self, kind: str, *access: str) -> list[str]:
        """Fields of the type with one of these levels of access."""
        return [name for (of, name), level in self.field_access.items() if of == kind and level in access]

    def check_rules(self, kind: SObject, record: Mapping[str, Any]) -> None:
        """Raises what Salesforce answers where a validation rule refuses `record`."""
        for rule in self.rules.values():
            if rule.object == kind.name and record.get(rule.requires) in (None, ""):
                raise SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=[])

    def change(self, wanted: Mapping[str, Any]) -> None:
        """One change, see the top of this module. Raises ValueError for one that cannot be."""
        name = wanted.get("object")
        if not isinstance(name, str):
            raise ValueError("a change is an object with the key `object`")  # noqa: TRY004 - a value that came as JSON
        if name not in self.sobjects:
            self._add_object(name, wanted)
        if "duplicates" in wanted:
            self._duplicates(name, wanted)
        elif "record_type" in wanted:
            self._record_type(name, wanted)
        elif "rule" in wanted:
            self._rule(name, wanted)
        elif "deletion" in wanted:
            (self.undeletable.discard if wanted["deletion"] else self.undeletable.add)(name)
        elif "access" in wanted:
            self._access(name, wanted)
        elif "remove" in wanted:
            self._replace(name, {key: one for key, one in self._fields(name).items() if key != wanted["remove"]})
        else:
            self._add_fields(name, wanted.get("fields", {}))
            self._take_activities(name, wanted)

    def _fields(self, name: str) -> dict[str, Field]:
        return dict(self.sobjects[name].fields)

    def _replace(self, name: str, fields: Mapping[str, Field]) -> None:
        self.sobjects[name] = replace(self.sobjects[name], fields=fields)

    def _add_object(self, name: str, wanted: Mapping[str, Any]) -> None:
        if not name.endswith("__c"):
            raise ValueError(f"{name}: a custom object's name ends with __c")
        label = str(wanted.get("label", name.removesuffix("__c")))
        lines = [*SYSTEM.splitlines(), "Name string:80 flags=cu", OWNER]
        fields = {one.name: one for one in map(parse_field, filter(str.strip, lines))}
        number = sum(key.endswith("__c") for key in self.sobjects)
        self.sobjects[name] = SObject(name, f"a{number:02d}", label, f"{label}s", fields)

    def _add_fields(self, name: str, fields: Mapping[str, str]) -> None:
        made = [parse_field(f"{key} {text}") for key, text in fields.items()]
        self._replace(name, {**self._fields(name), **{one.name: one for one in made}})
        for one in made:
            for parent in one.refers:
                kind = self.sobjects[parent]
                child = (f"{name.removesuffix('__c')}s__r", name, one.name)
                self.sobjects[parent] = replace(kind, children=(*kind.children, child))

    def _take_activities(self, name: str, wanted: Mapping[str, Any]) -> None:
        for activity in ("Task", "Event") if wanted.get("activities") else ():
            what = self.sobjects[activity].fields["WhatId"]
            if name not in what.refers:
                self._replace(
                    activity, {**self._fields(activity), "WhatId": replace(what, refers=(*what.refers, name))}
                )

    def _access(self, name: str, wanted: Mapping[str, Any]) -> None:
        level = wanted["access"]
        if level not in ACCESS:
            raise ValueError(f"access is one of {', '.join(ACCESS)}")
        if "field" not in wanted:
            self.object_access[name] = level
        elif wanted["field"] not in self.sobjects[name].fields:
            raise ValueError(f"{name} has no field {wanted['field']}")
        else:
            self.field_access[name, wanted["field"]] = level

    def _duplicates(self, name: str, wanted: Mapping[str, Any]) -> None:
        fields = tuple(map(str, wanted["duplicates"]))
        if unknown := [one for one in fields if one not in self.sobjects[name].fields]:
            raise ValueError(f"{name} has no field {unknown[0]}")
        self.duplicates.pop(name, None)
        if fields:
            self.duplicates[name] = DuplicateRule(fields, bool(wanted.get("may_save", True)))

    def _record_type(self, name: str, wanted: Mapping[str, Any]) -> None:
        number = 1 + len(self.record_types)
        self.record_types[name, str(wanted["record_type"])] = record_types.read(wanted, number)
        self._replace(name, {**self._fields(name), record_types.FIELD.name: record_types.FIELD})

    def _rule(self, name: str, wanted: Mapping[str, Any]) -> None:
        key = (name, str(wanted["rule"]))
        if not wanted.get("active", True):
            self.rules.pop(key, None)
            return
        self.rules[key] = Rule(name, key[1], str(wanted["requires"]), str(wanted.get("message", "Refused.")))


def change_all(metadata: Metadata, body: Any) -> None:
    """Every change of a body. Raises ValueError for the first that cannot be."""
    changes: Sequence[Any] = body if isinstance(body, list) else [body]
    for wanted in changes:
        if not isinstance(wanted, Mapping):
            raise ValueError("a change is an object")  # noqa: TRY004 - a value that came as JSON
        metadata.change(wanted)
