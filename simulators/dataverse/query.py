"""Reading rows: `$select`, `$expand`, annotations, pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from simulators.dataverse.errors import DataverseError, bad_request
from simulators.dataverse.odata import compile_filter, compile_orderby
from simulators.dataverse.schema import Column, Table
from simulators.dataverse.store import Store
from simulators.dataverse.values import Row

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP = "Microsoft.Dynamics.CRM.lookuplogicalname"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"
_KNOWN = {"$select", "$filter", "$top", "$orderby", "$expand", "$count", "$skiptoken"}
PAGE = 5000


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the request's `Prefer` headers ask for."""

    representation: bool = False
    annotations: tuple[str, ...] = ()
    page_size: int | None = None

    @classmethod
    def parse(cls, header: str) -> Preferences:
        """The preferences of one header line; unknown ones are ignored, as the service does."""
        included = re.search(r'odata\.include-annotations="?([^";]*)"?', header)
        size = re.search(r"odata\.maxpagesize=(\d+)", header)
        return cls(
            representation="return=representation" in header,
            annotations=tuple(name.strip() for name in included[1].split(",")) if included else (),
            page_size=max(1, int(size[1])) if size else None,
        )

    def wants(self, annotation: str) -> bool:
        """True where the annotation was asked for, by name or by a pattern that ends in `*`."""
        return any(
            pattern == annotation or (pattern.endswith("*") and annotation.startswith(pattern[:-1]))
            for pattern in self.annotations
        )


