"""The environment's description of itself: tables and columns, with lengths and options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.dynamics.web import WebApi
from connectors.errors import CrmRecordNotFound, CrmSchemaDrift

Column = Mapping[str, Any]
"""The column's metadata, with `MaxLength`, `Options` (value → label), `Default` and, of a status, `States` where it has
them."""
_COLUMNS = "LogicalName,AttributeType,RequiredLevel,IsValidForCreate,IsValidForUpdate,IsValidForRead,IsSecured"
_TABLE = (
    "LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,IsActivity,HasNotes,IsCustomEntity,DisplayName"
)


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table."""

    name: str
    label: str
    is_activity: bool
    has_notes: bool
    primary_id: str
    primary_name: str
    columns: Mapping[str, Column]

    def lookups(self, target: str) -> list[str]:
        """Columns that point to a table."""
        return [name for name, column in self.columns.items() if target in (column.get("Targets") or ())]


class Describer:
    """Describes each table once."""

    def __init__(self, web: WebApi) -> None:
        self._web = web
        self._known: dict[str, TableInfo | None] = {}

    def table(self, name: str) -> TableInfo | None:
        """The table; None where the environment has none of this logical name. Raises CrmError."""
        if name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]

    def custom_tables(self) -> Sequence[Mapping[str, Any]]:
        """The environment's own tables, activities too, by name."""
        options = {"$select": _TABLE, "$filter": "IsCustomEntity eq true"}
        rows = self._web.read("describe", "EntityDefinitions", options).get("value", [])
        return sorted(rows, key=lambda row: str(row["LogicalName"]))

    def _ask(self, name: str) -> TableInfo | None:
        path = f"EntityDefinitions(LogicalName='{name}')"
        try:
            head = self._web.read("describe", path, {"$select": _TABLE})
            rows = self._web.read("describe", f"{path}/Attributes", {"$select": _COLUMNS}).get("value", [])
        except (CrmRecordNotFound, CrmSchemaDrift):
            return None
        columns = {row["LogicalName"]: dict(row) for row in rows}
        for kind in ("String", "Memo"):
            for row in self._cast(path, kind, "LogicalName,MaxLength"):
                columns[row["LogicalName"]]["MaxLength"] = row.get("MaxLength")
        for row in self._cast(path, "Lookup", "LogicalName,Targets"):
            columns[row["LogicalName"]]["Targets"] = row.get("Targets") or ()
        for row in self._cast(path, "Boolean", "LogicalName,DefaultValue"):
            columns[row["LogicalName"]]["Default"] = str(bool(row.get("DefaultValue"))).lower()
        for kind, select in (("Picklist", "LogicalName,DefaultFormValue"), ("Status", "LogicalName")):
            for row in self._cast(path, kind, select, "OptionSet,GlobalOptionSet"):
                columns[row["LogicalName"]] |= _options(row)
        return TableInfo(
            name=name,
            label=label_of(head) or name,
            is_activity=bool(head.get("IsActivity")),
            has_notes=bool(head.get("HasNotes", True)),
            primary_id=str(head.get("PrimaryIdAttribute") or f"{name}id"),
            primary_name=str(head.get("PrimaryNameAttribute") or ""),
            columns=columns,
        )

    def _cast(self, path: str, kind: str, select: str, expand: str = "") -> list[dict[str, Any]]:
        address = f"{path}/Attributes/Microsoft.Dynamics.CRM.{kind}AttributeMetadata"
        options = {"$select": select, **({"$expand": expand} if expand else {})}
        rows: list[dict[str, Any]] = self._web.read("describe", address, options).get("value", [])
        return rows


def label_of(row: Mapping[str, Any]) -> str:
    """What people call a table, an option or a column; empty where nobody has named it."""
    label = ((row.get("DisplayName") or row.get("Label") or {}).get("UserLocalizedLabel") or {}).get("Label")
    return str(label or "")


def _options(row: Mapping[str, Any]) -> dict[str, Any]:
    options = ((row.get("OptionSet") or row.get("GlobalOptionSet") or {}).get("Options")) or ()
    return {
        "Options": {int(option["Value"]): label_of(option) for option in options},
        "Default": str(row.get("DefaultFormValue") or ""),
        "States": {int(option["Value"]): option["State"] for option in options if "State" in option},
    }


def logical(name: str) -> str:
    """The column's logical name, of a mapping's `_x_value`."""
    return name.removeprefix("_").removesuffix("_value") if name.startswith("_") else name


def is_required(column: Column) -> bool:
    """True where the business requires it."""
    level = (column.get("RequiredLevel") or {}).get("Value")
    return level == "ApplicationRequired" and bool(column.get("IsValidForCreate"))
