"""What Dataverse calls sets, keys and navigation properties. Standard tables are known; others are asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from connectors.errors import CrmSchemaDrift
from connectors.mapping import CrmMapping

Read = Callable[[str, str, Mapping[str, str]], dict[str, Any]]
"""(operation, path, options) → the answer's JSON."""

_SETS = {
    "account": "accounts", "contact": "contacts", "lead": "leads", "incident": "incidents",
    "opportunity": "opportunities", "systemuser": "systemusers", "annotation": "annotations",
    "phonecall": "phonecalls", "task": "tasks", "email": "emails",
}  # fmt: skip
_ACTIVITIES = ("phonecall", "task", "email")
_REGARDED = ("account", "contact", "lead", "incident", "opportunity")
MERGEABLE = ("account", "contact", "lead", "incident")
PARTY_TYPES = ("account", "contact", "lead", "systemuser")


class Schema:
    """One environment's names. Safe for many threads; what was asked for is kept."""

    def __init__(self, crm: str, mapping: CrmMapping, read: Read) -> None:
        self._crm = crm
        self._mapping = mapping
        self._read = read
        self._lock = threading.Lock()
        self._tables: dict[str, dict[str, Any]] = {}
        self._regarding: dict[str, dict[str, str]] = {}
        self._lookups: dict[tuple[str, str], dict[str, str]] = {}

    def set_name(self, table: str) -> str:
        """The entity set of `table`: the mapping's word, else the standard one, else what the CRM says."""
        record = self._mapping.records.get(table)
        told = record.options.get("set") if record else self._told_by_activity(table)
        return told or _SETS.get(table) or str(self._table(table)["EntitySetName"])

    def primary_id(self, table: str) -> str:
        """The column that holds the row's id."""
        record = self._mapping.records.get(table)
        if record and "id" in record.options:
            return record.options["id"]
        if table in _SETS:
            return "activityid" if table in _ACTIVITIES else f"{table}id"
        return str(self._table(table)["PrimaryIdAttribute"])

    def regarding(self, table: str, activity: str) -> str:
        """The navigation property with which `activity` is linked to a row of `table`. Its case counts."""
        if table in _REGARDED and activity in _ACTIVITIES:
            return f"regardingobjectid_{table}_{activity}"
        with self._lock:
            known = self._regarding.get(activity)
        if known is None:
            known = self._ask_regarding(activity)
        if table not in known:
            raise CrmSchemaDrift(
                self._crm, "metadata", code="not_regarding", detail=f"{activity} cannot be set regarding {table}."
            )
        return known[table]

    def navigation(self, table: str, column: str, target: str) -> str:
        """The navigation property with which the lookup `column` points to a row of `target`. Its case counts."""
        with self._lock:
            known = self._lookups.get((table, column))
        if known is None:
            known = self._navigations(table, column)
            with self._lock:
                self._lookups[table, column] = known
        if target not in known:
            detail = f"{table}.{column} cannot point to {target}."
            raise CrmSchemaDrift(self._crm, "metadata", code="no_lookup", detail=detail)
        return known[target]

    def _told_by_activity(self, table: str) -> str | None:
        told = (entry.options.get("set") for entry in self._mapping.activities.values() if entry.target == table)
        return next((name for name in told if name), None)

    def _table(self, table: str) -> dict[str, Any]:
        with self._lock:
            known = self._tables.get(table)
        if known is None:
            options = {"$select": "EntitySetName,PrimaryIdAttribute"}
            known = self._read("metadata", f"EntityDefinitions(LogicalName='{table}')", options)
            with self._lock:
                self._tables[table] = known
        return known

    def _ask_regarding(self, activity: str) -> dict[str, str]:
        known = self._navigations(activity, "regardingobjectid")
        with self._lock:
            self._regarding[activity] = known
        return known

    def _navigations(self, table: str, column: str) -> dict[str, str]:
        path = f"EntityDefinitions(LogicalName='{table}')/ManyToOneRelationships"
        options = {
            "$select": "ReferencedEntity,ReferencingEntityNavigationPropertyName",
            "$filter": f"ReferencingAttribute eq '{column}'",
        }
        rows = self._read("metadata", path, options).get("value", [])
        return {row["ReferencedEntity"]: row["ReferencingEntityNavigationPropertyName"] for row in rows}
