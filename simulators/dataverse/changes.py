"""What an environment's administrators change, by `POST /_simulator/metadata`, one change or a list of them.

{"table": "new_policy", "set": "new_policies", "activities": true, "columns": {"new_contact": "Lookup to=contact"}}
{"table": "new_visit", "set": "new_visits", "is_activity": true}
{"table": "phonecall", "columns": {"new_region": "String:40", "new_tier": "Picklist values=1:Gold,2:Silver"}}
{"table": "phonecall", "columns": {"new_region": "String:40 required"}}      adds or replaces columns
{"table": "contact", "columns": {"new_vip": "Boolean default=1"}}             what a form begins with: an option, or 1
{"table": "phonecall", "remove": "new_region"}                               deletes a column
{"table": "phonecall", "column": "description", "access": "none"}            none or edit: column security
{"table": "phonecall", "rule": "Outcome", "requires": "category", "message": "Choose an outcome."}
{"table": "phonecall", "rule": "Outcome", "active": false}
{"table": "contact", "duplicates": ["emailaddress1"]}                        publishes duplicate detection; [] ends it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simulators.dataverse.schema import Column, Rule, Table, activity_table, common_columns
from simulators.dataverse.store import Store


def change_all(store: Store, body: Any) -> None:
    """Every change of a body. Raises ValueError for the first that cannot be."""
    changes: Sequence[Any] = body if isinstance(body, list) else [body]
    for wanted in changes:
        if not isinstance(wanted, Mapping) or not isinstance(wanted.get("table"), str):
            raise ValueError("a change is an object with the key `table`")  # noqa: TRY004 - a value that came as JSON
        _change(store, wanted)


def _change(store: Store, wanted: Mapping[str, Any]) -> None:
    name = wanted["table"]
    if name not in store.tables:
        store.define(_new_table(name, wanted))
    table = store.tables[name]
    if "duplicates" in wanted:
        store.define(replace(table, duplicates=tuple(map(str, wanted["duplicates"]))))
    elif "rule" in wanted:
        store.define(replace(table, rules=_rules(table, wanted)))
    elif "access" in wanted:
        store.define(_with_columns(table, [replace(_column(table, wanted), is_secured=wanted["access"] == "none")]))
    elif "remove" in wanted:
        store.define(replace(table, columns=tuple(one for one in table.columns if one.name != wanted["remove"])))
    else:
        made = [parse_column(key, text, store) for key, text in wanted.get("columns", {}).items()]
        store.define(_with_columns(table, made))
        _take_activities(store, name, wanted)


def _new_table(name: str, wanted: Mapping[str, Any]) -> Table:
    set_name = str(wanted.get("set", f"{name}s"))
    if wanted.get("is_activity"):
        return activity_table(name, set_name, {1: (0, "Open"), 2: (1, "Completed"), 3: (2, "Canceled")})
    primary = str(wanted.get("primary", "new_name"))
    columns = (*common_columns(f"{name}id"), Column(primary, "String", 100))
    return Table(name, set_name, f"{name}id", primary, columns)


def parse_column(name: str, text: str, store: Store) -> Column:
    """`Kind:length required values=1:One,2:Two default=1 to=table`. Raises ValueError."""
    kind, *rest = text.split()
    named = dict(part.split("=", 1) for part in rest if "=" in part)
    options = dict(pair.split(":", 1) for pair in named.get("values", "").replace("_", " ").split(",") if pair)
    target = named.get("to", "")
    if target and target not in store.tables:
        raise ValueError(f"there is no table {target}")
    kind, _, length = kind.partition(":")
    return Column(
        name,
        kind,
        int(length) if length else None,
        targets={target: name} if target else {},
        is_required="required" in rest,
        options={int(value): label for value, label in options.items()},
        default=int(named.get("default", -1)),
    )


def _with_columns(table: Table, made: Sequence[Column]) -> Table:
    columns = {column.name: column for column in (*table.columns, *made)}
    return replace(table, columns=tuple(columns.values()))


def _column(table: Table, wanted: Mapping[str, Any]) -> Column:
    column = table.by_name.get(str(wanted.get("column")))
    if column is None or wanted["access"] not in ("none", "edit"):
        raise ValueError(f"{table.name} has no column {wanted.get('column')}, or access is neither none nor edit")
    return column


def _rules(table: Table, wanted: Mapping[str, Any]) -> tuple[Rule, ...]:
    others = tuple(rule for rule in table.rules if rule.name != wanted["rule"])
    if not wanted.get("active", True):
        return others
    return (*others, Rule(str(wanted["rule"]), str(wanted["requires"]), str(wanted.get("message", "Refused."))))


def _take_activities(store: Store, name: str, wanted: Mapping[str, Any]) -> None:
    """Activities can be set regarding the table."""
    for activity in [table for table in store.tables.values() if table.is_activity] if wanted.get("activities") else ():
        regarding = activity.by_name["regardingobjectid"]
        targets = {**regarding.targets, name: f"regardingobjectid_{name}_{activity.name}"}
        store.define(_with_columns(activity, [replace(regarding, targets=targets)]))
