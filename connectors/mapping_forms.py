"""How records are created, as the administrator writes it in a mapping file (A-19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors import mapping_keys as keys
from connectors import mapping_values as values
from connectors import templates
from connectors.coerce import utf16_length
from connectors.mapping import CreateMap, FieldMap, FormEntry, Part, RecordType
from connectors.mapping_values import MappingError
from connectors.sources import PROFILE_FACTS, RECORD_FACTS

TYPES = ("text", "lines", "date", "int", "bool", "choice")
_WAYS = ("source", "template", "record", "lookup")
DUPLICATES = ("ask", "block")
OWNERS = ("agent", "crm")


def create_map(at: str, value: Any) -> CreateMap:
    """The table `create` of a type of records. Raises `MappingError`."""
    table = values.table(at, value)
    values.check_keys(at, table, keys.CREATE)
    fields = values.table(f"{at}.fields", table.get("fields", {}))
    if not fields:
        raise MappingError(f"{at}.fields", "is missing: name the fields of the form")
    key = table.get("key", "")
    constants = values.table(f"{at}.values", table.get("values", {}))
    return CreateMap(
        fields=tuple(_entry(f"{at}.fields.{name}", name, entry) for name, entry in fields.items()),
        key=values.identifier(f"{at}.key", key) if key else "",
        values={
            values.identifier(f"{at}.values", name): values.constant(f"{at}.values.{name}", one)
            for name, one in constants.items()
        },
        may_be_duplicate=values.one_of(f"{at}.duplicates", table.get("duplicates", "ask"), DUPLICATES) == "ask",
        is_agents=values.one_of(f"{at}.owner", table.get("owner", "agent"), OWNERS) == "agent",
    )


def update_map(at: str, value: Any) -> tuple[FieldMap, ...]:
    """The table `update` of a type of records. Raises `MappingError`."""
    return tuple(_followed(f"{at}.{name}", name, entry) for name, entry in values.table(at, value).items())


def _followed(at: str, name: str, value: Any) -> FieldMap:
    table = values.table(at, {"source": value} if isinstance(value, str) else value)
    values.check_keys(at, table, keys.UPDATE_FIELD)
    kind = values.one_of(f"{at}.type", table.get("type", "text"), ("text", "date", "choice"))
    choices = values.choices(f"{at}.choices", table.get("choices", {}))
    if (kind == "choice") != bool(choices):
        raise MappingError(f"{at}.choices", 'belongs to type = "choice", which cannot do without')
    source = values.one_of(f"{at}.source", table.get("source"), PROFILE_FACTS)
    maximum = values.maximum(f"{at}.max", table.get("max"))
    return FieldMap(values.identifier(at, name), (Part(source),), type=kind, max=maximum, choices=choices)


def check_records(records: Mapping[str, RecordType]) -> None:
    """Raises `MappingError` where a new record hangs on a type that the mapping has not."""
    for kind, record in records.items():
        for entry in record.create.fields if record.create else ():
            for other in (*entry.records, *entry.lookups):
                if other not in records:
                    at = f"records.{kind}.create.fields.{entry.name}.{'lookup' if entry.lookups else 'record'}"
                    raise MappingError(at, f"{other!r} is not a mapped record type: add [records.{other}]")


def _entry(at: str, name: str, value: Any) -> FormEntry:
    table = values.table(at, {"source": value} if isinstance(value, str) else value)
    values.check_keys(at, table, keys.CREATE_FIELD)
    kind = values.one_of(f"{at}.type", table.get("type", "text"), TYPES)
    if len([way for way in _WAYS if way in table]) > 1:
        raise MappingError(at, f"takes one of {', '.join(_WAYS)}")
    choices = _choices(at, table, kind)
    records, lookups = (_records(f"{at}.{way}", table[way]) if way in table else () for way in ("record", "lookup"))
    if lookups and (others := sorted(table.keys() - {"lookup", "label", "required"})):
        raise MappingError(f"{at}.{others[0]}", "does not go with lookup, which takes label and required")
    is_hidden = values.flag(f"{at}.hidden", table.get("hidden", False))
    if is_hidden and not (table.keys() & {"source", "template", "otherwise"}):
        raise MappingError(f"{at}.hidden", "a field that nobody sees needs source, template or otherwise")
    return FormEntry(
        map=_map(at, name, table, kind, choices),
        label=values.texts(f"{at}.label", table.get("label", {})),
        is_required=values.flag(f"{at}.required", table.get("required", False)),
        is_long=kind == "lines",
        is_hidden=is_hidden,
        records=records,
        lookups=lookups,
    )


def _choices(at: str, table: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    choices = values.choices(f"{at}.choices", table.get("choices", {}))
    if choices and kind not in ("choice", "bool"):
        raise MappingError(f"{at}.choices", 'belongs to type = "choice" or "bool"')
    said = {f"{at}.choices.{value}": one for value, one in choices.items()}
    if "otherwise" in table:
        said[f"{at}.otherwise"] = table["otherwise"]
    for place, one in said.items() if kind == "bool" else ():
        if not isinstance(one, bool):
            raise MappingError(place, "is true or false, without quotes")
    return choices


def _map(at: str, name: str, table: Mapping[str, Any], kind: str, choices: Mapping[str, Any]) -> FieldMap:
    maximum = values.maximum(f"{at}.max", table.get("max"))
    otherwise = values.constant(f"{at}.otherwise", table["otherwise"]) if "otherwise" in table else None
    if maximum is not None and utf16_length(str(otherwise or "")) > maximum:
        raise MappingError(f"{at}.otherwise", f"is longer than max = {maximum}: shorten it")
    source = values.one_of(f"{at}.source", table["source"], RECORD_FACTS) if "source" in table else ""
    return FieldMap(
        field=values.identifier(at, name),
        parts=(Part(source),) if source else (),
        template=_template(f"{at}.template", table["template"]) if "template" in table else None,
        type="text" if kind == "lines" else kind,
        max=maximum,
        choices=choices,
        otherwise=otherwise,
    )


def _template(at: str, value: Any) -> templates.Template:
    try:
        return templates.parse(values.text(at, value), RECORD_FACTS)
    except templates.TemplateError as error:
        raise MappingError(at, f"{error}; sources are {', '.join(RECORD_FACTS)}") from None


def _records(at: str, value: Any) -> tuple[str, ...]:
    return values.identifiers(at, [value] if isinstance(value, str) else value)
