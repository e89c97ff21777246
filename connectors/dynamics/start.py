"""A starting point for a mapping, from the environment's own description (`customer-card mapping init`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import resources
from typing import Any

from connectors.dynamics.describe import Column as Described
from connectors.dynamics.describe import Describer, TableInfo, is_required, logical
from connectors.dynamics.schema import Schema
from connectors.dynamics.web import WebApi
from connectors.errors import CrmSchemaDrift
from connectors.mapping_text import Column, write

_SYSTEM = frozenset({"statecode", "createdon", "modifiedon", "createdby", "modifiedby", "createdonbehalfby", "merged"})
_SHOWN = frozenset({"String", "Picklist", "DateTime", "Money", "Integer", "Decimal", "Status"})
_MOST_SHOWN = 3
_ACTIVITY = "phonecall"


def starting_point(web: WebApi, schema: Schema) -> str:
    """The product's own mapping, cut to what the environment has, with its own tables and columns."""
    usual = resources.files("connectors.dynamics").joinpath("default.toml").read_text("utf-8")
    return write(_Environment(Describer(web), schema), tomllib.loads(usual))


class _Environment:
    """See `connectors.mapping_text.Crm`."""

    head: Sequence[str] = (
        "A mapping of a Dynamics 365 environment. docs/mapping.md describes every key; `customer-card mapping check`",
        "compares it with the environment, `customer-card mapping preview` shows what it makes of an interaction.",
    )

    def __init__(self, describer: Describer, schema: Schema) -> None:
        self._describer = describer
        self._schema = schema

    def columns(self, kind: str) -> Mapping[str, Column] | None:
        table = self._describer.table(kind)
        if table is None:
            return None
        shown = {name: one for name, one in table.columns.items() if name not in _SYSTEM | {table.primary_id}}
        return {name: _column(name, column) for name, column in shown.items()}

    def is_visible(self, kind: str, field: str) -> bool:
        table = self._describer.table(kind)
        return table is not None and logical(field) in table.columns

    def more_search(self, kind: str) -> Mapping[str, Sequence[str]]:
        return {}  # the metadata of a text does not say what stands in it

    def more_related(self, kind: str) -> Sequence[Mapping[str, str]]:
        order = {"order": "modifiedon DESC"}
        return [
            {"type": table.name, "child": name, **order} for table in self._custom for name in table.lookups(kind)[:1]
        ]

    def more_records(self) -> Mapping[str, Mapping[str, Any]]:
        return {table.name: _table(table) for table in self._custom}

    def key_of(self, target: str, usual: str) -> str:
        return usual  # the row's own id is the key

    @cached_property
    def _custom(self) -> list[TableInfo]:
        """Own tables that take activities and belong to a person or company."""
        names = [str(row["LogicalName"]) for row in self._describer.custom_tables() if not row.get("IsActivity")]
        wanted = [name for name in names if self._takes_activities(name)]
        found = [table for name in wanted if (table := self._describer.table(name)) and table.primary_name]
        return [table for table in found if table.lookups("contact") or table.lookups("account")]

    def _takes_activities(self, name: str) -> bool:
        try:
            self._schema.regarding(name, _ACTIVITY)
        except CrmSchemaDrift:
            return False
        return True


def _column(name: str, column: Described) -> Column:
    options: Mapping[int, str] = column.get("Options") or {}
    return Column(
        name=name,
        kind=str(column.get("AttributeType")),
        length=column.get("MaxLength") or None,
        values=[f"{value} {label}".strip() for value, label in options.items()],
        is_writable=bool(column.get("IsValidForCreate")),
        is_required=is_required(column),
    )


def _table(table: TableInfo) -> dict[str, Any]:
    shown = [
        name
        for name, column in table.columns.items()
        if column.get("AttributeType") in _SHOWN and name not in _SYSTEM | {table.primary_name}
    ]
    parents = [(target, name) for target in ("contact", "account") for name in table.lookups(target)[:1]]
    return {
        "level": "related",
        "label": {"en": table.label},
        "title": [table.primary_name],
        "search": {"name": [table.primary_name]},
        "display": {name.removeprefix("new_").capitalize(): name for name in shown[:_MOST_SHOWN]},
        "related": [{"type": target, "parent": name} for target, name in parents],
    }
