"""SOQL carried out: conditions, relations, order, pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cmp_to_key, partial
from typing import Any

from simulators.salesforce import ids
from simulators.salesforce.errors import SalesforceError, UnknownFeatureError, no_such_column
from simulators.salesforce.org import Org, Record
from simulators.salesforce.schema import Field, SObject
from simulators.salesforce.soql import Both, Compare, Literal, Not, Query, malformed

Hidden = Callable[[str], Sequence[str]]
"""Fields of a type that the user may not see."""


class Reader:
    """Reads the org as one user, through one version of the API."""

    def __init__(self, org: Org, base: str, hidden: Hidden, *, with_deleted: bool = False) -> None:
        self.org = org
        self.base = base
        self.hidden = hidden
        self.with_deleted = with_deleted

    def run(self, query: Query) -> list[Record]:
        """The rows as the API writes them."""
        kind = self.sobject(query.kind)
        return [self.show(kind, row, query.paths, query.children) for row in self.select(query, kind)]

    def count(self, query: Query) -> int:
        """For SELECT COUNT()."""
        return len(self.select(query, self.sobject(query.kind)))

    def columns(self, query: Query) -> dict[str, Any]:
        """What the query would bring, without its rows: `columns=true`, which Salesforce's command line asks for."""
        if query.children or query.is_count or any("." in path for path in query.paths):
            raise UnknownFeatureError("columns=true of a query with relations or functions")
        kind = self.sobject(query.kind)
        found = [self.field(kind, path) for path in query.paths]
        metadata = [{"columnName": one.name, "displayName": one.name, "joinColumns": []} for one in found]
        return {"entityName": kind.name, "columnMetadata": metadata}

    def sobject(self, name: str) -> SObject:
        """The type named in FROM."""
        kind = self.org.metadata.find(name)
        if kind is None:
            raise SalesforceError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return kind

    def select(self, query: Query, kind: SObject) -> list[Record]:
        """The stored rows that the query means, in its order."""
        for path in query.paths:
            self.field(kind, path)
        self._check(kind, query.where)
        rows = [row for row in self.org.rows(kind, with_deleted=self.with_deleted) if self.fits(kind, row, query.where)]
        for path, descending, nulls_last in reversed(query.order or []):
            self.field(kind, path)
            rows.sort(key=cmp_to_key(_order(partial(self._at, kind, path), descending, nulls_last)))
        end = None if query.limit is None else query.offset + query.limit
        return rows[query.offset : end]

    def field(self, kind: SObject, path: str) -> Field:
        """The field at the end of `path`. Raises INVALID_FIELD."""
        first, _, rest = path.partition(".")
        if rest:
            reference = kind.relation(first)
            if reference is None or reference.name in self.hidden(kind.name):
                if first.lower() == kind.name.lower():
                    return self.field(kind, rest)
                message = f"Didn't understand relationship '{first}' in field path."
                raise SalesforceError("INVALID_FIELD", message)
            return self.field(self.org.metadata.sobjects[reference.refers[0]], rest)
        found = kind.find(path)
        if found is None or found.name in self.hidden(kind.name):
            raise SalesforceError(
                "INVALID_FIELD",
                f"\n{path}\n^\nERROR at Row:1:Column:8\n{no_such_column(path, kind.name).message}. If you are "
                "attempting to use a custom field, be sure to append the '__c' after the custom field name.",
            )
        return found

    def value(self, kind: SObject, row: Record, path: str) -> Any:
        """The value at the end of `path`, None where a relation is empty."""
        first, _, rest = path.partition(".")
        if not rest:
            entry = kind.find(path)
            return row.get(entry.name) if entry else None
        reference = kind.relation(first)
        if reference is None:
            return self.value(kind, row, rest)
        target, other = self.follow(reference, row)
        return self.value(target, other, rest) if other else None

    def _at(self, kind: SObject, path: str, row: Record) -> Any:
        return self.value(kind, row, path)

    def follow(self, reference: Field, row: Record) -> tuple[SObject, Record]:
        """The record that a reference field of `row` names."""
        target = row.get(reference.name) or ""
        kind = self.org.metadata.sobjects[self.org.type_of(target) or reference.refers[0]]
        return kind, self.org.any_record(target, kind.name)

    def show(self, kind: SObject, row: Record, paths: Sequence[str], children: Sequence[Query] = ()) -> Record:
        """One row with its attributes, nested where a path leads through a relation."""
        shown: Record = {"attributes": self.attributes(kind, row)}
        for path in paths:
            self._put(shown, kind, row, path)
        for child in children:
            shown[child.kind] = self._children(kind, row, child)
        return shown

    def attributes(self, kind: SObject, row: Record) -> dict[str, str]:
        """Type and address of a record."""
        return {"type": kind.name, "url": f"{self.base}/sobjects/{kind.name}/{row['Id']}"}

    def _put(self, shown: Record, kind: SObject, row: Record, path: str) -> None:
        first, _, rest = path.partition(".")
        if not rest:
            entry = self.field(kind, path)
            shown[entry.name] = row.get(entry.name)
            return
        reference = kind.relation(first)
        if reference is None:
            self._put(shown, kind, row, rest)
            return
        target, other = self.follow(reference, row)
        if not other:
            shown[reference.relation] = None
            return
        nested = shown.setdefault(reference.relation, {"attributes": self.attributes(target, other)})
        self._put(nested, target, other, rest)

    def _children(self, kind: SObject, row: Record, child: Query) -> Any:
        relation = next((entry for entry in kind.children if entry[0].lower() == child.kind.lower()), None)
        if relation is None:
            raise SalesforceError(
                "INVALID_TYPE", f"Didn't understand relationship '{child.kind}' in FROM part of query call."
            )
        own = Compare(relation[2], "=", Literal("string", row["Id"]))
        where = own if child.where is None else Both("and", (own, child.where))
        inner = Query(child.paths, relation[1], child.children, False, where, child.order, child.limit, child.offset)
        rows = self.run(inner)
        return {"totalSize": len(rows), "done": True, "records": rows} if rows else None

    def fits(self, kind: SObject, row: Record, condition: Any) -> bool:
        """True where `row` is as the WHERE clause says."""
        if condition is None:
            return True
        if isinstance(condition, Both):
            results = (self.fits(kind, row, part) for part in condition.parts)
            return all(results) if condition.op == "and" else any(results)
        if isinstance(condition, Not):
            return not self.fits(kind, row, condition.part)
        return self._compare(kind, row, condition)

    def _check(self, kind: SObject, condition: Any) -> None:
        """Refuses a condition that could not be carried out, also where there is no row to try it on."""
        if isinstance(condition, Both):
            for part in condition.parts:
                self._check(kind, part)
        elif isinstance(condition, Not):
            self._check(kind, condition.part)
        elif isinstance(condition, Compare):
            entry = self.field(kind, condition.path)
            if entry.has("f"):
                message = f"field '{condition.path}' can not be filtered in a query call"
                raise SalesforceError("INVALID_FIELD", message)
            if isinstance(condition.value, Query):
                self._listed(condition.value)
            for literal in condition.value if isinstance(condition.value, list) else [condition.value]:
                _check_type(entry, literal)

    def _compare(self, kind: SObject, row: Record, condition: Compare) -> bool:
        entry = self.field(kind, condition.path)
        value = self.value(kind, row, condition.path)
        if condition.op in ("in", "not in"):
            is_in = any(_equal(entry, value, literal) for literal in self._listed(condition.value))
            return is_in == (condition.op == "in")
        literal = condition.value
        match condition.op:
            case "=":
                return _equal(entry, value, literal)
            case "!=":
                return not _equal(entry, value, literal)
            case "like":
                return value is not None and _like(literal.raw).fullmatch(str(value)) is not None
            case _:
                return _less_or_greater(condition.op, _comparable(entry, value), _comparable(entry, literal.value))

    def _listed(self, value: Any) -> list[Literal]:
        if isinstance(value, Query):
            if len(value.paths) != 1 or value.limit is not None:
                raise malformed("Semi join sub-selects select one field and have no LIMIT")
            kind = self.sobject(value.kind)
            return [Literal("string", self.value(kind, row, value.paths[0])) for row in self.select(value, kind)]
        return list(value)


