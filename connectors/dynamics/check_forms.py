"""Forms of a mapping against the environment: can what agents create from the card be created? (P-11, A-19)

Nothing here keeps activities from being written: whatever does not fit costs the form alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.dynamics.describe import Column, Describer, TableInfo, is_required, logical
from connectors.interface import MappingProblem
from connectors.mapping import FormEntry, RecordType

_TYPES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"String", "Memo"}),
    "date": frozenset({"DateTime"}),
    "int": frozenset({"Integer", "BigInt", "Decimal", "Double"}),
    "bool": frozenset({"Boolean"}),
    "choice": frozenset({"Picklist", "Status", "Boolean"}),
}
_OURS = frozenset({"ownerid", "statecode", "statuscode"})
_NAME = "correct the logical name, which is in lower case, or add the column"
_SECURED = "make sure that a column security profile lets the application user write it"

Problems = Iterator[MappingProblem]


def update_problems(env: Describer, record: RecordType) -> Problems:
    """What keeps edits of the profile from being written back."""
    table = env.table(record.type)
    for entry in record.update if table is not None else ():
        at, column = f"records.{record.type}.update.{entry.field}", table.columns.get(entry.field) if table else None
        if column is None or not column.get("IsValidForUpdate"):
            yield _problem(at, "does not exist, or cannot be changed", _NAME)
        elif column.get("AttributeType") not in _TYPES[entry.type]:
            told = f"is of type {column.get('AttributeType')}, the mapping says {entry.type}"
            yield _problem(at, told, "correct the type, or name another column")
        elif entry.type == "text" and (entry.max or 0) > int(column.get("MaxLength") or 0) > 0:
            yield _problem(at, f"the column takes {column['MaxLength']} characters", "shorten max")


def form_problems(env: Describer, record: RecordType) -> Problems:
    """What keeps agents from creating rows of the type, or columns from being in the form."""
    created, table = record.create, env.table(record.type)
    if created is None or table is None:
        return
    at = f"records.{record.type}.create"
    for name, value in created.values.items():
        yield from _constant(f"{at}.values.{name}", table.columns.get(name), value)
    for entry in created.fields:
        yield from _entry(f"{at}.fields.{entry.name}", entry, table.columns.get(logical(entry.name)), table)
    named = {*created.values, *(logical(entry.name) for entry in created.fields), table.primary_id, *_OURS}
    for name in [name for name, column in table.columns.items() if is_required(column) and name not in named]:
        problem = f"column {name} is required by the business and not in the form"
        yield _problem(at, problem, f"add {at}.fields.{name}, or a constant")


def _problem(at: str, problem: str, to_do: str) -> MappingProblem:
    return MappingProblem(at, problem, to_do, stops=False)


def _constant(at: str, column: Column | None, value: Any) -> Problems:
    if column is None or not column.get("IsValidForCreate"):
        yield _problem(at, "does not exist, or cannot be set at creation", "take it out of `values`")
    elif (options := column.get("Options")) and value not in options:
        yield _problem(at, f"{value!r} is no option of the column", _among(options))


def _entry(at: str, entry: FormEntry, column: Column | None, table: TableInfo) -> Problems:
    if column is None or not column.get("IsValidForCreate"):
        yield _problem(at, f"{table.name} has no such column, or it cannot be set at creation", _NAME)
        return
    if column.get("IsSecured"):
        yield _problem(at, "is secured", _SECURED)
    if entry.records or entry.lookups:
        place = f"{at}.{'lookup' if entry.lookups else 'record'}"
        for kind in (*entry.records, *entry.lookups):
            if kind not in (column.get("Targets") or ()):
                yield _problem(place, f"the column does not point to {kind}", "name the lookup that does")
        return
    if column.get("AttributeType") not in _TYPES[entry.map.type]:
        told = f"is of type {column.get('AttributeType')}, the mapping says {entry.map.type}"
        yield _problem(f"{at}.type", told, "correct the type, or name another column")
        return
    length = int(column.get("MaxLength") or 0)
    if entry.map.type == "text" and length and (entry.map.max or 0) > length:
        yield _problem(f"{at}.max", f"the column takes {length} characters", f"write max = {length}")
    options: Mapping[int, str] = column.get("Options") or {}
    written = [*entry.map.choices.values(), *([entry.map.otherwise] if entry.map.otherwise is not None else [])]
    for value in written if options and entry.map.type == "choice" else ():
        if value not in options:
            yield _problem(f"{at}.choices", f"{value!r} is no option of the column", _among(options))


def _among(options: Mapping[int, str]) -> str:
    return "choose among " + ", ".join(f"{value} ({label})" for value, label in options.items())
