"""A starting point for a mapping, from the org's own description (`customer-card mapping init`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from connectors.mapping import CrmMapping
from connectors.mapping_text import Column, write
from connectors.salesforce.describe import Describer, Field, SObject, active_values, is_required
from connectors.salesforce.rest import Rest

USUAL = Path(__file__).with_name("default.toml")
_SYSTEM = frozenset({"Id", "IsDeleted", "MasterRecordId", "SystemModstamp", "CreatedById", "LastModifiedById"})
_SHOWN = frozenset({"string", "picklist", "date", "currency", "double", "int"})
_MOST_SHOWN = 3


def starting_point(rest: Rest, mapping: CrmMapping) -> str:
    """The product's own mapping, cut to what the integration user sees, with the org's custom fields and objects."""
    return write(_Org(Describer(rest), list(mapping.records)), tomllib.loads(USUAL.read_text("utf-8")))


class _Org:
    """See `connectors.mapping_text.Crm`."""

    def __init__(self, describer: Describer, standard: Sequence[str]) -> None:
        self._describer = describer
        self._standard = standard

    head: Sequence[str] = (
        "A mapping of a Salesforce org. docs/mapping.md describes every key; `customer-card mapping check` compares",
        "it with the org, `customer-card mapping preview` shows what it makes of an interaction.",
    )

    def columns(self, kind: str) -> Mapping[str, Column] | None:
        found = self._describer.object(kind)
        if found is None or not (found.is_queryable or found.is_createable):
            return None
        return {name: _column(field) for name, field in found.fields.items() if name not in _SYSTEM}

    def is_visible(self, kind: str, field: str) -> bool:
        found = self._describer.object(kind)
        first, _, rest = field.partition(".")
        if found is None or not rest:
            return found is not None and first in found.fields
        targets = (found.relation(first) or {}).get("referenceTo") or ()
        return any(self.is_visible(target, rest) for target in targets)

    def more_search(self, kind: str) -> Mapping[str, Sequence[str]]:
        found = self._describer.object(kind)
        custom = [field for field in found.fields.values() if field.get("custom")] if found else []
        named = {what: [field["name"] for field in custom if field["type"] == what] for what in ("phone", "email")}
        return {what: names for what, names in named.items() if names}

    def more_related(self, kind: str) -> Sequence[Mapping[str, str]]:
        order = {"order": "LastModifiedDate DESC"}
        return [
            {"type": other.name, "child": name, **order} for other in self._custom for name in other.lookups(kind)[:1]
        ]

    def more_records(self) -> Mapping[str, Mapping[str, Any]]:
        return {one.name: _table(one) for one in self._custom}

    def key_of(self, target: str, usual: str) -> str:
        found = self._describer.object(target)
        fields = found.fields if found else {}
        if usual in fields:
            return usual
        fit = (name for name, field in fields.items() if field.get("externalId") and field.get("unique"))
        return next(fit, usual)

    @cached_property
    def _custom(self) -> list[SObject]:
        """Custom objects that take activities and belong to a person or company."""
        task = self._describer.object("Task")
        takes = (task.fields.get("WhatId", {}).get("referenceTo") or ()) if task else ()
        wanted = [name for name in self._describer.custom_objects() if name in takes]
        found = [one for name in wanted if (one := self._describer.object(name)) and _title(one)]
        return [one for one in found if one.lookups("Contact") or one.lookups("Account")]


def _column(field: Field) -> Column:
    return Column(
        name=field["name"],
        kind=str(field.get("type")),
        length=field.get("length") or None,
        values=active_values(field),
        is_writable=bool(field.get("createable")),
        is_required=is_required(field),
    )


def _title(kind: SObject) -> list[str]:
    return [name for name, field in kind.fields.items() if field.get("nameField")]


def _table(kind: SObject) -> dict[str, Any]:
    title = _title(kind)
    custom = [field for field in kind.fields.values() if field.get("custom") and field.get("type") in _SHOWN]
    parents = [(target, name) for target in ("Contact", "Account") for name in kind.lookups(target)[:1]]
    return {
        "level": "related",
        "label": {"en": kind.label},
        "title": title,
        "search": {"name": title},
        "display": {field["label"]: field["name"] for field in custom[:_MOST_SHOWN]},
        "related": [{"type": target, "parent": name} for target, name in parents],
    }