def _check_type(entry: Field, literal: Any) -> None:
    if not isinstance(literal, Literal):
        return
    wanted = {"date": ("date",), "datetime": ("datetime",), "boolean": ("bool",), "int": ("number",)}.get(entry.type)
    wanted = wanted or (("number",) if entry.type == "currency" else ("string",))
    if literal.kind == "null" or literal.kind in wanted:
        return
    quoted = " and should not be enclosed in quotes" if literal.kind == "string" else ""
    name = "string" if wanted == ("string",) else entry.type
    if name == "string":
        quoted = " and should be enclosed in quotes"
    message = f"value of filter criterion for field '{entry.name}' must be of type {name}{quoted}"
    raise SalesforceError("INVALID_FIELD", message)


def _equal(entry: Field, value: Any, literal: Literal) -> bool:
    if literal.value is None or value is None:
        return (value or None) is None and literal.value in (None, "")
    if entry.type in ("id", "reference"):
        if not ids.is_id(literal.value):
            raise SalesforceError("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {literal.value}")
        return str(value)[:15] == str(literal.value)[:15]
    if entry.type in ("date", "datetime"):
        return bool(_comparable(entry, value) == _comparable(entry, literal.value))
    if isinstance(value, str):
        return value.lower() == str(literal.value).lower()
    return bool(value == literal.value)


def _comparable(entry: Field, value: Any) -> Any:
    if value is None or entry.type != "datetime":
        return value.lower() if isinstance(value, str) else value
    text = re.sub(r"([+-]\d\d):?(\d\d)$", r"\1:\2", str(value).replace("Z", "+00:00"))
    return datetime.fromisoformat(text).astimezone(UTC)


def _less_or_greater(op: str, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    results = {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}
    if op not in results:
        raise UnknownFeatureError(f"SOQL operator {op}")
    return bool(results[op])


def _like(pattern: str) -> re.Pattern[str]:
    out, escaped = "", False
    for character in pattern:
        if escaped or character not in "%_\\":
            out, escaped = out + re.escape(character), False
        elif character == "\\":
            escaped = True
        else:
            out += ".*" if character == "%" else "."
    return re.compile(out, re.IGNORECASE | re.DOTALL)


def _order(key: Callable[[Record], Any], descending: bool, nulls_last: bool) -> Callable[[Record, Record], int]:
    def compare(left: Record, right: Record) -> int:
        one, two = key(left), key(right)
        if one is None or two is None:
            empty = (one is None) - (two is None)
            return empty if nulls_last else -empty
        if isinstance(one, str):
            one, two = one.lower(), two.lower()
        return (int(one > two) - int(one < two)) * (-1 if descending else 1)

    return compare