@dataclass(frozen=True, slots=True)
class Expansion:
    """One navigation property to expand, with its own `$select`."""

    name: str
    options: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Draws rows as the Web API does."""

    def __init__(self, store: Store, base: str, preferences: Preferences) -> None:
        self._store = store
        self._base = base
        self._preferences = preferences

    def page(self, table: Table, options: Mapping[str, str]) -> dict[str, Any]:
        """One page of a table, with the link to the next. Raises 400 for a query that is not understood."""
        check_options(options)
        rows = self._chosen(table, options)
        start = _number(options, "$skiptoken", 0)
        size = PAGE if "$top" in options else self._preferences.page_size or PAGE
        shown = [self.row(table, row, options) for row in rows[start : start + size]]
        page: dict[str, Any] = {"@odata.context": self._context(table, options)}
        if options.get("$count") == "true":
            page["@odata.count"] = min(len(rows), PAGE)
        page["value"] = shown
        if start + size < len(rows):
            page["@odata.nextLink"] = self._next_link(table, options, start + size)
        return page

    def count(self, table: Table, options: Mapping[str, str]) -> int:
        """How many rows `$filter` leaves."""
        check_options(options)
        return len(self._chosen(table, options))

    def one(self, table: Table, row: Row, options: Mapping[str, str]) -> dict[str, Any]:
        """A row as the answer to a request for it alone."""
        check_options(options)
        return {"@odata.context": f"{self._context(table, options)}/$entity", **self.row(table, row, options)}

    def row(self, table: Table, row: Row, options: Mapping[str, str]) -> dict[str, Any]:
        """The properties that were asked for, with their annotations."""
        chosen = [name.strip() for name in options.get("$select", "").split(",") if name.strip()]
        names = [table.check(name) for name in chosen] or list(table.by_property)
        drawn: dict[str, Any] = {"@odata.etag": f'W/"{row["@version"]}"'}
        for name in dict.fromkeys([*names, table.primary_id]):
            drawn |= self._property(table, table.by_property[name], row)
        for expansion in expansions(options.get("$expand", "")):
            drawn[expansion.name] = self._expanded(table, row, expansion)
        return drawn

    def _chosen(self, table: Table, options: Mapping[str, str]) -> list[Row]:
        rows = self._store.rows(table)
        if "$filter" in options:
            holds = compile_filter(options["$filter"], table.check)
            rows = [row for row in rows if holds(row)]
        if "$orderby" in options:
            rows = compile_orderby(options["$orderby"], table.check)(rows)
        return rows[: _number(options, "$top", len(rows))]

    def _property(self, table: Table, column: Column, row: Row) -> dict[str, Any]:
        name, value = column.property_name, row.get(column.property_name)
        drawn: dict[str, Any] = {}
        if value is not None and self._preferences.wants(FORMATTED):
            text = self._formatted(table, column, row)
            drawn |= {f"{name}@{FORMATTED}": text} if text is not None else {}
        if value is not None and column.is_lookup:
            target = row[f"@{column.name}"]
            facts = {LOOKUP: target, NAVIGATION: column.targets[target]}
            drawn |= {f"{name}@{fact}": text for fact, text in facts.items() if self._preferences.wants(fact)}
        return drawn | {name: value}

    def _formatted(self, table: Table, column: Column, row: Row) -> str | None:
        value = row[column.property_name]
        if column.is_lookup:
            target = self._store.tables[row[f"@{column.name}"]]
            other = self._store.find(target, value)
            return None if other is None else other.get(target.primary_name)
        if column.kind == "State":
            return table.states.get(value)
        if column.kind == "Status":
            return table.statuses[value][1]
        if column.kind == "Boolean":
            return "Yes" if value else "No"
        return f"{value:,}" if column.kind in ("Integer", "Money") else None

    def _expanded(self, table: Table, row: Row, expansion: Expansion) -> Any:
        if table.is_activity and expansion.name == table.parties:
            parties = self._store.parties_of(row[table.primary_id])
            return [self.row(self._store.tables["activityparty"], party, expansion.options) for party in parties]
        if expansion.name not in table.navigation:
            raise bad_request(
                f"Could not find a property named '{expansion.name}' on type 'Microsoft.Dynamics.CRM.{table.name}'."
            )
        column, target = table.navigation[expansion.name]
        if row.get(f"@{column.name}") != target:
            return None
        other = self._store.find(self._store.tables[target], row[column.property_name])
        return None if other is None else self.row(self._store.tables[target], other, expansion.options)

    def _context(self, table: Table, options: Mapping[str, str]) -> str:
        chosen = f"({options['$select']})" if "$select" in options else ""
        return f"{self._base}/api/data/v9.2/$metadata#{table.set_name}{chosen}"

    def _next_link(self, table: Table, options: Mapping[str, str], start: int) -> str:
        query = {**options, "$skiptoken": str(start)}
        return f"{self._base}/api/data/v9.2/{table.set_name}?" + "&".join(f"{k}={quote(v)}" for k, v in query.items())


def check_options(options: Mapping[str, str]) -> None:
    """Raises 501 for what the simulator does not know, 400 for what nobody does."""
    for name in options:
        if name in ("$apply", "$search", "fetchXml", "savedQuery", "userQuery", "sql"):
            raise DataverseError(501, "", f"This simulator does not know {name}.")
        if name.startswith("$") and name not in _KNOWN:
            raise bad_request(f"The query parameter {name} is not supported")


def expansions(text: str) -> list[Expansion]:
    """`a($select=x,y),b` as its parts."""
    found = []
    for part in split(text, ","):
        name, _, inner = part.partition("(")
        pairs = (option.partition("=") for option in split(inner.rstrip(")"), ";"))
        found.append(Expansion(name.strip(), {key.strip(): value for key, _, value in pairs}))
    for expansion in found:
        if expansion.options.keys() - {"$select"}:
            raise DataverseError(501, "", "This simulator knows $select only within $expand.")
    return found


def split(text: str, mark: str) -> list[str]:
    """`text` cut at `mark` where it stands outside of parentheses."""
    parts, depth, start = [], 0, 0
    for position, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == mark and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [part for part in (*parts, text[start:]) if part.strip()]


def _number(options: Mapping[str, str], name: str, default: int) -> int:
    text = options.get(name, str(default))
    if not text.isdigit():
        raise bad_request(f"Invalid value '{text}' for {name}.")
    return int(text)
