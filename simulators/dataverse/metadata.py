"""`EntityDefinitions`: the tables described, as far as real clients and the mapping check ask."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from simulators.dataverse.errors import DataverseError
from simulators.dataverse.odata import compile_filter
from simulators.dataverse.query import expansions
from simulators.dataverse.schema import Column, Table

Tables = Mapping[str, Table]

_PATH = re.compile(
    r"^EntityDefinitions(?:\((?:LogicalName='(?P<name>\w+)'|(?P<id>[0-9a-f-]{36}))\))?(?:/(?P<part>\w+)"
    r"(?:\(LogicalName='(?P<attribute>\w+)'\))?(?:/(?P<cast>Microsoft\.Dynamics\.CRM\.\w+))?)?$"
)
_CAST = {"String": "StringAttributeMetadata", "Memo": "MemoAttributeMetadata", "State": "StateAttributeMetadata",
         "Status": "StatusAttributeMetadata", "Picklist": "PicklistAttributeMetadata",
         "Boolean": "BooleanAttributeMetadata"}  # fmt: skip
Item = dict[str, Any]


def answer(tables: Tables, path: str, options: Mapping[str, str], base: str) -> Item:
    """What `GET path` is answered. Raises 404 for an unknown table, 501 for an unknown part."""
    match = _PATH.match(path)
    if match is None:
        raise DataverseError(501, "", f"This simulator does not know {path}.")
    context = {"@odata.context": f"{base}/api/data/v9.2/$metadata#EntityDefinitions"}
    if match["name"] is None and match["id"] is None:
        return context | {"value": _filtered([_definition(table) for table in tables.values()], options)}
    table = _table(tables, match["name"], match["id"])
    if match["part"] is None:
        return context | _with_expansions(tables, table, options)
    items = _part(tables, table, match["part"], match["cast"])
    if match["attribute"]:
        items = [item for item in items if item["LogicalName"] == match["attribute"]]
        if not items:
            raise DataverseError(404, "0x80060888", f"Could not find an attribute named '{match['attribute']}'.")
        return context | _chosen(items[0], options)
    return context | {"value": _filtered(items, options)}


def _table(tables: Tables, name: str | None, metadata_id: str | None) -> Table:
    for table in tables.values():
        if table.name == name or (metadata_id and _id(table.name) == metadata_id):
            return table
    raise DataverseError(404, "0x80060888", f"Could not find an entity named '{name or metadata_id}'.")


def _id(*names: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(names)))


def _definition(table: Table) -> Item:
    return {
        "MetadataId": _id(table.name),
        "LogicalName": table.name,
        "SchemaName": table.name.capitalize(),
        "EntitySetName": table.set_name,
        "LogicalCollectionName": table.set_name,
        "PrimaryIdAttribute": table.primary_id,
        "PrimaryNameAttribute": table.primary_name,
        "IsActivity": table.is_activity,
        "HasNotes": table.has_notes,
        "IsOptimisticConcurrencyEnabled": True,
        "ChangeTrackingEnabled": True,
        "IsCustomEntity": "_" in table.name,
        "DisplayName": _label(table.name.capitalize()),
    }


def _label(text: str) -> Item:
    label = {"Label": text, "LanguageCode": 1033}
    return {"LocalizedLabels": [label], "UserLocalizedLabel": label}


def _attribute(table: Table, column: Column) -> Item:
    item = {
        "@odata.type": f"#Microsoft.Dynamics.CRM.{_CAST.get(column.kind, column.kind + 'AttributeMetadata')}",
        "MetadataId": _id(table.name, column.name),
        "LogicalName": column.name,
        "SchemaName": column.name.capitalize(),
        "AttributeType": column.kind,
        "RequiredLevel": {"Value": "ApplicationRequired" if column.is_required else "None"},
        "IsValidForCreate": column.is_valid_for_create,
        "IsValidForUpdate": column.is_valid_for_update,
        "IsValidForRead": True,
        "IsSecured": column.is_secured,
        "IsPrimaryId": column.name == table.primary_id,
        "IsPrimaryName": column.name == table.primary_name,
        "DisplayName": _label(column.name.capitalize()),
    }
    if column.max_length:
        item |= {"MaxLength": column.max_length, "Format": "Text"}
    if column.is_lookup:
        item["Targets"] = list(column.targets)
    if column.kind == "Picklist":
        item["OptionSet"] = {"Options": [{"Value": v, "Label": _label(text)} for v, text in column.options.items()]}
        item["DefaultFormValue"] = column.default
    if column.kind == "Boolean":
        item["DefaultValue"] = column.default == 1
    if column.kind == "State":
        item["OptionSet"] = {"Options": [{"Value": v, "Label": _label(text)} for v, text in table.states.items()]}
    if column.kind == "Status":
        options = [{"Value": v, "State": s, "Label": _label(text)} for v, (s, text) in table.statuses.items()]
        item["OptionSet"] = {"Options": options}
    return item


def _relationships(tables: Tables, table: Table) -> list[Item]:
    return [
        {
            "SchemaName": f"{table.name}_{target}_{column.name}",
            "ReferencingEntity": table.name,
            "ReferencingAttribute": column.name,
            "ReferencingEntityNavigationPropertyName": navigation,
            "ReferencedEntity": target,
            "ReferencedAttribute": tables[target].primary_id,
        }
        for column in table.columns
        for target, navigation in column.targets.items()
    ]


def _keys(_: Tables, table: Table) -> list[Item]:
    return [
        {"LogicalName": "_".join(key), "KeyAttributes": list(key), "EntityKeyIndexStatus": "Active"}
        for key in table.keys
    ]


def _attributes(_: Tables, table: Table) -> list[Item]:
    return [_attribute(table, column) for column in table.columns]


_PARTS: dict[str, Callable[[Tables, Table], list[Item]]] = {
    "Attributes": _attributes,
    "ManyToOneRelationships": _relationships,
    "Keys": _keys,
}


def _part(tables: Tables, table: Table, name: str, cast: str | None) -> list[Item]:
    if name not in _PARTS:
        raise DataverseError(501, "", f"This simulator does not know EntityDefinitions/{name}.")
    items = _PARTS[name](tables, table)
    return [item for item in items if item["@odata.type"] == f"#{cast}"] if cast else items


def _with_expansions(tables: Tables, table: Table, options: Mapping[str, str]) -> Item:
    item = _chosen(_definition(table), options)
    for expansion in expansions(options.get("$expand", "")):
        item[expansion.name] = [_chosen(part, expansion.options) for part in _part(tables, table, expansion.name, None)]
    return item


def _filtered(items: list[Item], options: Mapping[str, str]) -> list[Item]:
    if "$filter" in options:
        holds = compile_filter(options["$filter"], str)
        items = [item for item in items if holds(item)]
    return [_chosen(item, options) for item in items]


def _chosen(item: Item, options: Mapping[str, str]) -> Item:
    names = [name.strip() for name in options.get("$select", "").split(",") if name.strip()]
    if not names:
        return dict(item)
    kept = {"MetadataId", "@odata.type", "OptionSet", *names}
    return {name: value for name, value in item.items() if name in kept}
